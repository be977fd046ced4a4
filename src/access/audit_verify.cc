#include "access/audit_verify.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

#include "access/audit_chain.h"
#include "access/audit_file.h"
#include "access/small_file.h"
#include "base/number.h"
#include "base/sha256.h"

namespace ordo::access {
namespace {

// While the log rotates again and again, its files cannot all be read at once.
constexpr int kLooks = 5;

struct Place {
  std::string file;
  std::uint64_t line = 0;
  std::string text() const { return file + ", line " + std::to_string(line); }
};

// Checks the lines in order and keeps the first fault.
class ChainCheck {
 public:
  ChainCheck(bool whole, const std::optional<AuditHead>& kept) : whole_(whole), kept_(kept) {}

  void take(const Place& place, std::string_view line) {
    const auto link = read_audit_link(line);
    auto digest = audit_digest(line);
    if (link) {
      check(place, *link, line);
      begun_ = true;
      verdict_.last = {link->seq, digest};
      ++verdict_.lines;
      check_kept(place);
    } else if (begun_) {
      if (!stray_.file.empty()) broken(stray_, "is not a line of an audit log");
      stray_ = place;
    } else {
      ++verdict_.unchained;
    }
    before_ = place;
    prev_ = std::move(digest);
  }

  // After the last line. `torn`: it has no line feed.
  AuditVerdict end(bool torn) {
    if (!stray_.file.empty() && torn) {
      verdict_.torn_end = stray_.text();
    } else if (!stray_.file.empty()) {
      broken(stray_, "is not a line of an audit log");
    }
    if (kept_ && verdict_.last.seq < kept_->seq) {
      broken(before_, "is the last line, seq " + std::to_string(verdict_.last.seq) + ": the lines up to seq " +
                          std::to_string(kept_->seq) + " are missing");
    }
    return std::move(verdict_);
  }

  bool is_broken() const { return !verdict_.fault.empty(); }

 private:
  void check(const Place& place, const AuditLink& link, std::string_view line) {
    const auto due = begun_ ? verdict_.last.seq + 1 : whole_ ? 1 : link.seq;
    if (!begun_) verdict_.first_seq = link.seq;
    if (!stray_.file.empty()) {
      if (!tells_torn_line(line)) return broken(stray_, "is not a line of an audit log: it was changed or inserted");
      ++verdict_.torn;
      stray_ = {};
    }
    // guard: audit-seq
    if (link.seq != due) {
      return broken(place, "has seq " + std::to_string(link.seq) + " instead of " + std::to_string(due) +
                               ": lines are missing, moved or duplicated");
    }
    // The line before the first of several files is unknown.
    if (before_.file.empty() && link.seq != 1) return;
    // guard: audit-link
    if (link.prev == prev_) return;
    if (before_.file.empty()) return broken(place, "is not the first line that was written");
    broken(before_, "was changed: its SHA-256 is not the one in the next line");
  }

  void check_kept(const Place& place) {
    const auto& last = verdict_.last;
    if (kept_ && last.seq == kept_->seq && !kept_->digest.empty() && last.digest != kept_->digest) {
      broken(place, "was changed, or the log was rewritten: its SHA-256 is not the recorded one");
    }
  }

  void broken(const Place& place, const std::string& how) {
    if (!is_broken()) verdict_.fault = place.text() + " " + how;
  }

