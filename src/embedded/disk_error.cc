#include "embedded/disk_error.h"

#include <cerrno>
#include <string>
#include <system_error>

namespace ordo::embedded {

Error disk_error(Error error, const std::string& database, const std::optional<DiskFailure>& failure) {
  if (error.code == ErrorCode::kCorrupt) {
    error.reason = "damaged_database";
    error.message = "cannot continue with " + database + ", which is damaged: " + error.message +
                    "; check the disk, restore a copy of the database, then start again";
  }
  if (error.code != ErrorCode::kIo || error.reason != "sqlite") return error;
  const int code = failure ? failure->system_error : 0;
  // guard: engine-full-named
  const bool full = code == ENOSPC || code == EDQUOT;
  std::string message =
      failure ? "cannot " + std::string(failure->operation) + " " + failure->file : "cannot use " + database;
  message += ": " + (code != 0 ? std::system_category().message(code) + ", " : std::string()) + error.message;
  message += full ? "; free space there, then start again" : "; check the disk and its mount, then start again";
  message += ": everything acknowledged is kept";
  error.reason = full ? "disk_full" : "disk_failed";
  error.message = std::move(message);
  return error;
}

}  // namespace ordo::embedded
