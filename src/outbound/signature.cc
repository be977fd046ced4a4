#include "outbound/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <charconv>

#include "base/check.h"

namespace ordo::outbound {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::string_view kVersion = "v1,";
constexpr std::size_t kMinKeyBytes = 24;
constexpr std::size_t kMaxKeyBytes = 64;
constexpr std::size_t kFreshKeyBytes = 32;
constexpr std::size_t kMaxIdBytes = 256;
constexpr int kMaxSignatures = 16;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());  // OpenSSL's type for the same bytes
}

std::string base64(std::string_view raw) {
  std::string out((raw.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock adds a terminator
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes(raw), static_cast<int>(raw.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

// Nothing but the one way to write these bytes is read; empty when `text` is not that.
std::string from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0 || text.size() > 4 * kMaxKeyBytes) return {};
  std::string out(text.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes(text), static_cast<int>(text.size()));
  if (size < 0) return {};
  out.resize(static_cast<std::size_t>(size));
  for (std::size_t pads = 0; pads < 2 && text[text.size() - 1 - pads] == '='; ++pads) out.pop_back();
  return base64(out) == text ? out : std::string();
}

std::string signature_of(const SigningSecret& secret, std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  const auto* made = HMAC(EVP_sha256(), secret.key.data(), static_cast<int>(secret.key.size()), bytes(content),
                          content.size(), mac.data(), &size);
  ORDO_CHECK(made != nullptr && size == 32, "HMAC-SHA256 of ", size, " bytes");
  return base64({reinterpret_cast<const char*>(mac.data()), size});
}

std::string content_of(std::string_view id, std::string_view timestamp, std::string_view body) {
  std::string out;
  out.reserve(id.size() + timestamp.size() + body.size() + 2);
  out.append(id).append(1, '.').append(timestamp).append(1, '.').append(body);
  return out;
}

bool same_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxIdBytes && id.find('.') == id.npos;
}

// Unix seconds written with digits alone; -1 when they are not, or are beyond any clock.
std::int64_t read_seconds(std::string_view text) {
  constexpr std::size_t kMostDigits = 12;
  if (text.size() > kMostDigits) return -1;
  std::int64_t seconds = -1;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && text.front() != '-' ? seconds : -1;
}

}  // namespace

Result<SigningSecret> parse_secret(std::string_view text) {
  if (text.substr(0, kPrefix.size()) != kPrefix) {
    return fail(ErrorCode::kInvalid, "bad_secret", "a signing secret begins with whsec_");
  }
  SigningSecret secret{from_base64(text.substr(kPrefix.size()))};
  if (secret.key.size() < kMinKeyBytes || secret.key.size() > kMaxKeyBytes) {
    return fail(ErrorCode::kInvalid, "bad_secret", "after whsec_ a signing secret has 24 to 64 bytes in base64");
  }
  return secret;
}

Result<std::string> new_secret() {
  std::array<unsigned char, kFreshKeyBytes> key{};
  if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1) {
    return fail(ErrorCode::kIo, "no_randomness", "the system gave no random bytes for a signing secret");
  }
  auto text = std::string(kPrefix) + base64({reinterpret_cast<const char*>(key.data()), key.size()});
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
                "webhook-id, webhook-timestamp and webhook-signature are needed");
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
    if (one.substr(0, kVersion.size()) != kVersion) continue;  // of another version, such as v1a, which is asymmetric
    any = true;
    for (const auto& right : expected) {
      if (same_in_constant_time(one.substr(kVersion.size()), right)) fits = true;
    }
  }
  if (!any) return fail(ErrorCode::kInvalid, "missing_signature", "webhook-signature holds none of version v1");
  if (!fits) return fail(ErrorCode::kInvalid, "bad_signature", "no signature fits the message");
  const auto away = std::chrono::abs(now - Timestamp(std::chrono::seconds(seconds)));
  if (away > tolerance) {
    return fail(ErrorCode::kInvalid, "stale_signature", "webhook-timestamp is too far from this server's clock");
  }
  return {};
}

}  // namespace ordo::outbound
