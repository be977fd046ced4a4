// SQLite, and whoever syncs a directory, on a Disk of the test instead of the machine's.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "disk.h"

namespace ordo::storage {

// A directory of the file system for the lock file, whose syncs are the disk's, and a VFS under a name of its own that
// keeps all other files of this directory on the disk: durable as the disk says, the index of the write-ahead log in
// memory and gone when the last connection is. It does what SQLite's VFS for Unix does, in the same order: the first
// sync of a journal or a write-ahead log syncs the directory as well, and what becomes of that is not asked.
class DiskVfs {
 public:
  struct Abilities {
    bool shared_memory = true;  // without: a file system on which the write-ahead log cannot be had
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
