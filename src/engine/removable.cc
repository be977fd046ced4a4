#include "engine/removable.h"

#include <algorithm>

namespace ordo {

std::size_t removable(std::span<const RecordAge> first, std::int64_t folded, std::int64_t end, Timestamp keep_from) {
  const std::int64_t bound = std::min(folded, end - 1);
  const auto kept = std::find_if(first.begin(), first.end(), [&](const RecordAge& record) {
    // guard: retention-unfolded
    return record.offset >= bound || record.appended_at >= keep_from;
  });
  return static_cast<std::size_t>(kept - first.begin());
}

}  // namespace ordo
