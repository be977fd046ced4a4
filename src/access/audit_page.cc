#include "access/audit_page.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <memory>
#include <utility>

#include "access/audit_chain.h"
#include "access/audit_verify.h"
#include "access/small_file.h"
#include "base/number.h"

namespace ordo::access {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kBlock = 2 * kMaxAuditLine;  // has at least one whole line

struct LogFile {
  std::unique_ptr<OpenFile> file;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
};

// The newest first. A file that is rotated meanwhile is met again under its new name, and left out there.
std::vector<LogFile> open_newest_first(const std::string& path) {
  auto names = audit_files_of(path);
  std::reverse(names.begin(), names.end());
  std::vector<LogFile> sources;
  for (const auto& name : names) {
    auto file = std::make_unique<OpenFile>(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (file->fd() < 0 || ::fstat(file->fd(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    const auto inode = static_cast<std::uint64_t>(status.st_ino);
    if (std::any_of(sources.begin(), sources.end(), [inode](const LogFile& one) { return one.inode == inode; }))
      continue;
    sources.push_back({std::move(file), inode, static_cast<std::uint64_t>(status.st_size)});
  }
  return sources;
}

Result<std::string> read_bytes(const LogFile& source, std::uint64_t begin, std::uint64_t end) {
  std::string text(end - begin, '\0');
  std::size_t read = 0;
  while (read < text.size()) {
    const auto more =
        ::pread(source.file->fd(), text.data() + read, text.size() - read, static_cast<off_t>(begin + read));
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return fail(ErrorCode::kIo, "cannot_read", "cannot read the audit log");
    if (more == 0) break;
    read += static_cast<std::size_t>(more);
  }
  text.resize(read);
  return text;
}

std::string member_text(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  const auto* text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string(*text) : std::string();
}

std::int64_t member_number(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  const auto* number = value != nullptr ? value->if_int64() : nullptr;
  return number != nullptr ? *number : 0;
}

// Nothing for a part of a line.
std::optional<AuditLine> parse_line(std::string_view text) {
  json::error_code failed;
  const auto value = json::parse({text.data(), text.size()}, failed);
  const auto* object = failed ? nullptr : value.if_object();
  if (object == nullptr) return std::nullopt;
  AuditLine line;
  line.seq = static_cast<std::uint64_t>(std::max<std::int64_t>(member_number(*object, "seq"), 0));
  line.at = member_text(*object, "time");
  line.who = member_text(*object, "who");
  line.name = member_text(*object, "name");
  line.role = member_text(*object, "role");
  line.peer = member_text(*object, "address");
  line.method = member_text(*object, "method");
  line.route = member_text(*object, "route");
  line.target = member_text(*object, "target");
  line.status = member_number(*object, "status");
  line.count = member_number(*object, "count");
  line.trace_id = member_text(*object, "trace_id");
  line.reason = member_text(*object, "reason");
  return line;
}

// Reads lines backwards until the page is full.
class PageReader {
 public:
  PageReader(std::size_t limit, std::uint64_t most_bytes) : limit_(limit), bytes_left_(most_bytes) {}

  // The lines of [0, end). False: the page is full.
  Result<bool> read(const LogFile& source, std::uint64_t end) {
    while (end > 0) {
      // guard: audit-page-bounded
      if (bytes_left_ == 0) return false;
      const auto begin = end - std::min({end, kBlock, std::max<std::uint64_t>(bytes_left_, kMaxAuditLine + 1)});
      auto text = read_bytes(source, begin, end);
      if (!text) return fail(std::move(text.error()));
      bytes_left_ -= std::min<std::uint64_t>(bytes_left_, text->size());
      // The first line is incomplete if it begins before this part; one that is as long as the part is none of ours.
      const auto first = begin == 0 ? 0 : text->find('\n') + 1;
      if (begin > 0 && (first == 0 || first == text->size())) {
        end = begin;
        continue;
      }
      if (!take_lines(std::string_view(*text).substr(first), source.inode, begin + first)) return false;
      end = begin + first;
    }
    return true;
  }

  AuditPage take(bool more) {
    if (more && !page_.lines.empty()) page_.next = place_;
    return std::move(page_);
  }

 private:
  // `offset`: of `text` in the file. False: the page is full.
  bool take_lines(std::string_view text, std::uint64_t inode, std::uint64_t offset) {
    if (!text.empty() && text.back() != '\n') text = text.substr(0, text.rfind('\n') + 1);  // it is being written
    while (!text.empty()) {
      const auto feed = text.size() > 1 ? text.rfind('\n', text.size() - 2) : std::string_view::npos;
      const auto begin = feed == std::string_view::npos ? 0 : feed + 1;
      if (auto line = parse_line(text.substr(begin, text.size() - begin - 1))) {
        if (page_.lines.size() >= limit_) return false;
        place_ = {inode, offset + begin, line->seq};
        page_.lines.push_back(std::move(*line));
      }
      text = text.substr(0, begin);
    }
    return true;
  }

  const std::size_t limit_;
  std::uint64_t bytes_left_;
  AuditPage page_;
  AuditPlace place_;
};

Result<void> check_place(const LogFile& source, const AuditPlace& place) {
  const auto bad = [] { return fail(ErrorCode::kInvalid, "bad_cursor", "the cursor is not one of this audit log"); };
  if (place.offset >= source.size) return bad();
  const auto begin = place.offset == 0 ? 0 : place.offset - 1;
  const auto text = read_bytes(source, begin, std::min(source.size, place.offset + kMaxAuditLine));
  if (!text) return fail(text.error());
  std::string_view line = *text;
  if (place.offset > 0) {
    if (!line.starts_with('\n')) return bad();
    line.remove_prefix(1);
  }
  const auto link = read_audit_link(line.substr(0, line.find('\n')));
  // guard: audit-cursor-checked
  if ((link ? link->seq : 0) != place.seq) return bad();
  return {};
}

}  // namespace

std::string to_string(const AuditPlace& place) {
  return std::to_string(place.inode) + "." + std::to_string(place.offset) + "." + std::to_string(place.seq);
}

std::optional<AuditPlace> parse_audit_place(std::string_view text) {
  const auto first = text.find('.');
  const auto second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto inode = parse_integer<std::uint64_t>(text.substr(0, first));
  const auto offset = parse_integer<std::uint64_t>(text.substr(first + 1, second - first - 1));
  const auto seq = parse_integer<std::uint64_t>(text.substr(second + 1));
  if (!inode || !offset || !seq) return std::nullopt;
  return AuditPlace{*inode, *offset, *seq};
}

Result<AuditPage> read_audit_page(const std::string& path, const std::optional<AuditPlace>& place, std::size_t limit,
                                  std::uint64_t most_bytes) {
  auto sources = open_newest_first(path);
  if (sources.empty()) return fail(ErrorCode::kNotFound, "no_audit_log", "there is no audit log " + path);
  auto source = sources.begin();
  auto end = source->size;
  if (place) {
    source = std::find_if(source, sources.end(), [&](const LogFile& one) { return one.inode == place->inode; });
    if (source == sources.end()) return AuditPage();  // the file was removed, with the older ones
    if (auto fine = check_place(*source, *place); !fine) return fail(std::move(fine.error()));
    end = place->offset;
  }
  PageReader reader(limit, most_bytes);
  while (true) {
    const auto whole = reader.read(*source, end);
    if (!whole) return fail(whole.error());
    if (!*whole) return reader.take(true);
    if (++source == sources.end()) return reader.take(false);
    end = source->size;
  }
}

}  // namespace ordo::access
