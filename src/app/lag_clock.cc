#include "app/lag_clock.h"

#include <algorithm>
#include <utility>

namespace ordo::app {

void LagClock::note(const Owner& owner, std::int64_t next, std::int64_t end, Clock::time_point now) {
  auto& [seen, spacing] = waits_[owner];
  while (!seen.empty() && seen.front().end <= next) seen.pop_front();
  if (seen.empty()) spacing = Clock::duration(0);
  if (end <= next) return;
  if (!seen.empty() && (seen.back().end >= end || now - seen.back().at < spacing)) return;
  seen.push_back({end, now});
  if (seen.size() <= kMaxSeen) return;
  spacing = (seen.back().at - seen.front().at) / (kMaxSeen / 2);
  std::deque<Seen> fewer;
  for (std::size_t i = 0; i < seen.size(); i += 2) fewer.push_back(seen[i]);
  seen = std::move(fewer);
}

void LagClock::keep(const std::map<Owner, std::int64_t>& owned) {
  std::erase_if(waits_, [&](const auto& one) { return !owned.contains(one.first); });
}

std::map<ProcessorKind, LagClock::Clock::duration> LagClock::ages(Clock::time_point now) const {
  std::map<ProcessorKind, Clock::duration> ages;
  for (const auto& [owner, wait] : waits_) {
    auto& age = ages[owner.processor];
    if (!wait.seen.empty()) age = std::max(age, now - wait.seen.front().at);
  }
  return ages;
}

}  // namespace ordo::app
