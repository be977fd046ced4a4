// The engine's thread: one transaction after the other, each with everything that waits.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "embedded/append_queue.h"
#include "embedded/folding.h"
#include "embedded/log_feed.h"
#include "embedded/retention.h"
#include "embedded/store.h"

namespace ordo::embedded {

struct LoopOptions {
  std::size_t max_group = 4'096;  // appends in one transaction
  // The part of the thread's time that folds while appends wait. Without waiting appends there is no limit but
  // `max_hold`.
  double fold_share = 0.05;
  std::chrono::microseconds max_hold{50'000};  // about how long a transaction may take when nothing waits
  // While many clients append, folding saves up this much of its part and uses it at once: a document that changes
  // twice is then written once.
  std::chrono::microseconds min_hold{8'000};
  // When several clients append at once, a commit waits for those that were just answered to come back: as long as
  // another one came within `commit_gap`, and never longer than `max_commit_delay`.
  std::chrono::microseconds max_commit_delay{2'000};
  std::chrono::microseconds commit_gap{200};
  std::size_t commit_siblings = 8;  // with fewer clients than these there is no wait
  TopicRetention retention;         // how long records are kept
  // Old records are removed for this long at a time, and no sooner than `removal_pause` after the last time.
  std::chrono::microseconds removal_slice{1'000};
  std::chrono::microseconds removal_pause{20'000};
};

// Plain figures, written by the engine's thread, read by any.
struct LoopCounters {
  std::atomic<std::uint64_t> appends{0};
  std::atomic<std::uint64_t> commits{0};
  std::atomic<std::uint64_t> groups{0};  // commits with appends that somebody waited for
  std::atomic<std::uint64_t> folded{0};  // records
  std::atomic<std::uint64_t> documents{0};
  std::atomic<std::uint64_t> checkpoints{0};
  std::atomic<std::uint64_t> read_back{0};  // records read from a table to be folded
  std::atomic<std::uint64_t> removed{0};    // records, by retention
};

class EngineLoop {
 public:
  // All references outlive the loop.
  EngineLoop(Store& store, Folding& folding, const LogLayout& layout, AppendQueue& queue, LogFeed& feed,
             LoopCounters& counters, const LoopOptions& options);

  // Until the queue is closed and what was in it is durable. An error is final; every append that was taken has been
  // answered by then.
  Result<void> run();

 private:
  using Clock = AppendQueue::Clock;
  using Duration = std::chrono::duration<double>;  // seconds

  Result<void> cycle();
  Result<void> fold();
  void gather();
  Result<void> write_appends();
  Result<void> remove_old();
  std::optional<Clock::time_point> removal_due() const;
  Result<void> commit();
  void answer_all();
  void fail_all(const Error& error);
  void settle(Duration writing, Duration flushing);
  std::size_t target() const;
  bool contended(const AppendQueue::Waiting& waiting, Clock::time_point now) const;
  bool pressed() const { return target() > 1; }

  Store& store_;
  Folding& folding_;
  AppendQueue& queue_;
  LogFeed& feed_;
  LoopCounters& counters_;
  const LoopOptions options_;
  Retention retention_;
  Clock::time_point removed_at_;

  std::vector<PendingAppend> taken_;
  std::size_t hasty_ = 0;               // of taken_, at its beginning
  std::vector<LogPosition> positions_;  // of taken_, as far as written

  // Appends to be expected at once, from what was seen lately.
  std::size_t population_ = 0;
  // Time that folding may still take while appends wait; below zero when a batch took more.
  Duration credit_{0};
  Duration flush_cost_{0};  // of a folded record, smoothed
  // Of the cycle at work.
  std::size_t folded_ = 0;
  std::size_t folded_contended_ = 0;
  Duration folding_contended_{0};
  bool contended_ = false;
};

}  // namespace ordo::embedded
