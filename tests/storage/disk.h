// A disk that may lie as far as disks do: for each file what is durable, and what was written since the last sync and
// may or may not survive a power cut. It numbers its calls, can fail any of them, and makes the images that a power cut
// at this moment can leave behind. One directory, in memory.
#pragma once

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

// True for those that change what a power cut leaves: the boundaries at which one is tried.
bool changes_the_disk(Call call);

// What survives of the writes, new sizes, new names and removals that were not synced.
enum class Survival {
  nothing,
  everything,  // as when the process alone dies
  prefix,      // in their order up to one that is cut at a sector
  subset,      // any of them, each whole
  sectors,     // any sectors of any of them
  garbage,     // as `sectors`; and where a sector was being overwritten, the bytes written may be any
};

// Contents by name.
using Image = std::map<std::string, std::string>;

// The error of one call, or of all from one on.
struct Fault {
  std::uint64_t at = 0;      // number of the call, the first is 1; 0: none
  std::optional<Call> only;  // counts and fails calls of this kind alone
  int code = 0;              // EIO, ENOSPC
  bool lasting = false;
};

// A file's contents. A sector survives whole or not at all, except in Survival::garbage.
class File {
 public:
  static constexpr std::size_t kSector = 512;

  File() = default;
  explicit File(std::string contents) : durable_(contents), visible_(std::move(contents)) {}

  const std::string& visible() const { return visible_; }
  void write(std::uint64_t number, std::size_t offset, std::string_view data);
  void truncate(std::uint64_t number, std::size_t size);
  void sync();
  // As Linux does it: what could not be written counts as clean from then on. It may be durable or not, and a later
  // sync that succeeds says nothing about it; only writing it anew does.
  void fail_sync();
  std::string survive(Survival survival, std::mt19937_64& random) const;

 private:
  struct Version {  // of a sector, whole
    std::uint64_t number = 0;
    std::string bytes;
    std::size_t begin = 0;  // what the call wrote of it
    std::size_t end = 0;
  };
  void add_version(std::uint64_t number, std::size_t sector, std::size_t begin, std::size_t end);

  std::string durable_;
  std::string visible_;
  std::map<std::size_t, std::vector<Version>> pending_;       // by sector, oldest first
  std::vector<std::pair<std::uint64_t, std::size_t>> sizes_;  // pending, by number of the call
  std::set<std::size_t> dirty_;                               // sectors that the next sync makes durable
  bool size_dirty_ = false;
};

class Disk {
 public:
  // With what a power cut left. `database` is a name that is made by whoever makes the directory, before anything else;
  // it is not durable until the directory is synced.
  Disk(Image image, const std::string& database);

  // What is called before each call that changes the disk, with the number of changes before it; with the disk locked,
  // so it must not wait for another user of it.
  using Watcher = std::function<void(std::uint64_t)>;
  void watch(Watcher watcher);
  void set_fault(Fault fault);  // counts calls from now on

  // The system calls; an errno, or 0. Any thread.
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

  // What is left when the power is cut now.
  Image survivors(Survival survival, std::uint64_t seed) const;
  // The process has ended and a new one begins on the same disk: what was visible stays visible.
  void new_process();

  struct Figures {
    std::uint64_t calls = 0;
    std::uint64_t changes = 0;
    std::uint64_t failed = 0;
    std::uint64_t syncs_after_failure = 0;  // in one process, of a file whose sync had failed
    std::string first_failure;              // "sync"
    std::map<Call, std::uint64_t> by_call;
  };
  Figures figures() const;

 private:
  int enter(Call call);

  mutable std::recursive_mutex mutex_;                          // the watcher asks for survivors
  std::map<std::string, std::shared_ptr<File>> names_;          // as the process sees them
  std::map<std::string, std::shared_ptr<File>> durable_names_;  // as of the last sync of the directory
  // Every state a name had since then, oldest first; null: removed.
  std::map<std::string, std::vector<std::shared_ptr<File>>> pending_names_;
  std::set<const File*> suspect_;  // a sync failed in this process
  Watcher watcher_;
  Fault fault_;
  std::uint64_t counted_ = 0;  // calls that the fault counts
  Figures figures_;
};

}  // namespace ordo::storage
