// Who changed what: one JSON object a line, written in the background.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace ordo::access {

// One change. Never bodies, never secrets.
struct AuditEntry {
  Timestamp at{};
  std::string who;     // "key:<id>", "token:<subject>"; empty: nobody that is known
  std::string name;    // of the key
  std::string role;    // empty as `who`
  std::string peer;    // the client's address
  std::string method;  // or what a command did: "key create"
  std::string route;   // the template
  std::string target;  // the path, without the query
  int status = 0;      // 0: no request
  std::string trace_id;
};

std::string to_line(const AuditEntry& entry);

// Thread-safe; add() never waits for the disk. What cannot be kept is counted, and the count is written as soon as
// something can be again. A file that was renamed or removed is opened anew with
// the next lines.
class AuditLog {
 public:
  // Opens the file for appending, mode 0600, and makes its folder: `at_once`, with kIo "no_audit_log" when that fails,
  // or for the first line.
  static Result<std::unique_ptr<AuditLog>> open(const std::string& path, bool at_once = true,
                                                std::size_t max_waiting = 10'000);
  // Writes what is waiting.
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  void add(const AuditEntry& entry);

  std::uint64_t written() const { return written_.load(); }
  std::uint64_t dropped() const { return dropped_.load(); }

 private:
  AuditLog(std::string path, std::size_t max_waiting) : path_(std::move(path)), max_waiting_(max_waiting) {}
  Result<void> reopen();
  bool is_current() const;
  void run();
  bool write(std::string_view text);

  const std::string path_;
  const std::size_t max_waiting_;
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> dropped_{0};

  int fd_ = -1;                     // of the thread, after open()
  std::uint64_t dropped_told_ = 0;  // of the thread
  std::mutex mutex_;                // guards what follows
  std::condition_variable changed_;
  std::vector<std::string> waiting_;
  bool stopping_ = false;
  std::thread thread_;  // last: uses all of the above
};

// One line, at once, for commands. kIo "no_audit_log".
Result<void> append_audit_line(const std::string& path, const AuditEntry& entry);

}  // namespace ordo::access
