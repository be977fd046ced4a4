#include "access/api_key.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>

namespace ordo::access {
namespace {

constexpr std::string_view kKeyPrefix = "ordo_";
constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kIdSize = 12;      // 71 bits: ids do not collide
constexpr std::size_t kSecretSize = 43;  // 62^43 > 2^256
constexpr std::size_t kMaxName = 64;

bool is_base62(std::string_view text) {
  return text.find_first_not_of(kBase62) == std::string_view::npos;
}

// Appends `size` characters, each equally likely. False when the system has no randomness.
bool append_random(std::size_t size, std::string& out) {
  constexpr unsigned kFair = 256 / 62 * 62;  // larger values would favour the first characters
  std::array<unsigned char, 64> bytes{};
  std::size_t missing = size;
  while (missing > 0) {
    if (RAND_priv_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
    for (const auto byte : bytes) {
      if (byte >= kFair || missing == 0) continue;
      out.push_back(kBase62[byte % 62]);
      --missing;
    }
  }
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return true;
}

}  // namespace

PermissionSet ApiKey::permissions() const {
  const auto all = permissions_of(role);
  // guard: key-scopes-narrow
  return scopes ? all.both(*scopes) : all;
}

bool ApiKey::live_at(Timestamp time) const {
  // guard: key-expired
  return !revoked && (!expires || time < *expires);
}

std::optional<KeyText> parse_key_text(std::string_view text) {
  if (text.size() != kKeyPrefix.size() + kIdSize + 1 + kSecretSize || !text.starts_with(kKeyPrefix))
    return std::nullopt;
  text.remove_prefix(kKeyPrefix.size());
  const KeyText parts{text.substr(0, kIdSize), text.substr(kIdSize + 1)};
  if (text[kIdSize] != '_' || !is_base62(parts.id) || !is_base62(parts.secret)) return std::nullopt;
  return parts;
}

bool fits(const ApiKey& key, std::string_view secret) {
  const auto digest = sha256(secret);
  // guard: key-compare-all
  return CRYPTO_memcmp(digest.data(), key.hash.data(), digest.size()) == 0;
}

Result<std::string> issue(ApiKey& key) {
  std::string id;
  std::string secret;
  if (!append_random(kIdSize, id) || !append_random(kSecretSize, secret)) {
    return fail(ErrorCode::kIo, "no_randomness", "the system gave no random bytes for a key");
  }
  // guard: key-stored-hashed
  key.hash = sha256(secret);
  auto text = std::string(kKeyPrefix) + id + "_" + secret;
  OPENSSL_cleanse(secret.data(), secret.size());
  key.id = std::move(id);
  return text;
}

std::string_view name_problem(std::string_view name) {
  if (name.empty() || name.size() > kMaxName) return "must have 1 to 64 characters";
  const bool printable =
      std::all_of(name.begin(), name.end(), [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
  if (!printable) return "must be printable ASCII without quotes and backslashes";
  if (name.front() == ' ' || name.back() == ' ') return "must not begin or end with a space";
  return {};
}

}  // namespace ordo::access
