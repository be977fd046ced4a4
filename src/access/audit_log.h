// The audit log: who changed what. A background thread writes one JSON object a line.
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

#include "access/audit_file.h"
#include "access/rate_limiter.h"
#include "base/result.h"
#include "base/time.h"

namespace ordo::access {

// One request or command. It never has bodies or secrets.
struct AuditEntry {
  Timestamp at{};
  std::string who;     // "key:<id>", "token:<subject>", or "anybody" on a server without keys; empty: an unknown caller
  std::string name;    // of the key
  std::string role;    // empty like `who`
  std::string peer;    // the client's address
  std::string method;  // for commands their action, such as "key create"; "start" and "stop" for a server
  std::string route;   // the template
  std::string target;  // the path, without the query
  int status = 0;      // 0: not a request
  std::string trace_id;
  std::string reason;    // of a refusal: "bad_signature"
  bool refused = false;  // access was refused; callers without a key can cause such lines, so they are short and few
};

// The line of an entry, with its line feed. A field has at most 1024 bytes, the target of a refused request 256.
std::string to_line(const AuditEntry& entry);

struct AuditOptions {
  std::uint64_t most_bytes = 0;  // of one file, see AuditFile
  std::size_t max_waiting = 10'000;
  double refused_per_second = 10;  // lines of refused requests, for all clients together
};

// Thread-safe; add() never waits for the disk. Lines that cannot be kept are counted; the count is written as soon as
// writing works again. Lines of refused requests beyond their limit are left out. A line states their number within one
// or two seconds.
class AuditLog {
 public:
  // Opens the file: `at_once`, with kIo "no_audit_log" on failure, or at the first line.
  static Result<std::unique_ptr<AuditLog>> open(const std::string& path, bool at_once = true,
                                                AuditOptions options = {});
  // Writes the waiting lines.
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  void add(const AuditEntry& entry);

  std::uint64_t written() const { return written_.load(); }
  std::uint64_t dropped() const { return dropped_.load(); }
  std::uint64_t left_out() const { return left_out_.load(); }
  // The number of the last line, see audit_chain.h; 0 before this process has written a line.
  std::uint64_t last_seq() const { return last_seq_.load(); }

 private:
  AuditLog(const std::string& path, const AuditOptions& options);
  void run();
  void write(const std::vector<std::string>& waiting, bool last);

  const std::size_t max_waiting_;
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> dropped_{0};
  std::atomic<std::uint64_t> left_out_{0};       // grows under mutex_, so that the thread does not miss it
  std::atomic<std::uint64_t> left_out_told_{0};  // the part of it that the file already has
  std::atomic<std::uint64_t> last_seq_{0};
  RateLimiter refused_;

  // For the thread only, after open().
  AuditFile file_;
  std::uint64_t dropped_told_ = 0;  // the part of the count that the file already has
  RateLimiter::Clock::time_point left_out_told_at_{};
  bool failing_ = false;

  std::mutex mutex_;  // guards the members below
  std::condition_variable changed_;
  std::vector<std::string> waiting_;
  bool stopping_ = false;
  std::thread thread_;  // last: uses all of the above
};

// Appends one line at once, for commands. kIo "no_audit_log".
Result<void> append_audit_line(const std::string& path, std::uint64_t most_bytes, const AuditEntry& entry);

}  // namespace ordo::access
