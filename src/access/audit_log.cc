#include "access/audit_log.h"

#include <chrono>

#include "base/log.h"
#include "base/text.h"

namespace ordo::access {
namespace {

constexpr std::size_t kMaxText = 1024;
constexpr std::size_t kMaxRefusedTarget = 256;
constexpr std::chrono::milliseconds kTryAgain{500};
// The shortest time between two lines that state how much was left out.
constexpr std::chrono::seconds kTellAgain{1};

std::string count_line(std::string_view what, std::uint64_t count) {
  std::string line = R"({"time":")" + to_rfc3339(now()) + R"(","method":")";
  return line.append(what).append(R"(","count":)").append(std::to_string(count)).append("}\n");
}

}  // namespace

// Runs on the io thread for each request that changes something, so it needs no tree of JSON.
std::string to_line(const AuditEntry& entry) {
  std::string line = "{";
  line.reserve(320);
  const auto add = [&line](std::string_view name, const std::string& value, std::size_t most = kMaxText) {
    if (value.empty()) return;
    append_json_key(name, line.size() == 1, line);
    if (value.size() <= most && is_utf8(value)) return append_json_string(value, line);
    append_json_string(utf8_cut(value, most), line);
  };
  add("time", to_rfc3339(entry.at));
  add("who", entry.who);
  add("name", entry.name);
  add("role", entry.role);
  add("address", entry.peer);
  add("method", entry.method);
  add("route", entry.route);
  add("target", entry.target, entry.refused ? kMaxRefusedTarget : kMaxText);
  if (entry.status != 0) line += ",\"status\":" + std::to_string(entry.status);
  add("reason", entry.reason);
  add("trace_id", entry.trace_id);
  return line + "}\n";
}

AuditLog::AuditLog(const std::string& path, const AuditOptions& options)
    : max_waiting_(options.max_waiting),
      refused_(options.refused_per_second, options.refused_per_second),
      file_(path, options.most_bytes) {}

Result<std::unique_ptr<AuditLog>> AuditLog::open(const std::string& path, bool at_once, AuditOptions options) {
  std::unique_ptr<AuditLog> made(new AuditLog(path, options));
  if (at_once) {
    if (auto opened = made->file_.open(); !opened) return fail(std::move(opened.error()));
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
}

void AuditLog::add(const AuditEntry& entry) {
  // guard: audit-refused-budget
  if (entry.refused && !refused_.take({}, RateLimiter::Clock::now()).allowed) {
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      first = left_out_.fetch_add(1) == left_out_told_;
    }
    if (first) changed_.notify_one();
    return;
  }
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

void AuditLog::write(const std::vector<std::string>& waiting, bool last) {
  std::vector<std::string> lines;
  lines.reserve(waiting.size() + 2);
  const auto dropped = dropped_.load();
  if (dropped != dropped_told_) lines.push_back(count_line("lines dropped", dropped - dropped_told_));
  lines.insert(lines.end(), waiting.begin(), waiting.end());
  const auto at = std::chrono::steady_clock::now();
  const auto left_out = last || at - left_out_told_at_ >= kTellAgain ? left_out_.load() : left_out_told_.load();
  if (left_out != left_out_told_) {
    lines.push_back(count_line("lines of refused requests left out", left_out - left_out_told_));
  }
  if (lines.empty()) return;
  const auto appended = file_.append(lines);
  const bool written = appended.has_value();
  if (written) {
    written_.fetch_add(waiting.size());
    last_seq_.store(file_.last_seq());
    dropped_told_ = dropped;
    if (left_out != left_out_told_) left_out_told_at_ = at;
    left_out_told_ = left_out;
  } else {
    dropped_.fetch_add(waiting.size());
  }
  if (failing_ == !written) return;
  failing_ = !written;
  if (failing_)
    log_error("the audit log cannot be written", {{"file", file_.path()}, {"error", appended.error().text()}});
  if (!failing_) log_info("the audit log can be written again", {{"file", file_.path()}});
}

void AuditLog::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    const auto has_lines = [this] { return stopping_ || !waiting_.empty() || dropped_ != dropped_told_; };
    changed_.wait(lock, [&] { return has_lines() || left_out_ != left_out_told_; });
    // One line states what a burst of refused requests left out.
    if (!has_lines()) changed_.wait_for(lock, kTellAgain, has_lines);
    const bool last = stopping_;
    std::vector<std::string> lines;
    lines.swap(waiting_);
    lock.unlock();
    write(lines, last);
    lock.lock();
    if (last) return;
    // When the disk is full, do not try again for every line.
    if (failing_) changed_.wait_for(lock, kTryAgain, [this] { return stopping_; });
  }
}

Result<void> append_audit_line(const std::string& path, std::uint64_t most_bytes, const AuditEntry& entry) {
  return AuditFile(path, most_bytes).append({to_line(entry)});
}

}  // namespace ordo::access
