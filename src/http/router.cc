#include "http/router.h"

#include <algorithm>

#include "base/check.h"
#include "http/gate.h"
#include "http/problem.h"
#include "http/target.h"
#include "http/trace.h"

namespace ordo::http {
namespace {

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// "/a/b" is a, b; "/" is one empty segment.
template <class Visit>
bool for_each_segment(std::string_view path, const Visit& visit) {
  if (path.empty() || path.front() != '/') return false;
  path.remove_prefix(1);
  for (;;) {
    const auto slash = path.find('/');
    if (!visit(path.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

bool matches(const std::vector<std::string>& segments, std::string_view path, std::size_t& literals) {
  std::size_t i = 0;
  literals = 0;
  const bool all = for_each_segment(path, [&](std::string_view segment) {
    if (i == segments.size()) return false;
    const std::string& expected = segments[i++];
    if (is_parameter(expected)) return !segment.empty();
    ++literals;
    return expected == segment;
  });
  return all && i == segments.size();
}

// A path with one slash too many is a slip worth naming.
// For an answer, which is UTF-8, as a path need not be: the other bytes escaped, and not all of a long one.
std::string shown(std::string_view path) {
  std::string out;
  for (const char c : path.substr(0, 200)) {
    if (static_cast<unsigned char>(c) < 0x80) {
      out.push_back(c);
    } else {
      append_percent_encoded({&c, 1}, out);
    }
  }
  return out;
}

std::string_view not_found_hint(std::string_view path) {
  return path.size() > 1 && path.back() == '/' ? "try it without the slash at the end" : "GET / lists the routes";
}

}  // namespace

void Router::add(Method method, std::string_view path, Handler handler, RouteDescription description,
                 BodyType body_type) {
  ORDO_CHECK(!description.tag.empty() && !description.summary.empty() && !description.answers.empty(),
             "a route without a description: ", to_string(method), " ", path);
  described_.push_back({method, std::string(path), std::move(description)});
  auto route = std::find_if(routes_.begin(), routes_.end(), [&](const Route& known) { return known.path == path; });
  if (route == routes_.end()) {
    route = routes_.emplace(routes_.end());
    route->path = path;
    for_each_segment(path, [&](std::string_view segment) {
      route->segments.emplace_back(segment);
      return true;
    });
  }
  route->entries.push_back({method, body_type, std::move(handler)});
}

void Router::guard(Gate* gate, std::span<const RouteRule> rules, bool all) {
  for (auto& route : routes_) {
    for (auto& entry : route.entries) {
      entry.rule = find_rule(rules, entry.method, route.path);
      ORDO_CHECK(entry.rule != nullptr, "a route without a permission: ", to_string(entry.method), " ", route.path);
    }
  }
  for (const auto& rule : rules) {
    const bool known = std::any_of(described_.begin(), described_.end(), [&](const DescribedRoute& route) {
      return route.method == rule.method && route.path == rule.path;
    });
    ORDO_CHECK(known || !all, "a permission without a route: ", to_string(rule.method), " ", rule.path);
  }
  gate_ = gate;
}

const Router::Route* Router::find(std::string_view path, std::vector<std::string>& parameters) const {
  const Route* best = nullptr;
  std::size_t best_literals = 0;
  for (const auto& route : routes_) {
    std::size_t literals = 0;
    if (!matches(route.segments, path, literals) || (best != nullptr && literals <= best_literals)) continue;
    best = &route;
    best_literals = literals;
  }
  if (best == nullptr) return nullptr;
  std::size_t i = 0;
  const bool decoded = for_each_segment(path, [&](std::string_view segment) {
    if (!is_parameter(best->segments[i++])) return true;
    auto value = percent_decode(segment);
    if (!value) return false;
    parameters.push_back(std::move(*value));
    return true;
  });
  return decoded ? best : nullptr;
}

std::string Router::allowed(const Route& route) {
  std::string list = "OPTIONS";
  for (const auto& entry : route.entries) {
    list += ", ";
    list += to_string(entry.method);
    if (entry.method == Method::kGet) list += ", HEAD";
  }
  return list;
}

void Router::operator()(Request request, Respond respond) const {
  const auto given = trace_id_of(request.header("traceparent"));
  request.trace_id = given.empty() ? fresh_trace_id() : std::string(given);
  const bool guarded = gate_ != nullptr && gate_->active();
  if (guarded && !gate_->enter(request, respond)) return;
  const Route* route = find(request.path(), request.path_parameters);
  if (request.method == Method::kOptions && (route != nullptr || request.target() == "*")) {
    Response response;
    response.status = 204;
    response.add_header("Allow", route != nullptr ? allowed(*route) : "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    return respond(std::move(response));
  }
  if (route == nullptr) {
    const std::string detail = "there is nothing at " + shown(request.path());
    return respond(problem(404, "no_route", detail, request.trace_id, not_found_hint(request.path())));
  }
  const auto method = request.method == Method::kHead ? Method::kGet : request.method;
  const auto entry = std::find_if(route->entries.begin(), route->entries.end(),
                                  [&](const Route::Entry& candidate) { return candidate.method == method; });
  if (entry == route->entries.end()) {
    const auto list = allowed(*route);
    Response response = problem(405, "method_not_allowed", route->path + " answers " + list, request.trace_id);
    response.add_header("Allow", list);
    return respond(std::move(response));
  }
  if (guarded && !gate_->admit(request, respond, *entry->rule)) return;
  const auto content_type = request.header("Content-Type");
  const bool absent_is_fine = request.body.empty() || entry->body_type == BodyType::kLenient;
  const bool acceptable = content_type.empty() ? absent_is_fine : (request.body.empty() || is_json(content_type));
  if (entry->body_type != BodyType::kAny && !acceptable) {
    return respond(problem(415, "unsupported_media_type", "the body must be JSON", request.trace_id,
                           "send Content-Type: application/json"));
  }
  entry->handler(std::move(request), std::move(respond));
}

bool is_json(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  if (equals_ignoring_case(type, kJson)) return true;
  constexpr std::string_view kPrefix = "application/";
  constexpr std::string_view kSuffix = "+json";
  return type.size() > kPrefix.size() + kSuffix.size() &&
         equals_ignoring_case(type.substr(0, kPrefix.size()), kPrefix) &&
         equals_ignoring_case(type.substr(type.size() - kSuffix.size()), kSuffix);
}

}  // namespace ordo::http
