// Which records of a partition are no longer needed.
#pragma once

#include <cstdint>
#include <span>

#include "base/time.h"

namespace ordo {

struct RecordAge {
  std::int64_t offset = 0;
  Timestamp appended_at;
};

// How many of `first`, the first records of a partition, may be removed. The owner must have folded them (all below
// `folded`), and they must have been appended before `keep_from`. The newest record always stays: it carries the
// partition's `end`, where offsets continue.
std::size_t removable(std::span<const RecordAge> first, std::int64_t folded, std::int64_t end, Timestamp keep_from);

}  // namespace ordo
