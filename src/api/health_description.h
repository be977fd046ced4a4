// Answers and descriptions of /livez, /readyz and /metrics. They are the same with and without the API.
#pragma once

#include <string>
#include <vector>

#include "api/api.h"
#include "http/route_description.h"

namespace ordo::api {

http::RouteDescription describe_livez();
http::RouteDescription describe_readyz();
http::RouteDescription describe_metrics();

http::Response alive();
// 200 when `ready`, otherwise 503. Shows the checks when not ready, and with ?verbose.
http::Response readiness(const http::Request& request, bool ready, const std::vector<ReadinessCheck>& checks);

// ordo_ready and its checks.
void append_ready_metrics(bool ready, const std::vector<ReadinessCheck>& checks, std::string& out);

inline constexpr std::string_view kPrometheus = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace ordo::api
