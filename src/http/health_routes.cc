// /livez, /readyz, /metrics and the index of routes.
#include "base/text.h"
#include "http/api_context.h"
#include "http/metrics.h"
#include "http/router.h"
#include "http/target.h"

namespace ordo::http {
namespace {

constexpr std::string_view kPrometheus = "text/plain; version=0.0.4; charset=utf-8";

void livez(const Request&, Respond respond) {
  respond(json_response(200, "{\"status\":\"alive\"}"));
}

void readyz(const ApiContext& context, const Request& request, Respond respond) {
  const auto checks = context.ports.readiness();
  bool ready = true;
  std::string list;
  for (const auto& check : checks) {
    ready = ready && check.ok;
    list += list.empty() ? "{\"name\":" : ",{\"name\":";
    append_json_string(check.name, list);
    list += check.ok ? ",\"ok\":true,\"detail\":" : ",\"ok\":false,\"detail\":";
    append_json_string(check.detail, list);
    list.push_back('}');
  }
  const auto query = QueryString::parse(request.query());
  const bool verbose = query && query->find("verbose") != nullptr;
  std::string body = ready ? "{\"status\":\"ready\"" : "{\"status\":\"not ready\"";
  if (verbose || !ready) body += ",\"checks\":[" + list + "]";
  body.push_back('}');
  Response response = json_response(ready ? 200 : 503, std::move(body));
  if (!ready) response.add_header("Retry-After", "1");
  respond(std::move(response));
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
  if (context.ports.more_metrics) context.ports.more_metrics(out);
  respond(std::move(response));
}

void index(const Router& router, Respond respond) {
  std::string body = "{\"name\":\"ordo\",\"version\":\"" ORDO_VERSION "\",\"routes\":[";
  for (const auto& route : router.list()) {
    if (body.back() != '[') body.push_back(',');
    append_json_string(route, body);
  }
  body += "]}";
  respond(json_response(200, std::move(body)));
}

}  // namespace

void add_health_routes(Router& router, ApiContext& context) {
  router.add(Method::kGet, "/", [&router](const Request&, Respond respond) { index(router, std::move(respond)); });
  router.add(Method::kGet, "/livez", livez);
  router.add(Method::kGet, "/readyz",
             [&context](const Request& request, Respond respond) { readyz(context, request, std::move(respond)); });
  router.add(Method::kGet, "/metrics",
             [&context](const Request&, Respond respond) { metrics(context, std::move(respond)); });
}

}  // namespace ordo::http
