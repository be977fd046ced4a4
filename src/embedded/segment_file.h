// The file of one segment of the log: a header, records, and once it is sealed, an index. Layout: docs/storage.md.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "embedded/log_file.h"
#include "embedded/log_frame.h"

namespace ordo::embedded {

// Segments are numbered from 1. A number is never used twice.
std::string segment_path(const std::string& directory, std::uint64_t number);
// The numbers of the segments in a directory, in order. kIo.
Result<std::vector<std::uint64_t>> list_segments(const std::string& directory);

struct SegmentHeader {
  std::string log;  // the id of the log, so that files of two logs do not mix
  std::uint64_t number = 0;
  std::uint64_t previous = 0;  // the number of the segment before it; 0: it was the first one
  std::int64_t created = 0;    // unix milliseconds
  std::int64_t records = 0;    // in all segments before it
  std::uint64_t durable = 0;   // up to this position, records were durable before the header was
  struct Partition {
    std::string name;        // "order_events/3", "order_events.dlq/0"
    std::int64_t begin = 0;  // the first offset in this segment, or later
  };
  std::vector<Partition> partitions;  // their places are the numbers in the heads of records
};

// For each partition of the header, where its records are, in order of their offsets.
using Positions = std::vector<std::vector<std::uint32_t>>;

std::string header_frame(const SegmentHeader& header);
// The index of a segment, and the bytes after it by which it is found. `end` is the position where it will be written.
std::string index_frames(const SegmentHeader& header, const Positions& positions, std::uint64_t end);

// nullopt: the file has no complete header, because a crash cut its creation. `size` becomes that of the header.
Result<std::optional<SegmentHeader>> read_header(LogFile& file, std::uint64_t number, std::size_t& size);
// The index of a sealed segment. kCorrupt "damaged_log": it has none, or it cannot be read.
Result<Positions> read_index(LogFile& file, const SegmentHeader& header);

// Calls `record` for each record, whose partition is in the header, from `position` on, until the segment's records
// end: at an index, at the end of the file, or where a crash cut the last writes. Returns the position of that end.
// kCorrupt "damaged_log" when a record that was durable is damaged.
using RecordVisitor = std::function<Result<void>(std::uint32_t position, const Frame& frame)>;
Result<std::uint64_t> scan_records(LogFile& file, const SegmentHeader& header, std::uint64_t position,
                                   const RecordVisitor& record);

Error damaged_segment(std::uint64_t number, std::uint64_t position, const std::string& what);

}  // namespace ordo::embedded