  const bool whole_;
  const std::optional<AuditHead> kept_;
  AuditVerdict verdict_;
  bool begun_ = false;  // there was a line with a link
  Place before_;        // of the previous line
  Place stray_;         // of a line without a link, which the next line must state
  std::string prev_ = no_audit_line();
};

struct Source {
  std::string path;
  std::unique_ptr<OpenFile> file;
  std::uint64_t size = 0;
};

Result<std::vector<Source>> open_all(const std::vector<std::string>& paths) {
  std::vector<Source> sources;
  for (const auto& path : paths) {
    auto file = std::make_unique<OpenFile>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (file->fd() < 0 && errno == ENOENT) {
      return fail(ErrorCode::kNotFound, "no_audit_log", "there is no audit log " + path);
    }
    if (file->fd() < 0 || ::fstat(file->fd(), &status) != 0) {
      return fail(ErrorCode::kIo, "cannot_read", "cannot read " + path);
    }
    sources.push_back({path, std::move(file), static_cast<std::uint64_t>(status.st_size)});
  }
  return sources;
}

// Passes the lines to `check`. Sets `torn` when the last line of all has no line feed.
Result<void> read_lines(const Source& source, ChainCheck& check, bool& torn) {
  std::string text;
  std::size_t begin = 0;  // start of the next line in `text`
  std::uint64_t at = 0;   // position in the file after `text`
  Place place{source.path, 0};
  while (!check.is_broken()) {
    const auto feed = text.find('\n', begin);
    if (feed != std::string::npos) {
      ++place.line;
      check.take(place, std::string_view(text).substr(begin, feed - begin));
      begin = feed + 1;
      torn = false;
      continue;
    }
    text.erase(0, begin);
    begin = 0;
    // Anything longer is not a line of the log.
    if (at == source.size || text.size() > kMaxAuditLine) break;
    const auto had = text.size();
    text.resize(had + std::min<std::uint64_t>(kMaxAuditLine, source.size - at));
    const auto size = ::pread(source.file->fd(), text.data() + had, text.size() - had, static_cast<off_t>(at));
    if (size < 0 && errno != EINTR) return fail(ErrorCode::kIo, "cannot_read", "cannot read " + source.path);
    const auto read = static_cast<std::size_t>(size > 0 ? size : 0);
    text.resize(had + read);
    at += read;
    if (size == 0) break;  // it was truncated in the meantime
  }
  if (text.empty() || check.is_broken()) return {};
  ++place.line;
  check.take(place, text);
  torn = text.size() <= kMaxAuditLine;
  return {};
}

Result<AuditVerdict> verify(const std::vector<Source>& sources, bool whole, const std::optional<AuditHead>& kept) {
  ChainCheck check(whole, kept);
  bool torn = false;
  for (const auto& source : sources) {
    if (auto read = read_lines(source, check, torn); !read) return fail(std::move(read.error()));
  }
  return check.end(torn);
}

}  // namespace

std::optional<AuditHead> parse_audit_head(const std::string& text) {
  const auto colon = text.find(':');
  const auto seq = parse_integer<std::uint64_t>(std::string_view(text).substr(0, colon));
  if (!seq) return std::nullopt;
  AuditHead head;
  head.seq = *seq;
  if (colon == std::string::npos) return head;
  head.digest = text.substr(colon + 1);
  if (!sha256_from_hex(head.digest)) return std::nullopt;
  return head;
}

std::vector<std::string> audit_files_of(const std::string& path) {
  std::vector<std::string> files;
  std::error_code ignored;
  const auto add = [&](std::string name) {
    if (std::filesystem::exists(name, ignored)) files.push_back(std::move(name));
  };
  for (int number = AuditFile::kOldFiles; number > 0; --number) add(path + "." + std::to_string(number));
  add(path);
  return files;
}

Result<AuditVerdict> verify_audit(const std::vector<std::string>& files, bool whole,
                                  const std::optional<AuditHead>& kept) {
  const auto sources = open_all(files);
  if (!sources) return fail(sources.error());
  return verify(*sources, whole, kept);
}

Result<AuditVerdict> verify_audit_log(const std::string& path, const std::optional<AuditHead>& kept) {
  for (int look = 0; look < kLooks; ++look) {
    const auto before = stamp_of(path);
    const auto files = audit_files_of(path);
    if (files.empty()) return fail(ErrorCode::kNotFound, "no_audit_log", "there is no audit log " + path);
    const auto sources = open_all(files);
    // Rotation renames the files.
    if (stamp_of(path).inode != before.inode) continue;
    if (!sources) return fail(sources.error());
    const bool whole = files.front() != path + "." + std::to_string(AuditFile::kOldFiles);
    return verify(*sources, whole, kept);
  }
  return fail(ErrorCode::kBusy, "audit_log_busy", "the audit log " + path + " was rotated again and again; try again");
}

}  // namespace ordo::access
