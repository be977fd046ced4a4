// Follows a log that an engine in another process writes, or that no engine writes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "embedded/segment_catalog.h"
#include "embedded/store.h"

namespace ordo::embedded {

// One thread at a time. The catalogue outlives it.
class SegmentFollower {
 public:
  SegmentFollower(std::string directory, const char* vfs, SegmentCatalog& catalog)
      : directory_(std::move(directory)), vfs_(vfs), catalog_(catalog) {}

  // Brings the catalogue up to date. A record may be found just before it is durable. kIo, kCorrupt "damaged_log".
  Result<void> refresh();

 private:
  Result<void> add(std::uint64_t number, bool is_last);
  Result<void> scan();

  const std::string directory_;
  const char* const vfs_;
  SegmentCatalog& catalog_;
  // The segment that is scanned, as far as it is.
  std::optional<SegmentHeader> active_;
  std::uint64_t scanned_ = 0;
};

// The ranges of all partitions of a log, by name, while no engine writes it. `store`: of the same directory.
Result<std::map<std::string, LogRange>> read_log_ranges(const std::string& directory, Store& store);

}  // namespace ordo::embedded
