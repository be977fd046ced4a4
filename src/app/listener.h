// Answers on the HTTP port: /livez, /readyz and /metrics at once, everything else once the API exists.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "api/api.h"
#include "http/message.h"
#include "http/router.h"
#include "http/server.h"

namespace ordo::app {

// Thread-safe. Outlives its server.
class Listener {
 public:
  // With `with_api`, an API will follow; until then, all other paths answer 503. Without it, they answer 404.
  // `readiness` and `metrics`: see Service. `guard` checks every request and outlives this object; null: no checks.
  Listener(bool with_api, std::function<std::vector<api::ReadinessCheck>()> readiness,
           std::function<void(std::string&)> metrics, http::RequestGuard* guard);

  // The guard, for the API.
  http::RequestGuard* guard() const { return guard_; }

  http::Handler handler();

  // From now on, the API handles every request. Valid until the server has stopped.
  void open(http::Handler api);

  // Sets the server whose figures are shown. The server outlives its requests.
  void watch(const http::Server* server);
  http::ServerStats server_stats() const;
  bool answers_full() const;  // see http::Server

 private:
  void answer(http::Request request, http::Respond respond) const;
  bool ready(const std::vector<api::ReadinessCheck>& checks) const;
  void answer_readyz(const http::Request& request, http::Respond respond) const;
  void answer_metrics(http::Respond respond) const;

  const bool with_api_;
  const std::function<std::vector<api::ReadinessCheck>()> readiness_;
  const std::function<void(std::string&)> metrics_;
  http::RequestGuard* const guard_;
  http::Router router_;
  mutable std::shared_mutex mutex_;
  std::shared_ptr<const http::Handler> api_;  // guarded by mutex_; null until open()
  std::atomic<const http::Server*> server_{nullptr};
};

}  // namespace ordo::app
