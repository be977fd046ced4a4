#include "base/private_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace ordo {
namespace {

std::error_code last_error() {
  return {errno, std::system_category()};
}

}  // namespace

std::error_code sync_directory(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return last_error();
  const auto failed = ::fsync(descriptor) != 0 ? last_error() : std::error_code();
  ::close(descriptor);
  return failed;
}

std::error_code make_private_directory(const std::string& path) {
  std::error_code code;
  const auto wanted = std::filesystem::absolute(path, code).lexically_normal();
  if (code || std::filesystem::is_directory(wanted, code)) return code;
  const auto parent = wanted.has_filename() ? wanted.parent_path() : wanted.parent_path().parent_path();
  std::filesystem::create_directories(parent, code);
  if (code) return code;
  if (::mkdir(wanted.c_str(), 0700) != 0 && errno != EEXIST) return last_error();
  return sync_directory(parent.string());
}

}  // namespace ordo
