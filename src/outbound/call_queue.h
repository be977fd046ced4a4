// Calls that wait for a free transfer. The queue is bounded, and fair between servers: a slow server delays no other.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "outbound/http_caller.h"
#include "outbound/url.h"

namespace ordo::outbound {

using Clock = std::chrono::steady_clock;

struct PendingCall {
  HttpCall call;
  Url url;
  Clock::time_point deadline;
  HttpCallback callback;
};

// Not thread-safe. Url::origin identifies a server.
class CallQueue {
 public:
  explicit CallQueue(const HttpCallerOptions& options) : options_(options) {}

  // False when there is no room; `call` is then unchanged.
  bool push(PendingCall& call);

  // The oldest call of the next server in turn that has a free transfer. Counts that transfer until done().
  std::optional<PendingCall> take();
  void done(const std::string& origin);

  // The calls whose deadline has passed while they waited.
  std::vector<PendingCall> take_late(Clock::time_point now);
  // No waiting call has a deadline before this one. It may be earlier than necessary. time_point::max() when none
  // waits.
  Clock::time_point next_deadline() const { return next_deadline_; }

  std::vector<PendingCall> take_all();

 private:
  struct Server {
    std::deque<PendingCall> waiting;
    std::size_t transfers = 0;
  };

  const HttpCallerOptions options_;
  std::map<std::string, Server> servers_;  // by origin; without a waiting call or a transfer, an entry is dropped
  std::string last_;                       // the server that had the last turn
  std::size_t waiting_ = 0;
  std::size_t waiting_bytes_ = 0;
  std::size_t transfers_ = 0;
  Clock::time_point next_deadline_ = Clock::time_point::max();
};

}  // namespace ordo::outbound
