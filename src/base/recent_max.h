// The largest of recent durations, for a gauge.
#pragma once

#include <algorithm>
#include <chrono>
#include <mutex>

namespace ordo {

// Any thread. Two intervals are remembered, the current one and the one before. So a value counts for at least one
// interval and at most two. Reading changes nothing: several scrapers see the same, and none takes it from another.
class RecentMax {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RecentMax(Clock::duration interval = std::chrono::minutes(1)) : interval_(interval) {}

  // `at` does not fall from call to call.
  void observe(Clock::duration value, Clock::time_point at) {
    const std::lock_guard lock(mutex_);
    if (const auto age = at - begun_; age >= interval_) {
      before_ = age < 2 * interval_ ? current_ : Clock::duration{0};
      current_ = Clock::duration{0};
      begun_ = age < 2 * interval_ ? begun_ + interval_ : at;
    }
    current_ = std::max(current_, value);
  }

  // 0 when nothing was observed lately.
  Clock::duration largest(Clock::time_point at) const {
    const std::lock_guard lock(mutex_);
    const auto age = at - begun_;
    if (age >= 2 * interval_) return Clock::duration{0};
    return age >= interval_ ? current_ : std::max(before_, current_);
  }

 private:
  const Clock::duration interval_;
  mutable std::mutex mutex_;
  Clock::time_point begun_;  // of the current interval
  Clock::duration current_{0};
  Clock::duration before_{0};
};

}  // namespace ordo
