// What a route requires of its caller.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "access/permission.h"
#include "http/message.h"

namespace ordo::http {

// Who may use the route on a server that needs authentication.
enum class RouteAuth : std::uint8_t {
  kPermission,  // callers with the permission
  kCaller,      // every caller with a valid key or token
  kPublic,      // everyone
  kBrief,       // everyone, without details (Request::brief); details need the permission
  kGateway,     // requests signed with the gateway's secret, if one is configured; else callers with the permission
  kCarrier,     // the same with the carriers' secret
};

// Whether tokens with the role customer may use the route.
enum class Shoppers : std::uint8_t {
  kShut,
  kOwn,  // yes: the route shows the customer's own data, see api/ownership.h, or public data
};

struct RouteRule {
  Method method = Method::kGet;
  std::string_view path;  // the template
  access::Permission permission = access::Permission::server_read;
  RouteAuth auth = RouteAuth::kPermission;
  Shoppers shoppers = Shoppers::kShut;
};

// Null when there is no rule.
const RouteRule* find_rule(std::span<const RouteRule> rules, Method method, std::string_view path);

}  // namespace ordo::http
