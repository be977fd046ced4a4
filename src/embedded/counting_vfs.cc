#include "embedded/counting_vfs.h"

#include <sqlite3.h>

#include <cstddef>

#include "base/check.h"

namespace ordo::embedded {
namespace {

// SQLite gives us one block of memory for a file: ours in front, the system's file behind it.
struct File {
  sqlite3_file base;
  DiskCounters* counters;

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
static_assert(sizeof(File) % alignof(std::max_align_t) == 0);

File* ours(sqlite3_file* file) {
  return reinterpret_cast<File*>(file);
}
sqlite3_file* real(sqlite3_file* file) {
  return ours(file)->real();
}
const sqlite3_io_methods* methods(sqlite3_file* file) {
  return real(file)->pMethods;
}

int close_file(sqlite3_file* file) {
  return methods(file)->xClose(real(file));
}
int read_file(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  return methods(file)->xRead(real(file), out, size, offset);
}
int write_file(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  DiskCounters& counters = *ours(file)->counters;
  if (counters.fail_writes.load(std::memory_order_relaxed)) return SQLITE_FULL;
  counters.written_bytes.fetch_add(static_cast<std::uint64_t>(size), std::memory_order_relaxed);
  return methods(file)->xWrite(real(file), data, size, offset);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  return methods(file)->xTruncate(real(file), size);
}
int sync_file(sqlite3_file* file, int flags) {
  DiskCounters& counters = *ours(file)->counters;
  if (counters.fail_syncs.load(std::memory_order_relaxed)) return SQLITE_IOERR_FSYNC;
  counters.syncs.fetch_add(1, std::memory_order_relaxed);
  return methods(file)->xSync(real(file), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return methods(file)->xFileSize(real(file), size);
}
int lock_file(sqlite3_file* file, int level) {
  return methods(file)->xLock(real(file), level);
}
int unlock_file(sqlite3_file* file, int level) {
  return methods(file)->xUnlock(real(file), level);
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
  return methods(file)->xShmMap(real(file), region, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return methods(file)->xShmLock(real(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) {
  methods(file)->xShmBarrier(real(file));
}
int shm_unmap(sqlite3_file* file, int remove) {
  return methods(file)->xShmUnmap(real(file), remove);
}

// Version 2: shared memory for the write-ahead log, no memory mapping of the database file.
constexpr sqlite3_io_methods kMethods = {2,
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

}  // namespace

struct CountingVfs::Registration {
  sqlite3_vfs vfs{};  // a copy of the system's, with its own way to open
  sqlite3_vfs* system = nullptr;
  DiskCounters* counters = nullptr;

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
    auto* self = static_cast<Registration*>(vfs->pAppData);
    file->pMethods = nullptr;
    ours(file)->counters = self->counters;
    const int result = self->system->xOpen(self->system, path, real(file), flags, out_flags);
    if (real(file)->pMethods != nullptr) file->pMethods = &kMethods;
    return result;
  }
};

CountingVfs::CountingVfs(DiskCounters& counters) : registration_(std::make_unique<Registration>()) {
  name_ = "ordo-" + std::to_string(reinterpret_cast<std::uintptr_t>(registration_.get()));
  sqlite3_initialize();
  registration_->system = sqlite3_vfs_find(nullptr);
  ORDO_CHECK(registration_->system != nullptr);
  registration_->counters = &counters;
  // All but xOpen stay the system's own functions; none of those reads pAppData.
  sqlite3_vfs& vfs = registration_->vfs;
  vfs = *registration_->system;
  vfs.pNext = nullptr;
  vfs.zName = name_.c_str();
  vfs.szOsFile = static_cast<int>(sizeof(File)) + registration_->system->szOsFile;
  vfs.pAppData = registration_.get();
  vfs.xOpen = Registration::open;
  ORDO_CHECK(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
}

CountingVfs::~CountingVfs() {
  sqlite3_vfs_unregister(&registration_->vfs);
}

}  // namespace ordo::embedded
