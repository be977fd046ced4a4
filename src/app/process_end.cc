#include "app/process_end.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "base/log.h"

namespace ordo::app {
namespace {

void trigger(int event) {
  const std::uint64_t one = 1;
  const auto written = write(event, &one, sizeof one);
  ORDO_CHECK(written == sizeof one, "eventfd write returned ", written);
}

// Waits until `descriptor` is readable, at most `milliseconds`; -1: no limit.
bool readable(int descriptor, int milliseconds) {
  pollfd entry{descriptor, POLLIN, 0};
  int count = 0;
  do {
    count = poll(&entry, 1, milliseconds);
  } while (count < 0 && errno == EINTR && milliseconds < 0);
  return count > 0;
}

}  // namespace

ProcessEnd::ProcessEnd(std::chrono::seconds stop_timeout) : stop_timeout_(stop_timeout) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  struct sigaction inherited {};
  hangup_ignored_ = sigaction(SIGHUP, nullptr, &inherited) == 0 && inherited.sa_handler == SIG_IGN;
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  signals_ = signalfd(-1, &set, SFD_CLOEXEC);
  wake_ = eventfd(0, EFD_CLOEXEC);
  done_ = eventfd(0, EFD_CLOEXEC);
  quit_ = eventfd(0, EFD_CLOEXEC);
  ORDO_CHECK(signals_ >= 0 && wake_ >= 0 && done_ >= 0 && quit_ >= 0, "errno ", errno);
  thread_ = std::thread([this] { watch(); });
}

ProcessEnd::~ProcessEnd() {
  trigger(quit_);
  thread_.join();
  close(signals_);
  close(wake_);
  close(done_);
  close(quit_);
}

void ProcessEnd::on_hangup(std::function<void()> hangup) {
  const std::lock_guard lock(mutex_);
  hangup_ = std::move(hangup);
}

bool ProcessEnd::hung_up(int signal) {
  if (signal != SIGHUP) return false;
  const std::lock_guard lock(mutex_);
  if (hangup_) hangup_();
  return hangup_ || hangup_ignored_;
}

void ProcessEnd::fail(Error error) {
  {
    const std::lock_guard lock(mutex_);
    if (failure_) return;
    log_error("cannot go on", {{"error", error.text()}});
    failure_ = std::move(error);
  }
  want();
}

std::optional<Error> ProcessEnd::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

bool ProcessEnd::wanted() const {
  return readable(wake_, 0);
}

void ProcessEnd::wait() const {
  readable(wake_, -1);
}

bool ProcessEnd::wait_for(std::chrono::milliseconds time) const {
  return readable(wake_, static_cast<int>(time.count()));
}

void ProcessEnd::done(int exit_code, std::chrono::milliseconds grace) {
  {
    const std::lock_guard lock(mutex_);
    exit_code_ = exit_code;
    grace_ = grace;
  }
  trigger(done_);
}

void ProcessEnd::want() {
  trigger(wake_);
}

void ProcessEnd::end_at_once(const char* why) {
  int code = 1;
  {
    const std::lock_guard lock(mutex_);
    code = exit_code_.value_or(code);
  }
  if (code != 0) log_error("ends at once", {{"because", why}});
  _exit(code);
}

void ProcessEnd::watch() {
  using Clock = std::chrono::steady_clock;
  std::optional<Clock::time_point> deadline;
  bool signalled = false;
  bool wanted = false;
  bool done = false;
  while (true) {
    // The events stay readable, so the loop handles each only once. poll() skips negative descriptors.
    pollfd entries[] = {
        {signals_, POLLIN, 0}, {quit_, POLLIN, 0}, {wanted ? -1 : wake_, POLLIN, 0}, {done ? -1 : done_, POLLIN, 0}};
    int timeout = -1;
    if (deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now()).count();
      timeout = static_cast<int>(std::max<std::int64_t>(left, 0));
    }
    if (poll(entries, std::size(entries), timeout) < 0) continue;
    if (entries[1].revents != 0) return;
    if (entries[0].revents != 0) {
      signalfd_siginfo info{};
      if (read(signals_, &info, sizeof info) != sizeof info) continue;
      if (hung_up(static_cast<int>(info.ssi_signo))) continue;
      if (signalled) end_at_once("of a second signal");
      signalled = true;
      log_info("stopping", {{"signal", info.ssi_signo}, {"bound_s", stop_timeout_.count()}});
      want();
    }
    if (entries[2].revents != 0) {
      wanted = true;
      deadline = Clock::now() + stop_timeout_;
    }
    if (entries[3].revents != 0) {
      done = true;
      const std::lock_guard lock(mutex_);
      deadline = Clock::now() + grace_;
    }
    if (deadline && Clock::now() >= *deadline) end_at_once("the stop took too long");
  }
}

}  // namespace ordo::app
