// The chain through the audit log. Every line has a number and the SHA-256 of the line before it. So a line that was
// changed, removed, moved or inserted no longer matches its neighbours. To detect a log that was cut off or rewritten,
// keep the end of the chain elsewhere: the metric ordo_audit_head, or the output of `ordo audit verify`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ordo::access {

// No line is longer: long fields are cut, see to_line().
inline constexpr std::size_t kMaxAuditLine = std::size_t{128} * 1024;

struct AuditLink {
  std::uint64_t seq = 0;  // from 1 on
  std::string prev;       // SHA-256 of the previous line without its line feed, in hexadecimal digits
};

// The `prev` of the first line: 64 zeros.
std::string no_audit_line();
// For a line without its line feed.
std::string audit_digest(std::string_view line);

// Adds the link before the members of a JSON object.
std::string link_audit_line(const AuditLink& link, std::string_view object);
// For a line without its line feed. Nothing when the line has no link.
std::optional<AuditLink> read_audit_link(std::string_view line);

// A killed writer may leave a part of a line. It stays in the chain without a number. The next line is this one, which
// states the part's size in bytes.
std::string torn_audit_line(std::size_t size);
bool tells_torn_line(std::string_view line);

// The end of a file.
struct AuditEnd {
  std::uint64_t seq = 0;                 // of its last line with a link; 0: there is none
  std::string digest = no_audit_line();  // of that line
  std::string stray;                     // the line after it, which has no link
  bool ended = true;                     // the file ends with a line feed, or is empty

  // The `prev` of the next line.
  std::string next_prev() const { return stray.empty() ? digest : audit_digest(stray); }
};
// Reads at most the last two lines. An unreadable file counts as empty.
AuditEnd read_audit_end(int descriptor);

}  // namespace ordo::access
