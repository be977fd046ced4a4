// The one table of the permissions that each route needs.
#pragma once

#include <span>

#include "http/route_rule.h"

namespace ordo::api {

std::span<const http::RouteRule> route_rules();

}  // namespace ordo::api
