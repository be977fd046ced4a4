// The simulated log: what is appended, is there, in one order a partition.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "process/ports.h"

namespace ordo::simulation {

class World;

class Broker {
 public:
  struct Partition {
    std::vector<std::vector<Record>> past;                    // what it held before it was made anew, each time
    std::vector<Record> records;                              // by offset; retention does not touch them
    std::int64_t begin = 0;                                   // below it retention has taken them
    std::map<std::string, std::int64_t, std::less<>> newest;  // source -> highest sequence appended

    std::int64_t end() const { return static_cast<std::int64_t>(records.size()); }
  };

  // A record that the log was given, acknowledged and does not have.
  struct Loss {
    TopicPartition at;
    std::string source;
    std::int64_t sequence = 0;
    bool followed = false;  // there is a later record of that source in that partition
  };

  explicit Broker(World& world);

  Partition& at(const TopicPartition& place);
  const Partition& at(const TopicPartition& place) const;

  // The topic has one partition more; its processor's epoch has to be begun.
  void widen(Topic topic);
  void narrow(Topic topic);
  // A partition loses all it has.
  void make_anew(const TopicPartition& place);

  // Numbers the record, and sometimes has it twice.
  LogPosition append(Record record);

  // The record that a processor sends as its `nth` from now on is lost, however often it is sent.
  void lose(std::int64_t nth) { lose_in_ = nth; }
  const std::optional<Loss>& loss() const { return loss_; }

 private:
  bool is_lost(const Record& record);

  World& world_;
  std::array<std::vector<Partition>, kTopics> inboxes_;
  std::array<Partition, kTopics> letters_;
  std::int64_t lose_in_ = 0;  // 0: nothing is lost
  std::optional<Loss> loss_;
};

}  // namespace ordo::simulation
