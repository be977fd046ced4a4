// What `ordo epoch begin` does to an embedded database.
#pragma once

#include <string>

#include "base/result.h"
#include "records/topology.h"

namespace ordo::embedded {

// Makes a processor take its inbox as a new log with the partitions of `topology`. What it has folded stays folded
// where its place is still inside the log; where the log was cut off or made anew it begins at the first record.
// kConflict "directory_in_use" while an engine runs, "unfolded_records" when the number of partitions changes while
// records of the old ones wait: they would be folded by two owners.
Result<void> begin_epoch(const std::string& directory, const Topology& topology, ProcessorKind processor);

}  // namespace ordo::embedded
