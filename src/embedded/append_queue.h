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
  // Nobody stands waiting for it: it goes along with the next commit, and hastens none.
  bool patient = false;
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

  // What is taken: the first `hasty` of it were not patient.
  struct Taken {
    std::vector<PendingAppend> appends;
    std::size_t hasty = 0;
  };
  // At most `max` of what waits, the hasty before the patient, each oldest first. Never waits.
  Taken take(std::size_t max);

  // How many hasty ones wait and since when the oldest does; how many patient ones.
  struct Waiting {
    std::size_t count = 0;
    std::optional<Clock::time_point> since;
    std::size_t patient = 0;
    bool closed = false;

    bool any() const { return count + patient > 0; }
  };
  Waiting waiting() const;

  // Until `count` hasty ones wait, the deadline has come, or the queue is closed. With a count of 0: until anything
  // waits.
  Waiting wait_for(std::size_t count, std::optional<Clock::time_point> deadline);

  // Nothing more is let in; `reason` is what later pushes get.
  void close(Error reason);

 private:
  Waiting waiting_locked() const { return {hasty_.size(), since_, patient_.size(), closed_.has_value()}; }
  bool ready_locked(std::size_t count) const;

  const QueueLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable enough_;
  std::vector<PendingAppend> hasty_;
  std::vector<PendingAppend> patient_;
  std::size_t bytes_ = 0;
  std::optional<Clock::time_point> since_;  // of the oldest hasty one
  std::optional<std::size_t> wanted_;       // what the engine's thread waits for; none: it does not
  std::optional<Error> closed_;
};

}  // namespace ordo::embedded
