// Removes the records that nobody needs any more: folded by the owner of their partition and older than their topic
// keeps them.
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

// By topic, for its dead letters as well; nullopt: for ever.
using TopicRetention = std::array<std::optional<std::chrono::milliseconds>, kTopics>;

// For the engine's thread. Records go from the front of a partition, a few at a time, so that no transaction takes
// long. The newest record of a partition stays whatever its age: it carries the partition's end, from which offsets go
// on.
class Retention {
 public:
  using Clock = std::chrono::steady_clock;

  // All references outlive it.
  Retention(Store& store, const LogLayout& layout, const Folding& folding, const TopicRetention& retention);

  // When there may be something to remove; nullopt: never.
  std::optional<Clock::time_point> due() const;

  // Removes what is due until `budget` is used up. Runs inside the caller's transaction, after the folds in it were
  // flushed: a record goes in the transaction that makes its fold durable, or later. Returns the number of records.
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
  std::vector<Partition> partitions_;  // those that do not keep their records for ever
};

}  // namespace ordo::embedded
