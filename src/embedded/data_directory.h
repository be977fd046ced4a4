// The directory an engine keeps its data in, locked against a second engine.
#pragma once

#include <string>

#include "base/result.h"

namespace ordo::embedded {

// The database file in a data directory.
std::string database_path(const std::string& directory);

// Holds the lock for as long as it lives; the kernel releases it when the process dies, however it dies.
class DataDirectory {
 public:
  // Makes the directory (0700) where there is none, and takes the lock. kConflict "directory_in_use" names the process
  // that has it; kIo.
  static Result<DataDirectory> lock(const std::string& path);

  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&& other) noexcept;
  ~DataDirectory();

  // Makes its entries survive a power cut. kIo.
  Result<void> sync() const;

  const std::string& path() const { return path_; }

 private:
  DataDirectory(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::string path_;
  int descriptor_ = -1;  // of ordo.lock
};

}  // namespace ordo::embedded
