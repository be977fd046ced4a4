#include "api/health_description.h"

#include "api/system/system_schema.h"
#include "http/metrics.h"
#include "http/target.h"
#include "records/json_codec.h"

namespace ordo::api {

namespace {

struct Health {
  std::string status;
  std::optional<std::vector<ReadinessCheck>> checks;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status, checks))
constexpr auto notes(NotesOf<Health>) {
  return std::array{Note{"status", "alive, ready or not ready"}, Note{"checks", "the checks; only with ?verbose"}};
}

}  // namespace

http::RouteDescription describe_livez() {
  return {.tag = "Operation",
          .operation = "getLiveness",
          .summary = "Whether the process runs",
          .answers = {{200, "It runs.", schema_of<Health>}}};
}

http::RouteDescription describe_readyz() {
  return {.tag = "Operation",
          .operation = "getReadiness",
          .summary = "Whether the process can serve requests",
          .parameters = {{.name = "verbose", .text = "Shows each check, even if all are ok."}},
          .answers = {{200, "It is ready.", schema_of<Health>},
                      {503, "It is not ready. The body says why.", schema_of<Health>, http::kJson, {"Retry-After"}}}};
}

http::RouteDescription describe_metrics() {
  return {.tag = "Operation",
          .operation = "getMetrics",
          .summary = "Metrics for Prometheus",
          .answers = {{200, "The Prometheus text format 0.0.4.", schema_of<std::string>, "text/plain"}}};
}

http::Response alive() {
  http::Response response;
  response.body = to_json(Health{"alive", std::nullopt});
  return response;
}

http::Response readiness(const http::Request& request, bool ready, const std::vector<ReadinessCheck>& checks) {
  const auto query = http::QueryString::parse(request.query());
  const bool verbose = query && query->find("verbose") != nullptr;
  Health health{ready ? "ready" : "not ready", std::nullopt};
  if ((verbose || !ready) && !request.brief) health.checks = checks;
  http::Response response;
  response.status = ready ? 200 : 503;
  response.body = to_json(health);
  if (!ready) response.add_header("Retry-After", "1");
  return response;
}

void append_ready_metrics(bool ready, const std::vector<ReadinessCheck>& checks, std::string& out) {
  http::append_metric("ordo_ready", "gauge", "1 when /readyz answers 200.", ready ? 1 : 0, out);
  http::append_head("ordo_ready_check", "gauge", "1 for each check of /readyz?verbose that is ok.", out);
  for (const auto& check : checks) {
    http::append_sample("ordo_ready_check", {{"check", check.name}}, std::uint64_t{check.ok ? 1U : 0U}, out);
  }
}

}  // namespace ordo::api
