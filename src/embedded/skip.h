// `ordo skip` for an embedded database.
#pragma once

#include <string>

#include "base/result.h"
#include "records/topology.h"

namespace ordo::embedded {

// Makes `owner` skip the record of its inbox at `offset`, see plan_skip(). kConflict "directory_in_use" while an engine
// runs; kNotFound "no_database"; the errors of plan_skip().
Result<void> skip(const std::string& directory, const Topology& topology, const Owner& owner, std::int64_t offset,
                  const std::string& reason);

}  // namespace ordo::embedded
