// The service a client command brings with it when no server runs: the same as `ordo serve`, on a free port.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "cli/door.h"
#include "cli/front_door.h"
#include "cli/process_end.h"
#include "cli/service.h"
#include "cli/settings.h"
#include "http/server.h"

namespace ordo::cli {

// One a process, made before the command starts threads of its own: a signal or a failure of the service ends the
// process within the setting stop_timeout. Destroying it stops the service after what is in flight.
class RunningService {
 public:
  // Ready to be used when it returns. `settings` outlive it. The errors of starting the service; kUnavailable
  // "not_ready" when broker or database do not answer.
  static Result<std::unique_ptr<RunningService>> start(const Settings& settings);
  ~RunningService();
  RunningService(const RunningService&) = delete;
  RunningService& operator=(const RunningService&) = delete;

  std::string url() const;
  // What it wants to be shown: whoever else finds the port has no use for it. Empty where the door of this system is
  // open.
  const std::string& key() const { return key_; }
  // True after a signal or a failure: the command should come to an end. Any thread.
  bool ending() const { return end_.wanted(); }

 private:
  RunningService(const Settings& settings, std::unique_ptr<Door> inside, std::string key);
  Result<void> bring_up(const Settings& settings);
  Result<void> wait_until_ready();

  std::string key_;
  ProcessEnd end_;
  const std::unique_ptr<Door> entrance_;
  FrontDoor door_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace ordo::cli
