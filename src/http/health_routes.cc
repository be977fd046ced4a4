// /livez, /readyz, /metrics and the index of routes.
#include <algorithm>

#include "http/api_context.h"
#include "http/event_hub.h"
#include "http/gate.h"
#include "http/health_description.h"
#include "http/metrics.h"
#include "http/router.h"
#include "records/json_codec.h"

namespace ordo::http {
namespace {

struct Index {
  std::string name;
  std::string version;
  std::string docs;
  std::vector<std::string> routes;
};
BOOST_DESCRIBE_STRUCT(Index, (), (name, version, docs, routes))
constexpr auto notes(NotesOf<Index>) {
  return std::array{Note{"docs", "where they are described, for people", R"("/docs")"}};
}

void readyz(const ApiContext& context, const Request& request, Respond respond) {
  const auto checks = context.ports.readiness();
  const bool ready = std::all_of(checks.begin(), checks.end(), [](const auto& check) { return check.ok; });
  respond(readiness(request, ready, checks));
}

void metrics(const ApiContext& context, Respond respond) {
  Response response;
  response.content_type = kPrometheus;
  std::string& out = response.body;
  if (context.ports.server_stats) append_server_metrics(context.ports.server_stats(), out);
  append_metric("ordo_orders_accepted_total", "counter", "Orders durable in the log through this process.",
                context.orders_accepted.load(), out);
  append_metric("ordo_http_reads_queued", "gauge", "Requests that wait for a thread to read documents.",
                context.pool.queued(), out);
  append_metric("ordo_http_waiting", "gauge", "Requests that wait for a decision.", context.waiting.load(), out);
  append_metric("ordo_accepted_orders_kept", "gauge", "Orders kept until their documents are there.",
                context.accepted.size(), out);
  context.events->append_metrics(out);
  if (context.ports.gate != nullptr) context.ports.gate->append_metrics(out);
  if (context.ports.more_metrics) context.ports.more_metrics(out);
  respond(std::move(response));
}

void index(const Router& router, Respond respond) {
  Index index{"ordo", ORDO_VERSION, "/docs", {}};
  for (const auto& route : router.described()) {
    index.routes.push_back(std::string(to_string(route.method)) + " " + route.path);
  }
  respond(json_response(200, to_json(index)));
}

}  // namespace

void add_health_routes(Router& router, ApiContext& context) {
  router.add(Method::kGet, "/", [&router](const Request&, Respond respond) { index(router, std::move(respond)); },
             {.tag = "Operation",
              .summary = "The routes of this server",
              .answers = {{200, "Their methods and paths.", schema_of<Index>}}});
  router.add(
      Method::kGet, "/livez", [](const Request&, Respond respond) { respond(alive()); }, describe_livez());
  router.add(
      Method::kGet, "/readyz",
      [&context](const Request& request, Respond respond) { readyz(context, request, std::move(respond)); },
      describe_readyz());
  router.add(
      Method::kGet, "/metrics", [&context](const Request&, Respond respond) { metrics(context, std::move(respond)); },
      describe_metrics());
}

}  // namespace ordo::http
