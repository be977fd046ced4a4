// Calls that wait for a free transfer: bounded, and fair between servers, so that a slow one delays no other.
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

// Not thread-safe. Servers are told apart by Url::origin.
class CallQueue {
 public:
  explicit CallQueue(const HttpCallerOptions& options) : options_(options) {}

  // False, and `call` untouched, when there is no room for it.
  bool push(PendingCall& call);

  // The oldest call of the next server in turn that has a transfer to spare; counts that transfer until done().
  std::optional<PendingCall> take();
  void done(const std::string& origin);

  // The calls that have waited for all of their time.
  std::vector<PendingCall> take_late(Clock::time_point now);
  // None waits past this; it may be earlier than needed. time_point::max() when none waits.
  Clock::time_point next_deadline() const { return next_deadline_; }

  std::vector<PendingCall> take_all();

 private:
  struct Server {
    std::deque<PendingCall> waiting;
    std::size_t transfers = 0;
  };

  const HttpCallerOptions options_;
  std::map<std::string, Server> servers_;  // by origin; those with nothing waiting and no transfer are dropped
  std::string last_;                       // whose turn it was
  std::size_t waiting_ = 0;
  std::size_t waiting_bytes_ = 0;
  std::size_t transfers_ = 0;
  Clock::time_point next_deadline_ = Clock::time_point::max();
};

}  // namespace ordo::outbound
