// Builds views from the log again beside the live ones, and compares or swaps them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "audit/rebuild_compare.h"
#include "audit/swapper.h"

namespace ordo::audit {

struct RebuildOptions {
  std::vector<Collection> collections;
  CompareOptions compare;
  RefoldOptions refold;
};

struct RebuildReport {
  std::vector<ComparedCollection> collections;
  // Collections that the log cannot restore completely, with the partitions that prevent it.
  std::map<Collection, std::vector<Unreplayable>> unreplayable;
  std::vector<std::string> cursors;  // owners whose record of what they have seen differs from the log
  std::uint64_t folded = 0;          // number of records
  bool swapped = false;

  std::uint64_t differences() const;
  std::uint64_t unsettled() const;
};

// `live.snapshot` is true when nothing moves: it is a snapshot, or nothing writes. With `swapper`, every difference is
// corrected. Otherwise only the scratch store is written. Errors of the sources and of the swapper.
Result<RebuildReport> rebuild(const CheckSources& live, processors::ProcessorSet& processors, ScratchStore& scratch,
                              const RebuildOptions& options, Swapper* swapper);

std::string rebuild_text(const RebuildReport& report);
std::string rebuild_json(const RebuildReport& report);

}  // namespace ordo::audit
