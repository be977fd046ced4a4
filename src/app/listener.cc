#include "app/listener.h"

#include <algorithm>
#include <utility>

#include "api/health_description.h"
#include "api/route_rules.h"
#include "http/metrics.h"
#include "http/problem.h"
#include "http/request_guard.h"
#include "http/trace.h"

namespace ordo::app {

using http::Method;
using http::Request;
using http::Respond;
using http::Response;

Listener::Listener(bool with_api, std::function<std::vector<api::ReadinessCheck>()> readiness,
                   std::function<void(std::string&)> metrics, http::RequestGuard* guard)
    : with_api_(with_api), readiness_(std::move(readiness)), metrics_(std::move(metrics)), guard_(guard) {
  router_.add(
      Method::kGet, "/livez", [](const Request&, Respond respond) { respond(api::alive()); }, api::describe_livez());
  router_.add(
      Method::kGet, "/readyz",
      [this](const Request& request, Respond respond) { answer_readyz(request, std::move(respond)); },
      api::describe_readyz());
  router_.add(
      Method::kGet, "/metrics", [this](const Request&, Respond respond) { answer_metrics(std::move(respond)); },
      api::describe_metrics());
  router_.guard(guard_, api::route_rules(), false);
}

http::Handler Listener::handler() {
  return [this](Request request, Respond respond) { answer(std::move(request), std::move(respond)); };
}

void Listener::open(http::Handler api) {
  auto shared = std::make_shared<const http::Handler>(std::move(api));
  const std::unique_lock lock(mutex_);
  api_ = std::move(shared);
}

void Listener::watch(const http::Server* server) {
  server_ = server;
}

http::ServerStats Listener::server_stats() const {
  const auto* server = server_.load();
  return server != nullptr ? server->stats() : http::ServerStats();
}

bool Listener::answers_full() const {
  const auto* server = server_.load();
  return server != nullptr && server->answers_full();
}

void Listener::answer(Request request, Respond respond) const {
  std::shared_ptr<const http::Handler> api;
  {
    const std::shared_lock lock(mutex_);
    api = api_;
  }
  if (api) return (*api)(std::move(request), std::move(respond));
  const auto path = request.path();
  if (!with_api_ || path == "/livez" || path == "/readyz" || path == "/metrics") {
    return router_(std::move(request), std::move(respond));
  }
  auto response = http::problem(503, "starting", "the server is starting and is not ready yet", http::fresh_trace_id(),
                                "GET /readyz?verbose shows the missing parts");
  response.add_header("Retry-After", "1");
  respond(std::move(response));
}

bool Listener::ready(const std::vector<api::ReadinessCheck>& checks) const {
  // A process with the role api is not ready before the API exists, even if all checks are ok.
  return !with_api_ && std::all_of(checks.begin(), checks.end(), [](const auto& check) { return check.ok; });
}

void Listener::answer_readyz(const Request& request, Respond respond) const {
  const auto checks = readiness_();
  respond(api::readiness(request, ready(checks), checks));
}

void Listener::answer_metrics(Respond respond) const {
  Response response;
  response.content_type = api::kPrometheus;
  http::append_server_metrics(server_stats(), response.body);
  if (guard_ != nullptr) guard_->append_metrics(response.body);
  const auto checks = readiness_();
  api::append_ready_metrics(ready(checks), checks, response.body);
  metrics_(response.body);
  respond(std::move(response));
}

}  // namespace ordo::app
