#include "http/health_description.h"

#include "http/target.h"
#include "records/json_codec.h"

namespace ordo::http {

BOOST_DESCRIBE_STRUCT(ReadinessCheck, (), (name, ok, detail))

namespace {

struct Health {
  std::string status;
  std::optional<std::vector<ReadinessCheck>> checks;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status, checks))
constexpr auto notes(NotesOf<Health>) {
  return std::array{Note{"status", "alive, ready or not ready"}, Note{"checks", "what is looked at, with ?verbose"}};
}

}  // namespace

RouteDescription describe_livez() {
  return {.tag = "Operation", .summary = "Whether the process runs", .answers = {{200, "It does.", schema_of<Health>}}};
}

RouteDescription describe_readyz() {
  return {.tag = "Operation",
          .summary = "Whether it can do its work",
          .parameters = {{.name = "verbose", .text = "Shows each check, also when all are well."}},
          .answers = {{200, "It can.", schema_of<Health>},
                      {503, "It cannot, and says why.", schema_of<Health>, kJson, {"Retry-After"}}}};
}

RouteDescription describe_metrics() {
  return {.tag = "Operation",
          .summary = "Figures for Prometheus",
          .answers = {{200, "The text format 0.0.4.", schema_of<std::string>, "text/plain"}}};
}

Response alive() {
  Response response;
  response.body = to_json(Health{"alive", std::nullopt});
  return response;
}

Response readiness(const Request& request, bool ready, const std::vector<ReadinessCheck>& checks) {
  const auto query = QueryString::parse(request.query());
  const bool verbose = query && query->find("verbose") != nullptr;
  Health health{ready ? "ready" : "not ready", std::nullopt};
  if ((verbose || !ready) && !request.brief) health.checks = checks;
  Response response;
  response.status = ready ? 200 : 503;
  response.body = to_json(health);
  if (!ready) response.add_header("Retry-After", "1");
  return response;
}

}  // namespace ordo::http
