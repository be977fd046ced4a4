#include "disk_vfs.h"

#include <sqlite3.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace ordo::storage {
namespace {

// Which directory's syncs are which disk's.
class SyncedDirectories {
 public:
  void add(const std::string& path, Disk& disk) {
    const std::lock_guard lock(mutex_);
    disks_[path] = &disk;
  }
  void remove(const std::string& path) {
    const std::lock_guard lock(mutex_);
    disks_.erase(path);
  }
  Disk* find(int descriptor) {
    char path[4'096];
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    const ssize_t size = ::readlink(link.c_str(), path, sizeof path);
    if (size <= 0) return nullptr;
    const std::lock_guard lock(mutex_);
    const auto found = disks_.find(std::string(path, static_cast<std::size_t>(size)));
    return found == disks_.end() ? nullptr : found->second;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, Disk*> disks_;
};

// One for the process, as fsync is.
SyncedDirectories& synced_directories() {
  static SyncedDirectories directories;
  return directories;
}

struct Handle;

// What connections share of a file besides its contents: locks, and the index of the write-ahead log.
struct Sharing {
  int shared = 0;
  Handle* writer = nullptr;  // holds RESERVED or more
  std::vector<std::unique_ptr<char[]>> regions;
  int mapped = 0;  // handles
  std::array<int, SQLITE_SHM_NLOCK> shm_shared{};
  std::array<bool, SQLITE_SHM_NLOCK> shm_exclusive{};
};

}  // namespace

struct DiskVfs::Registration {
  sqlite3_vfs vfs{};
  Disk* disk = nullptr;
  std::string directory;
  bool shared_memory = true;
  std::mutex mutex;
  std::map<const File*, Sharing> sharing;
};

namespace {

struct Handle {
  sqlite3_file base;
  DiskVfs::Registration* vfs;
  std::shared_ptr<File>* file;  // SQLite knows no destructors
  int level;
  bool syncs_directory;
  bool mapped;
  unsigned shm_shared;
  unsigned shm_exclusive;

