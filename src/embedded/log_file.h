// A file of the log. It is used through SQLite's VFS, as the database is: so the same counters count both, and the disk
// of a test fails and loses writes of both.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3_file;

namespace ordo::embedded {

// One thread at a time. Errors are kIo, to be named by disk_error().
class LogFile {
 public:
  // A new, empty file. It is durable only when the directory is synced too.
  static Result<LogFile> create(const std::string& path, const char* vfs);
  // A file that is there; for reading only.
  static Result<LogFile> open(const std::string& path, const char* vfs);

  Result<void> write(std::int64_t at, std::string_view bytes);
  // Makes all writes durable. After an error, only a copy of the file can be trusted.
  Result<void> sync();
  // Fills `size` bytes at `out`. Beyond the end of the file they are zeros.
  Result<void> read(std::int64_t at, char* out, std::size_t size);
  Result<std::int64_t> size();

 private:
  struct Close {
    void operator()(sqlite3_file* file) const;
  };
  explicit LogFile(std::string path) : path_(std::make_unique<std::string>(std::move(path))) {}
  static Result<LogFile> open(const std::string& path, const char* vfs, int flags);

  std::unique_ptr<std::string> path_;  // SQLite's VFS keeps a pointer to the text
  std::unique_ptr<sqlite3_file, Close> file_;
};

// Removes the file, and syncs the directory. A file that is not there is no error. Any thread.
Result<void> remove_log_file(const std::string& path, const char* vfs);

}  // namespace ordo::embedded
