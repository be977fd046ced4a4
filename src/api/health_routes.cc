// /livez, /readyz, /metrics and the index of routes.
#include <algorithm>

#include "api/api_context.h"
#include "api/events/event_hub.h"
#include "api/health_description.h"
#include "http/metrics.h"
#include "http/request_guard.h"
#include "http/router.h"
#include "records/json_codec.h"

namespace ordo::api {
namespace {

struct ServerIndex {
  std::string name;
  std::string version;
  std::string docs;
  std::vector<std::string> routes;
};
BOOST_DESCRIBE_STRUCT(ServerIndex, (), (name, version, docs, routes))
constexpr auto notes(NotesOf<ServerIndex>) {
  return std::array{Note{"docs", "the documentation page, for people", R"("/docs")"}};
}

bool all_ok(const std::vector<ReadinessCheck>& checks) {
  return std::all_of(checks.begin(), checks.end(), [](const auto& check) { return check.ok; });
}

void readyz(const ApiContext& context, const http::Request& request, http::Respond respond) {
  const auto checks = context.ports.readiness();
  respond(readiness(request, all_ok(checks), checks));
}

void metrics(const ApiContext& context, http::Respond respond) {
  http::Response response;
  response.content_type = kPrometheus;
  std::string& out = response.body;
  if (context.ports.server_stats) http::append_server_metrics(context.ports.server_stats(), out);
  http::append_metric("ordo_orders_accepted_total", "counter", "Orders that this process made durable in the log.",
                      context.orders_accepted.load(), out);
  http::append_metric("ordo_http_reads_queued", "gauge", "Requests that wait for a thread to read documents.",
                      context.pool.queued(), out);
  http::append_metric("ordo_http_waiting", "gauge", "Requests that wait for a decision.", context.waiting.load(), out);
  http::append_metric("ordo_accepted_orders_kept", "gauge", "Orders kept until their documents exist.",
                      context.accepted.size(), out);
  context.events->append_metrics(out);
  if (context.ports.guard != nullptr) context.ports.guard->append_metrics(out);
  const auto checks = context.ports.readiness();
  append_ready_metrics(all_ok(checks), checks, out);
  if (context.ports.more_metrics) context.ports.more_metrics(out);
  respond(std::move(response));
}

void index(const http::Router& router, http::Respond respond) {
  ServerIndex index{"ordo", ORDO_VERSION, "/docs", {}};
  for (const auto& route : router.described()) {
    index.routes.push_back(std::string(to_string(route.method)) + " " + route.path);
  }
  respond(json_response(200, to_json(index)));
}

}  // namespace

void add_health_routes(http::Router& router, ApiContext& context) {
  router.add(http::Method::kGet, "/",
             [&router](const http::Request&, http::Respond respond) { index(router, std::move(respond)); },
             {.tag = "Operation",
              .operation = "getIndex",
              .summary = "The routes of this server",
              .answers = {{200, "Their methods and paths.", schema_of<ServerIndex>}}});
  router.add(
      http::Method::kGet, "/livez", [](const http::Request&, http::Respond respond) { respond(alive()); },
      describe_livez());
  router.add(
      http::Method::kGet, "/readyz",
      [&context](const http::Request& request, http::Respond respond) { readyz(context, request, std::move(respond)); },
      describe_readyz());
  router.add(
      http::Method::kGet, "/metrics",
      [&context](const http::Request&, http::Respond respond) { metrics(context, std::move(respond)); },
      describe_metrics());
}

}  // namespace ordo::api
