// An API key: "ordo_<key id>_<secret>". The secret has 256 random bits and is shown once; ordo keeps its SHA-256.
//
// A plain hash is enough here. Slow, salted hashes (RFC 9106, NIST SP 800-63B 5.1.1.2) protect guessable secrets that
// people choose. SP 800-63B 5.1.2.2 requires only an approved hash for secrets of 112 bits or more. Trying 2^256
// secrets is impossible, and the hash is computed for every request.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/permission.h"
#include "base/result.h"
#include "base/sha256.h"
#include "base/time.h"

namespace ordo::access {

struct ApiKey {
  std::string id;    // public, shown in logs and lists
  std::string name;  // of the key's holder, for people
  AccessRole role = AccessRole::read_only;
  std::optional<PermissionSet> scopes;  // a subset of the role's permissions
  Sha256 hash{};                        // of the secret
  Timestamp created{};
  std::optional<Timestamp> expires;
  std::optional<Timestamp> revoked;

  PermissionSet permissions() const;
  bool live_at(Timestamp time) const;
};

// The two parts of a key.
struct KeyText {
  std::string_view id;
  std::string_view secret;
};
// Nothing when `text` does not have that form.
std::optional<KeyText> parse_key_text(std::string_view text);

// True when `secret` is the key's secret. The time it takes does not depend on how much of it matches.
bool fits(const ApiKey& key, std::string_view secret);

// Gives `key` an id and a random secret from the operating system, and returns the key's text. kIo "no_randomness".
Result<std::string> issue(ApiKey& key);

// Why a name is invalid; empty when it is valid. A name has 1 to 64 printable ASCII characters without quotes, and no
// space at its ends.
std::string_view name_problem(std::string_view name);

}  // namespace ordo::access
