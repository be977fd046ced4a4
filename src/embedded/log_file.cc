#include "embedded/log_file.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/check.h"

namespace ordo::embedded {
namespace {

// SQLite's VFS for Unix cannot write or read 128 KiB in one call.
constexpr std::size_t kCallBytes = std::size_t{64} << 10;

tl::unexpected<Error> refused(int result) {
  return fail(ErrorCode::kIo, "sqlite",
              std::string(sqlite3_errstr(result)) + " (SQLite code " + std::to_string(result) + ")");
}

Result<void> done(int result) {
  if (result == SQLITE_OK) return {};
  return refused(result);
}

sqlite3_vfs& find(const char* vfs) {
  sqlite3_initialize();
  sqlite3_vfs* found = sqlite3_vfs_find(vfs);
  ORDO_CHECK(found != nullptr, "no VFS ", vfs != nullptr ? vfs : "of the system");
  return *found;
}

}  // namespace

void LogFile::Close::operator()(sqlite3_file* file) const {
  if (file->pMethods != nullptr) file->pMethods->xClose(file);
  delete[] reinterpret_cast<std::max_align_t*>(file);
}

Result<LogFile> LogFile::open(const std::string& path, const char* vfs, int flags) {
  sqlite3_vfs& system = find(vfs);
  const std::size_t size = static_cast<std::size_t>(system.szOsFile) / sizeof(std::max_align_t) + 1;
  LogFile opened(path);
  opened.file_.reset(reinterpret_cast<sqlite3_file*>(new std::max_align_t[size]()));
  // As a write-ahead log, so that SQLite gives it the permissions of the database file whose name it begins with.
  const int result = system.xOpen(&system, opened.path_->c_str(), opened.file_.get(), flags | SQLITE_OPEN_WAL, nullptr);
  if (result != SQLITE_OK) return refused(result);
  return opened;
}

Result<LogFile> LogFile::create(const std::string& path, const char* vfs) {
  auto opened = open(path, vfs, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!opened) return opened;
  // One of the same name may be left from a start that did not end.
  sqlite3_file* file = opened->file_.get();
  if (auto emptied = done(file->pMethods->xTruncate(file, 0)); !emptied) return fail(std::move(emptied.error()));
  return opened;
}

Result<LogFile> LogFile::open(const std::string& path, const char* vfs) {
  return open(path, vfs, SQLITE_OPEN_READONLY);
}

Result<void> LogFile::write(std::int64_t at, std::string_view bytes) {
  for (std::size_t from = 0; from < bytes.size(); from += kCallBytes) {
    const std::string_view part = bytes.substr(from, kCallBytes);
    const auto place = at + static_cast<std::int64_t>(from);
    auto written = done(file_->pMethods->xWrite(file_.get(), part.data(), static_cast<int>(part.size()), place));
    if (!written) return written;
  }
  return {};
}

Result<void> LogFile::sync() {
  // guard: log-file-syncs
  return done(file_->pMethods->xSync(file_.get(), SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY));
}

Result<void> LogFile::read(std::int64_t at, char* out, std::size_t size) {
  for (std::size_t from = 0; from < size; from += kCallBytes) {
    const auto place = at + static_cast<std::int64_t>(from);
    const int result =
        file_->pMethods->xRead(file_.get(), out + from, static_cast<int>(std::min(kCallBytes, size - from)), place);
    if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ) return refused(result);
  }
  return {};
}

Result<std::int64_t> LogFile::size() {
  sqlite3_int64 size = 0;
  if (auto found = done(file_->pMethods->xFileSize(file_.get(), &size)); !found) return fail(std::move(found.error()));
  return size;
}

Result<void> remove_log_file(const std::string& path, const char* vfs) {
  sqlite3_vfs& system = find(vfs);
  const int result = system.xDelete(&system, path.c_str(), 1);
  return result == SQLITE_IOERR_DELETE_NOENT ? Result<void>() : done(result);
}

}  // namespace ordo::embedded
