// The one table of what each route needs of who asks.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "access/permission.h"
#include "http/message.h"

namespace ordo::http {

// Who may pass where the door is closed.
enum class RouteDoor : std::uint8_t {
  kPermission,  // who holds the permission
  kPublic,      // everybody
  kBrief,       // everybody, without details (Request::brief); details are for who holds the permission
  kGateway,  // everybody when the gateway's secret is configured, since the route checks its signature; else as above
  kCarrier,  // the same with the carrier's secret
};

struct RouteRule {
  Method method = Method::kGet;
  std::string_view path;  // the template
  access::Permission permission = access::Permission::server_read;
  RouteDoor door = RouteDoor::kPermission;
};

std::span<const RouteRule> route_rules();

// Null when there is none.
const RouteRule* find_rule(std::span<const RouteRule> rules, Method method, std::string_view path);

// The older routes: their errors are {"message"}.
bool is_seed_route(std::string_view path);

}  // namespace ordo::http
