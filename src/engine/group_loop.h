// GroupLoop: one processor as a member of its consumer group. It is for backends where log and documents are separate.
// A step folds a batch, sends its records and waits for every acknowledgement. Then it commits the documents with the
// offset. A crash in between repeats the step, and the receivers of its records drop the copies.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "engine/commit_listener.h"
#include "engine/ports.h"
#include "engine/processor.h"
#include "engine/worker.h"

namespace ordo {

struct GroupLoopOptions {
  std::size_t max_poll_records = 4'000;
  std::size_t max_step_bytes =
      4 * 1024 * 1024;                   // of changed documents; keeps a commit record well under MongoDB's 16 MiB
  std::size_t cache_documents = 20'000;  // for each partition
  CacheBudget* cache_budget = nullptr;   // of all loops together; outlives them. Null: none
  std::chrono::milliseconds poll_timeout{200};
  std::chrono::milliseconds send_timeout{2'000};
  std::chrono::milliseconds min_backoff{50};
  std::chrono::milliseconds max_backoff{5'000};
  std::uint64_t jitter_seed = 1;
  LogRules rules;
  // Receives the error that the loop waits for, at each failed attempt, and nullptr once it works again. May be empty.
  std::function<void(const Error* error)> on_wait;
  // Reads the limits again after a topic refused a record that they allow. kUnavailable. Null: keep the known limits.
  std::function<Result<RecordLimits>()> read_limits;
};

// Counters of one loop, for metrics. The loop's thread writes them.
struct GroupLoopStats {
  std::uint64_t records = 0;
  std::uint64_t steps = 0;
  std::uint64_t retries = 0;
  std::uint64_t fenced = 0;
};

class GroupLoop {
 public:
  // All references, and `listener` if there is one, outlive the loop. The loop calls `stopping` while it waits for a
  // service that is not available.
  GroupLoop(Processor& processor, const Topology& topology, GroupConsumer& consumer, StepProducer& producer,
            StateStore& store, std::function<bool()> stopping, GroupLoopOptions options = {},
            CommitListener* listener = nullptr);

  // Polls once and processes every received record up to its commit. An error is final: kGap, kCorrupt, kConflict (see
  // check_cursor). These are no errors: the broker or database is not available (the loop waits, with back-off); a
  // partition is lost; a record causes records or documents that are too large (it is refused).
  Result<void> run_once();

  // Compares the log of each owned partition with what was read from it. Call it from time to time, between two polls.
  // An error is final, see check_cursor. While the broker is not available, it compares nothing.
  Result<void> verify();

  // True once the group has assigned partitions and the log of each of them was compared.
  bool settled() const { return joined_ && deferred_.assigned.empty() && again_.empty(); }

  // Owned partitions, and the first unfolded offset of each.
  std::map<int, std::int64_t> positions() const;
  const GroupLoopStats& stats() const { return stats_; }

 private:
  Result<void> take_assignment(const GroupConsumer::Polled& polled);
  Result<void> begin_partition(int partition);
  // Asks store and log. Returns the owner's cursor if it fits the log, else kConflict.
  Result<Cursor> find_place(const Owner& owner, LogRange& range);
  // The log's identity for an owner that has read as far as `cursor`.
  Result<LogIdentity> look_at_log(int partition, const Cursor& cursor, LogRange& range);
  Result<void> verify_worker(const PartitionWorker& worker);
  void end_partition(int partition);
  void begin_later(int partition);  // ends it, and begins it again unless it is revoked
  Result<void> step_all(GroupConsumer::Polled polled);
  // Folds the records. No record lies between the last one and `end`.
  Result<void> step(PartitionWorker& worker, std::vector<Record> records, std::int64_t end);
  Result<void> finish_step(PartitionWorker& worker);
  // kFenced "records_removed" when records that this worker should have folded were removed before it read them.
  Result<void> check_holes(const PartitionWorker& worker, const std::vector<Record>& records, std::int64_t end);
  // Handles a partition whose step failed. Returns an error when nothing helps.
  Result<void> give_up_step(int partition, Error error);
  // A topic refused a record that the limits allow: its limit is smaller than the known one.
  Result<void> learn_limits(const Error& error);
  // Repeats `attempt` until it succeeds, fails with an error that waiting does not fix, or the loop stops (kBusy
  // "stopping").
  Result<void> persist(const char* what, const std::function<Result<void>()>& attempt);
  void say_waiting(const char* what, const Error& error, std::chrono::milliseconds wait);

  Processor& processor_;
  const Topology& topology_;
  GroupConsumer& consumer_;
  StepProducer& producer_;
  StateStore& store_;
  const std::function<bool()> stopping_;
  const GroupLoopOptions options_;
  CommitListener* const listener_;

  std::map<int, std::unique_ptr<PartitionWorker>> workers_;  // by partition
  GroupConsumer::Polled deferred_;                           // assignment changes that came while a step was waiting
  bool joined_ = false;
  std::vector<int> again_;  // partitions to begin again unless they are revoked
  LogRules rules_;          // as known now
  // A partition whose step was too large to commit: up to this offset, each record becomes its own step.
  std::map<int, std::int64_t> one_by_one_;
  std::minstd_rand jitter_;
  std::string said_;                        // the reason that was logged last
  std::chrono::milliseconds since_said_{};  // waited since then
  GroupLoopStats stats_;
};

}  // namespace ordo
