#include "disk_vfs.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "embedded/io_methods.h"

namespace ordo::storage {
namespace {

// Maps directories to the disks that count their syncs.
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

// One per process, like fsync.
SyncedDirectories& synced_directories() {
  static SyncedDirectories directories;
  return directories;
}

struct Handle;

// The data that connections share about a file besides its contents: locks, and the index of the write-ahead log.
struct Sharing {
  int readers = 0;           // number of handles that hold SHARED or more
  Handle* writer = nullptr;  // the handle that holds RESERVED or more
  std::vector<std::unique_ptr<char[]>> regions;
  int mapped = 0;  // number of handles
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

// One open file, in memory that SQLite provides.
struct Handle {
  sqlite3_file base;
  DiskVfs::Registration* vfs;
  std::shared_ptr<File>* file;  // a pointer, because SQLite calls no destructors
  int held;                     // the lock that it holds
  bool syncs_directory;
  bool mapped;
  unsigned shm_shared;
  unsigned shm_exclusive;

  Disk& disk() const { return *vfs->disk; }
  Sharing& sharing() const { return vfs->sharing[file->get()]; }

  int close();
  int read(void* out, int wanted, sqlite3_int64 offset);
  int write(const void* data, int length, sqlite3_int64 offset);
  int truncate(sqlite3_int64 length);
  int sync(int flags);
  int size(sqlite3_int64* length);
  int lock(int level);
  int unlock(int level);
  int check_reserved_lock(int* out);
  int control(int /*operation*/, void* /*argument*/) { return SQLITE_NOTFOUND; }
  int sector_size() { return 4'096; }
  int device_characteristics() { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }
  int shm_map(int region, int length, int extend, void volatile** out);
  int shm_lock(int offset, int count, int flags);
  void shm_barrier();
  int shm_unmap(int remove);
};

int failed(int code, int result) {
  errno = code;
  return code == ENOSPC && result == SQLITE_IOERR_WRITE ? SQLITE_FULL : result;
}

int Handle::read(void* out, int wanted, sqlite3_int64 offset) {
  std::string bytes;
  if (const int code = disk().read(**file, static_cast<std::size_t>(offset), static_cast<std::size_t>(wanted), bytes)) {
    return failed(code, SQLITE_IOERR_READ);
  }
  std::memcpy(out, bytes.data(), bytes.size());
  if (bytes.size() == static_cast<std::size_t>(wanted)) return SQLITE_OK;
  std::memset(static_cast<char*>(out) + bytes.size(), 0, static_cast<std::size_t>(wanted) - bytes.size());
  return SQLITE_IOERR_SHORT_READ;
}

int Handle::write(const void* data, int length, sqlite3_int64 offset) {
  const std::string_view bytes(static_cast<const char*>(data), static_cast<std::size_t>(length));
  const int code = disk().write(**file, static_cast<std::size_t>(offset), bytes);
  return code == 0 ? SQLITE_OK : failed(code, SQLITE_IOERR_WRITE);
}

int Handle::truncate(sqlite3_int64 length) {
  const int code = disk().truncate(**file, static_cast<std::size_t>(length));
  return code == 0 ? SQLITE_OK : failed(code, SQLITE_IOERR_TRUNCATE);
}

int Handle::sync(int /*flags*/) {
  if (const int code = disk().sync(**file)) return failed(code, SQLITE_IOERR_FSYNC);
  if (syncs_directory) disk().sync_directory();
  syncs_directory = false;
  return SQLITE_OK;
}

int Handle::size(sqlite3_int64* length) {
  std::size_t found = 0;
  if (const int code = disk().size(**file, found)) return failed(code, SQLITE_IOERR_FSTAT);
  *length = static_cast<sqlite3_int64>(found);
  return SQLITE_OK;
}

int Handle::lock(int level) {
  if (held >= level) return SQLITE_OK;
  const std::lock_guard guard(vfs->mutex);
  Sharing& shared = sharing();
  if (level == SQLITE_LOCK_SHARED) {
    if (shared.writer != nullptr && shared.writer->held > SQLITE_LOCK_RESERVED) return SQLITE_BUSY;
    ++shared.readers;
    held = level;
    return SQLITE_OK;
  }
  if (shared.writer != nullptr && shared.writer != this) return SQLITE_BUSY;
  shared.writer = this;
  if (level == SQLITE_LOCK_EXCLUSIVE && shared.readers > 1) {
    held = SQLITE_LOCK_PENDING;
    return SQLITE_BUSY;
  }
  held = level;
  return SQLITE_OK;
}

int Handle::unlock(int level) {
  if (held <= level) return SQLITE_OK;
  const std::lock_guard guard(vfs->mutex);
  Sharing& shared = sharing();
  if (shared.writer == this) shared.writer = nullptr;
  if (level == SQLITE_LOCK_NONE) --shared.readers;
  held = level;
  return SQLITE_OK;
}

int Handle::check_reserved_lock(int* out) {
  const std::lock_guard guard(vfs->mutex);
  *out = sharing().writer != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int Handle::shm_map(int region, int length, int extend, void volatile** out) {
  *out = nullptr;
  if (const int code = disk().map_shared()) return failed(code, SQLITE_IOERR_SHMMAP);
  const std::lock_guard guard(vfs->mutex);
  Sharing& shared = sharing();
  if (!mapped) ++shared.mapped;
  mapped = true;
  while (shared.regions.size() <= static_cast<std::size_t>(region)) {
    if (extend == 0) return SQLITE_OK;
    shared.regions.push_back(std::make_unique<char[]>(static_cast<std::size_t>(length)));
  }
  *out = shared.regions[static_cast<std::size_t>(region)].get();
  return SQLITE_OK;
}

int Handle::shm_lock(int offset, int count, int flags) {
  const std::lock_guard guard(vfs->mutex);
  Sharing& shared = sharing();
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  for (int i = offset; i < offset + count && (flags & SQLITE_SHM_LOCK) != 0; ++i) {
    const auto slot = static_cast<std::size_t>(i);
    const bool own_shared = (shm_shared >> slot & 1U) != 0;
    const bool own_exclusive = (shm_exclusive >> slot & 1U) != 0;
    if (shared.shm_exclusive[slot] && !own_exclusive) return SQLITE_BUSY;
    if (exclusive && shared.shm_shared[slot] > (own_shared ? 1 : 0)) return SQLITE_BUSY;
  }
  for (int i = offset; i < offset + count; ++i) {
    const auto slot = static_cast<std::size_t>(i);
    const unsigned bit = 1U << slot;
    if ((flags & SQLITE_SHM_LOCK) != 0) {
      if (exclusive) {
        shared.shm_exclusive[slot] = true;
        shm_exclusive |= bit;
      } else if ((shm_shared & bit) == 0) {
        ++shared.shm_shared[slot];
        shm_shared |= bit;
      }
      continue;
    }
    if (exclusive && (shm_exclusive & bit) != 0) shared.shm_exclusive[slot] = false;
    if (exclusive) shm_exclusive &= ~bit;
    if (!exclusive && (shm_shared & bit) != 0) --shared.shm_shared[slot];
    if (!exclusive) shm_shared &= ~bit;
  }
  return SQLITE_OK;
}

void Handle::shm_barrier() {
  const std::lock_guard guard(vfs->mutex);
}

int Handle::shm_unmap(int /*remove*/) {
  const std::lock_guard guard(vfs->mutex);
  if (!mapped) return SQLITE_OK;
  mapped = false;
  Sharing& shared = sharing();
  if (--shared.mapped == 0) shared.regions.clear();
  return SQLITE_OK;
}

int Handle::close() {
  unlock(SQLITE_LOCK_NONE);
  shm_unmap(0);
  delete std::exchange(file, nullptr);
  return SQLITE_OK;
}

DiskVfs::Registration& registration_of(sqlite3_vfs* vfs) {
  return *static_cast<DiskVfs::Registration*>(vfs->pAppData);
}
std::string name_in(sqlite3_vfs* vfs, const char* path) {
  const std::filesystem::path whole(path);
  ORDO_CHECK(whole.parent_path() == registration_of(vfs).directory, "a file elsewhere: ", path);
  return whole.filename().string();
}

// Makes the name visible in the directory.
void show_name(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ORDO_CHECK(descriptor >= 0, path);
  ::close(descriptor);
}

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  Handle& handle = embedded::file_of<Handle>(file);
  handle = Handle{};
  ORDO_CHECK(path != nullptr, "a temporary file");
  DiskVfs::Registration& registration = registration_of(vfs);
  auto opened = registration.disk->open(name_in(vfs, path), (flags & SQLITE_OPEN_CREATE) != 0);
  if (opened.code != 0) return failed(opened.code, SQLITE_CANTOPEN);
  if ((flags & SQLITE_OPEN_CREATE) != 0) show_name(path);
  handle.vfs = &registration;
  handle.file = new std::shared_ptr<File>(std::move(opened.file));
  handle.syncs_directory = (flags & SQLITE_OPEN_CREATE) != 0 &&
                           (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL)) != 0;
  handle.base.pMethods = embedded::io_methods<Handle>(registration.shared_memory);
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int sync_directory) {
  Disk& disk = *registration_of(vfs).disk;
  if (const int code = disk.remove(name_in(vfs, path))) {
    return code == ENOENT ? SQLITE_IOERR_DELETE_NOENT : failed(code, SQLITE_IOERR_DELETE);
  }
  ::unlink(path);
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
  // In memory if possible, so that no test waits for a real disk.
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
  sqlite3_vfs& vfs = registration_->vfs;  // time, sleep and randomness still come from the system
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
  for (const auto& name : disk.names()) show_name(directory_ / name);
}

DiskVfs::~DiskVfs() {
  synced_directories().remove(registration_->directory);
  sqlite3_vfs_unregister(&registration_->vfs);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

}  // namespace ordo::storage

// Replaces the C library's function in this program, because the engine syncs its directory itself.
extern "C" int fsync(int descriptor) {
  if (auto* disk = ordo::storage::synced_directories().find(descriptor)) {
    errno = disk->sync_directory();
    return errno == 0 ? 0 : -1;
  }
  return static_cast<int>(::syscall(SYS_fsync, descriptor));
}
