#include "embedded/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/private_directory.h"

namespace ordo::embedded {
namespace {

tl::unexpected<Error> io_error(const std::string& what, int code) {
  const bool full = code == ENOSPC || code == EDQUOT;
  return fail(ErrorCode::kIo, full ? "disk_full" : "data_directory",
              what + ": " + std::system_category().message(code) +
                  (full ? "; free space there, then start again"
                        : "; check the disk and the owner of the directory, then start again"));
}

std::string holder_of(int descriptor) {
  char text[32];
  const ssize_t size = ::pread(descriptor, text, sizeof text, 0);
  std::string pid(text, size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return pid.empty() ? "unknown" : pid;
}

}  // namespace

std::string database_path(const std::string& directory) {
  return (std::filesystem::path(directory) / "ordo.db").string();
}

Result<void> sync_data_directory(const std::string& directory) {
  if (const auto failed = sync_directory(directory)) return io_error("cannot sync " + directory, failed.value());
  return {};
}

Result<DataDirectory> DataDirectory::lock(const std::string& path) {
  if (const auto failed = make_private_directory(path)) return io_error("cannot create " + path, failed.value());
  const std::string file = (std::filesystem::path(path) / "ordo.lock").string();
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return io_error("cannot open " + file, errno);
  DataDirectory directory(path, descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return io_error("cannot lock " + file, errno);
    return fail(ErrorCode::kConflict, "directory_in_use",
                "the data directory " + path + " is in use by process " + holder_of(descriptor) +
                    "; stop it or choose another directory");
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) != 0 ||
      ::pwrite(descriptor, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return io_error("cannot write " + file, errno);
  }
  // SQLite gives the write-ahead log and its index the permissions of the database file. An existing file is not opened
  // here: closing it would release the locks that a reader in this process has on it.
  const std::string database = database_path(path);
  if (::access(database.c_str(), F_OK) != 0) {
    const int created = ::open(database.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (created < 0) return io_error("cannot create " + database, errno);
    ::close(created);
  }
  if (auto synced = sync_data_directory(path); !synced) return fail(std::move(synced.error()));
  return directory;
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

DataDirectory& DataDirectory::operator=(DataDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

DataDirectory::~DataDirectory() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace ordo::embedded
