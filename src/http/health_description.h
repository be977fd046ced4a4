// What /livez, /readyz and /metrics answer and say about themselves; the same with the API and before there is one.
#pragma once

#include <vector>

#include "http/api.h"
#include "http/route_description.h"

namespace ordo::http {

RouteDescription describe_livez();
RouteDescription describe_readyz();
RouteDescription describe_metrics();

Response alive();
// 200 when `ready`, else 503; the checks are shown when it is not, and on ?verbose.
Response readiness(const Request& request, bool ready, const std::vector<ReadinessCheck>& checks);

inline constexpr std::string_view kPrometheus = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace ordo::http
