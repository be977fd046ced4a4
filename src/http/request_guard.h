// Access control of the HTTP API: authentication, permissions, rate limits and the audit log.
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
#include "http/browser_guard.h"
#include "http/message.h"
#include "http/route_rule.h"
#include "http/signed_sender.h"

namespace ordo::http {

// The caller of a request in progress.
struct Caller {
  access::PrincipalPtr principal;
  const access::Authenticator& authenticator;  // outlives the requests

  // False once the key was revoked or has expired; endless answers then stop. Any thread.
  bool still_valid() const;
};

struct RequestGuardOptions {
  double rate_limit = 0;                   // requests a second for one key or subject; 0: no limit
  double rate_limit_address = 0;           // the same for one address
  std::vector<std::string> cors_origins;   // as browsers send them: "https://shop.example"
  std::vector<std::string> allowed_hosts;  // for a server without keys, in addition to this machine's, see BrowserGuard
  std::vector<access::SigningSecret> gateway_secrets;  // sign the gateway's callbacks; none: they need a key
  std::vector<access::SigningSecret> carrier_secrets;
  bool audit_reads = false;  // the audit log also records reads of personal data
};

// Thread-safe. Outlives the routers that use it.
class RequestGuard {
 public:
  // Both references outlive this; `audit` may be null.
  RequestGuard(RequestGuardOptions options, access::Authenticator& authenticator, access::AuditLog* audit);

  bool closed() const { return authenticator_.closed(); }
  // True when reports of carriers need a signature.
  bool carriers_sign() const { return carriers_.signs(); }

  // Checks that need no route: CORS and, on a server without keys, BrowserGuard. True when the request continues; else
  // it has been answered. May replace `respond` with one that adds header fields to the answer.
  bool enter(const Request& request, Respond& respond);

  // Lets a request pass to its route, or answers 401, 403, 409 or 429. Sets Request::caller, is_signed and brief.
  bool admit(Request& request, Respond& respond, const RouteRule& rule);

  // Writes an action of the caller of `request` to the audit log, in addition to the line of the request. `entry` says
  // what was done; who, when and where from follow from the request.
  void write_action(const Request& request, access::AuditEntry entry);

  access::Authenticator& authenticator() { return authenticator_; }

  // Answers 403: the caller lacks a permission that this request needs in addition to its route's permission.
  void forbid(const Request& request, Respond& respond, access::PermissionSet needed);

  // Appends Prometheus text.
  void append_metrics(std::string& out) const;

 private:
  enum Refused : std::size_t {
    kNoKey,
    kWrongKey,
    kForbidden,
    kLimited,
    kMistrusted,
    kMissingSignature,
    kBadSignature,
    kStaleSignature,
    kReasons
  };
  struct FieldsSink;
  struct Limits;

  bool allowed_origin(std::string_view origin) const;
  SignedSender* sender_of(const RouteRule& rule);
  struct Limit {
    access::RateLimiter& limiter;
    std::string_view kind;     // "key" or "address"
    std::string_view refusal;  // the detail of the problem when the limit is exceeded
  };
  bool within(const Limit& limit, std::string_view name, const Request& request, Respond& respond,
              const RouteRule& rule);
  bool check_signature(SignedSender& sender, Request& request, Respond& respond, const RouteRule& rule);
  bool authenticate(Request& request, Respond& respond, const RouteRule& rule);
  bool is_written_down(const RouteRule& rule) const;
  bool admits_failure(const Error& error, const Request& request, Respond& respond, const RouteRule& rule);
  void write_down(const Request& request, Respond& respond, const RouteRule& rule, std::string who,
                  std::string_view refusal = {});
  void refuse(Refused why, Respond& respond, Response response);
  void forbid(const Request& request, Respond& respond, std::string_view path, access::PermissionSet needed);

  const RequestGuardOptions options_;
  const BrowserGuard browsers_;
  access::Authenticator& authenticator_;
  access::AuditLog* const audit_;
  std::unique_ptr<access::RateLimiter> per_principal_;  // null: none
  std::unique_ptr<access::RateLimiter> per_address_;    // null: none
  access::RateLimiter failures_;                        // wrong keys, tokens and signatures, for each address
  access::RateLimiter told_;                            // log lines about these failures, for all addresses together
  SignedSender gateway_;
  SignedSender carriers_;
  std::array<std::atomic<std::uint64_t>, kReasons> refused_{};
};

// The kind and id of the caller, as the audit log and limits name it: "key:4fQ0sTn2ZbLk".
std::string who_is(const access::Principal& principal);

// True when the caller has all these permissions, or when the server needs no authentication.
bool may(const Request& request, access::PermissionSet needed);

// Security header fields of every answer, each ended by CRLF. With `tls` they ask browsers to use https from now on.
std::string security_fields(bool tls);

}  // namespace ordo::http
