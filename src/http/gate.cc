#include "http/gate.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "http/metrics.h"
#include "http/problem.h"
#include "http/target.h"
#include "records/json_text.h"

namespace ordo::http {
namespace {

using access::Principal;
using access::RateVerdict;
using Clock = access::RateLimiter::Clock;

// Ten wrong keys at once from one address, and then one every six seconds: a key has 256 bits, so this is against noise
// and load rather than luck.
constexpr double kFailuresPerSecond = 1.0 / 6;
constexpr double kFailureBurst = 10;

constexpr std::string_view kAllowMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
constexpr std::string_view kAllowHeaders =
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, Prefer, X-Api-Key, "
    "traceparent";
constexpr std::string_view kExposeHeaders =
    "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate";
constexpr std::string_view kPreflightSeconds = "600";

std::unique_ptr<access::RateLimiter> limiter(double per_second) {
  if (per_second <= 0) return nullptr;
  return std::make_unique<access::RateLimiter>(per_second, std::max(per_second, 1.0));
}

// "key";q=100;w=1, of draft-ietf-httpapi-ratelimit-headers: so many in a window of so many seconds.
std::string policy_item(std::string_view name, const access::RateLimiter& limits) {
  return "\"" + std::string(name) + "\";q=" + std::to_string(limits.burst()) +
         ";w=" + std::to_string(limits.window().count());
}
std::string left_item(std::string_view name, const RateVerdict& verdict) {
  return "\"" + std::string(name) + "\";r=" + std::to_string(verdict.left) +
         ";t=" + std::to_string(verdict.reset.count());
}

// An error in the shape that the route has.
Response refusal(const RouteRule& rule, const Request& request, int status, std::string_view code,
                 std::string_view detail, std::string_view hint) {
  if (!is_seed_route(rule.path)) return problem(status, code, detail, request.trace_id, hint);
  Response response;
  response.status = status;
  response.body = JsonObject().add_string("message", detail).add_string("trace_id", request.trace_id).text();
  return response;
}

Response too_many(const RouteRule& rule, const Request& request, const RateVerdict& verdict, std::string_view detail) {
  auto response = refusal(rule, request, 429, "rate_limited", detail, "wait as long as Retry-After says");
  response.add_header("Retry-After", std::to_string(verdict.retry_after.count()));
  return response;
}

// What was shown: a key or token, nothing at all, or something that is neither.
struct Shown {
  enum class What : std::uint8_t { kNothing, kCredential, kUnreadable } what = What::kNothing;
  std::string_view credential;
};

Shown shown_by(const Request& request) {
  using What = Shown::What;
  constexpr std::string_view kBearer = "Bearer ";
  const auto authorizations = request.count_header("Authorization");
  const auto keys = request.count_header("X-Api-Key");
  if (authorizations + keys == 0) return {};
  // Of two, a proxy and this server may each believe another one.
  if (authorizations + keys > 1) return {What::kUnreadable, {}};
  if (keys == 1) return {What::kCredential, request.header("X-Api-Key")};
  auto value = request.header("Authorization");
  if (value.size() <= kBearer.size() || !equals_ignoring_case(value.substr(0, kBearer.size()), kBearer)) {
    return {What::kUnreadable, {}};
  }
  value.remove_prefix(kBearer.size());
  while (value.starts_with(' ')) value.remove_prefix(1);
  return {What::kCredential, value};
}

bool changes_state(Method method) {
  return method == Method::kPost || method == Method::kPut || method == Method::kPatch || method == Method::kDelete;
}

bool wants_details(const Request& request) {
  const auto query = QueryString::parse(request.query());
  return !query || query->find("verbose") != nullptr;
}

std::string who_is(const Principal& principal) {
  return std::string(to_string(principal.kind)) + ":" + principal.id;
}

}  // namespace

// Stands between a route and whoever waits for its answer.
struct Gate::Passage final : public AnswerSink {
  Passage(Respond behind, std::string more) : inner(std::move(behind)), fields(std::move(more)) {}

  void answer(std::uint64_t, std::uint64_t, Response response) override {
    response.fields += fields;
    if (audit != nullptr) {
      entry.status = response.status;
      audit->add(entry);
    }
    inner(std::move(response));
  }
  // The server listens to a body itself.
  void more(std::uint64_t) override {}

