#include "kafka/inbox_positions.h"

#include <algorithm>

namespace ordo::kafka {

InboxPositions::Verdict InboxPositions::take(int partition, std::int64_t offset) {
  const auto found = partitions_.find(partition);
  if (found == partitions_.end() || found->second.phase == Phase::kAwait) return Verdict::kDrop;
  auto& own = found->second;
  if (own.phase == Phase::kLook) return look(own, offset, false);
  if (offset < own.next) return Verdict::kBehind;
  if (offset > own.next) {
    const auto verdict = take_hole(own, offset, false);
    if (verdict != Verdict::kGive) return verdict;
  }
  own.next = offset + 1;
  own.differed = 0;
  return Verdict::kGive;
}

InboxPositions::Verdict InboxPositions::take_end(int partition, std::int64_t offset) {
  const auto found = partitions_.find(partition);
  if (found == partitions_.end() || found->second.phase == Phase::kAwait) return Verdict::kDrop;
  auto& own = found->second;
  if (own.phase == Phase::kLook) return look(own, offset, true);
  if (offset <= own.next) return Verdict::kDrop;
  return take_hole(own, offset, true);
}

// Moves the position to the end of a gap that both readings show.
InboxPositions::Verdict InboxPositions::take_hole(Partition& own, std::int64_t to, bool end) {
  while (!own.holes.empty() && own.holes.front().from < own.next) own.holes.pop_front();
  const bool known = !own.holes.empty() && own.holes.front().from == own.next;
  // guard: inbox-hole-read-twice
  if (known && own.holes.front().to == to) {
    own.next = to;
    own.differed = 0;
    return Verdict::kGive;
  }
  // The first reading ended within this gap. This is the first record or end after it.
  if (known && own.holes.front().to < to && own.holes.front().to == own.looked_to && own.looked_to_end) {
    own.next = own.looked_to;
  }
  // guard: inbox-hole-differs
  const bool differs = own.next < own.looked_to;
  own.holes.clear();
  own.looked_to = own.next;
  own.looked_at = 0;
  own.phase = Phase::kLook;
  const auto verdict = look(own, to, end);
  if (!differs) return verdict;
  ++own.differed;
  own.phase = Phase::kAwait;
  return Verdict::kDiffers;
}

InboxPositions::Verdict InboxPositions::look(Partition& own, std::int64_t offset, bool end) {
  if (offset >= own.looked_to) {
    if (offset > own.looked_to) own.holes.push_back({own.looked_to, offset});
    own.looked_to = end ? offset : offset + 1;
    own.looked_to_end = end;
    if (!end && ++own.looked_at < stretch_) return Verdict::kLook;
  }
  own.phase = Phase::kAwait;
  return Verdict::kReadAgain;
}

bool InboxPositions::looking() const {
  return std::any_of(partitions_.begin(), partitions_.end(),
                     [](const auto& entry) { return entry.second.phase == Phase::kLook; });
}

bool InboxPositions::waiting() const {
  return std::any_of(partitions_.begin(), partitions_.end(),
                     [](const auto& entry) { return entry.second.phase == Phase::kAwait; });
}

void InboxPositions::read_again() {
  for (auto& [partition, own] : partitions_) own.phase = Phase::kRead;
}

int InboxPositions::differed(int partition) const {
  const auto found = partitions_.find(partition);
  return found == partitions_.end() ? 0 : found->second.differed;
}

std::map<int, std::int64_t> InboxPositions::all() const {
  std::map<int, std::int64_t> positions;
  for (const auto& [partition, own] : partitions_) positions[partition] = own.next;
  return positions;
}

}  // namespace ordo::kafka
