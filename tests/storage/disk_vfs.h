// SQLite, and callers that sync a directory, use a Disk of the test instead of the machine's disk.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "disk.h"

namespace ordo::storage {

// Provides a directory of the file system for the lock file; its syncs go to the disk. Also provides a VFS with its own
// name that keeps all other files of this directory on the disk. In the directory are empty files of their names, so
// that it can be listed. Their durability is the disk's. The index of the write-ahead log is in memory, and disappears
// with the last connection. The VFS works like SQLite's VFS for Unix, in the same order: the first sync of a journal or
// a write-ahead log also syncs the directory, and ignores the result.
class DiskVfs {
 public:
  struct Abilities {
    bool shared_memory = true;  // false: a file system without support for a write-ahead log
  };
  explicit DiskVfs(Disk& disk, Abilities abilities);
  explicit DiskVfs(Disk& disk) : DiskVfs(disk, Abilities{}) {}
  ~DiskVfs();
  DiskVfs(const DiskVfs&) = delete;
  DiskVfs& operator=(const DiskVfs&) = delete;

  Disk& disk() const { return disk_; }
  const char* name() const { return name_.c_str(); }
  std::string directory() const { return directory_.string(); }

  struct Registration;

 private:
  Disk& disk_;
  std::string name_;
  std::filesystem::path directory_;
  std::unique_ptr<Registration> registration_;
};

}  // namespace ordo::storage
