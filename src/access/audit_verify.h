// Verifies an audit log: its lines must be complete, unchanged and in order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace ordo::access {

// The end of the chain as recorded elsewhere.
struct AuditHead {
  std::uint64_t seq = 0;
  std::string digest;  // of that line; empty: unknown
};
// "812" or "812:<64 hexadecimal digits>".
std::optional<AuditHead> parse_audit_head(const std::string& text);

struct AuditVerdict {
  std::uint64_t lines = 0;      // lines of the chain
  std::uint64_t unchained = 0;  // lines before the chain, from versions without one
  std::uint64_t torn = 0;       // partial lines of killed writers, which the chain states
  std::uint64_t first_seq = 0;
  AuditHead last;
  // The last line if it has no line feed: it is being written, or its writer was killed. Else empty.
  std::string torn_end;
  std::string fault;  // the first break of the chain, "audit.log.2, line 7: ..."; empty: none
};

// The existing files of an audit log, rotated ones too, the oldest first.
std::vector<std::string> audit_files_of(const std::string& path);

// Reads `files` as one log, the oldest first. `whole`: its first line is the first line ever written. kNotFound
// "no_audit_log", kIo "cannot_read". Takes no lock, and ignores lines written meanwhile. Blocks.
Result<AuditVerdict> verify_audit(const std::vector<std::string>& files, bool whole,
                                  const std::optional<AuditHead>& kept);

// Verifies the log at `path` with its rotated files. The log is whole until rotation has filled the last file name.
Result<AuditVerdict> verify_audit_log(const std::string& path, const std::optional<AuditHead>& kept);

}  // namespace ordo::access
