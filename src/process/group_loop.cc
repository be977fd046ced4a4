#include "process/group_loop.h"

#include <algorithm>

#include "base/backoff.h"
#include "base/check.h"
#include "base/log.h"
#include "process/cursor_check.h"

namespace ordo {
namespace {

// Records are folded in pieces of this many, so that a step can end when its documents have grown large.
constexpr std::size_t kPiece = 32;

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
      options_(options),
      listener_(listener),
      jitter_(options.jitter_seed) {}

Result<void> GroupLoop::run_once() {
  // All of it, also what comes while it is worked off: news that is polled below is newer and must not be overtaken.
  while (!deferred_.assigned.empty() || !deferred_.revoked.empty()) {
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
    // What this poll gave out for it comes from where the lost worker stood, not from where the new one begins.
    std::erase_if(fresh->records, [&](const Record& record) { return record.at.partition == partition; });
    if (auto begun = begin_partition(partition); !begun) return begun;
  }

  std::map<int, std::vector<Record>> batches;
  for (auto& record : fresh->records) batches[record.at.partition].push_back(std::move(record));
  for (auto& [partition, records] : batches) {
    const auto owned = workers_.find(partition);
    if (owned == workers_.end()) continue;  // lost meanwhile: its new owner reads them
    auto done = step(*owned->second, std::move(records));
    if (done) continue;
    if (done.error().code == ErrorCode::kBusy) {
      // Stopping: what was not committed will be folded again. Not by these workers, whatever is polled hereafter: they
      // have folded what was not sent, and what lies before it may be dropped with this poll.
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
    // Either the group is about to say that the partition is lost, or the other owner was a late one and it is still
    // ours: the next poll tells, and then we begin again from what is committed.
    ++stats_.fenced;
    log_warn("partition has another owner", {{"owner", to_string(worker.owner())}, {"error", error.text()}});
  } else if (error.reason == "commit_too_large" && worker.committed_next() >= one_by_one_[partition]) {
    log_warn("a step is too large to commit, its records become steps of their own",
             {{"owner", to_string(worker.owner())}, {"from", worker.committed_next()}, {"to", worker.next()}});
    one_by_one_[partition] = worker.next();
  } else {
    return fail(std::move(error));
  }
  end_partition(partition);
  again_.push_back(partition);
  return {};
}

Result<void> GroupLoop::take_assignment(const GroupConsumer::Polled& polled) {
  for (const int partition : polled.revoked) {
    end_partition(partition);
    std::erase(again_, partition);
  }
  for (const int partition : polled.assigned) {
    if (auto begun = begin_partition(partition); !begun) return begun;
  }
  return {};
}

void GroupLoop::end_partition(int partition) {
  if (workers_.erase(partition) > 0 && listener_ != nullptr) listener_->lost({processor_.kind(), partition});
}

Result<void> GroupLoop::begin_partition(int partition) {
  const Owner owner{processor_.kind(), partition};
  Result<Cursor> checked;
  LogRange range;
  auto ready = persist("recover", [&]() -> Result<void> {
    auto recovered = store_.recover(owner);
    if (!recovered) return fail(std::move(recovered.error()));
    auto known = consumer_.range(partition);
    if (!known) return fail(std::move(known.error()));
    range = *known;
    checked = check_cursor(owner, *recovered, topology_[inbox_of(owner.processor)].partitions, range);
    if (checked) return {};
    // Between the two answers another owner may have gone on and the log's first records may have gone behind it: what
    // does not fit is believed of a cursor that stands still.
    const auto again = store_.recover(owner);
    if (!again) return fail(again.error());
    if (*again == *recovered) return {};
    return fail(ErrorCode::kUnavailable, "cursor_moved", to_string(owner) + " has another owner at work");
  });
  if (!ready) return ready.error().code == ErrorCode::kBusy ? Result<void>() : ready;
  if (contains(deferred_.revoked, partition)) return {};  // gone while we waited

  if (!checked) return fail(std::move(checked.error()));
  const std::int64_t next = checked->next;
  workers_[partition] =
      std::make_unique<PartitionWorker>(processor_, topology_, owner, std::move(*checked), options_.cache_documents);
  if (listener_ != nullptr) listener_->taken(owner);
  log_info("partition taken", {{"owner", to_string(owner)}, {"next", next}, {"end", range.end}});
  auto sought = persist("seek", [&] { return consumer_.seek(partition, next); });
  if (sought || sought.error().code != ErrorCode::kBusy) return sought;
  end_partition(partition);  // stopping: what came now would not come from `next` on
  return {};
}

Result<void> GroupLoop::step(PartitionWorker& worker, std::vector<Record> records) {
  // What was fetched before a seek may still come.
  std::erase_if(records, [&](const Record& record) { return record.offset < worker.next(); });
  if (auto whole = check_holes(worker, records); !whole) return whole;
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
        auto documents = store_.load(worker.owner(), worker.committed_next(), *keys);
        if (!documents) return fail(std::move(documents.error()));
        worker.supply(*keys, std::move(*documents));
        return {};
      });
      if (!loaded) return loaded;
    }
    worker.fold();
    stats_.records += count;
    if (at == records.size() || alone || worker.dirty_bytes() >= options_.max_step_bytes) {
      if (auto finished = finish_step(worker); !finished) return finished;
    }
  }
  return {};
}

