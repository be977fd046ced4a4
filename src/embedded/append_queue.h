// Bounded queue of appends for the engine's thread. The thread waits here until a group is worth a disk sync.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "engine/ports.h"

namespace ordo::embedded {

struct PendingAppend {
  Record record;
  Ack ack;
  // No client waits for it: it joins the next commit, and causes none.
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

  // kBusy "queue_full"; kUnavailable after close(). On failure `pending` is unchanged.
  Result<void> push(PendingAppend& pending);

  // The result of take(). The first `hasty` appends were not patient; `since` is the arrival of the oldest of them.
  struct Taken {
    std::vector<PendingAppend> appends;
    std::size_t hasty = 0;
    std::optional<Clock::time_point> since;
  };
  // At most `max` appends: first the hasty ones, then the patient ones, each in order of arrival. Never waits.
  Taken take(std::size_t max);

  // The number of hasty appends, the arrival of the oldest of them, and the number of patient ones.
  struct Waiting {
    std::size_t count = 0;
    std::optional<Clock::time_point> since;
    std::size_t patient = 0;
    bool closed = false;

    bool any() const { return count + patient > 0; }
  };
  Waiting waiting() const;

  // Waits until `count` hasty appends wait, the deadline has passed, or the queue is closed. With a count of 0: until
  // any append waits.
  Waiting wait_for(std::size_t count, std::optional<Clock::time_point> deadline);

  // Refuses all later pushes with `reason`.
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
  std::optional<std::size_t> wanted_;       // count that the engine's thread waits for; none: it does not wait
  std::optional<Error> closed_;
};

}  // namespace ordo::embedded
