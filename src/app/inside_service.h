// The service inside a client command, for when no server runs. It equals `ordo serve` on a free port.
#pragma once

#include <memory>
#include <string>

#include "app/auth.h"
#include "app/listener.h"
#include "app/process_end.h"
#include "app/service.h"
#include "base/result.h"
#include "http/server.h"
#include "settings/settings.h"

namespace ordo::app {

// At most one per process. Create it before the command starts threads. A signal or a failure of the service ends the
// process within the setting stop_timeout. Destroying it finishes the requests in progress and stops the service.
class RunningService {
 public:
  // The service is ready when this returns. `settings` outlive it. Returns the errors of starting the service;
  // kUnavailable "not_ready" when the broker or the database does not answer.
  static Result<std::unique_ptr<RunningService>> start(const settings::Settings& settings);
  ~RunningService();
  RunningService(const RunningService&) = delete;
  RunningService& operator=(const RunningService&) = delete;

  std::string url() const;
  // The key for requests to the service, so that other users of the port have no access. Empty for a system without
  // keys.
  const std::string& key() const { return key_; }
  // True after a signal or a failure: the command should end. Any thread.
  bool ending() const { return end_.wanted(); }

 private:
  RunningService(const settings::Settings& settings, std::unique_ptr<Auth> inside, std::string key);
  Result<void> bring_up(const settings::Settings& settings);
  Result<void> wait_until_ready();

  std::string key_;
  ProcessEnd end_;
  const std::unique_ptr<Auth> auth_;
  Listener listener_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace ordo::app
