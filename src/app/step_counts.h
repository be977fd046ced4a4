// Counts the results of this process's processors for the metrics: dead letters, and orders that reached a status. Also
// logs each dead letter.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/commit_listener.h"
#include "records/topology.h"

namespace ordo::app {

// Allows one log line per second, and counts the letters that were left out meanwhile. Not thread-safe.
class LineLimit {
 public:
  using Clock = std::chrono::steady_clock;

  // There are `count` letters to log. Returns how many are left out besides the one of this line; nullopt: write no
  // line now.
  std::optional<std::uint64_t> admit(std::uint64_t count, Clock::time_point now);
  // The number of left-out letters that can be logged now. 0 when there are none, or no line may be written yet.
  std::uint64_t take_left_out(Clock::time_point now);

 private:
  bool due(Clock::time_point now) const { return !last_ || now - *last_ >= std::chrono::seconds(1); }

  std::optional<Clock::time_point> last_;
  std::uint64_t left_out_ = 0;
};

// Any thread. The processors' threads call counted().
class StepCounts final : public CommitListener {
 public:
  // `processors`: those that this process runs.
  explicit StepCounts(const std::vector<ProcessorKind>& processors);

  void taken(const Owner& /*owner*/) override {}
  void lost(const Owner& /*owner*/) override {}
  void committed(const Owner& /*owner*/, std::span<const Change> /*changes*/) override {}
  void counted(const Owner& owner, const StepSummary& summary) override;

  // Logs the letters that were left out. Call it about once a second.
  void tell_left_out();

  void append_metrics(std::string& out) const;

 private:
  using Reasons = std::map<std::string, std::uint64_t, std::less<>>;

  mutable std::mutex mutex_;  // guards the members below
  std::map<ProcessorKind, Reasons> letters_;
  std::array<std::uint64_t, kOrderStatuses> orders_{};
  LineLimit lines_;
};

}  // namespace ordo::app
