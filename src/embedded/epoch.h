// What `ordo epoch begin` does to an embedded database.
#pragma once

#include <string>

#include "base/result.h"
#include "records/topology.h"

namespace ordo::embedded {

// Makes a processor take its inbox as a new log with the partitions of `topology`, as plan_epoch() says. kConflict
// "directory_in_use" while an engine runs, and what plan_epoch() refuses.
Result<void> begin_epoch(const std::string& directory, const Topology& topology, ProcessorKind processor);

}  // namespace ordo::embedded
