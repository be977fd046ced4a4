#include "embedded/engine_loop.h"

#include <algorithm>
#include <utility>

#include "base/time.h"

namespace ordo::embedded {
namespace {

constexpr double kMinShare = 0.01;
constexpr double kMaxShare = 0.9;
constexpr double kSmoothing = 0.2;  // weight of the newest measurement

}  // namespace

EngineLoop::EngineLoop(Store& store, SegmentWriter& log, Folding& folding, Retention retention, AppendQueue& queue,
                       LogFeed& feed, LoopCounters& counters, const LoopOptions& options)
    : store_(store),
      log_(log),
      folding_(folding),
      queue_(queue),
      feed_(feed),
      counters_(counters),
      options_(options),
      retention_(std::move(retention)) {}

Result<void> EngineLoop::run() {
  while (true) {
    AppendQueue::Waiting waiting = queue_.waiting();
    if (!waiting.any() && !waiting.closed && folding_.at_rest()) waiting = queue_.wait_for(0, removal_due());
    if (!waiting.any() && waiting.closed) return {};
    if (auto done = cycle(); !done) {
      fail_all(done.error());
      return done;
    }
  }
}

// Folding comes first, so that its records share the sync with appends that arrive meanwhile. Nothing leaves the engine
// before the log is durable: neither an answer, nor a document, nor a commit to its listener.
Result<void> EngineLoop::cycle() {
  if (auto done = store_.begin(); !done) return done;
  if (auto done = fold(); !done) return done;
  const auto start = Clock::now();
  gather();
  auto taken = queue_.take(options_.max_group);
  taken_ = std::move(taken.appends);
  hasty_ = taken.hasty;
  hasty_since_ = taken.since;
  append_taken();
  // guard: engine-log-before-ack, engine-documents-after-log
  if (auto done = sync_log(); !done) return done;
  answer_all();
  const auto answered = Clock::now();
  if (auto done = write_documents(); !done) return done;
  settle(answered - start, Clock::now() - answered);
  return checkpoint();
}

bool EngineLoop::contended(const AppendQueue::Waiting& waiting, Clock::time_point now) const {
  return waiting.count >= target() || (waiting.since && now - *waiting.since > options_.max_commit_delay);
}

std::size_t EngineLoop::target() const {
  return population_ < options_.commit_siblings ? 1 : population_ - population_ / 8;
}

Result<void> EngineLoop::fold() {
  folded_ = 0;
  folded_contended_ = 0;
  folding_contended_ = Duration{0};
  contended_ = pressed();
  if (contended_ && credit_ < options_.min_hold) return {};
  const auto start = Clock::now();
  auto last = start;
  while (!folding_.at_rest()) {
    const auto waiting = queue_.waiting();
    if (waiting.closed) break;
    contended_ = pressed() || contended(waiting, last);
    if (contended_ && credit_ <= folding_contended_) break;
    if (last - start + flush_cost_ * static_cast<double>(folded_) >= options_.max_hold) break;
    auto count = folding_.step(now());
    if (!count) return fail(std::move(count.error()));
    if (*count == 0) break;  // the next records are not in the files yet
    const auto end = Clock::now();
    folded_ += *count;
    if (contended_) {
      folded_contended_ += *count;
      folding_contended_ += end - last;
    }
    last = end;
  }
  counters_.folded += folded_;
  counters_.read_back = folding_.read_back();
  return {};
}

void EngineLoop::gather() {
  // While many clients append, receiving their requests uses the cores better than folding.
  if (!pressed()) return;
  const auto deadline = Clock::now() + options_.max_commit_delay;
  auto waiting = queue_.waiting();
  while (!waiting.closed && !contended(waiting, Clock::now())) {
    const std::size_t before = waiting.count;
    waiting = queue_.wait_for(target(), std::min<Clock::time_point>(deadline, Clock::now() + options_.commit_gap));
    if (waiting.count == before || Clock::now() >= deadline) return;
  }
}

void EngineLoop::append_taken() {
  positions_.clear();
  positions_.reserve(taken_.size());
  const Timestamp at = now();
  for (auto& pending : taken_) {
    pending.record.appended_at = at;
    positions_.push_back(folding_.append(std::move(pending.record)));
  }
}

Result<void> EngineLoop::sync_log() {
  if (!log_.has_unsynced()) return {};
  {
    const Stopwatch watch(counters_.commit_times);
    if (auto done = log_.sync(); !done) return done;
  }
  const auto synced_at = Clock::now();
  // The wait for the sync before belongs to that sync.
  if (hasty_since_) counters_.sync_gaps.observe(synced_at - std::max(*hasty_since_, synced_at_), synced_at);
  synced_at_ = synced_at;
  ++counters_.commits;
  if (hasty_ > 0) ++counters_.groups;
  counters_.appends += taken_.size();
  feed_.publish(folding_.ends());
  return {};
}

void EngineLoop::answer_all() {
  for (std::size_t i = 0; i < taken_.size(); ++i) taken_[i].ack(positions_[i]);
  feed_.answered(taken_.size());
  taken_.clear();
}

Result<void> EngineLoop::write_documents() {
  const bool dirty = folding_.dirty();
  if (dirty) {
    auto documents = folding_.flush();
    if (!documents) return fail(std::move(documents.error()));
    counters_.documents += *documents;
  }
  // Without new documents too: a snapshot of them has the records that wait to be folded.
  if (const auto records = log_.records(); records != noted_records_) {
    if (auto done = store_.write_log_records(records); !done) return done;
    noted_records_ = records;
  }
  if (auto done = remove_old(); !done) return done;
  if (auto done = store_.commit(); !done) return done;
  retention_.committed();
  if (!dirty) return {};
  folding_.finished();
  feed_.publish(folding_.positions());
  return {};
}

// A checkpoint makes the commits durable. Then segments that no owner needs any more can go.
Result<void> EngineLoop::checkpoint() {
  auto moved = std::exchange(removed_now_, false) && retention_.has_spent_segment() ? store_.checkpoint()
                                                                                    : store_.checkpoint_if_due();
  if (!moved) return fail(std::move(moved.error()));
  if (!*moved) return {};
  ++counters_.checkpoints;
  return retention_.remove_spent_segments();
}

std::optional<EngineLoop::Clock::time_point> EngineLoop::removal_due() const {
  const auto due = retention_.due();
  return due ? std::optional(std::max<Clock::time_point>(*due, removed_at_ + options_.removal_pause)) : std::nullopt;
}

// Costs other work at most `removal_slice` out of each `removal_pause`.
Result<void> EngineLoop::remove_old() {
  const auto due = removal_due();
  if (!due || *due > Clock::now()) return {};
  auto removed = retention_.remove(now(), options_.removal_slice);
  if (!removed) return fail(std::move(removed.error()));
  counters_.removed += *removed;
  removed_at_ = Clock::now();
  removed_now_ = true;
  return {};
}

void EngineLoop::fail_all(const Error& error) {
  const Error answer{ErrorCode::kUnavailable, "engine_stopped", "the engine has stopped: " + error.text(), {}};
  // guard: engine-queue-closes
  queue_.close(answer);
  do {
    // guard: engine-fails-waiting
    for (auto& pending : taken_) pending.ack(fail(answer));
    feed_.answered(taken_.size());
    taken_ = queue_.take(options_.max_group).appends;
  } while (!taken_.empty());
}

// `writing`: time for waiting, appending, the sync and the answers. `flushing`: for documents and cursors.
void EngineLoop::settle(Duration writing, Duration flushing) {
  if (folded_ > 0) {
    flush_cost_ += kSmoothing * (flushing / static_cast<double>(folded_) - flush_cost_);
  }
  if (contended_) {
    const double share = std::clamp(options_.fold_share, kMinShare, kMaxShare);
    const double part = folded_ > 0 ? static_cast<double>(folded_contended_) / static_cast<double>(folded_) : 0;
    credit_ += share / (1 - share) * writing - folding_contended_ - part * flushing;
    credit_ = std::min<Duration>(credit_, options_.max_hold);
  } else {
    credit_ = std::max(credit_, Duration{0});
  }
  const std::size_t seen = hasty_ + queue_.waiting().count;
  population_ = seen >= population_ ? seen : (population_ * 7 + seen) / 8;
}

}  // namespace ordo::embedded
