// The invariants of a running system, checked over its documents and its log.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "process/ports.h"

namespace ordo::cli {

struct CheckSources {
  DocumentReader& documents;
  LogSource& log;
  const Topology& topology;
  // All of it is seen as of one moment. Otherwise what does not fit together while records move is taken for work under
  // way, as far as it can be.
  bool snapshot = false;
};

struct CheckOptions {
  std::size_t samples = 10;  // violations told one by one, for each invariant
  // Records of order_created whose order is not there, remembered until the dead letters are read.
  std::size_t max_missing = 1'000'000;
};

struct Invariant {
  std::string name;   // snake_case, for programs
  std::string title;  // what holds, as a sentence
  std::uint64_t checked = 0;
  std::uint64_t waiting = 0;  // cannot be said yet: records that would settle it are under way
  std::uint64_t violated = 0;
  std::vector<std::string> samples;  // of the violations, each with its ids
};

struct CheckReport {
  std::vector<Invariant> invariants;
  std::map<Owner, std::int64_t> lags;                // records not yet folded
  std::map<std::string, std::int64_t> dead_letters;  // topic -> records, where there are any

  bool clean() const;
  std::int64_t lag() const;
};

// Records that no owner has folded yet, by owner. Errors of the sources.
Result<std::map<Owner, std::int64_t>> read_lags(const CheckSources& sources);

// Checks every invariant. Reads only. Memory: about 150 bytes for each active reservation and each stock level that has
// one; nothing for an order. Blocks; any thread. Errors of the sources; kInvalid "too_many_missing" beyond max_missing.
Result<CheckReport> check_invariants(const CheckSources& sources, const CheckOptions& options);

}  // namespace ordo::cli
