// The records of one partition that its owner has not folded yet: the newest from memory, the rest from the table.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "base/result.h"
#include "embedded/store.h"
#include "records/envelope.h"

namespace ordo::embedded {

// For the engine's thread. Records in memory are those from the owner's place on, without a hole. When too many gather,
// later ones stay in the table alone until the owner has read up to the end again.
class Inbox {
 public:
  struct Limits {
    std::size_t records = 4'096;
    std::size_t bytes = std::size_t{2} << 20;
  };

  // `next` is the owner's place, `end` the end of the partition.
  Inbox(TopicPartition at, std::int64_t next, std::int64_t end, Limits limits)
      : at_(at), next_(next), end_(end), limits_(limits), attached_(next == end) {}

  // A record that has just been appended at the end.
  void push(Record&& record);

  // The next records, at most `max`; empty when the owner is at the end.
  Result<std::vector<Record>> take(Store& store, std::size_t max);

  std::int64_t next() const { return next_; }
  std::int64_t end() const { return end_; }
  bool at_end() const { return next_ == end_; }
  std::uint64_t read_from_table() const { return read_from_table_; }

 private:
  const TopicPartition at_;
  std::int64_t next_;
  std::int64_t end_;
  const Limits limits_;
  std::deque<Record> memory_;  // from next_ on
  std::size_t bytes_ = 0;
  bool attached_;  // memory_ reaches to end_
  std::uint64_t read_from_table_ = 0;
};

}  // namespace ordo::embedded