  Disk& disk() const { return *vfs->disk; }
  Sharing& sharing() const { return vfs->sharing[file->get()]; }
};

Handle& of(sqlite3_file* file) {
  return *reinterpret_cast<Handle*>(file);
}

int failed(int code, int result) {
  errno = code;
  return code == ENOSPC && result == SQLITE_IOERR_WRITE ? SQLITE_FULL : result;
}

int read_file(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  std::string bytes;
  if (const int code = of(file).disk().read(**of(file).file, static_cast<std::size_t>(offset),
                                            static_cast<std::size_t>(size), bytes)) {
    return failed(code, SQLITE_IOERR_READ);
  }
  std::memcpy(out, bytes.data(), bytes.size());
  if (bytes.size() == static_cast<std::size_t>(size)) return SQLITE_OK;
  std::memset(static_cast<char*>(out) + bytes.size(), 0, static_cast<std::size_t>(size) - bytes.size());
  return SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  const std::string_view bytes(static_cast<const char*>(data), static_cast<std::size_t>(size));
  const int code = of(file).disk().write(**of(file).file, static_cast<std::size_t>(offset), bytes);
  return code == 0 ? SQLITE_OK : failed(code, SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  const int code = of(file).disk().truncate(**of(file).file, static_cast<std::size_t>(size));
  return code == 0 ? SQLITE_OK : failed(code, SQLITE_IOERR_TRUNCATE);
}

int sync_file(sqlite3_file* file, int /*flags*/) {
  Handle& handle = of(file);
  if (const int code = handle.disk().sync(**handle.file)) return failed(code, SQLITE_IOERR_FSYNC);
  if (handle.syncs_directory) handle.disk().sync_directory();
  handle.syncs_directory = false;
  return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  std::size_t found = 0;
  if (const int code = of(file).disk().size(**of(file).file, found)) return failed(code, SQLITE_IOERR_FSTAT);
  *size = static_cast<sqlite3_int64>(found);
  return SQLITE_OK;
}

int lock_file(sqlite3_file* file, int level) {
  Handle& handle = of(file);
  if (handle.level >= level) return SQLITE_OK;
  const std::lock_guard lock(handle.vfs->mutex);
  Sharing& sharing = handle.sharing();
  if (level == SQLITE_LOCK_SHARED) {
    if (sharing.writer != nullptr && sharing.writer->level > SQLITE_LOCK_RESERVED) return SQLITE_BUSY;
    ++sharing.shared;
    handle.level = level;
    return SQLITE_OK;
  }
  if (sharing.writer != nullptr && sharing.writer != &handle) return SQLITE_BUSY;
  sharing.writer = &handle;
  if (level == SQLITE_LOCK_EXCLUSIVE && sharing.shared > 1) {
    handle.level = SQLITE_LOCK_PENDING;
    return SQLITE_BUSY;
  }
  handle.level = level;
  return SQLITE_OK;
}

int unlock_file(sqlite3_file* file, int level) {
  Handle& handle = of(file);
  if (handle.level <= level) return SQLITE_OK;
  const std::lock_guard lock(handle.vfs->mutex);
  Sharing& sharing = handle.sharing();
  if (sharing.writer == &handle) sharing.writer = nullptr;
  if (level == SQLITE_LOCK_NONE) --sharing.shared;
  handle.level = level;
  return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* file, int* out) {
  const std::lock_guard lock(of(file).vfs->mutex);
  *out = of(file).sharing().writer != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int file_control(sqlite3_file* /*file*/, int /*operation*/, void* /*argument*/) {
  return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file* /*file*/) {
  return 4'096;
}
int device_characteristics(sqlite3_file* /*file*/) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  Handle& handle = of(file);
  *out = nullptr;
  if (const int code = handle.disk().map_shared()) return failed(code, SQLITE_IOERR_SHMMAP);
  const std::lock_guard lock(handle.vfs->mutex);
  Sharing& sharing = handle.sharing();
  if (!handle.mapped) ++sharing.mapped;
  handle.mapped = true;
  while (sharing.regions.size() <= static_cast<std::size_t>(region)) {
    if (extend == 0) return SQLITE_OK;
    sharing.regions.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
  }
  *out = sharing.regions[static_cast<std::size_t>(region)].get();
  return SQLITE_OK;
}

int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  Handle& handle = of(file);
  const std::lock_guard lock(handle.vfs->mutex);
  Sharing& sharing = handle.sharing();
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  for (int i = offset; i < offset + count && (flags & SQLITE_SHM_LOCK) != 0; ++i) {
    const auto slot = static_cast<std::size_t>(i);
    const bool own_shared = (handle.shm_shared >> slot & 1U) != 0;
    const bool own_exclusive = (handle.shm_exclusive >> slot & 1U) != 0;
    if (sharing.shm_exclusive[slot] && !own_exclusive) return SQLITE_BUSY;
    if (exclusive && sharing.shm_shared[slot] > (own_shared ? 1 : 0)) return SQLITE_BUSY;
  }
  for (int i = offset; i < offset + count; ++i) {
    const auto slot = static_cast<std::size_t>(i);
    const unsigned bit = 1U << slot;
    if ((flags & SQLITE_SHM_LOCK) != 0) {
      if (exclusive) {
        sharing.shm_exclusive[slot] = true;
        handle.shm_exclusive |= bit;
      } else if ((handle.shm_shared & bit) == 0) {
        ++sharing.shm_shared[slot];
        handle.shm_shared |= bit;
      }
      continue;
    }
    if (exclusive && (handle.shm_exclusive & bit) != 0) sharing.shm_exclusive[slot] = false;
    if (exclusive) handle.shm_exclusive &= ~bit;
    if (!exclusive && (handle.shm_shared & bit) != 0) --sharing.shm_shared[slot];
    if (!exclusive) handle.shm_shared &= ~bit;
  }
  return SQLITE_OK;
}

void shm_barrier(sqlite3_file* file) {
  const std::lock_guard lock(of(file).vfs->mutex);
}

int shm_unmap(sqlite3_file* file, int /*remove*/) {
  Handle& handle = of(file);
  const std::lock_guard lock(handle.vfs->mutex);
  if (!handle.mapped) return SQLITE_OK;
  handle.mapped = false;
  Sharing& sharing = handle.sharing();
  if (--sharing.mapped == 0) sharing.regions.clear();
  return SQLITE_OK;
}

int close_file(sqlite3_file* file) {
  Handle& handle = of(file);
  unlock_file(file, SQLITE_LOCK_NONE);
  shm_unmap(file, 0);
  delete std::exchange(handle.file, nullptr);
  return SQLITE_OK;
}

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

DiskVfs::Registration& registration_of(sqlite3_vfs* vfs) {
  return *static_cast<DiskVfs::Registration*>(vfs->pAppData);
}
std::string name_in(sqlite3_vfs* vfs, const char* path) {
  const std::filesystem::path whole(path);
  ORDO_CHECK(whole.parent_path() == registration_of(vfs).directory, "a file elsewhere: ", path);
  return whole.filename().string();
}

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  Handle& handle = of(file);
  handle = Handle{};
  ORDO_CHECK(path != nullptr, "a temporary file");
  DiskVfs::Registration& registration = registration_of(vfs);
  auto opened = registration.disk->open(name_in(vfs, path), (flags & SQLITE_OPEN_CREATE) != 0);
  if (opened.code != 0) return failed(opened.code, SQLITE_CANTOPEN);
  handle.vfs = &registration;
  handle.file = new std::shared_ptr<File>(std::move(opened.file));
  handle.syncs_directory = (flags & SQLITE_OPEN_CREATE) != 0 &&
                           (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL)) != 0;
  handle.base.pMethods = registration.shared_memory ? &kMethods : &kMethodsWithoutSharing;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int sync_directory) {
  Disk& disk = *registration_of(vfs).disk;
  if (const int code = disk.remove(name_in(vfs, path))) {
    return code == ENOENT ? SQLITE_IOERR_DELETE_NOENT : failed(code, SQLITE_IOERR_DELETE);
  }
  if (sync_directory == 0) return SQLITE_OK;
  const int code = disk.sync_directory();
  return code == 0 ? SQLITE_OK : failed(code, SQLITE_IOERR_DIR_FSYNC);
}

int access_file(sqlite3_vfs* vfs, const char* path, int flags, int* out) {
  bool there = false;
  if (const int code = registration_of(vfs).disk->exists(name_in(vfs, path), there)) {
    return failed(code, SQLITE_IOERR_ACCESS);
  }
  *out = there || flags != SQLITE_ACCESS_EXISTS ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs* /*vfs*/, const char* path, int size, char* out) {
  if (std::strlen(path) >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::strcpy(out, path);
  return SQLITE_OK;
}

int last_error(sqlite3_vfs* /*vfs*/, int /*size*/, char* /*out*/) {
  return errno;
}

std::filesystem::path make_directory() {
  // In memory where there is such a place: nothing here shall wait for a real disk.
  const std::filesystem::path memory = "/dev/shm";
  const bool usable = ::access(memory.c_str(), W_OK) == 0;
  const auto place = usable ? memory : std::filesystem::temp_directory_path();
  std::string pattern = (std::filesystem::canonical(place) / "ordo-disk-XXXXXX").string();
  ORDO_CHECK(::mkdtemp(pattern.data()) != nullptr, pattern);
  return pattern;
}

}  // namespace

DiskVfs::DiskVfs(Disk& disk, Abilities abilities)
    : disk_(disk), directory_(make_directory()), registration_(std::make_unique<Registration>()) {
  name_ = "disk-" + std::to_string(reinterpret_cast<std::uintptr_t>(registration_.get()));
  sqlite3_initialize();
  const sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
  ORDO_CHECK(system != nullptr);
  registration_->disk = &disk;
  registration_->directory = directory_.string();
  registration_->shared_memory = abilities.shared_memory;
  sqlite3_vfs& vfs = registration_->vfs;  // time, sleep and randomness stay the system's
  vfs = *system;
  vfs.pNext = nullptr;
  vfs.zName = name_.c_str();
  vfs.szOsFile = static_cast<int>(sizeof(Handle));
  vfs.pAppData = registration_.get();
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = access_file;
  vfs.xFullPathname = full_path;
  vfs.xGetLastError = last_error;
  ORDO_CHECK(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
  synced_directories().add(registration_->directory, disk);
}

DiskVfs::~DiskVfs() {
  synced_directories().remove(registration_->directory);
  sqlite3_vfs_unregister(&registration_->vfs);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

}  // namespace ordo::storage

// In the place of the C library's, for this program alone: the engine syncs its directory itself.
extern "C" int fsync(int descriptor) {
  if (auto* disk = ordo::storage::synced_directories().find(descriptor)) {
    errno = disk->sync_directory();
    return errno == 0 ? 0 : -1;
  }
  return static_cast<int>(::syscall(SYS_fsync, descriptor));
}
