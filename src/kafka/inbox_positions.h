// The read position of each partition of an inbox. It decides which received record is the next one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>

namespace ordo::kafka {

// Offsets may skip: a broker keeps transaction markers in the log, and compaction removes records. But a client that
// loses its position skips as well, and the skipped records would be lost for good. So a gap is accepted only when a
// second reading, from before the gap, shows the same one. With small transactions there is a gap after each record. So
// after the first gap a whole stretch is read. Then one second reading confirms all gaps in the stretch.
class InboxPositions {
 public:
  // `stretch` bounds the records of the first reading, and the gaps to remember, before the second reading.
  explicit InboxPositions(std::size_t stretch = 65'536) : stretch_(stretch) {}

  enum class Verdict {
    kGive,       // return it; the position is now after it
    kDrop,       // not sought, or must be read again first
    kBehind,     // below the position
    kLook,       // after a gap: drop it; more may be read before the second reading
    kReadAgain,  // drop it, and read again from the positions
    kDiffers,    // as kReadAgain: the second reading shows a different gap
  };
  void seek(int partition, std::int64_t offset) { partitions_[partition] = Partition{offset}; }
  void clear() { partitions_.clear(); }
  // A record was received.
  Verdict take(int partition, std::int64_t offset);
  // The end of the partition was received: no unread record lies before `offset`. kGive: the position is now there.
  Verdict take_end(int partition, std::int64_t offset);
  // True while a first reading is in progress that must be repeated.
  bool looking() const;
  // True when a first reading has reached its bound and waits for read_again().
  bool waiting() const;
  // All partitions are read from their positions from now on.
  void read_again();
  // How many consecutive readings of a partition differed.
  int differed(int partition) const;
  // The next offset to return, by partition.
  std::map<int, std::int64_t> all() const;

 private:
  struct Hole {
    std::int64_t from = 0;
    std::int64_t to = 0;  // offset of the next record, or of the end
  };
  enum class Phase {
    kRead,   // reading up to `looked_to` for the second time
    kLook,   // after a gap for the first time
    kAwait,  // waits for read_again()
  };
  struct Partition {
    std::int64_t next = 0;
    Phase phase = Phase::kRead;
    std::int64_t looked_to = -1;  // what the first reading would show next
    bool looked_to_end = false;   // the first reading ended there without a record
    std::size_t looked_at = 0;    // records of the first reading
    std::deque<Hole> holes{};     // of the first reading, from `next` on
    int differed = 0;
  };
  Verdict take_hole(Partition& partition, std::int64_t to, bool end);
  Verdict look(Partition& partition, std::int64_t offset, bool end);

  const std::size_t stretch_;
  std::map<int, Partition> partitions_;
};

}  // namespace ordo::kafka
