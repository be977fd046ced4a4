// What the HTTP port answers: /livez, /readyz and /metrics from the first moment on, everything else once the API is
// there.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "http/api.h"
#include "http/message.h"
#include "http/router.h"
#include "http/server.h"

namespace ordo::cli {

// Thread-safe. Outlives the server that it answers for.
class FrontDoor {
 public:
  // `with_api`: an API will come, until then everything else is a 503; without, a 404. `readiness` and `metrics` as in
  // Service. `gate` is asked about every request and outlives this; null: nobody is.
  FrontDoor(bool with_api, std::function<std::vector<http::ReadinessCheck>()> readiness,
            std::function<void(std::string&)> metrics, http::Gate* gate);

  // For the API behind it.
  http::Gate* gate() const { return gate_; }

  http::Handler handler();

  // Hands everything to the API from now on. Valid until the server has stopped.
  void open(http::Handler api);

  // Where the figures of the server come from. The server outlives its requests.
  void watch(const http::Server* server);
  http::ServerStats server_stats() const;

 private:
  void answer(http::Request request, http::Respond respond) const;
  void answer_readyz(const http::Request& request, http::Respond respond) const;
  void answer_metrics(http::Respond respond) const;

  const bool with_api_;
  const std::function<std::vector<http::ReadinessCheck>()> readiness_;
  const std::function<void(std::string&)> metrics_;
  http::Gate* const gate_;
  http::Router router_;
  mutable std::shared_mutex mutex_;
  std::shared_ptr<const http::Handler> api_;  // guarded by mutex_; null until open()
  std::atomic<const http::Server*> server_{nullptr};
};

}  // namespace ordo::cli
