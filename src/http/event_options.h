// The bounds of live events, and what is counted of them.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "records/topology.h"

namespace ordo::http {

struct EventOptions {
  using Duration = std::chrono::milliseconds;

  std::array<std::int64_t, kTopics> epochs{};  // of the topics' logs, part of the ids of events
  std::size_t max_streams = 1'000;             // 503 beyond
  std::size_t max_buffered = 256 * 1024;       // bytes that wait for one client to take them
  std::size_t max_catching_up = 4;             // clients that read older events at the same time, a thread each
  std::size_t max_waiting = 256;               // clients that wait for their turn to do so; 503 beyond
  std::size_t max_recent = 4 * 1024 * 1024;    // bytes of the latest events kept for each topic that is listened to
  Duration heartbeat{15'000};                  // of silence before a sign of life
  Duration retry{2'000};                       // what clients are told to wait before they come again
  Duration stall{10'000};                      // a client catching up that takes nothing for so long is sent away
  Duration linger{5'000};                      // a topic nobody listens to any more is followed on for so long
  Duration tick{200};                          // how often clients that left and heartbeats are looked after
};

// For metrics. Outlives the streams that count in it.
struct EventCounters {
  std::atomic<std::uint64_t> streams{0};      // now
  std::atomic<std::uint64_t> catching_up{0};  // now
  std::atomic<std::uint64_t> sent{0};         // events, by client
  std::atomic<std::uint64_t> gaps{0};
  std::atomic<std::uint64_t> refused{0};  // streams beyond a bound
};

}  // namespace ordo::http
