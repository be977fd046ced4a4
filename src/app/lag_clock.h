// Measures how long records have waited to be folded. It observes the ends of the log, because the time in a record
// only comes from its producer.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>

#include "records/topology.h"

namespace ordo::app {

// For one thread at a time.
class LagClock {
 public:
  using Clock = std::chrono::steady_clock;

  // `next`, as LogFeed or a processor has it, and the end of the inbox, both as of `now`.
  void note(const Owner& owner, std::int64_t next, std::int64_t end, Clock::time_point now);
  // Forgets owners that are not in `owned`, because another process owns them now.
  void keep(const std::map<Owner, std::int64_t>& owned);

  // How long this process has seen the oldest waiting record wait; zero when none waits. Time before the first
  // observation is not counted.
  std::map<ProcessorKind, Clock::duration> ages(Clock::time_point now) const;

 private:
  struct Seen {
    std::int64_t end = 0;
    Clock::time_point at;
  };
  struct Wait {
    std::deque<Seen> seen;       // ends in the order of observation; the first is after `next`
    Clock::duration spacing{0};  // smallest distance between two of them; longer waits give coarser ages
  };
  static constexpr std::size_t kMaxSeen = 256;

  std::map<Owner, Wait> waits_;
};

}  // namespace ordo::app
