// The possible faults, their probabilities in one history, and their counts.
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
  restart,         // a process is asked to end and does so
  rebalance,       // partitions change owners
  stale_owner,     // a member learns late that it lost a partition
  slow_consumer,   // a whole role pauses for a while
  reread,          // a consumer returns earlier records again
  database_fails,  // one call
  database_away,   // for a while
  disk_full,       // the store refuses writes for a while, and the process waits
  disk_stop,       // the store refuses writes for a while, and the process stops (like the embedded one)
  broker_fails,    // one call
  broker_away,     // for a while
  answer_lost,     // the call is done, but its caller gets no answer
  duplicate,       // the log has a numbered record twice
  repeat,          // an outside sender repeats a message at any later time
  late_answer,     // messages from outside overtake each other
  unheard,         // the gateway acts, but its answer is lost
  gateway,         // orders are paid with the simulated gateway's difficult methods
  clock_forward,
  clock_back,
  clock_wrong,  // of a foreign producer: years ahead or behind
  malformed,    // records that cannot be read
  oversized,    // the topics accept only small records; some records are close to the limit or beyond
  misplaced,    // foreign producers use arbitrary partitions
  api_dies,     // an instance of the API dies with unsent records
  retention,    // the first records of the log are removed, after all owners have folded them
  forged,       // foreign records claim to be ordo's
  epoch,  // `ordo epoch begin`: a partition was recreated or replaced, a topic has more partitions, or there is no
          // reason
  kCount
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::kCount);

// The observed effects of the faults and of the workload.
enum class Sight : std::uint8_t {
  records,             // returned to members
  steps,               // committed
  fenced,              // an owner detected another owner
  stale_work,          // records for a member that did not know that it had lost the partition
  torn_commits,        // a commit record was stored, but not all of its changes were applied
  crashed_recoveries,  // a crash while a predecessor's commit was being completed
  resent_records,      // by a repeated step, or by a send that failed halfway
  skipped_copies,      // records in the log that are copies of earlier ones
  races,               // cancels of orders whose payment or dispatch was in progress
  carrier_cancels,     // of shipments
  parts_cancelled,     // of orders that went on; counted at the end
  sent_again,          // shipments of lost goods; counted at the end
  refunds_corrected,   // the bank reversed its earlier answer
  effects,
  dead_letters,
  letters_replayed,
  orders_refused,       // POSTs with the answer 503
  orders_retried,       // with the same key, through another instance
  lost_and_detected,    // histories that lost a record and stopped with an error
  lost_unfollowed,      // histories that lost a record that had no successor
  refused_logs,         // truncated, expired or repartitioned logs that were refused
  removed_records,      // by retention
  cut_readers,          // members whose next record had been removed
  logs_made_anew,       // partitions
  epochs_needless,      // begun although all logs were complete
  topics_widened,       // by a partition
  logs_replaced,        // recreated and filled up to the old position, and refused
  captured_parts,       // by the bank
  paid_by_hand,         // payments that people recorded
  refunds_by_hand,      // that people paid
  unread_expired,       // partitions that were assigned but never read, whose records expired, and which were refused
  promotions_used,      // by orders; these are counted at the end
  promotions_refused,   // to orders
  promotions_returned,  // by orders
  orders_imported,      // of the past, some more than once
  terms_changes,
  tags_changes,
  kCount
};
inline constexpr std::size_t kSights = static_cast<std::size_t>(Sight::kCount);

std::string_view name_of(Fault fault);
std::string_view name_of(Sight sight);
// False when there is no such fault.
bool parse_fault(std::string_view name, Fault& fault);

// The faults that the command line allows.
using FaultMask = std::array<bool, kFaults>;
FaultMask all_faults();

// Swarm testing: a history has some of the faults, each with its own strength. A history with all faults rarely makes
// progress, and some errors only appear where another fault does not hide them.
class Faults {
 public:
  void draw(Choices& choices, const FaultMask& allowed);

  // In 1/1000 per opportunity. Zero when the fault is off, or after calm().
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

// Counts of many histories, by name, for the summary.
using Figures = std::map<std::string, std::uint64_t, std::less<>>;

}  // namespace ordo::simulation
