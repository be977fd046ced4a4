#include "access/file_exposure.h"

#include <sys/stat.h>

#include "base/log.h"

namespace ordo::access {
namespace {

Result<void> check(const struct stat& status, const std::string& path) {
  if (!S_ISREG(status.st_mode) || (status.st_mode & (S_IWGRP | S_IWOTH)) == 0) return {};
  return fail(ErrorCode::kInvalid, "writable_by_others",
              path + " can be changed by others than its owner: chmod go-w " + path);
}

}  // namespace

Result<void> check_not_writable_by_others(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return check(status, path);
}

Result<void> check_not_writable_by_others(int descriptor, const std::string& path) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return {};
  return check(status, path);
}

void warn_of_readers(const std::string& path, std::string_view what) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || (status.st_mode & S_IROTH) == 0) return;
  log_warn("everybody on this machine can read " + std::string(what), {{"file", path}, {"mend", "chmod o-r " + path}});
}

}  // namespace ordo::access
