// Small files that are read as a whole, again when they change.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace ordo::access {

// kNotFound "no_file", kIo "cannot_read", kInvalid "file_too_large" beyond `most` bytes. Any thread.
Result<std::string> read_small_file(const std::string& path, std::size_t most);

// What tells one version of a file from the next; all zeros when there is none.
struct FileStamp {
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t changed_ns = 0;
  bool operator==(const FileStamp&) const = default;
};
FileStamp stamp_of(const std::string& path);

}  // namespace ordo::access
