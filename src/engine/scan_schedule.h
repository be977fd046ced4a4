// The partitions that this process owns, and when their documents must be scanned. Its users follow the commits of
// these partitions. A scan finds what they missed: after a take-over, a failure or an overflow.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "engine/ports.h"

namespace ordo {

// Plain bookkeeping: no threads, no clock. One thread at a time: its user guards it with a mutex.
class ScanSchedule {
 public:
  // The process owns the partition from now on, and must scan it at once.
  void take(const Owner& owner);
  // The process no longer owns the partition. Its scan is forgotten.
  void lose(const Owner& owner);
  bool owns(const Owner& owner) const { return owned_.contains(owner); }

  // Asks for a scan at `at` or, if one is scheduled, at the earlier time of both. No effect unless the owner is owned.
  void scan_at(const Owner& owner, Timestamp at);
  void scan_now(const Owner& owner) { scan_at(owner, Timestamp()); }

  // Owners of one processor whose scan is due, each once. Their documents share collections, so one scan can serve all
  // of them. Empty when none is due. A scan that fails must be asked for again.
  std::set<Owner> take_due(Timestamp now);
  // When the next scan is due.
  std::optional<Timestamp> next() const;

 private:
  std::set<Owner> owned_;
  std::map<Owner, Timestamp> scans_;  // earliest time of each scan; only of partitions that are owned
};

}  // namespace ordo
