// Which segments the log has, and where its records are in them. Shared by the writer of the log and its readers.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "embedded/log_layout.h"
#include "embedded/segment_file.h"
#include "engine/ports.h"

namespace ordo::embedded {

// Every partition of a layout, from offset 0 on.
std::vector<SegmentHeader::Partition> partitions_of(const LogLayout& layout);

// A segment and its partitions, by their numbers in the catalogue.
struct Segment {
  SegmentHeader header;
  std::vector<std::int64_t> begins;                // 0 for a partition that it does not name
  std::vector<std::optional<std::size_t>> places;  // in the header

  std::int64_t begin(std::size_t partition) const { return partition < begins.size() ? begins[partition] : 0; }
};
using SegmentPtr = std::shared_ptr<const Segment>;

// Any thread. The partitions of a layout have its numbers. Others that the log has, of a topology of before, follow.
class SegmentCatalog {
 public:
  SegmentCatalog() = default;
  explicit SegmentCatalog(const LogLayout& layout);

  // A segment after all others, which is sealed.
  void add_sealed(SegmentHeader header);
  // A segment after all others: the active one. The one that was active is sealed. But if both have the same
  // `previous`, the new one takes its place, and has the same records.
  void add(SegmentHeader header);

  struct Placed {
    std::size_t partition = 0;
    std::uint32_t position = 0;
  };
  // Records at the end of the active segment.
  void publish(const std::vector<Placed>& records);
  // Records before this offset are no longer read.
  void begin_at(std::size_t partition, std::int64_t offset);
  // The same by names. Those that no segment names do not count.
  void begin_at(const std::map<std::string, std::int64_t>& offsets);
  // Whether the oldest segment has no other records, and is sealed.
  bool has_spent_segment() const;
  // Forgets the oldest segment; not the active one.
  void remove_oldest();

  std::vector<SegmentPtr> segments() const;  // oldest first
  // Every partition, and where it ends.
  std::vector<SegmentHeader::Partition> ends() const;
  LogRange range(std::size_t partition) const;
  // By the places in the header of the active segment.
  Positions active_positions() const;
  // The number of records that were ever appended, with those of other topologies and those that are removed.
  std::int64_t records() const;
  // The number of the partition at this place of the segment's header.
  std::size_t number_of(const std::string& name) const;

  // Where records from `offset` on are, or from the first one that is left: at most `max`, all in one segment.
  struct Found {
    SegmentPtr segment;        // null: there are none
    bool needs_index = false;  // supply() the index of the segment, then search again
    std::int64_t offset = 0;   // of the first one
    std::vector<std::uint32_t> positions;
  };
  Found find(std::size_t partition, std::int64_t offset, std::size_t max) const;
  // The index of a sealed segment. Only those used last are kept.
  void supply(std::uint64_t segment, std::shared_ptr<const Positions> positions);

 private:
  struct Entry {
    SegmentPtr segment;
    std::shared_ptr<const Positions> index;  // of a sealed one; null: not supplied
    mutable std::uint64_t used = 0;
  };
  std::optional<std::size_t> find_locked(const std::string& name) const;
  std::size_t add_locked(const std::string& name);  // if it is new
  SegmentPtr make_segment(SegmentHeader header);
  std::int64_t begin_locked(std::size_t partition) const;
  std::int64_t end_locked(std::size_t partition) const;
  Positions active_positions_locked() const;
  void forget_indexes();

  mutable std::mutex mutex_;
  std::vector<std::string> names_;    // by number
  std::vector<std::int64_t> begins_;  // by number; 0: with the first record that is there
  std::deque<Entry> entries_;         // oldest first
  bool has_active_ = false;           // the last one
  Positions active_;                  // by number
  mutable std::uint64_t uses_ = 0;
};

// Where the partitions ended when the log had this number of records, which is not below that of the segment's header.
// By number in the catalogue. `index`: of the segment.
std::vector<std::int64_t> ends_at(const Segment& segment, const Positions& index, std::int64_t records);

}  // namespace ordo::embedded
