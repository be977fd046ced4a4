// Which handler answers a request: by path template and method. Knows no networking.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "http/route_description.h"
#include "http/route_permissions.h"

namespace ordo::http {

// What a route expects of a body's Content-Type. Strict: it must be JSON when there is a body. Lenient: it may be
// absent too, as old clients of the seed's routes do. Any: the route looks at it itself.
enum class BodyType : std::uint8_t { kStrict, kLenient, kAny };

struct DescribedRoute {
  Method method = Method::kGet;
  std::string path;  // the template
  RouteDescription description;
};

class Gate;

class Router {
 public:
  // "/v1/orders/{id}": a segment in braces takes any one non-empty segment, decoded, into Request::path_parameters. A
  // literal segment is preferred to one in braces. A GET route answers HEAD too; OPTIONS is answered by the router.
  // The description is kept apart from what dispatch looks at.
  void add(Method method, std::string_view path, Handler handler, RouteDescription description,
           BodyType body_type = BodyType::kStrict);

  // Once, after the last add(): from now on `gate`, which outlives this, is asked about every request; null: nobody is.
  // ORDO_CHECKs that each route has its rule, and with `all` that each rule has its route: nothing is open because it
  // was forgotten.
  void guard(Gate* gate, std::span<const RouteRule> rules, bool all);

  // Finds the route, gives the request its trace id and runs the handler; answers 404, 405, 415 and OPTIONS itself.
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
      const RouteRule* rule = nullptr;  // since guard()
    };
    std::vector<Entry> entries;
    std::string path;
  };

  const Route* find(std::string_view path, std::vector<std::string>& parameters) const;
  static std::string allowed(const Route& route);

  Gate* gate_ = nullptr;
  std::vector<Route> routes_;
  std::vector<DescribedRoute> described_;
};

// application/json or application/anything+json, with any parameters.
bool is_json(std::string_view content_type);

}  // namespace ordo::http
