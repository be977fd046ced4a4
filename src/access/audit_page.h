// Pages of the audit log, the newest lines first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ordo::access {

// A line as the log has it. Members that the line does not have are empty.
struct AuditLine {
  std::uint64_t seq = 0;  // 0: of a version without a chain
  std::string at;
  std::string who;
  std::string name;
  std::string role;
  std::string peer;
  std::string method;
  std::string route;
  std::string target;
  std::int64_t status = 0;
  std::int64_t count = 0;  // of lines that were lost or left out
  std::string trace_id;
  std::string reason;
};

// Where a page ended. Rotation renames the file but keeps its inode.
struct AuditPlace {
  std::uint64_t inode = 0;
  std::uint64_t offset = 0;  // of the page's last line
  std::uint64_t seq = 0;     // of that line
};
// "<inode>.<offset>.<seq>"
std::string to_string(const AuditPlace& place);
std::optional<AuditPlace> parse_audit_place(std::string_view text);

struct AuditPage {
  std::vector<AuditLine> lines;
  std::optional<AuditPlace> next;  // absent: there are no older lines
};

inline constexpr std::uint64_t kMaxAuditPageBytes = 4 * 1024 * 1024;

// At most `limit` lines before `place` or, without one, the newest. Also reads the rotated files. Reads at most
// `most_bytes`, and then has fewer lines, perhaps none, and a next place. kNotFound "no_audit_log"; kInvalid
// "bad_cursor" for a place where no line begins; kIo "cannot_read". Blocks; takes no lock. Leaves out a line that is
// being written.
Result<AuditPage> read_audit_page(const std::string& path, const std::optional<AuditPlace>& place, std::size_t limit,
                                  std::uint64_t most_bytes = kMaxAuditPageBytes);

}  // namespace ordo::access
