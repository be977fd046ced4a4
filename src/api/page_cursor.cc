#include "api/page_cursor.h"

#include <cstdint>
#include <optional>

#include "base/encoding.h"
#include "base/number.h"
#include "base/uuid.h"

namespace ordo::api {
namespace {

constexpr std::size_t kSealSize = 13;  // of a UUID's 36 characters: 48 bits and a dash

// A checksum, not a secret: a forged cursor shows nothing that a filter would not show.
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
    return fail(ErrorCode::kInvalid, "bad_cursor", "the cursor does not belong to this filter; start again without it");
  };
  const auto text = from_base64url(cursor);
  if (!text || text->size() <= kSealSize || to_base64url(*text) != cursor) return refuse();
  const auto payload = std::string_view(*text).substr(kSealSize);
  if (seal(payload, fingerprint) != std::string_view(*text).substr(0, kSealSize)) return refuse();
  const auto colon = payload.find(':');
  const auto sort = parse_integer<std::int64_t>(payload.substr(0, colon));
  if (!sort || colon == std::string_view::npos) return refuse();
  return PageKey{*sort, std::string(payload.substr(colon + 1))};
}

}  // namespace ordo::api
