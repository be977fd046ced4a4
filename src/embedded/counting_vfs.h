// A SQLite VFS that passes everything on to the system's, counts the syncs, and can make them fail in a test.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace ordo::embedded {

// What a VFS counts, and the faults it is told to make. Any thread.
struct DiskCounters {
  std::atomic<std::uint64_t> syncs{0};
  std::atomic<std::uint64_t> written_bytes{0};

  std::atomic<bool> fail_syncs{false};   // tests: every sync from now on reports an I/O error
  std::atomic<bool> fail_writes{false};  // tests: every write from now on reports a full disk
};

// Registered with SQLite under a name of its own for as long as it lives; it must outlive the connections opened with
// it.
class CountingVfs {
 public:
  explicit CountingVfs(DiskCounters& counters);
  ~CountingVfs();
  CountingVfs(const CountingVfs&) = delete;
  CountingVfs& operator=(const CountingVfs&) = delete;

  const char* name() const { return name_.c_str(); }

 private:
  struct Registration;
  std::string name_;
  std::unique_ptr<Registration> registration_;
};

}  // namespace ordo::embedded
