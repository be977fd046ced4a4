#include "access/audit_chain.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>

#include "access/api_key.h"
#include "base/check.h"
#include "base/number.h"
#include "base/sha256.h"
#include "base/time.h"

namespace ordo::access {
namespace {

namespace json = boost::json;

constexpr std::size_t kDigits = 64;
constexpr std::string_view kSeq = "{\"seq\":";
constexpr std::string_view kPrev = ",\"prev\":\"";
constexpr std::string_view kTorn = "\"method\":\"torn line\"";

// Reads the end of a file, at most `most` bytes.
std::string read_last(int descriptor, std::size_t most) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return {};
  const auto size = std::min(static_cast<std::size_t>(status.st_size), most);
  std::string text(size, '\0');
  std::size_t read = 0;
  while (read < size) {
    const auto at = status.st_size - static_cast<off_t>(size - read);
    const auto more = ::pread(descriptor, text.data() + read, size - read, at);
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) return {};
    read += static_cast<std::size_t>(more);
  }
  // The first line is incomplete if it begins before this part.
  if (static_cast<std::size_t>(status.st_size) > size) text.erase(0, text.find('\n') + 1);
  return text;
}

}  // namespace

std::string no_audit_line() {
  return std::string(kDigits, '0');
}

std::string audit_digest(std::string_view line) {
  return sha256_hex(line);
}

std::string link_audit_line(const AuditLink& link, std::string_view object) {
  ORDO_CHECK(object.starts_with("{\""), "a line of the audit log must be an object that has members");
  return std::string(kSeq) + std::to_string(link.seq) + std::string(kPrev) + link.prev + "\"," +
         std::string(object.substr(1));
}

std::optional<AuditLink> read_audit_link(std::string_view line) {
  const auto whole = line;
  if (!line.starts_with(kSeq)) return std::nullopt;
  line.remove_prefix(kSeq.size());
  const auto digits = line.substr(0, line.find(','));
  const auto seq = parse_integer<std::uint64_t>(digits);
  if (!seq || digits.front() == '0') return std::nullopt;
  line.remove_prefix(digits.size());
  if (!line.starts_with(kPrev)) return std::nullopt;
  AuditLink link{*seq, std::string(line.substr(kPrev.size(), kDigits))};
  line.remove_prefix(std::min(line.size(), kPrev.size() + kDigits));
  json::error_code failed_parse;
  json::parse({whole.data(), whole.size()}, failed_parse);
  if (!line.starts_with("\",\"") || failed_parse) return std::nullopt;
  return link;
}

std::string torn_audit_line(std::size_t size) {
  return "{\"time\":\"" + to_rfc3339(now()) + "\"," + std::string(kTorn) + ",\"bytes\":" + std::to_string(size) + "}\n";
}

bool tells_torn_line(std::string_view line) {
  return line.find(kTorn) != std::string_view::npos;
}

AuditEnd read_audit_end(int descriptor) {
  auto text = read_last(descriptor, 2 * kMaxAuditLine);
  AuditEnd end;
  if (text.empty()) return end;
  end.ended = text.back() == '\n';
  if (end.ended) text.pop_back();
  const auto last_line = [&text] {
    const auto feed = text.rfind('\n');
    return text.substr(feed == std::string::npos ? 0 : feed + 1);
  };
  auto line = last_line();
  auto link = read_audit_link(line);
  if (!link) {
    end.stray = line;
    text.erase(text.size() - std::min(text.size(), line.size() + 1));
    line = last_line();
    link = read_audit_link(line);
  }
  if (!link) return end;  // lines from a version without a chain: the chain begins after them
  end.seq = link->seq;
  end.digest = audit_digest(line);
  return end;
}

}  // namespace ordo::access
