// Which records of a partition nobody needs any more.
#pragma once

#include <cstdint>
#include <span>

#include "base/time.h"

namespace ordo {

struct RecordAge {
  std::int64_t offset = 0;
  Timestamp appended_at;
};

// How many of the records `first`, with which a partition begins, may go: its owner has folded them (all below
// `folded`), and they were appended before `keep_from`. The newest record stays whatever its age: it carries the
// partition's `end`, from which offsets go on.
std::size_t removable(std::span<const RecordAge> first, std::int64_t folded, std::int64_t end, Timestamp keep_from);

}  // namespace ordo
