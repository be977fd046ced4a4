// Signed messages between servers, as the Standard Webhooks specification 1.0.0 has them: HMAC-SHA256 over
// "<id>.<timestamp>.<body>", in the header fields below. Ordo signs what it sends and checks what it is sent with it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace ordo::outbound {

inline constexpr std::string_view kIdHeader = "webhook-id";
inline constexpr std::string_view kTimestampHeader = "webhook-timestamp";
inline constexpr std::string_view kSignatureHeader = "webhook-signature";

// One shared secret. Holds the raw key: never logged, never answered.
struct SigningSecret {
  std::string key;  // 24 to 64 bytes
};

// Reads "whsec_<base64>". kInvalid "bad_secret"; the error does not repeat the text. Any thread, like all of these.
Result<SigningSecret> parse_secret(std::string_view text);

// A fresh secret of 32 random bytes, as text. kIo when the system has no randomness to give.
Result<std::string> new_secret();

// The three header fields of one message.
struct SignedHeaders {
  std::string id;         // the message's own, the same each time it is sent again; no full stop in it
  std::string timestamp;  // of this try, in Unix seconds
  std::string signature;  // "v1,<base64>", one for each secret, with a space between
};

// More than one secret while the old one is being replaced: the receiver may know either. ORDO_CHECKs that there is a
// secret and that `id` has no full stop, which would let one signature stand for two messages.
SignedHeaders sign(const std::vector<SigningSecret>& secrets, std::string_view id, Timestamp at, std::string_view body);

inline constexpr std::chrono::seconds kDefaultTolerance{300};

// Whether one of the signatures is made with one of the secrets, over this body and not too long ago. kInvalid
// "missing_signature": a field is absent or no signature is of version v1. "bad_signature": none fits, or id or
// timestamp are not what they must be. "stale_signature": it fits, but the timestamp is further from `now` than
// `tolerance`, before or after. At most 16 signatures are looked at.
Result<void> verify(const std::vector<SigningSecret>& secrets, const SignedHeaders& headers, std::string_view body,
                    Timestamp now, std::chrono::seconds tolerance = kDefaultTolerance);

}  // namespace ordo::outbound
