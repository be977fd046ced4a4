// JSON Web Tokens (RFC 7519) signed with a key of a JWK set (RFC 7517): HS256, RS256 and ES256, checked according to
// RFC 8725. libcjose, which Debian keeps secure, checks the signatures. This file checks the claims.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "access/principal.h"
#include "base/result.h"
#include "base/time.h"

namespace ordo::access {

inline constexpr std::size_t kMaxToken = 8 * 1024;

// The keys that may sign. Immutable, so usable from any thread.
class JwkSet {
 public:
  // Reads a JWK set. Keys of other kinds or for other uses are ignored, as RFC 7517 requires. kInvalid "bad_jwks" names
  // the key and the member: the key is too weak or private, two keys have one kid, or no key is usable.
  static Result<std::shared_ptr<const JwkSet>> parse(std::string_view text);
  ~JwkSet();
  JwkSet(const JwkSet&) = delete;
  JwkSet& operator=(const JwkSet&) = delete;

  std::size_t size() const;
  // Whether the set has exactly this key under the same kid: Principal::signed_by.
  bool has(std::string_view thumbprint) const;
  // Whether a reader of the set could sign with one of its keys.
  bool holds_secrets() const;

 private:
  struct Keys;
  friend class TokenCheck;
  explicit JwkSet(std::unique_ptr<Keys> keys);
  std::unique_ptr<Keys> keys_;
};

struct TokenOptions {
  std::string issuer;                          // required value of `iss`
  std::string audience;                        // required value of `aud`, or required in its list
  std::string role_claim = "role";             // a claim, or a JSON pointer to one: a role, or a list with one
  std::string customer_claim = "customer_id";  // the same, for the customer of a token with the role customer
  std::chrono::seconds leeway{30};             // tolerated difference between clocks
  // From iat to exp, and from now to exp: a stolen token is valid for no longer.
  std::chrono::seconds max_age{24 * 60 * 60};
};

// The principal of the token. It has its role's permissions; if there is a `scope`, only those in it. kInvalid with the
// reason "bad_token", "unknown_token_key", "token_expired", "token_not_yet_valid", "token_too_long_valid",
// "wrong_issuer", "wrong_audience", "token_without_role" or "token_without_customer". The error repeats no part of the
// token. Any thread.
Result<Principal> verify_token(const JwkSet& keys, const TokenOptions& options, std::string_view token, Timestamp now);

}  // namespace ordo::access
