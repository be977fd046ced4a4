// What can go wrong, how often in one history, and how often it did.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "choices.h"

namespace ordo::simulation {

enum class Fault : std::uint8_t {
  crash,           // a process dies at a boundary of a port
  interleave,      // others run while a process is within a port
  restart,         // a process is asked to end, and does
  rebalance,       // partitions change hands
  stale_owner,     // a member hears late that it lost a partition
  slow_consumer,   // a whole role does nothing for a stretch
  reread,          // a consumer gives out again what it gave before
  database_fails,  // one call
  database_away,   // a stretch
  disk_full,       // the store refuses writes for a stretch, and waits
  disk_stop,       // the store refuses writes for a stretch, and the process stops (as the embedded one does)
  broker_fails,    // one call
  broker_away,     // a stretch
  answer_lost,     // done, but whoever asked does not hear of it
  duplicate,       // the log has a numbered record twice
  repeat,          // somebody outside says the same again, at any time later
  late_answer,     // what comes from outside overtakes each other
  unheard,         // the gateway acts and its answer is lost
  gateway,         // orders are paid by the simulated gateway's troublesome methods
  clock_forward,
  clock_back,
  malformed,  // records that nobody can read
  misplaced,  // foreign producers put records into any partition
  api_dies,   // an instance of the API, with what it had not yet sent
  retention,  // the log's first records go, behind those who have folded them
  epoch,      // `ordo epoch begin`: a partition was made anew, a topic has more of them, or for no reason at all
  kCount
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::kCount);

// What is seen of them, and of the workload.
enum class Sight : std::uint8_t {
  records,             // given out to members
  steps,               // committed
  fenced,              // an owner found out that there was another
  stale_work,          // records given to a member that did not know it had lost the partition
  torn_commits,        // a commit record stored, its changes not all applied
  crashed_recoveries,  // a crash while a predecessor's commit was being finished
  resent_records,      // by a step that was repeated, or a send that failed half-way
  skipped_copies,      // records in the log that are a copy of an earlier one
  races,               // cancels of orders whose payment or dispatch was under way
  errands,
  dead_letters,
  letters_replayed,
  orders_refused,     // POSTs that were answered 503
  orders_retried,     // under the same key, through another instance
  lost_and_detected,  // histories that lost a record and stopped loudly
  lost_unfollowed,    // that lost one after which nothing came
  refused_logs,       // truncated, expired or repartitioned logs that were refused
  removed_records,    // by retention
  cut_readers,        // members whose next record had been removed
  logs_made_anew,     // partitions
  epochs_needless,    // begun where all logs were whole
  topics_widened,     // by a partition
  kCount
};
inline constexpr std::size_t kSights = static_cast<std::size_t>(Sight::kCount);

std::string_view name_of(Fault fault);
std::string_view name_of(Sight sight);
// False when there is no such fault.
bool parse_fault(std::string_view name, Fault& fault);

// Faults that are allowed at all, from the command line.
using FaultMask = std::array<bool, kFaults>;
FaultMask all_faults();

// Swarm testing: a history has some of the faults, each with a strength of its own. One that has them all seldom gets
// anywhere, and some failures show only where another fault does not hide them.
class Faults {
 public:
  void draw(Choices& choices, const FaultMask& allowed);

  // In 1/1000 per opportunity; zero when the fault is off, or after calm().
  int rate(Fault fault) const { return calm_ ? 0 : rates_[static_cast<std::size_t>(fault)]; }
  void calm() { calm_ = true; }
  void stir() { calm_ = false; }
  bool is_calm() const { return calm_; }

  void count(Fault fault) { ++happened_[static_cast<std::size_t>(fault)]; }
  void count(Sight sight, std::uint64_t times = 1) { seen_[static_cast<std::size_t>(sight)] += times; }
  std::uint64_t happened(Fault fault) const { return happened_[static_cast<std::size_t>(fault)]; }
  std::uint64_t seen(Sight sight) const { return seen_[static_cast<std::size_t>(sight)]; }

 private:
  std::array<int, kFaults> rates_{};
  std::array<std::uint64_t, kFaults> happened_{};
  std::array<std::uint64_t, kSights> seen_{};
  bool calm_ = false;
};

// Counts of many histories, by name: what a summary shows.
using Figures = std::map<std::string, std::uint64_t, std::less<>>;

}  // namespace ordo::simulation
