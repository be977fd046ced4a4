#include "embedded/counting_vfs.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstddef>

#include "base/check.h"

namespace ordo::embedded {

struct CountingVfs::Registration {
  sqlite3_vfs vfs{};  // a copy of the one below, with its own way to open and to remove
  sqlite3_vfs* below = nullptr;
  DiskCounters* counters = nullptr;
  std::optional<DiskFailure> failure;

  // To be called before anything else can set errno.
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

// SQLite gives us one block of memory for a file: ours in front, that of the VFS below behind it.
struct alignas(std::max_align_t) File {
  sqlite3_file base;
  CountingVfs::Registration* vfs;
  const char* path;  // SQLite keeps it for as long as the file is open

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File* ours(sqlite3_file* file) {
  return reinterpret_cast<File*>(file);
}
sqlite3_file* real(sqlite3_file* file) {
  return ours(file)->real();
}
const sqlite3_io_methods* methods(sqlite3_file* file) {
  return real(file)->pMethods;
}
DiskCounters& counters(sqlite3_file* file) {
  return *ours(file)->vfs->counters;
}
int watch(sqlite3_file* file, int result, std::string_view operation) {
  return result == SQLITE_OK ? result : ours(file)->vfs->watch(result, ours(file)->path, operation);
}

int close_file(sqlite3_file* file) {
  return methods(file)->xClose(real(file));
}
int read_file(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  return watch(file, methods(file)->xRead(real(file), out, size, offset), "read");
}
int write_file(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  counters(file).written_bytes.fetch_add(static_cast<std::uint64_t>(size), std::memory_order_relaxed);
  return watch(file, methods(file)->xWrite(real(file), data, size, offset), "write");
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  return watch(file, methods(file)->xTruncate(real(file), size), "truncate");
}
int sync_file(sqlite3_file* file, int flags) {
  counters(file).syncs.fetch_add(1, std::memory_order_relaxed);
  return watch(file, methods(file)->xSync(real(file), flags), "sync");
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return watch(file, methods(file)->xFileSize(real(file), size), "get the size of");
}
int lock_file(sqlite3_file* file, int level) {
  return watch(file, methods(file)->xLock(real(file), level), "lock");
}
int unlock_file(sqlite3_file* file, int level) {
  return watch(file, methods(file)->xUnlock(real(file), level), "unlock");
}
int check_reserved_lock(sqlite3_file* file, int* out) {
  return methods(file)->xCheckReservedLock(real(file), out);
}
int file_control(sqlite3_file* file, int operation, void* argument) {
  return methods(file)->xFileControl(real(file), operation, argument);
}
int sector_size(sqlite3_file* file) {
  return methods(file)->xSectorSize(real(file));
}
int device_characteristics(sqlite3_file* file) {
  return methods(file)->xDeviceCharacteristics(real(file));
}
int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  return watch(file, methods(file)->xShmMap(real(file), region, size, extend, out), "map the index of");
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return watch(file, methods(file)->xShmLock(real(file), offset, count, flags), "lock the index of");
}
void shm_barrier(sqlite3_file* file) {
  methods(file)->xShmBarrier(real(file));
}
int shm_unmap(sqlite3_file* file, int remove) {
  return methods(file)->xShmUnmap(real(file), remove);
}

// Version 2: shared memory for the write-ahead log, no memory mapping of the database file. Version 1 where the VFS
// below has no shared memory.
constexpr sqlite3_io_methods methods_of_version(int version) {
  return {version,
          close_file,
          read_file,
          write_file,
          truncate_file,
          sync_file,
          file_size,
          lock_file,
          unlock_file,
          check_reserved_lock,
          file_control,
          sector_size,
          device_characteristics,
          shm_map,
          shm_lock,
          shm_barrier,
          shm_unmap,
          nullptr,
          nullptr};
}
constexpr sqlite3_io_methods kMethods = methods_of_version(2);
constexpr sqlite3_io_methods kMethodsWithoutSharing = methods_of_version(1);

CountingVfs::Registration& registration_of(sqlite3_vfs* vfs) {
  return *static_cast<CountingVfs::Registration*>(vfs->pAppData);
}

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  CountingVfs::Registration& self = registration_of(vfs);
  file->pMethods = nullptr;
  ours(file)->vfs = &self;
  ours(file)->path = path;
  const int result = self.watch(self.below->xOpen(self.below, path, real(file), flags, out_flags), path, "open");
  if (real(file)->pMethods != nullptr) {
    file->pMethods = real(file)->pMethods->iVersion >= 2 ? &kMethods : &kMethodsWithoutSharing;
  }
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
  // What is left of the VFS below, time and randomness, does not read pAppData.
  sqlite3_vfs& vfs = registration_->vfs;
  vfs = *registration_->below;
  vfs.pNext = nullptr;
  vfs.zName = name_.c_str();
  vfs.szOsFile = static_cast<int>(sizeof(File)) + registration_->below->szOsFile;
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
