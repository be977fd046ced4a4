// Publishes the engine's state to other threads: the length of the log and the positions of the owners.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "embedded/log_layout.h"
#include "engine/ports.h"
#include "records/topology.h"

namespace ordo::embedded {

// Any thread.
class LogFeed {
 public:
  LogFeed(const LogLayout& layout, std::vector<std::int64_t> ends, std::map<Owner, std::int64_t> positions);

  // The log is durable up to these ends.
  void publish(std::vector<std::int64_t> ends);
  // The documents are those of these positions.
  void publish(std::map<Owner, std::int64_t> positions);
  // Counts accepted appends that are not yet acknowledged.
  void began();
  void answered(std::size_t count);

  // The ends of the partitions of one topic, and a number that changes with each publish.
  struct Ends {
    std::uint64_t generation = 0;
    std::vector<std::int64_t> ends;  // by partition
  };
  Ends ends(Topic topic, bool dlq) const;
  // Waits until there was a publish after `generation`, or until `deadline`.
  void wait(std::uint64_t generation, std::chrono::steady_clock::time_point deadline) const;

  // Records that each owner has not folded: their range, and their number.
  std::map<Owner, LogRange> unfolded() const;
  std::map<Owner, std::int64_t> lags() const;
  // True when nothing waits to be written or folded.
  bool idle() const;
  bool wait_idle(std::chrono::milliseconds timeout) const;

 private:
  bool idle_locked() const;
  std::int64_t lag_locked(const Owner& owner, std::int64_t next) const;

  const LogLayout& layout_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::uint64_t generation_ = 0;
  std::vector<std::int64_t> ends_;  // by index of the layout
  std::map<Owner, std::int64_t> positions_;
  std::size_t unanswered_ = 0;
};

}  // namespace ordo::embedded
