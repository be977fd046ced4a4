// GroupLoop: one processor as a member of its consumer group, for the backends where log and documents are apart. A
// step folds a batch, sends its records and waits for every acknowledgement, then commits the documents with the
// offset: a crash between any two of these repeats the step, and whoever receives its records drops the copies.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>

#include "process/commit_listener.h"
#include "process/ports.h"
#include "process/processor.h"
#include "process/worker.h"

namespace ordo {

struct GroupLoopOptions {
  std::size_t max_poll_records = 4'000;
  std::size_t max_step_bytes =
      4 * 1024 * 1024;                   // of changed documents; keeps a commit record well under MongoDB's 16 MiB
  std::size_t cache_documents = 20'000;  // a partition
  std::chrono::milliseconds poll_timeout{200};
  std::chrono::milliseconds send_timeout{2'000};
  std::chrono::milliseconds min_backoff{50};
  std::chrono::milliseconds max_backoff{5'000};
  std::uint64_t jitter_seed = 1;
};

// Figures of one loop, for metrics; written by the loop's thread.
struct GroupLoopStats {
  std::uint64_t records = 0;
  std::uint64_t steps = 0;
  std::uint64_t retries = 0;
  std::uint64_t fenced = 0;
};

class GroupLoop {
 public:
  // All references outlive the loop, and so does `listener`, where there is one. `stopping` is asked while waiting for
  // something that is away.
  GroupLoop(Processor& processor, const Topology& topology, GroupConsumer& consumer, StepProducer& producer,
            StateStore& store, std::function<bool()> stopping, GroupLoopOptions options = {},
            CommitListener* listener = nullptr);

  // Polls once and carries every record it got to its commit. An error is final and loud: kGap, kCorrupt, kConflict
  // (see check_cursor), and kInvalid for a record whose documents alone are too large to commit. Not an error: the
  // broker or the database away (it waits, with back-off), and losing a partition.
  Result<void> run_once();

  // Partitions owned, and the first offset of each not yet folded.
  std::map<int, std::int64_t> positions() const;
  const GroupLoopStats& stats() const { return stats_; }

 private:
  Result<void> take_assignment(const GroupConsumer::Polled& polled);
  Result<void> begin_partition(int partition);
  void end_partition(int partition);
  Result<void> step(PartitionWorker& worker, std::vector<Record> records);
  Result<void> finish_step(PartitionWorker& worker);
  // kFenced "records_removed" when records that this worker should have folded were removed before it read them.
  Result<void> check_holes(const PartitionWorker& worker, const std::vector<Record>& records);
  // What becomes of a partition whose step did not succeed: an error when nothing helps.
  Result<void> give_up_step(int partition, Error error);
  // Tries until it works, until an error that waiting does not mend, or until stopping (kBusy "stopping").
  Result<void> persist(const char* what, const std::function<Result<void>()>& attempt);

  Processor& processor_;
  const Topology& topology_;
  GroupConsumer& consumer_;
  StepProducer& producer_;
  StateStore& store_;
  const std::function<bool()> stopping_;
  const GroupLoopOptions options_;
  CommitListener* const listener_;

  std::map<int, std::unique_ptr<PartitionWorker>> workers_;  // by partition
  GroupConsumer::Polled deferred_;                           // assignment news that came while a step was waiting
  std::vector<int> again_;                                   // partitions to begin again unless they are taken away
  // Of a partition whose step was too large to commit: up to this offset each record is a step of its own.
  std::map<int, std::int64_t> one_by_one_;
  std::minstd_rand jitter_;
  GroupLoopStats stats_;
};

}  // namespace ordo
