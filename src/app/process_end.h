// Ends the process: on signals, on fatal errors, and when a stop takes too long.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "base/result.h"

namespace ordo::app {

// At most one per process, created before its first thread. It blocks SIGTERM, SIGINT and SIGHUP for all threads and
// reads them on its own thread. It ignores SIGPIPE.
class ProcessEnd {
 public:
  // After the first signal or failure, the process has `stop_timeout` to end. After that, or at a second signal, it
  // ends at once with exit code 1.
  explicit ProcessEnd(std::chrono::seconds stop_timeout);
  ~ProcessEnd();
  ProcessEnd(const ProcessEnd&) = delete;
  ProcessEnd& operator=(const ProcessEnd&) = delete;

  // Sets the action of SIGHUP. It runs on the thread that reads signals. Null: SIGHUP ends the process like SIGTERM, or
  // does nothing if it was ignored when the process began. When this returns, the earlier function is not running.
  void on_hangup(std::function<void()> hangup);

  // Asks the process to end because it cannot continue. Only the first error counts. Any thread.
  void fail(Error error);

  // True after the first signal or failure. Any thread.
  bool wanted() const;

  // Waits until the process is to end. Any thread.
  void wait() const;
  // The same, for at most `time`. True when the process is to end.
  bool wait_for(std::chrono::milliseconds time) const;

  // Call it when all important work is done and written. The rest, such as disconnecting from servers that do not
  // answer, may take `grace`. Then the process ends with `exit_code`.
  void done(int exit_code, std::chrono::milliseconds grace = std::chrono::milliseconds(2'000));

  // The error that ends the process; nullopt after a signal.
  std::optional<Error> failure() const;

 private:
  void watch();
  void want();
  // True when the signal was a SIGHUP that does not end the process.
  bool hung_up(int signal);
  [[noreturn]] void end_at_once(const char* why);

  const std::chrono::seconds stop_timeout_;
  bool hangup_ignored_ = false;
  int signals_ = -1;          // signalfd
  int wake_ = -1;             // eventfd; stays readable once the process is to end
  int done_ = -1;             // eventfd; readable once done() was called
  int quit_ = -1;             // eventfd that ends the thread
  mutable std::mutex mutex_;  // guards the members below
  std::optional<Error> failure_;
  std::function<void()> hangup_;
  std::optional<int> exit_code_;
  std::chrono::milliseconds grace_{0};
  std::thread thread_;
};

}  // namespace ordo::app
