// The partitions of the log, and their numbers.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "records/envelope.h"
#include "records/topology.h"

namespace ordo::embedded {

// "order_events/3", "order_events.dlq/0"
std::string name_of(const TopicPartition& at);
std::optional<TopicPartition> parse_partition(std::string_view name);

// All partitions of a topology, including dead-letter topics, numbered from 0. The log and counters use these numbers.
class LogLayout {
 public:
  explicit LogLayout(const Topology& topology);

  std::size_t size() const { return partitions_.size(); }
  const TopicPartition& operator[](std::size_t index) const { return partitions_[index]; }
  bool contains(const TopicPartition& at) const;
  // `at` must be contained.
  std::size_t index(const TopicPartition& at) const;
  // Partitions of a topic or its dead-letter topic.
  int partitions(Topic topic, bool dlq) const { return dlq ? 1 : counts_[static_cast<std::size_t>(topic)]; }

 private:
  std::vector<TopicPartition> partitions_;
  std::array<std::size_t, kTopics> first_{};  // index of partition 0; the dead-letter partition comes after the last
  std::array<int, kTopics> counts_{};
};

// Bounds of one read. It returns at least one record, however large.
struct ReadLimit {
  std::size_t records = 256;
  std::size_t bytes = std::size_t{1} << 20;
};

// The approximate memory use of a record, for bounds.
std::size_t footprint(const Record& record);

}  // namespace ordo::embedded
