// An API key: "ordo_<key id>_<secret>". The secret has 256 random bits and is shown once; what is kept is its SHA-256.
//
// A plain hash is enough here. Slow, salted hashes (RFC 9106, NIST SP 800-63B 5.1.1.2) protect secrets that people
// choose and that can be guessed; SP 800-63B 5.1.2.2 asks for no more than an approved hash where a secret has 112 bits
// or more. Nobody tries 2^256 secrets, and the hash is computed at every request.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "access/permission.h"
#include "base/result.h"
#include "base/time.h"

namespace ordo::access {

using Digest = std::array<unsigned char, 32>;

// SHA-256. Any thread, like all of this.
Digest sha256(std::string_view text);

struct ApiKey {
  std::string id;    // public, in logs and lists
  std::string name;  // of whoever holds it, for people
  AccessRole role = AccessRole::read_only;
  std::optional<PermissionSet> scopes;  // narrower than the role
  Digest hash{};                        // of the secret
  Timestamp created{};
  std::optional<Timestamp> expires;
  std::optional<Timestamp> revoked;

  PermissionSet permissions() const;
  bool live_at(Timestamp time) const;
};

// The two parts of a key's text.
struct KeyText {
  std::string_view id;
  std::string_view secret;
};
// Nothing when it is not of that form.
std::optional<KeyText> parse_key_text(std::string_view text);

// Whether this is the key's secret; the time it takes says nothing about how much of it fits.
bool fits(const ApiKey& key, std::string_view secret);

// Gives `key` an id and a fresh secret from the operating system, and returns its text. kIo "no_randomness".
Result<std::string> issue(ApiKey& key);

// Why a name is none; empty when it is one: 1 to 64 printable characters of ASCII without quotes, spaces only inside.
std::string_view name_problem(std::string_view name);

}  // namespace ordo::access
