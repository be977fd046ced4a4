// When and how the process ends: signals, fatal errors, and the bound on a stop.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "base/result.h"

namespace ordo::cli {

// One a process, made before its first thread: SIGTERM, SIGINT and SIGHUP are blocked for all threads from then on and
// read by a thread of its own; SIGPIPE is ignored.
class ProcessEnd {
 public:
  // From the first signal or failure on the process has `stop_timeout` to end; then, or at a second signal, it is ended
  // at once with the exit code 1.
  explicit ProcessEnd(std::chrono::seconds stop_timeout);
  ~ProcessEnd();
  ProcessEnd(const ProcessEnd&) = delete;
  ProcessEnd& operator=(const ProcessEnd&) = delete;

  // What SIGHUP does from now on, on the thread that reads signals; null: it ends the process, as SIGTERM does, or
  // nothing where it was ignored when the process began. Returns when the function that was there is not running.
  void on_hangup(std::function<void()> hangup);

  // Asks the process to end because it cannot go on. The first one counts. Any thread.
  void fail(Error error);

  // True from the first signal or failure on. Any thread.
  bool wanted() const;

  // Until the end is wanted. Any thread.
  void wait() const;
  // The same, for at most `time`; true when the end is wanted.
  bool wait_for(std::chrono::milliseconds time) const;

  // All that matters has been done and written. What is left, such as taking leave of servers that do not answer, may
  // take as long as `grace`; then the process ends with `exit_code`.
  void done(int exit_code, std::chrono::milliseconds grace = std::chrono::milliseconds(2'000));

  // What failed; nothing after a signal.
  std::optional<Error> failure() const;

 private:
  void watch();
  void want();
  // True when the signal was no reason to end.
  bool hung_up(int signal);
  [[noreturn]] void end_at_once(const char* why);

  const std::chrono::seconds stop_timeout_;
  bool hangup_ignored_ = false;
  int signals_ = -1;          // signalfd
  int wake_ = -1;             // eventfd, readable for good once the end is wanted
  int done_ = -1;             // eventfd, readable once done() was called
  int quit_ = -1;             // eventfd, for the thread
  mutable std::mutex mutex_;  // guards what follows
  std::optional<Error> failure_;
  std::function<void()> hangup_;
  std::optional<int> exit_code_;
  std::chrono::milliseconds grace_{0};
  std::thread thread_;
};

}  // namespace ordo::cli
