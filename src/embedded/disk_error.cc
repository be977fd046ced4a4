#include "embedded/disk_error.h"

#include <cerrno>
#include <string>
#include <system_error>

namespace ordo::embedded {

Error disk_error(Error error, const std::string& database, const std::optional<DiskFailure>& failure) {
  if (error.code == ErrorCode::kCorrupt) {
    error.reason = "damaged_database";
    error.message = "cannot go on with " + database + ", which is damaged: " + error.message +
                    "; see to the disk, put a copy of the database in its place, then start again";
  }
  if (error.code != ErrorCode::kIo || error.reason != "sqlite") return error;
  const int code = failure ? failure->system_error : 0;
  const bool full = code == ENOSPC || code == EDQUOT;
  std::string message =
      failure ? "cannot " + std::string(failure->operation) + " " + failure->file : "cannot use " + database;
  message += ": " + (code != 0 ? std::system_category().message(code) + ", " : std::string()) + error.message;
  message += full ? "; free space there, then start again" : "; see to the disk and its mount, then start again";
  message += ": what was acknowledged is kept";
  error.reason = full ? "disk_full" : "disk_failed";
  error.message = std::move(message);
  return error;
}

}  // namespace ordo::embedded
