// The unfolded records of one partition: the newest from memory, the others from the log's files.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "base/result.h"
#include "embedded/segment_reader.h"
#include "records/envelope.h"

namespace ordo::embedded {

// For the engine's thread. Memory holds the records from the owner's position on, without gaps. When there are too
// many, later ones stay only in the log's files until the owner has read to the end again.
class Inbox {
 public:
  struct Limits {
    std::size_t records = 4'096;
    std::size_t bytes = std::size_t{2} << 20;
  };

  // `next` is the owner's position, `end` the end of the partition.
  Inbox(std::size_t partition, std::int64_t next, std::int64_t end, Limits limits)
      : partition_(partition), next_(next), end_(end), limits_(limits), attached_(next == end) {}

  // Adds a record that was just appended at the end.
  void push(Record&& record);

  // The next records, at most `max`. Empty when the owner is at the end, or when the next ones are neither in memory
  // nor in the files yet.
  Result<std::vector<Record>> take(SegmentReader& log, std::size_t max);

  std::int64_t next() const { return next_; }
  std::int64_t end() const { return end_; }
  bool at_end() const { return next_ == end_; }
  std::uint64_t read_back() const { return read_back_; }

 private:
  const std::size_t partition_;  // of the layout
  std::int64_t next_;
  std::int64_t end_;
  const Limits limits_;
  std::deque<Record> memory_;  // from next_ on
  std::size_t bytes_ = 0;
  bool attached_;  // memory_ reaches up to end_
  std::uint64_t read_back_ = 0;
};

}  // namespace ordo::embedded
