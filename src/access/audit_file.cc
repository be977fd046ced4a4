#include "access/audit_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <thread>

#include "access/file_exposure.h"
#include "access/small_file.h"
#include "base/private_directory.h"

namespace ordo::access {
namespace {

constexpr std::chrono::seconds kTurnWait{2};
constexpr std::chrono::milliseconds kTurnLook{2};

tl::unexpected<Error> no_audit_log(const std::string& path) {
  return fail(ErrorCode::kIo, "no_audit_log", "cannot write the audit log " + path);
}

std::uint64_t size_of(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

// Releases the file's lock after writing.
class Unlock {
 public:
  explicit Unlock(const int& fd) : fd_(fd) {}
  ~Unlock() {
    if (fd_ >= 0) ::flock(fd_, LOCK_UN);
  }
  Unlock(const Unlock&) = delete;
  Unlock& operator=(const Unlock&) = delete;

 private:
  const int& fd_;
};

}  // namespace

AuditFile::~AuditFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> AuditFile::open() {
  if (fd_ >= 0) ::close(fd_);
  last_size_.reset();
  const auto folder = std::filesystem::path(path_).parent_path().string();
  if (!folder.empty() && make_private_directory(folder)) return no_audit_log(path_);
  fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd_ < 0) return no_audit_log(path_);
  return check_not_writable_by_others(fd_, path_);
}

bool AuditFile::is_current() const {
  struct stat opened {};
  struct stat named {};
  return fd_ >= 0 && ::fstat(fd_, &opened) == 0 && ::stat(path_.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

// Locks the file that has this name: another writer may have rotated it in the meantime.
Result<void> AuditFile::lock() {
  const auto until = std::chrono::steady_clock::now() + kTurnWait;
  while (true) {
    if (!is_current()) {
      if (auto opened = open(); !opened) return opened;
    }
    if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) {
      if (is_current()) return {};
      continue;
    }
    if (std::chrono::steady_clock::now() >= until) return no_audit_log(path_);
    std::this_thread::sleep_for(kTurnLook);
  }
}

void AuditFile::rotate() const {
  for (int number = kOldFiles - 1; number > 0; --number) std::rename(old(number).c_str(), old(number + 1).c_str());
  std::rename(path_.c_str(), old(1).c_str());
}

Result<void> AuditFile::make_room(std::size_t more) {
  const auto size = size_of(fd_);
  if (most_bytes_ == 0 || size == 0 || size + more <= most_bytes_) return {};
  // guard: audit-rotates
  rotate();
  return lock();
}

// Where the next line continues. This writer uses its own last line, whatever the file says. If another program cut off
// or changed lines, that leaves a gap.
AuditEnd AuditFile::end_of_chain() const {
  const auto size = size_of(fd_);
  if (last_size_ == size) return last_;
  auto end = read_audit_end(fd_);
  if (size == 0) {
    const OpenFile before(::open(old(1).c_str(), O_RDONLY | O_CLOEXEC));
    end = read_audit_end(before.fd());
  }
  // guard: audit-own-end
  if (last_.seq >= end.seq) {
    end.seq = last_.seq;
    end.digest = last_.digest;
  }
  return end;
}

Result<void> AuditFile::append(const std::vector<std::string>& lines) {
  const Unlock unlock(fd_);
  if (auto locked = lock(); !locked) return locked;
  auto end = end_of_chain();
  std::string text;
  const auto add = [&text, &end](std::string_view object) {
    const AuditLink link{end.seq + 1, end.next_prev()};
    const auto line = link_audit_line(link, object);
    end = {link.seq, audit_digest(std::string_view(line).substr(0, line.size() - 1)), {}, true};
    text += line;
  };
  const bool needs_feed = !end.ended;
  if (needs_feed && !end.stray.empty()) add(torn_audit_line(end.stray.size()));
  for (const auto& line : lines) add(line);
  if (auto room = make_room(text.size()); !room) return room;
  const auto before = size_of(fd_);
  // guard: audit-torn
  if (needs_feed && before > 0) text.insert(0, "\n");
  if (!write_all(fd_, text)) {
    // No other writer has written since. What cannot be removed is found next time, as after a kill.
    if (::ftruncate(fd_, static_cast<off_t>(before)) != 0) last_size_.reset();
    return no_audit_log(path_);
  }
  last_ = end;
  last_size_ = size_of(fd_);
  return {};
}

}  // namespace ordo::access
