#include "http/page_cursor.h"

#include <charconv>
#include <cstdint>
#include <optional>

#include "base/uuid.h"

namespace ordo::http {
namespace {

constexpr std::string_view kDigits64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kSealSize = 13;  // of a UUID's 36 characters: 48 bits and a dash

std::string to_base64url(std::string_view bytes) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6) out.push_back(kDigits64[bits >> (count - 6) & 63]);
  }
  if (count > 0) out.push_back(kDigits64[bits << (6 - count) & 63]);
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto digit = kDigits64.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>(bits >> count & 255));
    }
  }
  return out;
}

// A checksum, not a secret: a forged cursor would show nothing that a filter does not.
std::string seal(std::string_view payload, std::string_view fingerprint) {
  std::string text(payload);
  text.push_back('\0');
  text += fingerprint;
  return uuid_v5("cursor", text).substr(0, kSealSize);
}

}  // namespace

std::string encode_cursor(const PageKey& key, std::string_view fingerprint) {
  const std::string payload = std::to_string(key.sort) + ":" + key.id;
  return to_base64url(seal(payload, fingerprint) + payload);
}

Result<PageKey> decode_cursor(std::string_view cursor, std::string_view fingerprint) {
  const auto refuse = [] {
    return fail(ErrorCode::kInvalid, "bad_cursor",
                "the cursor is not one that this filter gave; start again without it");
  };
  const auto text = from_base64url(cursor);
  if (!text || text->size() <= kSealSize || to_base64url(*text) != cursor) return refuse();
  const auto payload = std::string_view(*text).substr(kSealSize);
  if (seal(payload, fingerprint) != std::string_view(*text).substr(0, kSealSize)) return refuse();
  PageKey key;
  const auto* end = payload.data() + payload.size();
  const auto [stop, error] = std::from_chars(payload.data(), end, key.sort);
  if (error != std::errc() || stop == end || *stop != ':') return refuse();
  key.id.assign(stop + 1, end);
  return key;
}

}  // namespace ordo::http
