#include "http/request_guard.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "http/metrics.h"
#include "http/problem.h"
#include "http/target.h"
#include "records/json_text.h"

namespace ordo::http {
namespace {

using access::Principal;
using access::RateVerdict;
using Clock = access::RateLimiter::Clock;

// One address may send ten wrong keys at once, then one every six seconds. A key has 256 bits, so this limits noise and
// load rather than lucky guesses.
constexpr double kFailuresPerSecond = 1.0 / 6;
constexpr double kFailureBurst = 10;
// A client with many addresses must not fill the log either.
constexpr double kToldPerSecond = 10;

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

// "key";q=100;w=1, of draft-ietf-httpapi-ratelimit-headers: the quota, and its window in seconds.
std::string policy_item(std::string_view name, const access::RateLimiter& limits) {
  return "\"" + std::string(name) + "\";q=" + std::to_string(limits.burst()) +
         ";w=" + std::to_string(limits.window().count());
}
std::string left_item(std::string_view name, const RateVerdict& verdict) {
  return "\"" + std::string(name) + "\";r=" + std::to_string(verdict.left) +
         ";t=" + std::to_string(verdict.reset.count());
}

// An error in the format of the route.
Response refusal(std::string_view path, const Request& request, int status, std::string_view code,
                 std::string_view detail, std::string_view hint) {
  if (!tells_message(path)) return problem(status, code, detail, request.trace_id, hint);
  Response response;
  response.status = status;
  response.body = JsonObject().add_string("message", detail).add_string("trace_id", request.trace_id).text();
  return response;
}

Response too_many(const RouteRule& rule, const Request& request, const RateVerdict& verdict, std::string_view detail) {
  auto response = refusal(rule.path, request, 429, "rate_limited", detail, "wait as long as Retry-After says");
  response.add_header("Retry-After", std::to_string(verdict.retry_after.count()));
  return response;
}

// The credential of a request: a key or token, none, or something unreadable.
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
  // With two credentials, a proxy and this server might each use a different one.
  // guard: guard-one-key
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

// Permissions to read who a customer is, where the customer lives, and what the customer bought.
constexpr access::PermissionSet kPersonal = {access::Permission::orders_read,    access::Permission::payments_read,
                                             access::Permission::shipments_read, access::Permission::customers_read,
                                             access::Permission::events_read,    access::Permission::dlq_read};

bool wants_details(const Request& request) {
  const auto query = QueryString::parse(request.query());
  return !query || query->find("verbose") != nullptr;
}

}  // namespace

// Forwards the answer of a route; adds header fields and the audit log's entry.
struct RequestGuard::FieldsSink final : public AnswerSink {
  FieldsSink(Respond behind, std::string more) : inner(std::move(behind)), fields(std::move(more)) {}

  void answer(std::uint64_t, std::uint64_t, Response response) override {
    response.fields += fields;
    if (audit != nullptr) {
      entry.status = response.status;
      audit->add(entry);
    }
    inner(std::move(response));
  }
  // The server attaches to a streamed body itself.
  void more(std::uint64_t) override {}

  static void put(Respond& respond, std::string fields) {
    respond = Respond(std::make_shared<FieldsSink>(std::move(respond), std::move(fields)), 0, 0);
  }

