// The data directory of an engine, locked against a second engine.
#pragma once

#include <string>

#include "base/result.h"

namespace ordo::embedded {

// The database file in a data directory.
std::string database_path(const std::string& directory);

// Syncs the directory's entries to disk, so that they survive a power cut. kIo. Any thread.
Result<void> sync_data_directory(const std::string& directory);

// Holds the lock while it lives. The kernel releases the lock when the process ends, for any reason.
class DataDirectory {
 public:
  // Creates a missing directory (mode 0700), and takes the lock. kConflict "directory_in_use" names the process that
  // holds it. kIo.
  static Result<DataDirectory> lock(const std::string& path);

  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&& other) noexcept;
  ~DataDirectory();

  const std::string& path() const { return path_; }

 private:
  DataDirectory(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::string path_;
  int descriptor_ = -1;  // of ordo.lock
};

}  // namespace ordo::embedded
