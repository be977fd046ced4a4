// How long to wait before trying again: exponential, capped, with jitter. A pure function of its arguments, so a
// processor can use it as well as a loop that waits.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace ordo {

struct Backoff {
  std::chrono::milliseconds first{100};   // the longest wait before the second try; > 0
  std::chrono::milliseconds cap{60'000};  // no wait is longer; >= first
  // The least wait as a share of the longest: 0 is full jitter, which spreads a crowd best; 50 keeps a loop that
  // retries alone from trying again at once.
  int least_percent = 0;

  // The longest wait after `failures` (> 0) failed tries: first, then twice that each time, up to the cap.
  std::chrono::milliseconds longest(std::uint32_t failures) const {
    auto wait = std::min(first, cap);
    for (std::uint32_t doubled = 1; doubled < failures && wait < cap; ++doubled) {
      wait = wait > cap / 2 ? cap : wait * 2;
    }
    return wait;
  }

  // The wait after `failures` failed tries. The same seed gives the same waits; seeds that differ, however little, give
  // waits that have nothing to do with each other.
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
