// The limits of live events, and their counters.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "records/topology.h"

namespace ordo::api {

struct EventOptions {
  using Duration = std::chrono::milliseconds;

  std::array<std::int64_t, kTopics> epochs{};  // of the topics' logs; part of event ids
  std::size_t max_streams = 1'000;             // beyond it: 503
  std::size_t max_buffered = 256 * 1024;       // bytes that wait for one client
  std::size_t max_catching_up = 4;             // clients that read older events at the same time; each needs a thread
  std::size_t max_waiting = 256;               // clients that wait to do so; beyond it: 503
  std::size_t max_recent = 4 * 1024 * 1024;    // bytes of recent events that are kept per topic with listeners
  Duration heartbeat{15'000};                  // longest silence before a heartbeat
  Duration retry{2'000};                       // how long clients should wait before they reconnect
  Duration stall{10'000};  // a client that catches up but reads nothing for this long is disconnected
  Duration linger{5'000};  // how long a topic without listeners is still followed
  Duration tick{200};      // interval of the checks for gone clients and heartbeats
};

// Counters for the metrics. They outlive the streams that use them.
struct EventCounters {
  std::atomic<std::uint64_t> streams{0};      // now
  std::atomic<std::uint64_t> catching_up{0};  // now
  std::atomic<std::uint64_t> sent{0};         // events, counted per client
  std::atomic<std::uint64_t> gaps{0};
  std::atomic<std::uint64_t> refused{0};  // streams beyond a limit
};

}  // namespace ordo::api
