#include "access/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>

#include "base/check.h"
#include "base/encoding.h"
#include "base/number.h"

namespace ordo::access {
namespace {

constexpr std::string_view kSecretPrefix = "whsec_";
constexpr std::string_view kVersion = "v1,";
constexpr std::size_t kMinKeyBytes = 24;
constexpr std::size_t kMaxKeyBytes = 64;
constexpr std::size_t kFreshKeyBytes = 32;
constexpr std::size_t kMaxIdBytes = 256;
constexpr int kMaxSignatures = 16;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());  // OpenSSL's type for the same bytes
}

std::string signature_of(const SigningSecret& secret, std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  const auto* made = HMAC(EVP_sha256(), secret.key.data(), static_cast<int>(secret.key.size()), bytes(content),
                          content.size(), mac.data(), &size);
  ORDO_CHECK(made != nullptr && size == 32, "HMAC-SHA256 of ", size, " bytes");
  return to_base64({reinterpret_cast<const char*>(mac.data()), size});
}

std::string content_of(std::string_view id, std::string_view timestamp, std::string_view body) {
  std::string out;
  out.reserve(id.size() + timestamp.size() + body.size() + 2);
  // guard: signature-of-time
  out.append(id).append(1, '.').append(timestamp).append(1, '.').append(body);
  return out;
}

bool same_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxIdBytes && id.find('.') == id.npos;
}

// Unix seconds, written in digits only; -1 when malformed or later than any clock.
std::int64_t read_seconds(std::string_view text) {
  constexpr std::size_t kMostDigits = 12;
  if (text.size() > kMostDigits) return -1;
  const auto seconds = parse_integer<std::uint64_t>(text);
  return seconds ? static_cast<std::int64_t>(*seconds) : -1;
}

}  // namespace

Result<SigningSecret> parse_secret(std::string_view text) {
  if (text.substr(0, kSecretPrefix.size()) != kSecretPrefix) {
    return fail(ErrorCode::kInvalid, "bad_secret", "a signing secret must begin with whsec_");
  }
  text.remove_prefix(kSecretPrefix.size());
  auto key = from_base64(text);
  // Accepts only the canonical base64 of a key.
  // guard: signature-secret-size
  if (!key || key->size() < kMinKeyBytes || key->size() > kMaxKeyBytes || to_base64(*key) != text) {
    return fail(ErrorCode::kInvalid, "bad_secret", "a signing secret must have 24 to 64 bytes in base64 after whsec_");
  }
  return SigningSecret{std::move(*key)};
}

Result<std::string> new_secret() {
  std::array<unsigned char, kFreshKeyBytes> key{};
  if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1) {
    return fail(ErrorCode::kIo, "no_randomness", "the system gave no random bytes for a signing secret");
  }
  auto text = std::string(kSecretPrefix) + to_base64({reinterpret_cast<const char*>(key.data()), key.size()});
  OPENSSL_cleanse(key.data(), key.size());
  return text;
}

SignedHeaders sign(const std::vector<SigningSecret>& secrets, std::string_view id, Timestamp at,
                   std::string_view body) {
  ORDO_CHECK(!secrets.empty());
  ORDO_CHECK(is_id(id), "id ", id);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  SignedHeaders headers{std::string(id), std::to_string(seconds), {}};
  const auto content = content_of(headers.id, headers.timestamp, body);
  for (const auto& secret : secrets) {
    if (!headers.signature.empty()) headers.signature += ' ';
    headers.signature.append(kVersion).append(signature_of(secret, content));
  }
  return headers;
}

Result<void> verify(const std::vector<SigningSecret>& secrets, const SignedHeaders& headers, std::string_view body,
                    Timestamp now, std::chrono::seconds tolerance) {
  if (headers.id.empty() || headers.timestamp.empty() || headers.signature.empty()) {
    return fail(ErrorCode::kInvalid, "missing_signature",
                "webhook-id, webhook-timestamp and webhook-signature are required");
  }
  const auto seconds = read_seconds(headers.timestamp);
  if (!is_id(headers.id) || seconds < 0) {
    return fail(ErrorCode::kInvalid, "bad_signature", "webhook-id or webhook-timestamp is not well-formed");
  }
  const auto content = content_of(headers.id, headers.timestamp, body);
  std::vector<std::string> expected;
  expected.reserve(secrets.size());
  for (const auto& secret : secrets) expected.push_back(signature_of(secret, content));

  bool any = false;
  bool fits = false;
  std::string_view rest = headers.signature;
  for (int i = 0; i < kMaxSignatures && !rest.empty(); ++i) {
    const auto end = std::min(rest.find(' '), rest.size());
    const auto one = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    // guard: signature-version
    if (one.substr(0, kVersion.size()) != kVersion) continue;  // another version, such as v1a, which is asymmetric
    any = true;
    for (const auto& right : expected) {
      if (same_in_constant_time(one.substr(kVersion.size()), right)) fits = true;
    }
  }
  if (!any) return fail(ErrorCode::kInvalid, "missing_signature", "webhook-signature has no signature of version v1");
  // guard: signature-fits
  if (!fits) return fail(ErrorCode::kInvalid, "bad_signature", "no signature matches the message");
  const auto away = std::chrono::abs(now - Timestamp(std::chrono::seconds(seconds)));
  // guard: signature-fresh
  if (away > tolerance) {
    return fail(ErrorCode::kInvalid, "stale_signature", "webhook-timestamp is too far from this server's clock");
  }
  return {};
}

}  // namespace ordo::access
