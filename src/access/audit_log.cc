#include "access/audit_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <chrono>
#include <filesystem>

#include "base/log.h"
#include "base/text.h"

namespace ordo::access {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxText = 1024;
constexpr std::chrono::milliseconds kTryAgain{500};

int open_file(const std::string& path) {
  std::error_code ignored;
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

// True when all of it is there.
bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto size = ::write(fd, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

tl::unexpected<Error> no_audit_log(const std::string& path) {
  return fail(ErrorCode::kIo, "no_audit_log", "cannot write the audit log " + path);
}

}  // namespace

std::string to_line(const AuditEntry& entry) {
  json::object line;
  line["time"] = to_rfc3339(entry.at);
  const auto add = [&line](std::string_view name, const std::string& value) {
    if (!value.empty()) line[name] = std::string_view(utf8_cut(value, kMaxText));
  };
  add("who", entry.who);
  add("name", entry.name);
  add("role", entry.role);
  add("address", entry.peer);
  add("method", entry.method);
  add("route", entry.route);
  add("target", entry.target);
  if (entry.status != 0) line["status"] = entry.status;
  add("trace_id", entry.trace_id);
  return json::serialize(line) + "\n";
}

Result<std::unique_ptr<AuditLog>> AuditLog::open(const std::string& path, bool at_once, std::size_t max_waiting) {
  std::unique_ptr<AuditLog> made(new AuditLog(path, max_waiting));
  if (at_once) {
    if (auto opened = made->reopen(); !opened) return fail(std::move(opened.error()));
  }
  made->thread_ = std::thread([at = made.get()] { at->run(); });
  return made;
}

AuditLog::~AuditLog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (fd_ >= 0) ::close(fd_);
}

Result<void> AuditLog::reopen() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = open_file(path_);
  if (fd_ < 0) return no_audit_log(path_);
  return {};
}

bool AuditLog::is_current() const {
  struct stat open {};
  struct stat named {};
  return fd_ >= 0 && ::fstat(fd_, &open) == 0 && ::stat(path_.c_str(), &named) == 0 && open.st_ino == named.st_ino &&
         open.st_dev == named.st_dev;
}

void AuditLog::add(const AuditEntry& entry) {
  auto line = to_line(entry);
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= max_waiting_) {
      dropped_.fetch_add(1);
      return;
    }
    waiting_.push_back(std::move(line));
  }
  changed_.notify_one();
}

bool AuditLog::write(std::string_view text) {
  if (!is_current() && !reopen()) return false;
  return write_all(fd_, text);
}

void AuditLog::run() {
  bool failing = false;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::vector<std::string> lines;
    lines.swap(waiting_);
    lock.unlock();
    std::string text;
    const auto dropped = dropped_.load();
    if (dropped != dropped_told_) {
      text = json::serialize(json::object{
                 {"time", to_rfc3339(now())}, {"method", "lines dropped"}, {"count", dropped - dropped_told_}}) +
             "\n";
    }
    for (const auto& line : lines) text += line;
    const bool written = write(text);
    if (written) {
      written_.fetch_add(lines.size());
      dropped_told_ = dropped;
    } else {
      dropped_.fetch_add(lines.size());
    }
    if (failing != !written) {
      failing = !written;
      if (failing) log_error("the audit log cannot be written", {{"file", path_}});
      if (!failing) log_info("the audit log can be written again", {{"file", path_}});
    }
    lock.lock();
    // A disk that is full is not asked at every line.
    if (failing) changed_.wait_for(lock, kTryAgain, [this] { return stopping_; });
  }
}

Result<void> append_audit_line(const std::string& path, const AuditEntry& entry) {
  const int fd = open_file(path);
  const bool written = fd >= 0 && write_all(fd, to_line(entry));
  if (fd >= 0) ::close(fd);
  if (!written) return no_audit_log(path);
  return {};
}

}  // namespace ordo::access
