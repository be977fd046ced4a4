#include "cli/process_end.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "base/check.h"
#include "base/log.h"

namespace ordo::cli {
namespace {

void trigger(int event) {
  const std::uint64_t one = 1;
  const auto written = write(event, &one, sizeof one);
  ORDO_CHECK(written == sizeof one, "eventfd write gave ", written);
}

// Until `descriptor` is readable, at most `milliseconds`; -1: for ever.
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
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  signals_ = signalfd(-1, &set, SFD_CLOEXEC);
  wake_ = eventfd(0, EFD_CLOEXEC);
  quit_ = eventfd(0, EFD_CLOEXEC);
  ORDO_CHECK(signals_ >= 0 && wake_ >= 0 && quit_ >= 0, "errno ", errno);
  thread_ = std::thread([this] { watch(); });
}

ProcessEnd::~ProcessEnd() {
  trigger(quit_);
  thread_.join();
  close(signals_);
  close(wake_);
  close(quit_);
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

void ProcessEnd::want() {
  trigger(wake_);
}

void ProcessEnd::watch() {
  using Clock = std::chrono::steady_clock;
  std::optional<Clock::time_point> deadline;
  bool signalled = false;
  while (true) {
    // Once the end is wanted, its event stays readable: only signals, the quit and the deadline are waited for.
    pollfd entries[] = {{signals_, POLLIN, 0}, {quit_, POLLIN, 0}, {deadline ? -1 : wake_, POLLIN, 0}};
    int timeout = -1;
    if (deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now()).count();
      timeout = static_cast<int>(std::max<std::int64_t>(left, 0));
    }
    const int count = poll(entries, std::size(entries), timeout);
    if (count < 0) continue;
    if (entries[1].revents != 0) return;
    if (entries[0].revents != 0) {
      signalfd_siginfo info{};
      const auto got = read(signals_, &info, sizeof info);
      if (got != sizeof info) continue;
      if (signalled) {
        log_error("second signal: ends at once");
        _exit(1);
      }
      signalled = true;
      log_info("stopping", {{"signal", info.ssi_signo}, {"bound_s", stop_timeout_.count()}});
      want();
    }
    if (!deadline && (signalled || entries[2].revents != 0)) deadline = Clock::now() + stop_timeout_;
    if (deadline && Clock::now() >= *deadline) {
      log_error("the stop took too long: ends at once", {{"bound_s", stop_timeout_.count()}});
      _exit(1);
    }
  }
}

}  // namespace ordo::cli
