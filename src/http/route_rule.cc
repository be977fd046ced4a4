#include "http/route_rule.h"

#include <algorithm>

namespace ordo::http {

const RouteRule* find_rule(std::span<const RouteRule> rules, Method method, std::string_view path) {
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&](const RouteRule& rule) { return rule.method == method && rule.path == path; });
  return found == rules.end() ? nullptr : &*found;
}

}  // namespace ordo::http
