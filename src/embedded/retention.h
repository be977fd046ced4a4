// Removes records that are no longer needed: folded by their partition's owner and older than their topic keeps them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "embedded/folding.h"
#include "embedded/log_tables.h"
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
  Retention(Store& store, const LogLayout& layout, const Folding& folding, const TopicRetention& retention);

  // When there may be records to remove; nullopt: never.
  std::optional<Clock::time_point> due() const;

  // Removes old records until `budget` is used up. Call it inside a transaction, after its folds were flushed. So a
  // record is removed by the transaction that commits its fold, or later. Returns the number of records.
  Result<std::size_t> remove(Timestamp now, std::chrono::microseconds budget);

 private:
  struct Partition {
    std::size_t index = 0;  // of the layout
    std::chrono::milliseconds keep{0};
    Clock::time_point look;
  };

  Result<std::size_t> remove_slice(Partition& partition, Timestamp now);

  Store& store_;
  const LogLayout& layout_;
  const Folding& folding_;
  std::vector<Partition> partitions_;  // those that do not keep their records forever
};

}  // namespace ordo::embedded
