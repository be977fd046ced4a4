#include "access/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "access/file_exposure.h"

namespace ordo::access {

OpenFile::~OpenFile() {
  if (fd_ >= 0) ::close(fd_);
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto size = ::write(fd, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

Result<std::string> read_small_file(const std::string& path, std::size_t most) {
  const OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return fail(ErrorCode::kNotFound, "no_file", "there is no file " + path);
    return fail(ErrorCode::kIo, "cannot_read", "cannot read " + path);
  }
  // guard: file-writable-by-others
  if (auto safe = check_not_writable_by_others(file.fd(), path); !safe) return fail(std::move(safe.error()));
  std::string text;
  ssize_t size = 0;
  do {
    const auto had = text.size();
    text.resize(had + 64 * 1024);
    size = ::read(file.fd(), text.data() + had, text.size() - had);
    const bool again = size < 0 && errno == EINTR;
    text.resize(had + static_cast<std::size_t>(size > 0 ? size : 0));
    if (again) size = 1;
  } while (size > 0 && text.size() <= most);
  if (size < 0) return fail(ErrorCode::kIo, "cannot_read", "cannot read " + path);
  if (text.size() > most) {
    return fail(ErrorCode::kInvalid, "file_too_large", path + " has more than " + std::to_string(most) + " bytes");
  }
  return text;
}

FileStamp stamp_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  // The inode's change time (ctime) moves at every change, even a rename or a write that sets the time back.
  constexpr std::int64_t kSecond = 1'000'000'000;
  return {status.st_ino, status.st_size, status.st_ctim.tv_sec * kSecond + status.st_ctim.tv_nsec};
}

}  // namespace ordo::access