  static void put(Respond& respond, std::string fields) {
    respond = Respond(std::make_shared<Passage>(std::move(respond), std::move(fields)), 0, 0);
  }

  Respond inner;
  std::string fields;
  access::AuditLog* audit = nullptr;
  access::AuditEntry entry;
};

bool Caller::still_valid() const {
  return authenticator.still_valid(*principal, now());
}

Gate::Gate(GateOptions options, access::Authenticator& authenticator, access::AuditLog* audit)
    : options_(std::move(options)),
      always_(options_.rate_limit_address > 0 || !options_.cors_origins.empty()),
      authenticator_(authenticator),
      audit_(audit),
      per_principal_(limiter(options_.rate_limit)),
      per_address_(limiter(options_.rate_limit_address)),
      failures_(kFailuresPerSecond, kFailureBurst) {}

bool Gate::allowed_origin(std::string_view origin) const {
  return std::find(options_.cors_origins.begin(), options_.cors_origins.end(), origin) != options_.cors_origins.end();
}

bool Gate::enter(const Request& request, Respond& respond) const {
  if (options_.cors_origins.empty()) return true;
  const auto origin = request.header("Origin");
  const bool allowed = !origin.empty() && allowed_origin(origin);
  if (allowed && request.method == Method::kOptions && request.has_header("Access-Control-Request-Method")) {
    Response response;
    response.status = 204;
    response.add_header("Access-Control-Allow-Origin", origin);
    response.add_header("Access-Control-Allow-Methods", kAllowMethods);
    response.add_header("Access-Control-Allow-Headers", kAllowHeaders);
    response.add_header("Access-Control-Max-Age", kPreflightSeconds);
    response.add_header("Vary", "Origin");
    respond(std::move(response));
    return false;
  }
  Response fields;  // a cache must not give one origin what another was answered, so all of them say this
  fields.add_header("Vary", "Origin");
  if (allowed) {
    fields.add_header("Access-Control-Allow-Origin", origin);
    fields.add_header("Access-Control-Expose-Headers", kExposeHeaders);
  }
  Passage::put(respond, std::move(fields.fields));
  return true;
}

void Gate::refuse(Refused why, Respond& respond, Response response) {
  refused_[why].fetch_add(1, std::memory_order_relaxed);
  respond(std::move(response));
}

bool Gate::callback_signed(const RouteRule& rule) const {
  return (rule.door == RouteDoor::kGateway && options_.gateway_signs) ||
         (rule.door == RouteDoor::kCarrier && options_.carrier_signs);
}

// Counts the request, and has its answer say what is left. False: it was one too many and is answered.
bool Gate::within(const Limit& limit, std::string_view name, const Request& request, Respond& respond,
                  const RouteRule& rule) {
  const auto verdict = limit.limiter.take(name, Clock::now());
  Response fields;
  fields.add_header("RateLimit-Policy", policy_item(limit.kind, limit.limiter));
  fields.add_header("RateLimit", left_item(limit.kind, verdict));
  if (!verdict.allowed) {
    auto response = too_many(rule, request, verdict, limit.refusal);
    response.fields += fields.fields;
    refuse(kLimited, respond, std::move(response));
    return false;
  }
  Passage::put(respond, std::move(fields.fields));
  return true;
}

bool Gate::admit(Request& request, Respond& respond, const RouteRule& rule) {
  if (rule.door == RouteDoor::kPublic) return true;
  if (per_address_ && rule.door != RouteDoor::kBrief) {
    const Limit limit{*per_address_, "address", "too many requests from this address"};
    if (!within(limit, access::address_group(request.peer), request, respond, rule)) return false;
  }
  if (!closed()) return true;
  if (callback_signed(rule)) {
    write_down(request, respond, rule, rule.door == RouteDoor::kGateway ? "signed:gateway" : "signed:carrier");
    return true;
  }
  if (!authenticate(request, respond, rule)) return false;
  if (request.brief) return true;
  const Principal& who = *request.caller->principal;
  if (per_principal_) {
    const Limit limit{*per_principal_, "key", "too many requests with this key"};
    if (!within(limit, who_is(who), request, respond, rule)) return false;
  }
  if (changes_state(rule.method)) write_down(request, respond, rule, who_is(who));
  if (who.permissions.contains(rule.permission)) return true;
  const std::string needed(to_string(rule.permission));
  auto response = refusal(rule, request, 403, "forbidden",
                          "this needs the permission " + needed + ", which " + who.name + " has not",
                          "use a key whose role and scopes have it; ordo key list shows them");
  response.add_header("WWW-Authenticate",
                      "Bearer realm=\"ordo\", error=\"insufficient_scope\", scope=\"" + needed + "\"");
  refuse(kForbidden, respond, std::move(response));
  return false;
}

bool Gate::authenticate(Request& request, Respond& respond, const RouteRule& rule) {
  const auto shown = shown_by(request);
  if (shown.what == Shown::What::kNothing) {
    if (rule.door == RouteDoor::kBrief && !wants_details(request)) {
      request.brief = true;
      return true;
    }
    auto response = refusal(rule, request, 401, "unauthenticated", "this server answers only who shows a key",
                            "send Authorization: Bearer <key or token>");
    response.add_header("WWW-Authenticate", "Bearer realm=\"ordo\"");
    refuse(kNoKey, respond, std::move(response));
    return false;
  }
  Error error{ErrorCode::kInvalid, "unauthenticated", "one key or token is expected, as Authorization: Bearer", {}};
  if (shown.what == Shown::What::kCredential) {
    auto principal = authenticator_.authenticate(shown.credential, now());
    if (principal) {
      request.caller = std::make_shared<const Caller>(Caller{std::move(*principal), authenticator_});
      return true;
    }
    error = std::move(principal.error());
  }
  // Who fails pays, who succeeds does not: nobody can be locked out by a neighbour behind the same address.
  const auto verdict = failures_.take(access::address_group(request.peer), Clock::now());
  if (!verdict.allowed) {
    refuse(kLimited, respond, too_many(rule, request, verdict, "too many wrong keys from this address"));
    return false;
  }
  log_warn("a key or token was refused",
           {{"reason", error.reason}, {"address", request.peer}, {"trace_id", request.trace_id}});
  if (changes_state(rule.method)) write_down(request, respond, rule, {});
  auto response = refusal(rule, request, 401, error.reason, error.message, "ask for a new key, or show another one");
  response.add_header("WWW-Authenticate",
                      "Bearer realm=\"ordo\", error=\"invalid_token\", error_description=\"" + error.reason + "\"");
  refuse(kWrongKey, respond, std::move(response));
  return false;
}

void Gate::write_down(const Request& request, Respond& respond, const RouteRule& rule, std::string who) {
  if (audit_ == nullptr) return;
  auto passage = std::make_shared<Passage>(std::move(respond), std::string());
  passage->audit = audit_;
  auto& entry = passage->entry;
  entry.at = now();
  entry.who = std::move(who);
  if (request.caller) {
    entry.name = request.caller->principal->name;
    entry.role = to_string(request.caller->principal->role);
  }
  entry.peer = request.peer;
  entry.method = to_string(request.method);
  entry.route = rule.path;
  entry.target = request.path();
  entry.trace_id = request.trace_id;
  respond = Respond(std::move(passage), 0, 0);
}

void Gate::append_metrics(std::string& out) const {
  append_metric("ordo_access_closed", "gauge", "1 when requests need a key.", closed() ? 1 : 0, out);
  static constexpr std::array<std::string_view, kReasons> kNames = {"no_key", "wrong_key", "forbidden", "rate_limited"};
  out += "# HELP ordo_access_refused_total Requests that were not let through.\n";
  out += "# TYPE ordo_access_refused_total counter\n";
  for (std::size_t i = 0; i < kReasons; ++i) {
    out += "ordo_access_refused_total{reason=\"" + std::string(kNames[i]) + "\"} " +
           std::to_string(refused_[i].load(std::memory_order_relaxed)) + "\n";
  }
  if (audit_ == nullptr) return;
  append_metric("ordo_audit_lines_total", "counter", "Lines written to the audit log.", audit_->written(), out);
  append_metric("ordo_audit_dropped_total", "counter", "Lines of the audit log that were lost.", audit_->dropped(),
                out);
}

std::string security_fields(bool tls) {
  std::string fields =
      "X-Content-Type-Options: nosniff\r\n"
      "X-Frame-Options: DENY\r\n"
      "Referrer-Policy: no-referrer\r\n";
  if (tls) fields += "Strict-Transport-Security: max-age=31536000\r\n";
  return fields;
}

}  // namespace ordo::http
