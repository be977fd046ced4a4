#include "access/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace ordo::access {

Result<std::string> read_small_file(const std::string& path, std::size_t most) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return fail(ErrorCode::kNotFound, "no_file", "there is no file " + path);
    return fail(ErrorCode::kIo, "cannot_read", "cannot read " + path);
  }
  std::string text;
  ssize_t size = 0;
  do {
    const auto had = text.size();
    text.resize(had + 64 * 1024);
    size = ::read(fd, text.data() + had, text.size() - had);
    const bool again = size < 0 && errno == EINTR;
    text.resize(had + static_cast<std::size_t>(size > 0 ? size : 0));
    if (again) size = 1;
  } while (size > 0 && text.size() <= most);
  ::close(fd);
  if (size < 0) return fail(ErrorCode::kIo, "cannot_read", "cannot read " + path);
  if (text.size() > most) {
    return fail(ErrorCode::kInvalid, "file_too_large", path + " has more than " + std::to_string(most) + " bytes");
  }
  return text;
}

FileStamp stamp_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  // The time of the inode's change moves whenever anything does, a rename or a write that sets the time back too.
  constexpr std::int64_t kSecond = 1'000'000'000;
  return {status.st_ino, status.st_size, status.st_ctim.tv_sec * kSecond + status.st_ctim.tv_nsec};
}

}  // namespace ordo::access
