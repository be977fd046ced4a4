// Appends waiting for the engine's thread: bounded, and the place where it waits for a group worth a disk sync.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "process/ports.h"

namespace ordo::embedded {

struct PendingAppend {
  Record record;
  Ack ack;
};

struct QueueLimits {
  std::size_t records = 20'000;
  std::size_t bytes = std::size_t{16} << 20;
};

// Any thread may push; one thread takes.
class AppendQueue {
 public:
  using Clock = std::chrono::steady_clock;

  explicit AppendQueue(QueueLimits limits) : limits_(limits) {}

  // kBusy "queue_full"; kUnavailable after close(). On failure `pending` is as it was.
  Result<void> push(PendingAppend& pending);

  // At most `max` of what waits, oldest first. Never waits.
  std::vector<PendingAppend> take(std::size_t max);

  // How many wait, and since when the oldest does.
  struct Waiting {
    std::size_t count = 0;
    std::optional<Clock::time_point> since;
    bool closed = false;
  };
  Waiting waiting() const;

  // Until `count` wait, the deadline has come, or the queue is closed.
  Waiting wait_for(std::size_t count, std::optional<Clock::time_point> deadline);

  // Nothing more is let in; `reason` is what later pushes get.
  void close(Error reason);

 private:
  Waiting waiting_locked() const { return {queue_.size(), since_, closed_.has_value()}; }

  const QueueLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable enough_;
  std::vector<PendingAppend> queue_;
  std::size_t bytes_ = 0;
  std::optional<Clock::time_point> since_;
  std::size_t wanted_ = 0;  // what the engine's thread waits for; 0: it does not
  std::optional<Error> closed_;
};

}  // namespace ordo::embedded
