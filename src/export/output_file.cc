#include "export/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace ordo::exports {
namespace {

tl::unexpected<Error> cannot_write(const std::string& path) {
  return fail(ErrorCode::kIo, "cannot_write", "cannot write " + path + ": " + std::strerror(errno));
}

}  // namespace

Result<OutputFile> OutputFile::create(const std::string& path) {
  std::error_code ignored;
  std::string target = path;
  if (const auto real = std::filesystem::canonical(path, ignored); !ignored) target = real.string();
  struct stat existing {};
  const bool exists = ::stat(target.c_str(), &existing) == 0;
  if (exists && !S_ISREG(existing.st_mode)) {
    return fail(ErrorCode::kInvalid, "not_a_file", path + " is no regular file; without --output, ordo prints");
  }
  std::string temporary = target + ".part-XXXXXX";
  // Readable by its owner alone: the file has data of persons. A file that is replaced keeps its mode.
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) return cannot_write(path);
  OutputFile created(std::move(target), std::move(temporary), file);
  if (exists && ::fchmod(file, existing.st_mode & 0777) != 0) return cannot_write(path);
  return created;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::move(other.temporary_)), file_(std::exchange(other.file_, -1)) {}

OutputFile::~OutputFile() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(temporary_.c_str());
}

Result<void> OutputFile::write(std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(file_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot_write(path_);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> OutputFile::commit() {
  if (::fsync(file_) != 0 || std::rename(temporary_.c_str(), path_.c_str()) != 0) return cannot_write(path_);
  ::close(std::exchange(file_, -1));
  return {};
}

}  // namespace ordo::exports
