// The log as tables: one for each partition, with the offset as rowid. Layout: docs/storage.md.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "embedded/sqlite.h"
#include "engine/ports.h"
#include "engine/removable.h"
#include "records/envelope.h"
#include "records/topology.h"

namespace ordo::embedded {

// All partitions of a topology, including dead-letter topics, numbered from 0. Tables and counters use these numbers.
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

// "log_order_events_3", "log_order_events_dlq_0"
std::string log_table(const TopicPartition& at);

// Creates the missing tables.
Result<void> create_log_tables(Connection& writer, const LogLayout& layout);

// The first offset in a partition and the one after the last. A missing table counts as empty.
Result<LogRange> read_log_range(Connection& connection, const TopicPartition& at);

// Bounds of one read. It returns at least one record, however large.
struct ReadLimit {
  std::size_t records = 256;
  std::size_t bytes = std::size_t{1} << 20;
};

// The records from `offset` on.
Result<std::vector<Record>> read_log(Connection& connection, const TopicPartition& at, std::int64_t offset,
                                     ReadLimit limit);

// The first records of a partition, at most `max`.
Result<std::vector<RecordAge>> read_ages(Connection& connection, const TopicPartition& at, std::size_t max);

// Removes the records before `offset`.
Result<void> remove_log(Connection& writer, const TopicPartition& at, std::int64_t offset);

// Writes rows; for the engine's thread.
class LogWriter {
 public:
  static Result<LogWriter> open(Connection& writer, const LogLayout& layout);

  // `record` has its offset. Call it inside a transaction.
  Result<void> append(std::size_t index, const Record& record);

 private:
  std::vector<Statement> inserts_;  // by index of the layout
  std::string extra_;               // buffer
};

// The approximate memory use of a record, for bounds.
std::size_t footprint(const Record& record);

}  // namespace ordo::embedded
