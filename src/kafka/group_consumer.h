// A processor's inbox, shared with the other processes that run it.
#pragma once

#include <chrono>
#include <memory>

#include "kafka/options.h"
#include "process/ports.h"

namespace ordo::kafka {

// A member of the group `group_prefix` + processor. Which partitions it reads is the group's to say, from where is its
// caller's: the offsets kept at the broker are never read, only written for figures of lag.
class GroupConsumer final : public ordo::GroupConsumer {
 public:
  // Joins in the background. kInvalid: the options are wrong.
  static Result<std::unique_ptr<GroupConsumer>> open(const Options& options, ProcessorKind processor);
  ~GroupConsumer() override;  // as close()

  // One thread for all of these. A partition both revoked and assigned went away and came back: `revoked` comes first.
  // `records` holds none of a revoked partition. Waits out a broker that is away with empty results.
  // kCorrupt "log_truncated": the log ends before the offset that was sought, or began anew.
  // kUnavailable: the group refuses this member (authorisation, or a protocol error that does not pass).
  Result<Polled> poll(std::size_t max_records, std::chrono::milliseconds timeout) override;

  // Takes effect with the next poll(). kNotFound: the partition is not assigned.
  Result<void> seek(int partition, std::int64_t offset) override;

  void pause() override;
  void resume() override;

  // Asks the broker; blocks for up to five seconds. kUnavailable.
  Result<LogRange> range(int partition) override;

  // Written to the broker every second, by poll().
  void report(int partition, std::int64_t next) override;

  // Leaves the group, waiting for up to a few seconds when its broker is away. poll() must not be called after it.
  void close() override;

 private:
  class State;
  explicit GroupConsumer(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ordo::kafka
