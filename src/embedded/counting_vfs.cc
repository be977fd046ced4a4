#include "embedded/counting_vfs.h"

#include <cerrno>
#include <cstddef>

#include "base/check.h"
#include "embedded/io_methods.h"

namespace ordo::embedded {

struct CountingVfs::Registration {
  sqlite3_vfs vfs{};  // a copy of the VFS below, with its own open and delete functions
  sqlite3_vfs* below = nullptr;
  DiskCounters* counters = nullptr;
  std::optional<DiskFailure> failure;

  // Call it before anything else can set errno.
  int watch(int result, const char* path, std::string_view operation) {
    const int code = result & 0xff;
    if (code != SQLITE_IOERR && code != SQLITE_FULL && code != SQLITE_CANTOPEN) return result;
    if (result == SQLITE_IOERR_SHORT_READ || result == SQLITE_IOERR_DELETE_NOENT) return result;
    const int system_error = errno;
    failure = DiskFailure{path != nullptr ? path : "a temporary file", operation, system_error};
    return result;
  }
};

namespace {

// SQLite gives each file one block of memory, at a multiple of 8. Our part comes first, that of the VFS below after it.
struct alignas(8) CountedFile {
  sqlite3_file base;
  CountingVfs::Registration* vfs;
  const char* path;  // SQLite keeps it for as long as the file is open

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  const sqlite3_io_methods& below() { return *real()->pMethods; }
  int watch(int result, std::string_view operation) const {
    return result == SQLITE_OK ? result : vfs->watch(result, path, operation);
  }

  int close() { return below().xClose(real()); }
  int read(void* out, int bytes, sqlite3_int64 offset) {
    return watch(below().xRead(real(), out, bytes, offset), "read");
  }
  int write(const void* data, int bytes, sqlite3_int64 offset) {
    vfs->counters->written_bytes.fetch_add(static_cast<std::uint64_t>(bytes), std::memory_order_relaxed);
    return watch(below().xWrite(real(), data, bytes, offset), "write");
  }
  int truncate(sqlite3_int64 bytes) { return watch(below().xTruncate(real(), bytes), "truncate"); }
  int sync(int flags) {
    vfs->counters->syncs.fetch_add(1, std::memory_order_relaxed);
    // guard: engine-sync-once
    return watch(below().xSync(real(), flags), "sync");
  }
  int size(sqlite3_int64* bytes) { return watch(below().xFileSize(real(), bytes), "get the size of"); }
  int lock(int level) { return watch(below().xLock(real(), level), "lock"); }
  int unlock(int level) { return watch(below().xUnlock(real(), level), "unlock"); }
  int check_reserved_lock(int* out) { return below().xCheckReservedLock(real(), out); }
  int control(int operation, void* argument) { return below().xFileControl(real(), operation, argument); }
  int sector_size() { return below().xSectorSize(real()); }
  int device_characteristics() { return below().xDeviceCharacteristics(real()); }
  int shm_map(int region, int bytes, int extend, void volatile** out) {
    return watch(below().xShmMap(real(), region, bytes, extend, out), "map the index of");
  }
  int shm_lock(int offset, int count, int flags) {
    return watch(below().xShmLock(real(), offset, count, flags), "lock the index of");
  }
  void shm_barrier() { below().xShmBarrier(real()); }
  int shm_unmap(int remove) { return below().xShmUnmap(real(), remove); }
};

CountingVfs::Registration& registration_of(sqlite3_vfs* vfs) {
  return *static_cast<CountingVfs::Registration*>(vfs->pAppData);
}

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  CountingVfs::Registration& self = registration_of(vfs);
  file->pMethods = nullptr;
  auto& ours = file_of<CountedFile>(file);
  ours.vfs = &self;
  ours.path = path;
  const int result = self.watch(self.below->xOpen(self.below, path, ours.real(), flags, out_flags), path, "open");
  if (ours.real()->pMethods != nullptr) file->pMethods = io_methods<CountedFile>(ours.below().iVersion >= 2);
  return result;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int sync_directory) {
  CountingVfs::Registration& self = registration_of(vfs);
  return self.watch(self.below->xDelete(self.below, path, sync_directory), path, "remove");
}

int access_file(sqlite3_vfs* vfs, const char* path, int flags, int* out) {
  CountingVfs::Registration& self = registration_of(vfs);
  return self.watch(self.below->xAccess(self.below, path, flags, out), path, "look for");
}

int full_path(sqlite3_vfs* vfs, const char* path, int size, char* out) {
  sqlite3_vfs* below = registration_of(vfs).below;
  return below->xFullPathname(below, path, size, out);
}

}  // namespace

CountingVfs::CountingVfs(DiskCounters& counters, const char* below) : registration_(std::make_unique<Registration>()) {
  name_ = "ordo-" + std::to_string(reinterpret_cast<std::uintptr_t>(registration_.get()));
  sqlite3_initialize();
  registration_->below = sqlite3_vfs_find(below);
  ORDO_CHECK(registration_->below != nullptr, "no VFS ", below != nullptr ? below : "of the system");
  registration_->counters = &counters;
  // The other functions of the VFS below, for time and randomness, do not read pAppData.
  sqlite3_vfs& vfs = registration_->vfs;
  vfs = *registration_->below;
  vfs.pNext = nullptr;
  vfs.zName = name_.c_str();
  vfs.szOsFile = static_cast<int>(sizeof(CountedFile)) + registration_->below->szOsFile;
  vfs.pAppData = registration_.get();
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = access_file;
  vfs.xFullPathname = full_path;
  ORDO_CHECK(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
}

CountingVfs::~CountingVfs() {
  sqlite3_vfs_unregister(&registration_->vfs);
}

const std::optional<DiskFailure>& CountingVfs::failure() const {
  return registration_->failure;
}

}  // namespace ordo::embedded
