// Removes records that are no longer needed: folded by their partition's owner and older than their topic keeps them.
// First the partition begins later; when a segment of the log has no other records, its file goes.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "embedded/folding.h"
#include "embedded/log_layout.h"
#include "embedded/segment_reader.h"
#include "embedded/segment_writer.h"
#include "embedded/store.h"

namespace ordo::embedded {

// For each topic and its dead letters; nullopt: forever.
using TopicRetention = std::array<std::optional<std::chrono::milliseconds>, kTopics>;

// For the engine's thread. Removes records from the front of a partition, a few at a time, so that no transaction takes
// long. The newest record of a partition always stays: it carries the partition's end, where offsets continue.
class Retention {
 public:
  using Clock = std::chrono::steady_clock;

  // All references outlive it.
  Retention(Store& store, SegmentCatalog& catalog, SegmentWriter& log, SegmentReader reader, const LogLayout& layout,
            const Folding& folding, const TopicRetention& retention);

  // When there may be records to remove; nullopt: never.
  std::optional<Clock::time_point> due() const;

  // Removes old records until `budget` is used up. Call it inside a transaction, after its folds were flushed. So a
  // record is removed by the transaction that commits its fold, or later. Returns the number of records.
  Result<std::size_t> remove(Timestamp now, std::chrono::microseconds budget);
  // That transaction is committed: the removed records are no longer read.
  void committed();
  // Whether the oldest segment has only removed records.
  bool has_spent_segment() const;
  // Removes such segments. Every commit must be durable: after a power cut, no owner may need their records.
  Result<void> remove_spent_segments();

 private:
  struct Partition {
    std::size_t index = 0;  // of the layout
    std::chrono::milliseconds keep{0};
    Clock::time_point look;
  };

  Result<std::size_t> remove_slice(Partition& partition, Timestamp now);

  Store& store_;
  SegmentCatalog& catalog_;
  SegmentWriter& log_;
  SegmentReader reader_;
  const LogLayout& layout_;
  const Folding& folding_;
  std::vector<std::pair<std::size_t, std::int64_t>> begins_;  // of this transaction: partition and first offset
  std::vector<Partition> partitions_;                         // those that do not keep their records forever
};

}  // namespace ordo::embedded
