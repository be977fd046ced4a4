// JSON Web Tokens (RFC 7519) signed with a key of a JWK set (RFC 7517): HS256, RS256 and ES256, checked as RFC 8725
// says. Signatures are libcjose's business, which Debian keeps secure; what a token has to say is checked here.
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

// The keys that may sign. Immutable: any thread.
class JwkSet {
 public:
  // Reads a JWK set; keys of other kinds and for other uses are left out, as RFC 7517 wants. kInvalid "bad_jwks", which
  // names the key and the member: a key too weak, two with one kid, none that could be used.
  static Result<std::shared_ptr<const JwkSet>> parse(std::string_view text);
  ~JwkSet();
  JwkSet(const JwkSet&) = delete;
  JwkSet& operator=(const JwkSet&) = delete;

  std::size_t size() const;
  bool has(std::string_view kid) const;

 private:
  struct Keys;
  friend class TokenCheck;
  explicit JwkSet(std::unique_ptr<Keys> keys);
  std::unique_ptr<Keys> keys_;
};

struct TokenOptions {
  std::string issuer;               // what `iss` has to be
  std::string audience;             // what `aud` has to be, or to hold
  std::string role_claim = "role";  // a member of the claims, or a JSON pointer to one: a role, or a list with one
  std::chrono::seconds leeway{30};  // by which clocks may differ
};

// Who the token says it is: its role's permissions, and of these only those that `scope` names, where there is one.
// kInvalid with the reason "bad_token", "unknown_token_key", "token_expired", "token_not_yet_valid", "wrong_issuer",
// "wrong_audience" or "token_without_role". Nothing of the token is repeated. Any thread.
Result<Principal> verify_token(const JwkSet& keys, const TokenOptions& options, std::string_view token, Timestamp now);

}  // namespace ordo::access
