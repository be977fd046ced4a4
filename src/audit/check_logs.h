// Checks the log of each owner: it must be the log that the owner has read, and have all records that are not read yet.
#pragma once

#include "audit/check_findings.h"
#include "audit/check_invariants.h"

namespace ordo::audit {

// Errors of the sources.
Result<void> check_logs(const CheckSources& sources, CheckFindings& findings, std::size_t invariant);

}  // namespace ordo::audit
