// The lags on Kafka of the processors that belong to this process's roles. They cover every partition, regardless of
// its owner.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "engine/ports.h"
#include "kafka/cluster_watch.h"
#include "kafka/log_source.h"

namespace ordo::app {

// Only one thread measures.
class KafkaLags {
 public:
  struct Figures {
    std::map<Owner, std::int64_t> lags;  // records up to the end of the log, including records in open transactions
    std::map<Owner, std::int64_t> held;  // the part of these that an open transaction holds back
  };

  // All references outlive this object.
  KafkaLags(kafka::ClusterWatch& watch, kafka::LogSource& source, DocumentReader& reader)
      : watch_(watch), source_(source), reader_(reader) {}

  // `owned`: the positions of the partitions that this process owns. For other partitions, it reads the positions from
  // the store at intervals. A figure that cannot be read keeps its last value; false when that concerns the lags.
  bool measure(ProcessorKind processor, const std::map<int, std::int64_t>& owned, Figures& figures);

 private:
  using Clock = std::chrono::steady_clock;
  struct Position {
    std::int64_t next = 0;
    Clock::time_point asked_at;
  };
  std::int64_t position_of(const Owner& owner);

  kafka::ClusterWatch& watch_;
  kafka::LogSource& source_;
  DocumentReader& reader_;
  std::map<Owner, Position> others_;
};

// Appends Prometheus text, with the topics' names on the broker.
void append_held(const std::map<Owner, std::int64_t>& held, const Topology& topology, std::string& out);
// Appends the troubles too. Returns the grave ones as one text for readiness; empty when there are none.
void append_troubles(const kafka::Troubles& troubles, std::string& out);
std::string grave_troubles(const kafka::Troubles& troubles);

}  // namespace ordo::app
