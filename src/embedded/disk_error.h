// What is said of a disk that fails: which file, what was tried, why it failed, and what to do.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "embedded/counting_vfs.h"

namespace ordo::embedded {

// `error` as SQLite told it when it used `database`, and what was noted of the call that failed. kIo becomes
// "disk_full" or "disk_failed", kCorrupt "damaged_database"; others stay as they are.
Error disk_error(Error error, const std::string& database, const std::optional<DiskFailure>& failure);

}  // namespace ordo::embedded
