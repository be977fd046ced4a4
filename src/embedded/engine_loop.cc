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

EngineLoop::EngineLoop(Store& store, Folding& folding, const LogLayout& layout, AppendQueue& queue, LogFeed& feed,
                       LoopCounters& counters, const LoopOptions& options)
    : store_(store),
      folding_(folding),
      queue_(queue),
      feed_(feed),
      counters_(counters),
      options_(options),
      retention_(store, layout, folding, options_.retention) {}

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

// Folding comes first, so that its writes share the commit with appends that arrive meanwhile.
Result<void> EngineLoop::cycle() {
  if (auto done = store_.begin(); !done) return done;
  if (auto done = fold(); !done) return done;
  const auto start = Clock::now();
  gather();
  auto taken = queue_.take(options_.max_group);
  taken_ = std::move(taken.appends);
  hasty_ = taken.hasty;
  if (auto done = write_appends(); !done) return done;
  const auto written = Clock::now();
  auto documents = folding_.flush();
  if (!documents) return fail(std::move(documents.error()));
  const auto flushed = Clock::now();
  if (auto done = remove_old(); !done) return done;
  // guard: engine-commit-before-ack
  if (auto done = commit(); !done) return done;
  counters_.documents += *documents;
  answer_all();
  settle(Clock::now() - flushed + (written - start), flushed - written);
  auto moved = store_.checkpoint_if_due();
  if (!moved) return fail(std::move(moved.error()));
  if (*moved) ++counters_.checkpoints;
  return {};
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
    const auto end = Clock::now();
    folded_ += *count;
    if (contended_) {
      folded_contended_ += *count;
      folding_contended_ += end - last;
    }
    last = end;
  }
  counters_.folded += folded_;
  counters_.read_back = folding_.read_from_tables();
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

Result<void> EngineLoop::write_appends() {
  positions_.clear();
  positions_.reserve(taken_.size());
  const Timestamp at = now();
  for (auto& pending : taken_) {
    pending.record.appended_at = at;
    auto position = folding_.append(std::move(pending.record));
    if (!position) return fail(std::move(position.error()));
    positions_.push_back(*position);
  }
  return {};
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
  return {};
}

Result<void> EngineLoop::commit() {
  {
    const Stopwatch watch(counters_.commit_times);
    if (auto done = store_.commit(); !done) return done;
  }
  folding_.finished();
  ++counters_.commits;
  if (hasty_ > 0) ++counters_.groups;
  counters_.appends += taken_.size();
  feed_.publish(folding_.ends(), folding_.positions());
  return {};
}

void EngineLoop::answer_all() {
  for (std::size_t i = 0; i < taken_.size(); ++i) taken_[i].ack(positions_[i]);
  feed_.answered(taken_.size());
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

// `writing`: time for waiting, writing appends, commit and acknowledgements. `flushing`: for documents and cursors.
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
  taken_.clear();
}

}  // namespace ordo::embedded
