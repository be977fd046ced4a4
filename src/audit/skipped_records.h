// Records without effect whose reason is not in the records themselves. Operators passed over them with `ordo skip`, or
// the log or the store refused their effects, which it may accept today. A new fold of the log must pass over them too.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "engine/ports.h"

namespace ordo::audit {

using SkippedRecords = std::map<int, std::map<std::int64_t, std::string>>;  // partition -> offset -> why

// Reads them from the dead letters of the processor's inbox. Errors of the log; kInvalid "too_many_skipped".
Result<SkippedRecords> read_skipped(LogSource& log, ProcessorKind kind);

}  // namespace ordo::audit
