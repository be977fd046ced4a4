// The engine's thread, round after round: it folds, makes the log durable, answers, then writes the documents.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

#include "base/histogram.h"
#include "base/recent_max.h"
#include "base/result.h"
#include "embedded/append_queue.h"
#include "embedded/folding.h"
#include "embedded/log_feed.h"
#include "embedded/retention.h"
#include "embedded/segment_writer.h"
#include "embedded/store.h"

namespace ordo::embedded {

struct LoopOptions {
  std::size_t max_group = 4'096;  // appends in one sync of the log
  // The share of the thread's time for folding while appends wait. Without waiting appends, only `max_hold` limits it.
  double fold_share = 0.05;
  std::chrono::microseconds max_hold{50'000};  // approximate length of a round when no append waits
  // While many clients append, folding saves up this much of its share, then uses it at once. So a document that
  // changes twice is written once.
  std::chrono::microseconds min_hold{8'000};
  // When several clients append at once, a commit waits for the next append of clients that were just answered. It
  // waits while another append arrives within `commit_gap`, and never longer than `max_commit_delay`.
  std::chrono::microseconds max_commit_delay{2'000};
  std::chrono::microseconds commit_gap{200};
  std::size_t commit_siblings = 8;  // with fewer clients there is no wait
  TopicRetention retention;         // how long records are kept
  // Removal of old records takes this long at a time, with at least `removal_pause` between.
  std::chrono::microseconds removal_slice{1'000};
  std::chrono::microseconds removal_pause{20'000};
};

// Counters, written by the engine's thread and read by any.
struct LoopCounters {
  std::atomic<std::uint64_t> appends{0};
  std::atomic<std::uint64_t> commits{0};
  std::atomic<std::uint64_t> groups{0};  // commits with appends that a client waited for
  std::atomic<std::uint64_t> folded{0};  // records
  std::atomic<std::uint64_t> documents{0};
  std::atomic<std::uint64_t> checkpoints{0};
  std::atomic<std::uint64_t> read_back{0};  // records read from the log's files for folding
  std::atomic<std::uint64_t> removed{0};    // records, by retention
  Histogram commit_times;                   // duration of making the log durable: mostly its sync
  // The longest recent time without a sync while a client's append waited. It shows what delays all clients at once: a
  // long fold, a checkpoint, a slow disk. A histogram of the appends (ordo_log_seconds) hides such a stall, because
  // thousands of fast appends surround it.
  RecentMax sync_gaps;
};

class EngineLoop {
 public:
  // All references outlive the loop.
  EngineLoop(Store& store, SegmentWriter& log, Folding& folding, Retention retention, AppendQueue& queue, LogFeed& feed,
             LoopCounters& counters, const LoopOptions& options);

  // Runs until the queue is closed and its content is durable. An error is final. By then, every accepted append has
  // been acknowledged or failed.
  Result<void> run();

 private:
  using Clock = AppendQueue::Clock;
  using Duration = std::chrono::duration<double>;  // seconds

  Result<void> cycle();
  Result<void> fold();
  void gather();
  void append_taken();
  Result<void> sync_log();
  void answer_all();
  Result<void> write_documents();
  Result<void> remove_old();
  std::optional<Clock::time_point> removal_due() const;
  Result<void> checkpoint();
  void fail_all(const Error& error);
  void settle(Duration writing, Duration flushing);
  std::size_t target() const;
  bool contended(const AppendQueue::Waiting& waiting, Clock::time_point now) const;
  bool pressed() const { return target() > 1; }

  Store& store_;
  SegmentWriter& log_;
  Folding& folding_;
  AppendQueue& queue_;
  LogFeed& feed_;
  LoopCounters& counters_;
  const LoopOptions options_;
  Retention retention_;
  Clock::time_point removed_at_;
  bool removed_now_ = false;        // in this round, so that a checkpoint blocked by a reader is not tried in each
  std::int64_t noted_records_ = 0;  // in the log, as the store knows it

  std::vector<PendingAppend> taken_;
  std::size_t hasty_ = 0;  // of taken_, at its beginning
  // Arrival of the oldest of these; none when there are none.
  std::optional<Clock::time_point> hasty_since_;
  Clock::time_point synced_at_;         // end of the last sync
  std::vector<LogPosition> positions_;  // of taken_

  // Number of appends that may arrive at the same time, estimated from recent ones.
  std::size_t population_ = 0;
  // Folding time left while appends wait; negative after a batch that took more.
  Duration credit_{0};
  Duration flush_cost_{0};  // per folded record, smoothed
  // For the current cycle.
  std::size_t folded_ = 0;
  std::size_t folded_contended_ = 0;
  Duration folding_contended_{0};
  bool contended_ = false;
};

}  // namespace ordo::embedded
