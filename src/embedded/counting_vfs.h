// A SQLite VFS that forwards all calls to another one and counts the syncs. It remembers which call failed on which
// file, because SQLite's errors name neither.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ordo::embedded {

// The counters of a VFS. Any thread.
struct DiskCounters {
  std::atomic<std::uint64_t> syncs{0};
  std::atomic<std::uint64_t> written_bytes{0};
};

// A call that the operating system refused.
struct DiskFailure {
  std::string file;
  std::string_view operation;  // "sync"
  int system_error = 0;        // errno; 0: unknown
};

// Registered with SQLite under a unique name while it lives. It must outlive the connections opened with it.
class CountingVfs {
 public:
  // `below` is the name of the VFS that does the work; null: the system's VFS.
  explicit CountingVfs(DiskCounters& counters, const char* below = nullptr);
  ~CountingVfs();
  CountingVfs(const CountingVfs&) = delete;
  CountingVfs& operator=(const CountingVfs&) = delete;

  const char* name() const { return name_.c_str(); }
  // The last failure. For the thread that uses the connections, one at a time.
  const std::optional<DiskFailure>& failure() const;

  struct Registration;

 private:
  std::string name_;
  std::unique_ptr<Registration> registration_;
};

}  // namespace ordo::embedded
