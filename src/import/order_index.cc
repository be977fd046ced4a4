#include "import/order_index.h"

#include <algorithm>

#include "base/fnv1a.h"

namespace ordo::imports {

void OrderIndex::add(std::string_view order, std::uint64_t row) {
  const std::uint64_t hash = fnv1a(order);
  if (!entries_.empty() && entries_.back().hash == hash) {
    entries_.back().row = row;
    return;
  }
  entries_.push_back({hash, row});
  if (entries_.size() >= 2 * compacted_ + 65'536) compact();
}

void OrderIndex::compact() {
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return a.hash != b.hash ? a.hash < b.hash : a.row > b.row; });
  entries_.erase(
      std::unique(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.hash == b.hash; }),
      entries_.end());
  compacted_ = entries_.size();
}

void OrderIndex::seal() {
  compact();
  entries_.shrink_to_fit();
}

std::uint64_t OrderIndex::last_row(std::string_view order) const {
  const std::uint64_t hash = fnv1a(order);
  const auto found = std::lower_bound(entries_.begin(), entries_.end(), hash,
                                      [](const Entry& entry, std::uint64_t value) { return entry.hash < value; });
  return found != entries_.end() && found->hash == hash ? found->row : kNeverSeen;
}

}  // namespace ordo::imports
