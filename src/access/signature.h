// Signed messages between servers, as defined by Standard Webhooks 1.0.0: HMAC-SHA256 over "<id>.<timestamp>.<body>",
// in the header fields below. ordo signs messages that it sends and checks messages that it receives.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace ordo::access {

inline constexpr std::string_view kIdHeader = "webhook-id";
inline constexpr std::string_view kTimestampHeader = "webhook-timestamp";
inline constexpr std::string_view kSignatureHeader = "webhook-signature";

// One shared secret. Holds the raw key: never log it or return it.
struct SigningSecret {
  std::string key;  // 24 to 64 bytes
};

// Reads "whsec_<base64>". kInvalid "bad_secret"; the error does not repeat the text. Any thread, like all of these.
Result<SigningSecret> parse_secret(std::string_view text);

// A new secret of 32 random bytes, as text. kIo when the system has no randomness.
Result<std::string> new_secret();

// The three header fields of one message.
struct SignedHeaders {
  std::string id;         // of the message, the same for every attempt; contains no full stop
  std::string timestamp;  // of this attempt, in Unix seconds
  std::string signature;  // "v1,<base64>", one for each secret, with a space between
};

// With more than one secret while the old one is replaced: the receiver may know either. ORDO_CHECKs that there is a
// secret, and that `id` has no full stop: otherwise one signature could fit two messages.
SignedHeaders sign(const std::vector<SigningSecret>& secrets, std::string_view id, Timestamp at, std::string_view body);

inline constexpr std::chrono::seconds kDefaultTolerance{300};

// Whether one of the signatures matches one of the secrets and this body, and is recent. kInvalid:
//   "missing_signature": a field is absent, or no signature has version v1;
//   "bad_signature": no signature matches, or id or timestamp is malformed;
//   "stale_signature": it matches, but the timestamp differs from `now` by more than `tolerance`.
// At most 16 signatures are checked.
Result<void> verify(const std::vector<SigningSecret>& secrets, const SignedHeaders& headers, std::string_view body,
                    Timestamp now, std::chrono::seconds tolerance = kDefaultTolerance);

}  // namespace ordo::access
