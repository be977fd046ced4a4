// The delay before a retry: exponential, capped, with jitter. A pure function of its arguments, so that processors can
// use it, too.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace ordo {

struct Backoff {
  std::chrono::milliseconds first{100};   // the longest delay before the second attempt; > 0
  std::chrono::milliseconds cap{60'000};  // the longest delay of all; >= first
  // The least delay as a percentage of the longest. 0 is full jitter, which spreads many clients best. 50 keeps a
  // single loop from retrying at once.
  int least_percent = 0;

  // The longest delay after `failures` (> 0) failed attempts: `first`, doubled each time, up to the cap.
  std::chrono::milliseconds longest(std::uint32_t failures) const {
    auto wait = std::min(first, cap);
    for (std::uint32_t doubled = 1; doubled < failures && wait < cap; ++doubled) {
      wait = wait > cap / 2 ? cap : wait * 2;
    }
    return wait;
  }

  // The delay after `failures` failed attempts. The same seed gives the same delays. Even similar seeds give unrelated
  // delays.
  std::chrono::milliseconds wait(std::uint32_t failures, std::uint64_t seed) const {
    const auto most = longest(failures).count();
    const auto least = most * least_percent / 100;
    const auto span = static_cast<std::uint64_t>(most - least) + 1;
    return std::chrono::milliseconds(least + static_cast<std::int64_t>(mix(seed + mix(failures)) % span));
  }

 private:
  // SplitMix64's finisher.
  static constexpr std::uint64_t mix(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
  }
};

}  // namespace ordo
