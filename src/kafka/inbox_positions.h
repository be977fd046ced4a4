// From where each partition of an inbox is read, and what of that which comes is the next.
#pragma once

#include <cstdint>
#include <map>

namespace ordo::kafka {

// Offsets may skip: a broker keeps the marks of transactions in the log, and compaction takes records out of it. But a
// client that loses its place skips as well, and what it skipped would be lost for good. So a hole is believed only
// when the partition was read a second time from before it and shows the same one.
class InboxPositions {
 public:
  enum class Verdict {
    kGive,       // the position is behind it now
    kDrop,       // not sought, or to be read again first
    kBehind,     // below the position
    kReadAgain,  // there is a hole before it: drop it, and read again from the positions
  };

  void seek(int partition, std::int64_t offset) { partitions_[partition] = {offset, -1, false}; }
  void clear() { partitions_.clear(); }

  Verdict take(int partition, std::int64_t offset);

  // All partitions are read from their positions from here on.
  void read_again();

  // The next offset to give out, by partition.
  std::map<int, std::int64_t> all() const;

 private:
  struct Partition {
    std::int64_t next = 0;
    std::int64_t behind_hole = -1;  // what came when a hole was seen at `next`
    bool waiting = false;           // for read_again()
  };
  std::map<int, Partition> partitions_;
};

}  // namespace ordo::kafka
