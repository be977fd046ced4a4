// `ordo epoch begin` for an embedded database.
#pragma once

#include <string>

#include "base/result.h"
#include "records/topology.h"

namespace ordo::embedded {

// Makes a processor accept its inbox as a new log with the partitions of `topology`, see plan_epoch(). kConflict
// "directory_in_use" while an engine runs, and the errors of plan_epoch().
Result<void> begin_epoch(const std::string& directory, const Topology& topology, ProcessorKind processor);

}  // namespace ordo::embedded
