#include "engine/scan_schedule.h"

#include <algorithm>

namespace ordo {

void ScanSchedule::take(const Owner& owner) {
  owned_.insert(owner);
  scan_now(owner);
}

void ScanSchedule::lose(const Owner& owner) {
  owned_.erase(owner);
  scans_.erase(owner);
}

void ScanSchedule::scan_at(const Owner& owner, Timestamp at) {
  if (!owned_.contains(owner)) return;
  const auto [scan, added] = scans_.emplace(owner, at);
  if (!added) scan->second = std::min(scan->second, at);
}

std::set<Owner> ScanSchedule::take_due(Timestamp now) {
  std::set<Owner> due;
  std::erase_if(scans_, [&](const auto& scan) {
    const auto& [owner, at] = scan;
    if (at > now || (!due.empty() && due.begin()->processor != owner.processor)) return false;
    due.insert(owner);
    return true;
  });
  return due;
}

std::optional<Timestamp> ScanSchedule::next() const {
  const auto first = std::min_element(scans_.begin(), scans_.end(),
                                      [](const auto& left, const auto& right) { return left.second < right.second; });
  return first == scans_.end() ? std::nullopt : std::optional(first->second);
}

}  // namespace ordo
