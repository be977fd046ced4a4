// The door of the HTTP API: who is let through to which route, how often, and what is written down about it.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/audit_log.h"
#include "access/authenticator.h"
#include "access/rate_limiter.h"
#include "http/message.h"
#include "http/route_permissions.h"

namespace ordo::http {

// Who asks, while a request is under way.
struct Caller {
  access::PrincipalPtr principal;
  const access::Authenticator& authenticator;  // outlives the requests

  // False once the key was revoked or has expired: answers that have no end come to one then. Any thread.
  bool still_valid() const;
};

struct GateOptions {
  double rate_limit = 0;                  // requests a second of one key or subject; 0: as many as they like
  double rate_limit_address = 0;          // of one address
  std::vector<std::string> cors_origins;  // as browsers send them: "https://shop.example"
  bool gateway_signs = false;             // the secrets that callbacks are signed with are configured
  bool carrier_signs = false;
};

// Thread-safe. Outlives the routers that ask it.
class Gate {
 public:
  // Both outlive it; `audit` may be null.
  Gate(GateOptions options, access::Authenticator& authenticator, access::AuditLog* audit);

  // Whether there is anything to ask it. What an open server without limits pays for a request is this.
  bool active() const { return always_ || authenticator_.closed(); }
  bool closed() const { return authenticator_.closed(); }

  // What is due before the route is known: CORS. True when the request goes on; else it has been answered. `respond`
  // may become another one, whose answers carry more fields.
  bool enter(const Request& request, Respond& respond) const;

  // Lets a request through to its route, or answers it: 401, 403, 429. Sets Request::caller and Request::brief.
  bool admit(Request& request, Respond& respond, const RouteRule& rule);

  // Prometheus text.
  void append_metrics(std::string& out) const;

 private:
  enum Refused : std::size_t { kNoKey, kWrongKey, kForbidden, kLimited, kReasons };
  struct Passage;
  struct Limits;

  bool allowed_origin(std::string_view origin) const;
  bool callback_signed(const RouteRule& rule) const;
  struct Limit {
    access::RateLimiter& limiter;
    std::string_view kind;     // "key" or "address"
    std::string_view refusal;  // what who goes beyond it is told
  };
  bool within(const Limit& limit, std::string_view name, const Request& request, Respond& respond,
              const RouteRule& rule);
  bool authenticate(Request& request, Respond& respond, const RouteRule& rule);
  void write_down(const Request& request, Respond& respond, const RouteRule& rule, std::string who);
  void refuse(Refused why, Respond& respond, Response response);

  const GateOptions options_;
  const bool always_;
  access::Authenticator& authenticator_;
  access::AuditLog* const audit_;
  std::unique_ptr<access::RateLimiter> per_principal_;  // null: none
  std::unique_ptr<access::RateLimiter> per_address_;    // null: none
  access::RateLimiter failures_;                        // of showing a key or token, an address
  std::array<std::atomic<std::uint64_t>, kReasons> refused_{};
};

// Header fields of every answer, ended by CRLF. `tls`: browsers are told to come by https from now on.
std::string security_fields(bool tls);

}  // namespace ordo::http
