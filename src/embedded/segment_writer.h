// Writes the log: appends to its active segment, and begins the next one when that is full.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "embedded/log_file.h"
#include "embedded/segment_catalog.h"

namespace ordo::embedded {

struct SegmentOptions {
  std::string log;                                        // its id
  const char* vfs = nullptr;                              // null: the system's
  std::uint64_t segment_bytes = std::uint64_t{64} << 20;  // a segment of this size is sealed
};

// One thread. The catalogue outlives it.
class SegmentWriter {
 public:
  // Opens the log in a directory, or begins one. The partitions that the log does not have yet are added, with
  // their first offsets. The records of the last segment are written again, into a new one: after a
  // failed sync they may only seem to be on the disk. Fills the catalogue. kIo; kCorrupt "damaged_log",
  // "missing_segment"; kConflict "other_format", "another_log".
  static Result<std::unique_ptr<SegmentWriter>> open(const std::string& directory, SegmentCatalog& catalog,
                                                     SegmentOptions options,
                                                     std::vector<SegmentHeader::Partition> partitions);

  // Adds a record at the end of its partition, and sets its offset. `partition`: its number in the catalogue. It is in
  // memory until sync() returns.
  void append(std::size_t partition, Record& record);
  bool has_unsynced() const { return !placed_.empty(); }
  // Makes all appended records durable, and publishes them. After an error, the writer must not be used.
  Result<void> sync();

  // The offset of the next record of a partition.
  std::int64_t end(std::size_t partition) const { return ends_[partition]; }
  LogRange range(std::size_t partition) const { return catalog_.range(partition); }
  // The number of records that were ever appended and are durable.
  std::int64_t records() const { return catalog_.records(); }
  // Calls `seen` for each durable record after the first `records`, except those of partitions that are not in the
  // layout. At most one segment is read in vain.
  Result<void> scan_after(std::int64_t records, const LogLayout& layout,
                          const std::function<void(const Record&)>& seen);

  // Removes the oldest segment. Not the active one.
  Result<void> remove_oldest();

 private:
  SegmentWriter(std::string directory, SegmentCatalog& catalog, SegmentOptions options)
      : directory_(std::move(directory)), catalog_(catalog), options_(std::move(options)) {}
  Result<std::vector<SegmentHeader>> read_headers();
  Result<void> take_over(std::vector<SegmentHeader> headers, std::vector<SegmentHeader::Partition> partitions);
  Result<void> copy_records(const SegmentHeader& from);
  Result<void> create_file();
  Result<void> write_header();
  Result<void> begin_next();
  Result<void> remove(std::uint64_t number) { return remove_log_file(path(number), options_.vfs); }
  std::string path(std::uint64_t number) const { return segment_path(directory_, number); }

  const std::string directory_;
  SegmentCatalog& catalog_;
  const SegmentOptions options_;
  SegmentHeader header_;               // of the active segment
  std::optional<LogFile> file_;        // of the active segment
  std::uint64_t size_ = 0;             // of the file
  std::vector<std::uint16_t> places_;  // of partitions in the header, by number of the catalogue
  std::vector<std::int64_t> ends_;     // by number of the catalogue
  std::string buffer_;                 // frames that belong at the end of the file
  std::vector<SegmentCatalog::Placed> placed_;
};

// Removes all segments of this log from a directory. kConflict "another_log": there are segments of another one.
Result<void> remove_log(const std::string& directory, const char* vfs, const std::string& log);

}  // namespace ordo::embedded
