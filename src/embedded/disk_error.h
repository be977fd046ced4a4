// The message for a failing disk: the file, the operation, the cause, and the remedy.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "embedded/counting_vfs.h"

namespace ordo::embedded {

// `error` is SQLite's error when it used `database`; `failure` is the recorded failed call. kIo becomes "disk_full" or
// "disk_failed", and kCorrupt becomes "damaged_database". Other errors stay unchanged.
Error disk_error(Error error, const std::string& database, const std::optional<DiskFailure>& failure);

}  // namespace ordo::embedded
