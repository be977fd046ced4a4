#include "http/router.h"

#include <algorithm>

#include "base/check.h"
#include "base/encoding.h"
#include "base/text.h"
#include "http/browser_guard.h"
#include "http/problem.h"
#include "http/request_guard.h"
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

bool matches(const std::vector<std::string>& segments, std::string_view path, bool loose, std::size_t& literals) {
  std::size_t i = 0;
  literals = 0;
  const bool all = for_each_segment(path, [&](std::string_view segment) {
    if (i == segments.size()) return false;
    const std::string& expected = segments[i++];
    if (is_parameter(expected)) return !segment.empty();
    ++literals;
    return loose ? equals_ignoring_case(expected, segment) : expected == segment;
  });
  return all && i == segments.size();
}

std::string_view without_last_slash(std::string_view path) {
  return path.size() > 1 && path.back() == '/' ? path.substr(0, path.size() - 1) : path;
}

// The path as an answer may show it. An answer is UTF-8, a path need not be: other bytes are escaped. A long path is
// shortened.
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

// The condition that the route would ignore although it must be checked (RFC 9110, 13.1); empty when there is none. A
// read may ignore If-None-Match: it then answers with the whole document.
std::string_view unheeded_condition(const Request& request, bool takes_if_match) {
  const bool reads = request.method == Method::kGet || request.method == Method::kHead;
  if (!takes_if_match && request.has_header("If-Match")) return "If-Match";
  if (!reads && request.has_header("If-None-Match")) return "If-None-Match";
  return {};
}

// The server decodes no bodies; "identity" means not encoded.
bool is_encoded(const Request& request) {
  return request.has_header("Content-Encoding") &&
         !equals_ignoring_case(request.header_list("Content-Encoding"), "identity");
}

std::string_view not_found_hint(std::string_view path) {
  return path.size() > 1 && path.back() == '/' ? "try it without the slash at the end" : "GET / lists the routes";
}

}  // namespace

void Router::add(Method method, std::string_view path, Handler handler, RouteDescription description,
                 BodyType body_type) {
  ORDO_CHECK(!description.tag.empty() && !description.summary.empty() && !description.answers.empty(),
             "a route without a description: ", to_string(method), " ", path);
  const bool takes_if_match =
      std::any_of(description.parameters.begin(), description.parameters.end(),
                  [](const Parameter& parameter) { return parameter.name == if_match_parameter().name; });
  described_.push_back({method, std::string(path), std::move(description)});
  auto route = std::find_if(routes_.begin(), routes_.end(), [&](const Route& known) { return known.path == path; });
  if (route == routes_.end()) {
    route = routes_.emplace(routes_.end());
    route->path = path;
    route->loose = tells_message(path);
    for_each_segment(path, [&](std::string_view segment) {
      route->segments.emplace_back(segment);
      return true;
    });
    const bool literal = std::none_of(route->segments.begin(), route->segments.end(), is_parameter);
    const auto at = static_cast<std::size_t>(route - routes_.begin());
    if (literal && !route->loose) {
      literal_.emplace(path, at);
    } else {
      by_length_.resize(std::max(by_length_.size(), route->segments.size() + 1));
      by_length_[route->segments.size()].push_back(at);
    }
  }
  route->entries.push_back({method, body_type, std::move(handler), takes_if_match});
}

void Router::guard(RequestGuard* guard, std::span<const RouteRule> rules, bool all) {
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
  guard_ = guard;
}

// The matching route with the most literal segments; the first of them.
const Router::Route* Router::best_match(std::string_view path) const {
  if (const auto found = literal_.find(std::string(path)); found != literal_.end()) return &routes_[found->second];
  const Route* best = nullptr;
  std::size_t best_literals = 0;
  const auto look = [&](std::size_t length) {
    if (length >= by_length_.size()) return;
    for (const auto at : by_length_[length]) {
      const auto& route = routes_[at];
      std::size_t literals = 0;
      const auto sought = route.loose ? without_last_slash(path) : path;
      if (!matches(route.segments, sought, route.loose, literals)) continue;
      if (best != nullptr && literals <= best_literals) continue;
      best = &route;
      best_literals = literals;
    }
  };
  const auto length = static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
  look(length);
  if (length > 1 && path.back() == '/') look(length - 1);
  return best;
}

const Router::Route* Router::find(std::string_view path, std::vector<std::string>& parameters) const {
  const Route* best = best_match(path);
  if (best == nullptr) return nullptr;
  std::size_t i = 0;
  const auto found = best->loose ? without_last_slash(path) : path;
  const bool decoded = for_each_segment(found, [&](std::string_view segment) {
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

namespace {

// A page can send any type but JSON, or no type, to any site without a preflight. This includes an empty form.
bool is_acceptable(BodyType expected, const Request& request) {
  if (expected == BodyType::kAny) return true;
  const auto type = request.header("Content-Type");
  const bool reads = request.method == Method::kGet || request.method == Method::kHead;
  if (!type.empty()) return is_json(type) || (request.body.empty() && reads);
  // guard: http-typeless-body
  return request.body.empty() || (expected == BodyType::kLenient && !is_from_page(request));
}

}  // namespace

void Router::operator()(Request request, Respond respond) const {
  const auto given = trace_id_of(request.header("traceparent"));
  request.trace_id = given.empty() ? fresh_trace_id() : std::string(given);
  if (guard_ != nullptr && !guard_->enter(request, respond)) return;
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
  if (guard_ != nullptr && !guard_->admit(request, respond, *entry->rule)) return;
  if (const auto condition = unheeded_condition(request, entry->takes_if_match); !condition.empty()) {
    return respond(problem(400, "bad_header", route->path + " does not support " + std::string(condition),
                           request.trace_id, "leave it out"));
  }
  if (is_encoded(request)) {
    Response response = problem(415, "unsupported_media_type", "the body must not be encoded", request.trace_id,
                                "send it without Content-Encoding");
    response.add_header("Accept-Encoding", "identity");
    return respond(std::move(response));
  }
  if (!is_acceptable(entry->body_type, request)) {
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
