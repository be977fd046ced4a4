#include "kafka/inbox_positions.h"

namespace ordo::kafka {

InboxPositions::Verdict InboxPositions::take(int partition, std::int64_t offset) {
  const auto found = partitions_.find(partition);
  if (found == partitions_.end() || found->second.waiting) return Verdict::kDrop;
  Partition& known = found->second;
  if (offset < known.next) return Verdict::kBehind;
  if (offset > known.next && offset != known.behind_hole) {
    known.behind_hole = offset;
    known.waiting = true;
    return Verdict::kReadAgain;
  }
  known = {offset + 1, -1, false};
  return Verdict::kGive;
}

void InboxPositions::read_again() {
  for (auto& [partition, known] : partitions_) known.waiting = false;
}

std::map<int, std::int64_t> InboxPositions::all() const {
  std::map<int, std::int64_t> out;
  for (const auto& [partition, known] : partitions_) out[partition] = known.next;
  return out;
}

}  // namespace ordo::kafka
