// Small files that are read as a whole, and again when they change. They control access, so files that others can
// change are refused.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace ordo::access {

// A file descriptor that closes itself.
class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

// False, with errno, when not everything could be written. Any thread, like the others.
bool write_all(int fd, std::string_view text);

// kNotFound "no_file", kIo "cannot_read", kInvalid "file_too_large" beyond `most` bytes, and "writable_by_others". Any
// thread.
Result<std::string> read_small_file(const std::string& path, std::size_t most);

// Identifies one version of a file; all zeros when there is no file.
struct FileStamp {
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t changed_ns = 0;
  bool operator==(const FileStamp&) const = default;
};
FileStamp stamp_of(const std::string& path);

}  // namespace ordo::access
