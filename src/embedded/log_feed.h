// What the engine's thread tells the others after each commit: how long the log is, how far the owners are.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "embedded/log_tables.h"
#include "records/topology.h"

namespace ordo::embedded {

// Any thread.
class LogFeed {
 public:
  LogFeed(const LogLayout& layout, std::vector<std::int64_t> ends, std::map<Owner, std::int64_t> positions);

  void publish(const std::vector<std::int64_t>& ends, std::map<Owner, std::int64_t> positions);
  // Appends let in and not yet answered.
  void began();
  void answered(std::size_t count);

  // The ends of the partitions of one topic, and a number that changes with each publish.
  struct Ends {
    std::uint64_t generation = 0;
    std::vector<std::int64_t> ends;  // by partition
  };
  Ends ends(Topic topic, bool dlq) const;
  // Until something was published after `generation`, or `deadline`.
  void wait(std::uint64_t generation, std::chrono::steady_clock::time_point deadline) const;

  // Records each owner has not folded.
  std::map<Owner, std::int64_t> lags() const;
  // Nothing waits to be written and nothing to be folded.
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
