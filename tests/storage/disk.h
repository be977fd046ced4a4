// A disk that may lose writes as real disks do. For each file it knows the durable content, and the writes since the
// last sync, which a power cut may keep or lose. It numbers its calls and can fail any of them. It can produce every
// content that a power cut may leave. One directory, in memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ordo::storage {

enum class Call { open, read, write, truncate, sync, sync_directory, remove, size, access, map_shared };
inline constexpr std::size_t kCalls = 10;
std::string_view to_string(Call call);

// True for calls that change what a power cut leaves. A power cut is tried at each of them.
bool changes_the_disk(Call call);

// Which of the unsynced writes, sizes, names and removals survive.
enum class Survival {
  nothing,
  everything,  // like the death of the process alone
  prefix,      // in order, up to one that is cut at a sector
  subset,      // any of them, each complete
  sectors,     // any sectors of any of them
  garbage,     // like `sectors`, but an overwritten sector may contain any bytes
};

// Those of which each seed gives another one.
inline constexpr std::array kHostile = {Survival::prefix, Survival::subset, Survival::sectors, Survival::garbage};

// File contents by name.
using Image = std::map<std::string, std::string>;

// An error of one call, or of all calls from one on.
struct Fault {
  std::uint64_t at = 0;      // number of the call, from 1; 0: none
  std::optional<Call> only;  // only counts and fails calls of this kind
  int code = 0;              // EIO, ENOSPC
  bool lasting = false;
};

// The contents of a file. A sector survives completely or not at all, except in Survival::garbage.
class File {
 public:
  static constexpr std::size_t kSector = 512;

  File() = default;
  explicit File(std::string contents) : durable_(contents), visible_(std::move(contents)) {}

  const std::string& visible() const { return visible_; }
  void write(std::uint64_t number, std::size_t offset, std::string_view data);
  void truncate(std::uint64_t number, std::size_t size);
  void sync();
  // Like Linux: after a failed sync, the unwritten data counts as clean. It may be durable or not. A later successful
  // sync proves nothing about it; only another write does.
  void fail_sync();
  std::string survive(Survival survival, std::mt19937_64& random) const;

 private:
  struct Version {  // of a complete sector
    std::uint64_t number = 0;
    std::string bytes;
    std::size_t begin = 0;  // the part that the call wrote
    std::size_t end = 0;
  };
  void add_version(std::uint64_t number, std::size_t sector, std::size_t begin, std::size_t end);

  std::string durable_;
  std::string visible_;
  std::map<std::size_t, std::vector<Version>> pending_;       // by sector, oldest first
  std::vector<std::pair<std::uint64_t, std::size_t>> sizes_;  // not yet durable; by number of the call
  std::set<std::size_t> dirty_;                               // the next sync makes these sectors durable
  bool size_dirty_ = false;
};

class Disk {
 public:
  // Starts with the content after a power cut. `database` is a name that is created with the directory, before anything
  // else. It is not durable until the directory is synced.
  Disk(Image image, const std::string& database);

  // Called before each call that changes the disk, with the number of earlier changes. The disk is locked, so the
  // watcher must not wait for another user of it.
  using Watcher = std::function<void(std::uint64_t)>;
  void watch(Watcher watcher);
  void set_fault(Fault fault);  // counts calls from now on

  std::vector<std::string> names() const;  // as the process sees them

  // The system calls. They return an errno, or 0. Any thread.
  struct Opened {
    int code = 0;
    std::shared_ptr<File> file;
  };
  Opened open(const std::string& name, bool create);
  int read(const File& file, std::size_t offset, std::size_t size, std::string& out);
  int write(File& file, std::size_t offset, std::string_view data);
  int truncate(File& file, std::size_t size);
  int sync(File& file);
  int sync_directory();
  int remove(const std::string& name);
  int size(const File& file, std::size_t& out);
  int exists(const std::string& name, bool& out);
  int map_shared();

  // The content after a power cut now.
  Image survivors(Survival survival, std::uint64_t seed) const;
  // The process has ended, and another one begins on the same disk. Visible content stays visible.
  void new_process();

  struct Figures {
    std::uint64_t calls = 0;
    std::uint64_t changes = 0;
    std::uint64_t failed = 0;
    std::uint64_t syncs_after_failure = 0;  // in one process, for a file whose sync had failed
    std::string first_failure;              // "sync"
    std::map<Call, std::uint64_t> by_call;
  };
  Figures figures() const;

 private:
  int enter(Call call);

  mutable std::recursive_mutex mutex_;                          // recursive, because the watcher calls survivors()
  std::map<std::string, std::shared_ptr<File>> names_;          // as the process sees them
  std::map<std::string, std::shared_ptr<File>> durable_names_;  // as of the last sync of the directory
  // Every state of a name since then, oldest first; null: removed.
  std::map<std::string, std::vector<std::shared_ptr<File>>> pending_names_;
  std::set<const File*> suspect_;  // a sync of these files failed in this process
  Watcher watcher_;
  Fault fault_;
  std::uint64_t counted_ = 0;  // calls that the fault counts
  Figures figures_;
};

}  // namespace ordo::storage
