// The file of the audit log. It appends whole lines, each a link of one chain, together with other processes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "access/audit_chain.h"
#include "base/result.h"

namespace ordo::access {

// One thread. Writers in several processes take turns under a lock on the file. A renamed or removed file is created
// again. A file that is too large becomes `<path>.1`, the previous `<path>.1` becomes `<path>.2`, and so on up to `.9`.
// The chain continues across all of these. A new process continues it from the file, or from `<path>.1` while the file
// is empty.
class AuditFile {
 public:
  static constexpr int kOldFiles = 9;

  // `most_bytes`: the maximum size of a file; 0: no limit.
  AuditFile(std::string path, std::uint64_t most_bytes) : path_(std::move(path)), most_bytes_(most_bytes) {}
  ~AuditFile();
  AuditFile(const AuditFile&) = delete;
  AuditFile& operator=(const AuditFile&) = delete;

  // Creates the file, with mode 0600, and its folder. kIo "no_audit_log"; kInvalid "writable_by_others".
  Result<void> open();
  // Writes all of `lines`, each a JSON object and a line feed, or none. kIo "no_audit_log", also when another writer
  // holds the lock for two seconds. Does not sync.
  Result<void> append(const std::vector<std::string>& lines);

  const std::string& path() const { return path_; }
  // The number of the last line written by this object; 0 before the first one.
  std::uint64_t last_seq() const { return last_.seq; }

 private:
  bool is_current() const;
  Result<void> lock();
  Result<void> make_room(std::size_t more);
  void rotate() const;
  std::string old(int number) const { return path_ + "." + std::to_string(number); }
  AuditEnd end_of_chain() const;

  const std::string path_;
  const std::uint64_t most_bytes_;
  int fd_ = -1;
  AuditEnd last_;                           // of the last line written by this object
  std::optional<std::uint64_t> last_size_;  // size of the open file after that line
};

}  // namespace ordo::access
