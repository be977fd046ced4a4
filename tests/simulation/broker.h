// The simulated log: appended records stay, in one order per partition.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/ports.h"

namespace ordo::simulation {

class World;

class Broker {
 public:
  struct Partition {
    std::vector<std::vector<Record>> past;                    // its records before each time that it was recreated
    std::vector<Record> records;                              // by offset; retention does not remove them
    std::int64_t begin = 0;                                   // retention has removed the records before it
    std::map<std::string, std::int64_t, std::less<>> newest;  // source -> highest sequence appended

    std::int64_t end() const { return static_cast<std::int64_t>(records.size()); }
  };

  // A record that the log acknowledged but does not have.
  struct Loss {
    TopicPartition at;
    std::string source;
    std::int64_t sequence = 0;
    bool followed = false;  // the source has a later record in that partition
  };

  explicit Broker(World& world);

  Partition& at(const TopicPartition& place);
  const Partition& at(const TopicPartition& place) const;

  // Adds a partition to the topic. Then its processor needs a new epoch.
  void widen(Topic topic);
  void narrow(Topic topic);
  // The stamp of the record at an offset. nullopt when there is none, or retention has removed it.
  std::optional<RecordStamp> stamp(const TopicPartition& place, std::int64_t offset) const;

  // Removes all records of a partition.
  void make_anew(const TopicPartition& place);

  // Numbers the record, and sometimes stores it twice.
  LogPosition append(Record record);
  // Appends the record unchanged and once, and never loses it. Whatever its headers say, it comes from an unknown
  // source.
  LogPosition append_forged(Record record);

  // The `nth` record that processors send from now on is lost, however often it is sent.
  void lose(std::int64_t nth) { lose_in_ = nth; }
  const std::optional<Loss>& loss() const { return loss_; }

 private:
  bool is_lost(const Record& record);
  void keep(Partition& partition, Record record);

  World& world_;
  std::array<std::vector<Partition>, kTopics> inboxes_;
  std::array<Partition, kTopics> letters_;
  std::int64_t lose_in_ = 0;  // 0: no record is lost
  std::optional<Loss> loss_;
};

}  // namespace ordo::simulation
