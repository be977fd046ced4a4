// A processor's inbox, shared with other processes that run the same processor.
#pragma once

#include <chrono>
#include <memory>

#include "engine/ports.h"
#include "kafka/options.h"

namespace ordo::kafka {

// A member of the group `group_prefix` + processor. The group decides which partitions it reads; its caller decides
// from which offset. Offsets stored at the broker are never read; they are written only for lag metrics.
class GroupConsumer final : public ordo::GroupConsumer {
 public:
  // Joins in the background. kInvalid: the options are wrong.
  static Result<std::unique_ptr<GroupConsumer>> open(const Options& options, ProcessorKind processor);
  ~GroupConsumer() override;  // as close()

  // Call all of these from one thread. A partition that is both revoked and assigned was lost and came back: `revoked`
  // comes first. `records` has none of a revoked partition. While a broker is not available, the results are empty.
  // kConflict "log_truncated": the log ends before the requested offset, or was recreated.
  // kUnavailable: the group refuses this member (authorization, or a permanent protocol error).
  Result<Polled> poll(std::size_t max_records, std::chrono::milliseconds timeout) override;

  // Takes effect with the next poll(). kNotFound: the partition is not assigned.
  Result<void> seek(int partition, std::int64_t offset) override;

  void pause() override;
  void resume() override;

  // Asks the broker; blocks for up to five seconds. kUnavailable.
  Result<LogRange> range(int partition) override;

  Result<LogIdentity> identity() override;
  // Uses a separate client, which is kept once it was needed.
  Result<std::optional<RecordStamp>> stamp(int partition, std::int64_t offset) override;

  // poll() writes the reports to the broker every second. Before a partition's first report, a different offset of the
  // group is logged.
  void report(int partition, std::int64_t next) override;

  // Leaves the group; waits up to a few seconds if its broker is not available. Do not call poll() afterwards.
  void close() override;

 private:
  class State;
  explicit GroupConsumer(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ordo::kafka
