// The check of the invariants inside a server: one at a time, on a thread of its own with a low priority.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "api/system/system_ports.h"
#include "base/result.h"
#include "settings/settings.h"

namespace ordo::app {

// Any thread may call the functions.
class CheckRunner {
 public:
  // `settings` outlive it.
  explicit CheckRunner(const settings::Settings& settings) : settings_(settings) {}
  ~CheckRunner() { stop(); }
  CheckRunner(const CheckRunner&) = delete;
  CheckRunner& operator=(const CheckRunner&) = delete;

  // Starts a check. kConflict "check_running" while there is one; kUnavailable "stopping" after stop().
  Result<api::CheckState> start();
  // The running check, or the last one of this process. Nothing before the first.
  std::optional<api::CheckState> latest() const;
  // Ends a running check and waits for it. No check starts afterwards.
  void stop();

 private:
  void run();

  const settings::Settings& settings_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;  // guards the members below
  std::optional<api::CheckState> latest_;
  std::thread thread_;
};

}  // namespace ordo::app
