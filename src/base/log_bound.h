// Limits how often a line is logged that many callers may cause.
#pragma once

#include <atomic>
#include <chrono>

namespace ordo {

class LogBound {
 public:
  using Clock = std::chrono::steady_clock;

  explicit LogBound(Clock::duration every) : every_(every) {}

  // True once in `every`. Any thread.
  bool admits() {
    const auto time = Clock::now().time_since_epoch();
    auto next = next_.load();
    return time >= next && next_.compare_exchange_strong(next, time + every_);
  }

 private:
  const Clock::duration every_;
  std::atomic<Clock::duration> next_{Clock::duration::min()};
};

}  // namespace ordo
