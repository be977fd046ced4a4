// Checks the invariants of a running system against its documents and its log.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/cursor_check.h"
#include "engine/log_rules.h"
#include "engine/ports.h"

namespace ordo::audit {

struct CheckSources {
  DocumentReader& documents;
  LogSource& log;
  const Topology& topology;
  // True: all data is from one moment. False: while records move, a mismatch counts as work in progress where that can
  // explain it.
  bool snapshot = false;
  // The views of a topic's existing partitions, for the cursors of their owners. Empty when the database
  // of the cursors names its log.
  std::function<Result<std::vector<LogView>>(Topic, std::span<const Cursor>)> view_logs = {};
  LogRules rules = {};  // their targets outlive the check
};

struct CheckOptions {
  std::size_t samples = 10;  // violations reported one by one, per invariant
  // Most records of order_created without an order that are remembered until the dead letters are read.
  std::size_t max_missing = 1'000'000;
};

struct Invariant {
  std::string name;   // snake_case, for programs
  std::string title;  // the rule, as a sentence
  std::uint64_t checked = 0;
  std::uint64_t waiting = 0;  // undecided: records in progress would settle it
  std::uint64_t violated = 0;
  std::vector<std::string> samples;  // examples of the violations, each with its ids
};

// Refunds of manual orders that people have not paid yet. They break no invariant.
struct RefundsDue {
  std::uint64_t count = 0;
  std::vector<std::string> samples;
};

struct CheckReport {
  std::vector<Invariant> invariants;
  RefundsDue refunds_due;
  std::map<Owner, std::int64_t> lags;                // records not yet folded
  std::map<std::string, std::int64_t> dead_letters;  // topic -> number of records; only topics that have some

  bool clean() const;
  std::int64_t lag() const;
};

// Records that are not folded yet, by owner. Errors of the sources.
Result<std::map<Owner, std::int64_t>> read_lags(const CheckSources& sources);

// Checks every invariant. Only reads. Needs about 150 bytes of memory for each active reservation and each stock level
// with one; nothing per order. Blocks; any thread. Errors of the sources; kInvalid "too_many_missing" beyond
// max_missing.
Result<CheckReport> check_invariants(const CheckSources& sources, const CheckOptions& options);

}  // namespace ordo::audit
