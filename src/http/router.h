// Finds the handler of a request by path template and method. No networking.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "http/message.h"
#include "http/route_description.h"
#include "http/route_rule.h"

namespace ordo::http {

// What a route expects of a body's Content-Type. Strict: a body must be JSON. Lenient: the type may also be absent, as
// old clients of the /api routes send it. Any: the route checks it.
enum class BodyType : std::uint8_t { kStrict, kLenient, kAny };

struct DescribedRoute {
  Method method = Method::kGet;
  std::string path;  // the template
  RouteDescription description;
};

class RequestGuard;

class Router {
 public:
  // "/v1/orders/{id}": a segment in braces matches any non-empty segment; its decoded text goes into
  // Request::path_parameters. A literal segment is preferred to one in braces. A route under /api matches in any case
  // of letters and with a slash at its end, as in the older system. A GET route also answers HEAD. The router answers
  // OPTIONS. The description is stored apart from the data that dispatch uses.
  void add(Method method, std::string_view path, Handler handler, RouteDescription description,
           BodyType body_type = BodyType::kStrict);

  // Call it once, after the last add(). From then on `guard` checks every request; null: no checks. `guard` outlives
  // this. ORDO_CHECKs that each route has a rule and, with `all`, that each rule has a route. So no route is open by
  // mistake.
  void guard(RequestGuard* guard, std::span<const RouteRule> rules, bool all);

  // Finds the route, gives the request its trace id and runs the handler. The router itself answers 404, 405, 415,
  // OPTIONS, and 400 for conditions that the route does not support.
  void operator()(Request request, Respond respond) const;

  // In the order of add().
  const std::vector<DescribedRoute>& described() const { return described_; }

 private:
  struct Route {
    std::vector<std::string> segments;  // of the template
    struct Entry {
      Method method;
      BodyType body_type;
      Handler handler;
      bool takes_if_match = false;
      const RouteRule* rule = nullptr;  // since guard()
    };
    std::vector<Entry> entries;
    std::string path;
    bool loose = false;  // matches in any case of letters, and with a slash at the end
  };

  const Route* find(std::string_view path, std::vector<std::string>& parameters) const;
  const Route* best_match(std::string_view path) const;
  static std::string allowed(const Route& route);

  RequestGuard* guard_ = nullptr;
  std::vector<Route> routes_;
  // Places in routes_. A path without parameters, by itself; all others, by their number of segments.
  std::unordered_map<std::string, std::size_t> literal_;
  std::vector<std::vector<std::size_t>> by_length_;
  std::vector<DescribedRoute> described_;
};

// application/json or application/anything+json, with any parameters.
bool is_json(std::string_view content_type);

}  // namespace ordo::http