// Offsets may skip, see PartitionWorker. But where the log begins behind a hole, its records were there and are gone.
// Were it passed over by an owner of today, they would be lost in silence; by a late one, which others have left
// behind, it would send what follows from documents that are not those of its place.
Result<void> GroupLoop::check_holes(const PartitionWorker& worker, const std::vector<Record>& records) {
  std::int64_t expected = worker.next();
  for (const auto& record : records) {
    if (record.offset != expected) break;
    ++expected;
  }
  if (expected == worker.next() + std::ssize(records)) return {};
  LogRange range;
  auto known = persist("range", [&]() -> Result<void> {
    auto asked = consumer_.range(worker.owner().partition);
    if (!asked) return fail(std::move(asked.error()));
    range = *asked;
    return {};
  });
  if (!known || range.begin <= expected) return known;
  return fail(ErrorCode::kFenced, "records_removed",
              to_string(worker.owner()) + " should read on at offset " + std::to_string(expected) +
                  " and the log begins at " + std::to_string(range.begin));
}

Result<void> GroupLoop::finish_step(PartitionWorker& worker) {
  const auto records = worker.take_records();
  if (!records.empty()) {
    auto sent = persist("send", [&] { return producer_.send(records, options_.send_timeout); });
    if (!sent) return sent;
  }
  const Commit commit = worker.commit();
  if (auto stored = persist("commit", [&] { return store_.commit(commit); }); !stored) return stored;
  if (listener_ != nullptr) listener_->committed(worker.owner(), commit.changes);
  worker.committed();
  ++stats_.steps;
  consumer_.report(worker.owner().partition, worker.next());
  return {};
}

Result<void> GroupLoop::persist(const char* what, const std::function<Result<void>()>& attempt) {
  // At least half of the back-off, and jitter so that processes that failed together do not come back together.
  const Backoff backoff{options_.min_backoff, options_.max_backoff, 50};
  std::uint32_t failures = 0;
  bool paused = false;
  Result<void> result;
  while (true) {
    result = attempt();
    if (result || result.error().code != ErrorCode::kUnavailable) break;
    if (stopping_()) {
      result = fail(ErrorCode::kBusy, "stopping", what);
      break;
    }
    ++stats_.retries;
    if (!paused) consumer_.pause();
    paused = true;
    const auto wait = backoff.wait(++failures, jitter_());
    log_warn("waiting", {{"processor", to_string(processor_.kind())},
                         {"for", what},
                         {"error", result.error().text()},
                         {"milliseconds", wait.count()}});
    // Polling keeps the group from taking this member for dead; nothing is delivered while paused.
    if (auto polled = consumer_.poll(0, wait)) {
      ORDO_CHECK(polled->records.empty(), polled->records.size(), " records delivered while paused");
      // Within one poll what was lost was lost before what was won.
      for (const int partition : polled->revoked) {
        std::erase(deferred_.assigned, partition);
        deferred_.revoked.push_back(partition);
      }
      for (const int partition : polled->assigned) {
        deferred_.assigned.push_back(partition);
      }
    }
  }
  if (paused) consumer_.resume();
  return result;
}

std::map<int, std::int64_t> GroupLoop::positions() const {
  std::map<int, std::int64_t> out;
  for (const auto& [partition, worker] : workers_) out[partition] = worker->next();
  return out;
}

}  // namespace ordo
