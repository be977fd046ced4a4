// Builds views anew from the log beside the live ones, and compares or swaps them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/rebuild_compare.h"
#include "cli/rebuild_swap.h"

namespace ordo::cli {

struct RebuildOptions {
  std::vector<Collection> collections;
  CompareOptions compare;
  RefoldOptions refold;
};

struct RebuildReport {
  std::vector<ComparedCollection> collections;
  // Collections of which the log cannot give back everything, with the partitions at fault.
  std::map<Collection, std::vector<Unreplayable>> unreplayable;
  std::vector<std::string> cursors;  // owners whose memory of what they have seen is not what the log says
  std::uint64_t folded = 0;          // records
  bool swapped = false;

  std::uint64_t differences() const;
  std::uint64_t unsettled() const;
};

// `live.snapshot` where nothing moves: it is a snapshot, or nobody writes. With `swapper` every difference is mended.
// Reads only, but for the scratch store and the swapper. Errors of the sources and of the swapper.
Result<RebuildReport> rebuild(const CheckSources& live, ProcessorSet& processors, Scratch& scratch,
                              const RebuildOptions& options, Swapper* swapper);

std::string rebuild_text(const RebuildReport& report);
std::string rebuild_json(const RebuildReport& report);

}  // namespace ordo::cli
