#include "cli/front_door.h"

#include <algorithm>
#include <utility>

#include "http/gate.h"
#include "http/health_description.h"
#include "http/metrics.h"
#include "http/problem.h"
#include "http/trace.h"

namespace ordo::cli {

using http::Method;
using http::Request;
using http::Respond;
using http::Response;

FrontDoor::FrontDoor(bool with_api, std::function<std::vector<http::ReadinessCheck>()> readiness,
                     std::function<void(std::string&)> metrics, http::Gate* gate)
    : with_api_(with_api), readiness_(std::move(readiness)), metrics_(std::move(metrics)), gate_(gate) {
  router_.add(
      Method::kGet, "/livez", [](const Request&, Respond respond) { respond(http::alive()); }, http::describe_livez());
  router_.add(
      Method::kGet, "/readyz",
      [this](const Request& request, Respond respond) { answer_readyz(request, std::move(respond)); },
      http::describe_readyz());
  router_.add(
      Method::kGet, "/metrics", [this](const Request&, Respond respond) { answer_metrics(std::move(respond)); },
      http::describe_metrics());
  router_.guard(gate_, http::route_rules(), false);
}

http::Handler FrontDoor::handler() {
  return [this](Request request, Respond respond) { answer(std::move(request), std::move(respond)); };
}

void FrontDoor::open(http::Handler api) {
  auto shared = std::make_shared<const http::Handler>(std::move(api));
  const std::unique_lock lock(mutex_);
  api_ = std::move(shared);
}

void FrontDoor::watch(const http::Server* server) {
  server_ = server;
}

http::ServerStats FrontDoor::server_stats() const {
  const auto* server = server_.load();
  return server != nullptr ? server->stats() : http::ServerStats();
}

void FrontDoor::answer(Request request, Respond respond) const {
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
  auto response = http::problem(503, "starting", "the server is starting and not ready yet", http::fresh_trace_id(),
                                "GET /readyz?verbose says what is missing");
  response.add_header("Retry-After", "1");
  respond(std::move(response));
}

void FrontDoor::answer_readyz(const Request& request, Respond respond) const {
  const auto checks = readiness_();
  // Until the API is there a process that is to have one is not ready, whatever its parts say.
  const bool ready =
      !with_api_ && std::all_of(checks.begin(), checks.end(), [](const auto& check) { return check.ok; });
  respond(http::readiness(request, ready, checks));
}

void FrontDoor::answer_metrics(Respond respond) const {
  Response response;
  response.content_type = http::kPrometheus;
  http::append_server_metrics(server_stats(), response.body);
  if (gate_ != nullptr) gate_->append_metrics(response.body);
  metrics_(response.body);
  respond(std::move(response));
}

}  // namespace ordo::cli
