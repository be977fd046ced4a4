#include "engine/group_loop.h"

#include <algorithm>

#include "base/backoff.h"
#include "base/check.h"
#include "base/log.h"
#include "engine/cursor_check.h"

namespace ordo {
namespace {

// Records are folded in pieces of this size, so that a step can end when its documents have grown large.
constexpr std::size_t kPiece = 32;

// A continuing wait for the same reason is logged again after this time, not at each attempt.
constexpr std::chrono::milliseconds kSayAgain{60'000};

bool contains(const std::vector<int>& list, int value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

GroupLoop::GroupLoop(Processor& processor, const Topology& topology, GroupConsumer& consumer, StepProducer& producer,
                     StateStore& store, std::function<bool()> stopping, GroupLoopOptions options,
                     CommitListener* listener)
    : processor_(processor),
      topology_(topology),
      consumer_(consumer),
      producer_(producer),
      store_(store),
      stopping_(std::move(stopping)),
      options_(std::move(options)),
      listener_(listener),
      rules_(options_.rules),
      jitter_(options.jitter_seed) {}

Result<void> GroupLoop::run_once() {
  // Handles all changes, including those that arrive meanwhile. The poll below may bring newer ones, which must come
  // after them.
  while (!deferred_.assigned.empty() || !deferred_.revoked.empty() || deferred_.in_doubt) {
    if (auto taken = take_assignment(std::exchange(deferred_, {})); !taken) return taken;
  }
  auto fresh = consumer_.poll(options_.max_poll_records, options_.poll_timeout);
  if (!fresh) {
    if (fresh.error().code != ErrorCode::kUnavailable) return fail(std::move(fresh.error()));
    ++stats_.retries;
    return {};
  }
  if (auto taken = take_assignment(*fresh); !taken) return taken;
  for (const int partition : std::exchange(again_, {})) {
    if (contains(fresh->revoked, partition) || workers_.contains(partition)) continue;
    // Its records in this poll start at the lost worker's position, not at the new one's.
    // guard: loop-fenced-records
    std::erase_if(fresh->records, [&](const Record& record) { return record.at.partition == partition; });
    fresh->ends.erase(partition);
    if (auto begun = begin_partition(partition); !begun) return begun;
  }

  return step_all(std::move(*fresh));
}

Result<void> GroupLoop::step_all(GroupConsumer::Polled polled) {
  std::map<int, std::vector<Record>> batches;
  for (auto& record : polled.records) batches[record.at.partition].push_back(std::move(record));
  for (const auto& [partition, end] : polled.ends) batches[partition];
  for (auto& [partition, records] : batches) {
    const auto owned = workers_.find(partition);
    if (owned == workers_.end()) continue;  // lost in the meantime: the new owner reads them
    const auto end = polled.ends.find(partition);
    auto done = step(*owned->second, std::move(records), end == polled.ends.end() ? 0 : end->second);
    if (done) continue;
    if (done.error().code == ErrorCode::kBusy) {
      // Stopping: uncommitted records will be folded again, but not by these workers. They have folded records that
      // were not sent, and this poll may drop the records before those.
      while (!workers_.empty()) end_partition(workers_.begin()->first);
      return {};
    }
    if (auto given_up = give_up_step(partition, std::move(done.error())); !given_up) return given_up;
  }
  return {};
}

Result<void> GroupLoop::give_up_step(int partition, Error error) {
  const auto& worker = *workers_.at(partition);
  if (error.code == ErrorCode::kFenced) {
    // Either the group will soon revoke the partition, or the other owner was a late one and we still own it. The next
    // poll shows which; in the second case we begin again from the committed position.
    ++stats_.fenced;
    // guard: loop-fenced-ends
    log_warn("partition has another owner", {{"owner", to_string(worker.owner())}, {"error", error.text()}});
  } else if (error.reason == "record_too_large") {
    auto learned = learn_limits(error);
    if (!learned && learned.error().code != ErrorCode::kBusy) return learned;
  } else if (error.reason == "commit_too_large" && worker.committed_next() >= one_by_one_[partition]) {
    log_warn("a step is too large to commit, its records become steps of their own",
             {{"owner", to_string(worker.owner())}, {"from", worker.committed_next()}, {"to", worker.next()}});
    one_by_one_[partition] = worker.next();
  } else {
    return fail(std::move(error));
  }
  begin_later(partition);
  return {};
}

// The step is folded again with smaller limits, so that the record that caused the large one is refused. If the limits
// cannot be read, or are unchanged, the refused size becomes the limit. Waits a moment first: a topic that accepts not
// even a dead letter must not keep the processor busy.
Result<void> GroupLoop::learn_limits(const Error& error) {
  const auto refused = producer_.too_large();
  ORDO_CHECK(refused.has_value(), error.text());
  ++stats_.retries;
  bool waited = false;
  auto read = persist("a topic that accepts the record", [&]() -> Result<void> {
    if (!std::exchange(waited, true)) return fail(ErrorCode::kUnavailable, error.reason, error.message);
    if (!options_.read_limits) return {};
    auto limits = options_.read_limits();
    if (!limits) return fail(std::move(limits.error()));
    // Limits only decrease: a limit learned from one topic's refusal stays while another topic's limit is learned.
    for (std::size_t i = 0; i < kTopics; ++i) {
      rules_.limits.records[i] = std::min(rules_.limits.records[i], limits->records[i]);
      rules_.limits.letters[i] = std::min(rules_.limits.letters[i], limits->letters[i]);
    }
    return {};
  });
  if (!read) return read;
  std::size_t& limit = rules_.limits.of(refused->at);
  // guard: loop-limits-learned
  limit = std::min(limit, refused->bytes - 1);
  log_warn("a topic takes less than was known",
           {{"processor", to_string(processor_.kind())}, {"error", error.text()}, {"limit", limit}});
  return {};
}

Result<void> GroupLoop::take_assignment(const GroupConsumer::Polled& polled) {
  joined_ = joined_ || polled.joined;
  if (polled.in_doubt) {
    // Each begin compares the log, and waits until it can.
    // guard: loop-compares-in-doubt
    while (!workers_.empty()) begin_later(workers_.begin()->first);
  }
  for (const int partition : polled.revoked) {
    // guard: loop-revoked-ends
    end_partition(partition);
    std::erase(again_, partition);
  }
  for (const int partition : polled.assigned) {
    if (auto begun = begin_partition(partition); !begun) return begun;
  }
  return {};
}

void GroupLoop::begin_later(int partition) {
  end_partition(partition);
  again_.push_back(partition);
}

void GroupLoop::end_partition(int partition) {
  if (workers_.erase(partition) > 0 && listener_ != nullptr) listener_->lost({processor_.kind(), partition});
}

Result<void> GroupLoop::begin_partition(int partition) {
  const Owner owner{processor_.kind(), partition};
  std::optional<Error> refused;
  Cursor cursor;
  LogRange range;
  auto ready = persist("recover", [&]() -> Result<void> {
    auto found = find_place(owner, range);
    if (found) {
      cursor = std::move(*found);
      return {};
    }
    if (found.error().code == ErrorCode::kConflict) refused = found.error();
    return fail(std::move(found.error()));
  });
  if (!ready && ready.error().code == ErrorCode::kBusy) return {};
  if (!ready && !refused) return ready;
  if (contains(deferred_.revoked, partition)) return {};  // revoked while we waited

  if (refused) return fail(std::move(*refused));
  const std::int64_t next = cursor.next;
  workers_[partition] = std::make_unique<PartitionWorker>(processor_, topology_, owner, std::move(cursor),
                                                          options_.cache_documents, rules_, options_.cache_budget);
  if (listener_ != nullptr) listener_->taken(owner);
  log_info("partition taken", {{"owner", to_string(owner)}, {"next", next}, {"end", range.end}});
  auto sought = persist("seek", [&] { return consumer_.seek(partition, next); });
  if (sought) consumer_.report(partition, next);  // so that the group's lag is right before the first step
  if (sought || sought.error().code != ErrorCode::kBusy) return sought;
  end_partition(partition);  // stopping: without the seek, the next records would not start at `next`
  return {};
}

Result<Cursor> GroupLoop::find_place(const Owner& owner, LogRange& range) {
  const auto moved = [&] {
    return fail(ErrorCode::kUnavailable, "cursor_moved", to_string(owner) + " has another owner at work");
  };
  auto recovered = store_.recover(owner);
  if (!recovered) return recovered;
  // guard: loop-compares-when-it-takes
  const auto log = look_at_log(owner.partition, *recovered, range);
  if (!log) return fail(log.error());
  auto checked = check_cursor(owner, *recovered, topology_[inbox_of(owner.processor)].partitions, range, *log);
  if (!checked) {
    // Between the two reads another owner may have advanced, and retention may have removed the records behind it. So a
    // mismatch counts only if the cursor did not move.
    auto again = store_.recover(owner);
    if (!again) return again;
    // guard: loop-cursor-stands-still
    if (*again != *recovered) return moved();
    return checked;
  }
  // guard: loop-first-take
  if (recovered->partitions != 0) return checked;
  // Stores where the owner began at once, so that records that expire unread are noticed.
  const auto begun = store_.commit({owner, checked->next, &*checked, {}});
  if (begun) return checked;
  if (begun.error().code == ErrorCode::kFenced) return moved();
  return fail(begun.error());
}

Result<LogIdentity> GroupLoop::look_at_log(int partition, const Cursor& cursor, LogRange& range) {
  const auto known = consumer_.range(partition);
  if (!known) return fail(known.error());
  range = *known;
  auto log = consumer_.identity();
  const auto offset = telling_offset(cursor, range);
  if (!log || !offset) return log;
  const auto stamp = consumer_.stamp(partition, *offset);
  if (!stamp) return fail(stamp.error());
  if (*stamp) {
    log->last = **stamp;
    return log;
  }
  // The record may have been the log's first, and may have been removed since.
  const auto later = consumer_.range(partition);
  if (!later) return fail(later.error());
  range = *later;
  return log;
}

Result<void> GroupLoop::verify() {
  std::vector<int> others;  // owned by another process by now
  for (const auto& [partition, worker] : workers_) {
    auto same = verify_worker(*worker);
    if (same) continue;
    if (same.error().code == ErrorCode::kFenced) {
      others.push_back(partition);
    } else if (same.error().code == ErrorCode::kUnavailable) {
      break;
    } else {
      return same;
    }
  }
  for (const int partition : others) {
    ++stats_.fenced;
    begin_later(partition);
  }
  return {};
}

Result<void> GroupLoop::verify_worker(const PartitionWorker& worker) {
  const Owner& owner = worker.owner();
  const Cursor& cursor = worker.cursor();
  LogRange range;
  const auto log = look_at_log(owner.partition, cursor, range);
  if (!log) return fail(log.error());
  auto checked = check_cursor(owner, cursor, topology_[inbox_of(owner.processor)].partitions, range, *log);
  // guard: loop-compares-at-work
  if (checked) return {};
  // As in find_place(): other owners may have moved past a late owner's position.
  const auto stored = store_.recover(owner);
  if (!stored) return fail(stored.error());
  if (stored->next == cursor.next && stored->epoch == cursor.epoch) return fail(std::move(checked.error()));
  return fail(ErrorCode::kFenced, "cursor_moved", to_string(owner) + " has another owner at work");
}

Result<void> GroupLoop::step(PartitionWorker& worker, std::vector<Record> records, std::int64_t end) {
  // Records fetched before a seek may still arrive.
  // guard: loop-before-seek
  std::erase_if(records, [&](const Record& record) { return record.offset < worker.next(); });
  // guard: loop-removed-records
  if (auto whole = check_holes(worker, records, end); !whole) return whole;
  std::size_t at = 0;
  while (at < records.size()) {
    const bool alone = records[at].offset < one_by_one_[worker.owner().partition];
    const std::size_t count = alone ? 1 : std::min(kPiece, records.size() - at);
    std::vector<Record> piece;
    piece.reserve(count);
    for (std::size_t i = 0; i < count; ++i) piece.push_back(std::move(records[at + i]));
    at += count;
    const auto keys = worker.prepare(std::move(piece));
    if (!keys) return fail(keys.error());
    if (!keys->empty()) {
      auto loaded = persist("load", [&]() -> Result<void> {
        // guard: loop-read-guard
        auto documents = store_.load(worker.owner(), worker.committed_next(), *keys);
        if (!documents) return fail(std::move(documents.error()));
        worker.supply(*keys, std::move(*documents));
        return {};
      });
      if (!loaded) return loaded;
    }
    auto folded = persist("prices", [&] { return worker.fold(); });
    if (!folded) return folded;
    stats_.records += count;
    if (at == records.size() || alone || worker.dirty_bytes() >= options_.max_step_bytes) {
      if (auto finished = finish_step(worker); !finished) return finished;
    }
  }
  if (end <= worker.next()) return {};
  // Commits although nothing was folded. Otherwise the cursor would never reach the log's end.
  worker.pass_to(end);
  return finish_step(worker);
}

// Offsets may skip, see PartitionWorker. But if the log begins after a gap, the records in the gap were removed. If the
// current owner skipped them, they would be lost silently. A late owner, behind the others, would send records computed
// from documents that do not match its position.
Result<void> GroupLoop::check_holes(const PartitionWorker& worker, const std::vector<Record>& records,
                                    std::int64_t end) {
  std::int64_t expected = worker.next();
  for (const auto& record : records) {
    if (record.offset != expected) break;
    ++expected;
  }
  // guard: loop-end-of-removed-records
  if (expected == worker.next() + std::ssize(records) && end <= expected) return {};
  LogRange range;
  auto known = persist("range", [&]() -> Result<void> {
    auto asked = consumer_.range(worker.owner().partition);
    if (!asked) return fail(std::move(asked.error()));
    range = *asked;
    return {};
  });
  if (!known || range.begin <= expected) return known;
  return fail(ErrorCode::kFenced, "records_removed",
              to_string(worker.owner()) + " must continue at offset " + std::to_string(expected) +
                  ", but the log begins at " + std::to_string(range.begin));
}

Result<void> GroupLoop::finish_step(PartitionWorker& worker) {
  // guard: loop-commit-before-send, loop-produce-before-commit
  const auto records = worker.take_records();
  if (!records.empty()) {
    auto sent = persist("send", [&] { return producer_.send(records, options_.send_timeout); });
    if (!sent) return sent;
  }
  const Commit commit = worker.commit();
  if (auto stored = persist("commit", [&] { return store_.commit(commit); }); !stored) return stored;
  if (listener_ != nullptr) {
    listener_->committed(worker.owner(), commit.changes);
    listener_->counted(worker.owner(), worker.summary());
  }
  worker.committed();
  ++stats_.steps;
  consumer_.report(worker.owner().partition, worker.next());
  return {};
}

Result<void> GroupLoop::persist(const char* what, const std::function<Result<void>()>& attempt) {
  // At least half of the back-off, plus jitter, so that processes that failed together do not retry together.
  const Backoff backoff{options_.min_backoff, options_.max_backoff, 50};
  std::uint32_t failures = 0;
  bool paused = false;
  Result<void> result;
  while (true) {
    result = attempt();
    // guard: loop-keeps-batch
    if (result || result.error().code != ErrorCode::kUnavailable) break;
    if (stopping_()) {
      result = fail(ErrorCode::kBusy, "stopping", what);
      break;
    }
    ++stats_.retries;
    if (!paused) consumer_.pause();
    paused = true;
    const auto wait = backoff.wait(++failures, jitter_());
    say_waiting(what, result.error(), wait);
    // Polling keeps the member in the group. A paused member receives no records.
    if (auto polled = consumer_.poll(0, wait)) {
      ORDO_CHECK(polled->records.empty(), polled->records.size(), " records delivered while paused");
      // Within one poll, partitions were lost before others were gained.
      for (const int partition : polled->revoked) {
        std::erase(deferred_.assigned, partition);
        deferred_.revoked.push_back(partition);
      }
      for (const int partition : polled->assigned) {
        deferred_.assigned.push_back(partition);
      }
      deferred_.joined = deferred_.joined || polled->joined;
      deferred_.in_doubt = deferred_.in_doubt || polled->in_doubt;
    }
  }
  if (paused) {
    consumer_.resume();
    said_.clear();
    if (options_.on_wait) options_.on_wait(nullptr);
  }
  return result;
}

void GroupLoop::say_waiting(const char* what, const Error& error, std::chrono::milliseconds wait) {
  // guard: loop-says-what-it-waits-for
  if (options_.on_wait) options_.on_wait(&error);
  if (error.reason != said_ || since_said_ >= kSayAgain) {
    log_warn("waiting", {{"processor", to_string(processor_.kind())},
                         {"for", what},
                         {"error", error.text()},
                         {"milliseconds", wait.count()}});
    said_ = error.reason;
    since_said_ = {};
  }
  since_said_ += wait;
}

std::map<int, std::int64_t> GroupLoop::positions() const {
  std::map<int, std::int64_t> out;
  for (const auto& [partition, worker] : workers_) out[partition] = worker->next();
  return out;
}

}  // namespace ordo