  Respond inner;
  std::string fields;
  access::AuditLog* audit = nullptr;
  access::AuditEntry entry;
};

bool Caller::still_valid() const {
  return authenticator.still_valid(*principal, now());
}

RequestGuard::RequestGuard(RequestGuardOptions options, access::Authenticator& authenticator, access::AuditLog* audit)
    : options_(std::move(options)),
      browsers_(options_.allowed_hosts, options_.cors_origins),
      authenticator_(authenticator),
      audit_(audit),
      per_principal_(limiter(options_.rate_limit)),
      per_address_(limiter(options_.rate_limit_address)),
      failures_(kFailuresPerSecond, kFailureBurst),
      told_(kToldPerSecond, kToldPerSecond),
      gateway_("signed:gateway", options_.gateway_secrets),
      carriers_("signed:carrier", options_.carrier_secrets) {}

bool RequestGuard::allowed_origin(std::string_view origin) const {
  return std::find(options_.cors_origins.begin(), options_.cors_origins.end(), origin) != options_.cors_origins.end();
}

bool RequestGuard::enter(const Request& request, Respond& respond) {
  if (const auto* mistrust = closed() ? nullptr : browsers_.judge(request)) {
    refuse(kMistrusted, respond,
           problem(mistrust->status, mistrust->code, mistrust->detail, request.trace_id, mistrust->hint));
    return false;
  }
  if (options_.cors_origins.empty()) return true;
  const auto origin = request.header("Origin");
  // guard: guard-origins
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
  Response fields;  // a cache must not give one origin the answer for another, so every answer has it
  fields.add_header("Vary", "Origin");
  if (allowed) {
    fields.add_header("Access-Control-Allow-Origin", origin);
    fields.add_header("Access-Control-Expose-Headers", kExposeHeaders);
  }
  FieldsSink::put(respond, std::move(fields.fields));
  return true;
}

void RequestGuard::refuse(Refused why, Respond& respond, Response response) {
  refused_[why].fetch_add(1, std::memory_order_relaxed);
  respond(std::move(response));
}

// Null when callers authenticate with keys.
SignedSender* RequestGuard::sender_of(const RouteRule& rule) {
  // guard: guard-callback-signed
  if (rule.auth == RouteAuth::kGateway && gateway_.signs()) return &gateway_;
  if (rule.auth == RouteAuth::kCarrier && carriers_.signs()) return &carriers_;
  return nullptr;
}

// Counts the request and adds the rate limit's header fields to its answer. False: it exceeds the limit and was
// answered.
bool RequestGuard::within(const Limit& limit, std::string_view name, const Request& request, Respond& respond,
                          const RouteRule& rule) {
  const auto verdict = limit.limiter.take(name, Clock::now());
  Response fields;
  fields.add_header("RateLimit-Policy", policy_item(limit.kind, limit.limiter));
  fields.add_header("RateLimit", left_item(limit.kind, verdict));
  // guard: guard-key-limited
  if (!verdict.allowed) {
    auto response = too_many(rule, request, verdict, limit.refusal);
    response.fields += fields.fields;
    refuse(kLimited, respond, std::move(response));
    return false;
  }
  FieldsSink::put(respond, std::move(fields.fields));
  return true;
}

bool RequestGuard::admit(Request& request, Respond& respond, const RouteRule& rule) {
  if (rule.auth == RouteAuth::kPublic) return true;
  if (per_address_ && rule.auth != RouteAuth::kBrief) {
    const Limit limit{*per_address_, "address", "too many requests from this address"};
    if (!within(limit, access::address_group(request.peer), request, respond, rule)) return false;
  }
  if (auto* sender = sender_of(rule)) return check_signature(*sender, request, respond, rule);
  // guard: guard-closed
  if (!closed()) {
    write_down(request, respond, rule, "anybody");
    return true;
  }
  if (!authenticate(request, respond, rule)) return false;
  if (request.brief) return true;
  const Principal& who = *request.caller->principal;
  if (per_principal_) {
    const Limit limit{*per_principal_, "key", "too many requests with this key"};
    if (!within(limit, who_is(who), request, respond, rule)) return false;
  }
  const bool shut = who.customer && rule.shoppers == Shoppers::kShut;
  const bool may_pass = !shut && (rule.auth == RouteAuth::kCaller || who.permissions.contains(rule.permission));
  // guard: guard-audit
  write_down(request, respond, rule, who_is(who), may_pass ? "" : "forbidden");
  // guard: guard-permission
  if (may_pass) return true;
  if (shut) {
    auto response = refusal(rule.path, request, 403, "forbidden", "customers may not use this route",
                            "a customer's token gives access to its own orders and customer, and to the products");
    response.add_header("WWW-Authenticate", "Bearer realm=\"ordo\", error=\"insufficient_scope\"");
    refuse(kForbidden, respond, std::move(response));
    return false;
  }
  forbid(request, respond, rule.path, {rule.permission});
  return false;
}

void RequestGuard::forbid(const Request& request, Respond& respond, access::PermissionSet needed) {
  forbid(request, respond, request.path(), needed);
}

void RequestGuard::forbid(const Request& request, Respond& respond, std::string_view path,
                          access::PermissionSet needed) {
  const Principal& who = *request.caller->principal;
  const auto missing = to_string(needed.without(who.permissions));
  auto response = refusal(path, request, 403, "forbidden",
                          "this needs the permission " + missing + ", which " + who.name + " does not have",
                          "use a key whose role and scopes include it; ordo key list shows them");
  response.add_header("WWW-Authenticate",
                      "Bearer realm=\"ordo\", error=\"insufficient_scope\", scope=\"" + missing + "\"");
  refuse(kForbidden, respond, std::move(response));
}

bool RequestGuard::check_signature(SignedSender& sender, Request& request, Respond& respond, const RouteRule& rule) {
  const auto checked = sender.check(request, now());
  request.is_signed = checked.has_value();
  if (checked || checked.error().code == ErrorCode::kConflict) {
    write_down(request, respond, rule, sender.name());
    if (checked) return true;
    respond(problem(409, checked.error(), request.trace_id));
    return false;
  }
  // guard: guard-callback-limited
  if (!admits_failure(checked.error(), request, respond, rule)) return false;
  const auto& reason = checked.error().reason;
  auto response = problem(401, checked.error(), request.trace_id,
                          "sign \"<webhook-id>.<webhook-timestamp>.<body>\" with the shared secret");
  response.add_header("WWW-Authenticate", "Webhook-Signature");
  refuse(reason == "missing_signature" ? kMissingSignature
         : reason == "stale_signature" ? kStaleSignature
                                       : kBadSignature,
         respond, std::move(response));
  return false;
}

bool RequestGuard::authenticate(Request& request, Respond& respond, const RouteRule& rule) {
  const auto shown = shown_by(request);
  if (shown.what == Shown::What::kNothing) {
    if (rule.auth == RouteAuth::kBrief && !wants_details(request)) {
      request.brief = true;
      return true;
    }
    // guard: audit-no-key
    write_down(request, respond, rule, {}, "no_key");
    auto response = refusal(rule.path, request, 401, "unauthenticated", "this server requires a key or token",
                            "send Authorization: Bearer <key or token>");
    response.add_header("WWW-Authenticate", "Bearer realm=\"ordo\"");
    refuse(kNoKey, respond, std::move(response));
    return false;
  }
  Error error{ErrorCode::kInvalid, "unauthenticated", "send exactly one key or token, as Authorization: Bearer", {}};
  if (shown.what == Shown::What::kCredential) {
    auto principal = authenticator_.authenticate(shown.credential, now());
    if (principal) {
      request.caller = std::make_shared<const Caller>(Caller{std::move(*principal), authenticator_});
      return true;
    }
    error = std::move(principal.error());
  }
  if (!admits_failure(error, request, respond, rule)) return false;
  auto response =
      refusal(rule.path, request, 401, error.reason, error.message, "use another key or token, or ask for a new one");
  response.add_header("WWW-Authenticate",
                      "Bearer realm=\"ordo\", error=\"invalid_token\", error_description=\"" + error.reason + "\"");
  refuse(kWrongKey, respond, std::move(response));
  return false;
}

// Counts and logs a wrong key, token or signature. False: it exceeds the limit and was answered. Only failures count,
// so no client can lock out another one behind the same address.
bool RequestGuard::admits_failure(const Error& error, const Request& request, Respond& respond, const RouteRule& rule) {
  // guard: guard-wrong-keys-limited
  const auto verdict = failures_.take(access::address_group(request.peer), Clock::now());
  if (!verdict.allowed) {
    refuse(kLimited, respond, too_many(rule, request, verdict, "too many wrong keys or signatures from this address"));
    return false;
  }
  if (told_.take({}, Clock::now()).allowed) {
    log_warn("a key, token or signature was refused",
             {{"reason", error.reason}, {"address", request.peer}, {"trace_id", request.trace_id}});
  }
  write_down(request, respond, rule, {}, error.reason);
  return true;
}

bool RequestGuard::is_written_down(const RouteRule& rule) const {
  return audit_ != nullptr &&
         (changes_state(rule.method) || (options_.audit_reads && kPersonal.contains(rule.permission)));
}

// Makes the answer add its line to the audit log.
void RequestGuard::write_down(const Request& request, Respond& respond, const RouteRule& rule, std::string who,
                              std::string_view refusal) {
  if (!is_written_down(rule)) return;
  auto fields_sink = std::make_shared<FieldsSink>(std::move(respond), std::string());
  fields_sink->audit = audit_;
  auto& entry = fields_sink->entry;
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
  entry.reason = refusal;
  entry.refused = !refusal.empty();
  respond = Respond(std::move(fields_sink), 0, 0);
}

void RequestGuard::write_action(const Request& request, access::AuditEntry entry) {
  if (audit_ == nullptr) return;
  entry.at = now();
  entry.who = request.caller ? who_is(*request.caller->principal) : "anybody";
  entry.peer = request.peer;
  entry.trace_id = request.trace_id;
  audit_->add(entry);
}

void RequestGuard::append_metrics(std::string& out) const {
  append_metric("ordo_access_closed", "gauge", "1 when requests need a key.", closed() ? 1 : 0, out);
  static constexpr std::array<std::string_view, kReasons> kNames = {
      "no_key",     "wrong_key",         "forbidden",     "rate_limited",
      "mistrusted", "missing_signature", "bad_signature", "stale_signature"};
  out += "# HELP ordo_access_refused_total Requests that access control refused.\n";
  out += "# TYPE ordo_access_refused_total counter\n";
  for (std::size_t i = 0; i < kReasons; ++i) {
    out += "ordo_access_refused_total{reason=\"" + std::string(kNames[i]) + "\"} " +
           std::to_string(refused_[i].load(std::memory_order_relaxed)) + "\n";
  }
  if (audit_ == nullptr) return;
  append_metric("ordo_audit_head", "gauge", "Number of the audit log's last line.", audit_->last_seq(), out);
  append_metric("ordo_audit_lines_total", "counter", "Lines written to the audit log.", audit_->written(), out);
  append_metric("ordo_audit_dropped_total", "counter", "Lines of the audit log that were lost.", audit_->dropped(),
                out);
  append_metric("ordo_audit_left_out_total", "counter",
                "Refused requests that the audit log left out, beyond its limit for them.", audit_->left_out(), out);
}

std::string who_is(const Principal& principal) {
  return std::string(to_string(principal.kind)) + ":" + principal.id;
}

bool may(const Request& request, access::PermissionSet needed) {
  return !request.caller || request.caller->principal->permissions.contains_all(needed);
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
