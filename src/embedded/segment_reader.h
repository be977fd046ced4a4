// Reads records from the segments of a log.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "embedded/log_file.h"
#include "embedded/segment_catalog.h"

namespace ordo::embedded {

// One thread. The catalogue outlives it.
class SegmentReader {
 public:
  // `vfs` null: the system's.
  SegmentReader(SegmentCatalog& catalog, const LogLayout& layout, std::string directory, const char* vfs)
      : catalog_(catalog), layout_(layout), directory_(std::move(directory)), vfs_(vfs) {}

  // The records of a partition of the layout from `offset` on, as many as the limit allows and one segment has. Empty:
  // there are none. kIo, kCorrupt "damaged_log".
  Result<std::vector<Record>> read(std::size_t partition, std::int64_t offset, ReadLimit limit);

 private:
  struct Open {
    std::uint64_t segment = 0;
    LogFile file;
  };
  Result<std::vector<Record>> read_found(std::size_t partition, SegmentCatalog::Found& found, ReadLimit limit);
  Result<Open*> open(std::uint64_t segment);
  Result<void> load_index(const Segment& segment);
  // `wanted` bytes. If they must be read, at least `ahead` are.
  Result<std::string_view> bytes_at(Open& open, std::uint64_t position, std::size_t wanted, std::size_t ahead);
  Result<Record> read_at(Open& open, std::uint64_t position, std::size_t ahead, const TopicPartition& at);

  SegmentCatalog& catalog_;
  const LogLayout& layout_;
  const std::string directory_;
  const char* const vfs_;
  std::deque<Open> open_;  // the one used last is the first
  // Bytes of the file used last.
  std::string bytes_;
  std::uint64_t bytes_segment_ = 0;
  std::uint64_t bytes_begin_ = 0;
};

}  // namespace ordo::embedded
