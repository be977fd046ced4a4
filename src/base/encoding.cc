#include "base/encoding.h"

#include <array>
#include <cstdint>

#include "base/number.h"
#include "base/text.h"

namespace ordo {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64UrlDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Without padding. Three bytes at a time: the quotes of a busy shop are long.
std::string encode(std::string_view bytes, std::string_view digits) {
  std::string out((bytes.size() * 4 + 2) / 3, '\0');
  const auto at = [&](std::size_t index) { return std::uint32_t{static_cast<unsigned char>(bytes[index])}; };
  char* to = out.data();
  std::size_t from = 0;
  for (; from + 3 <= bytes.size(); from += 3) {
    const std::uint32_t bits = at(from) << 16U | at(from + 1) << 8U | at(from + 2);
    *to++ = digits[bits >> 18U];
    *to++ = digits[bits >> 12U & 63U];
    *to++ = digits[bits >> 6U & 63U];
    *to++ = digits[bits & 63U];
  }
  if (from == bytes.size()) return out;
  const bool two = from + 2 == bytes.size();
  const std::uint32_t bits = at(from) << 16U | (two ? at(from + 1) << 8U : 0U);
  *to++ = digits[bits >> 18U];
  *to++ = digits[bits >> 12U & 63U];
  if (two) *to = digits[bits >> 6U & 63U];
  return out;
}

constexpr std::uint8_t kNoDigit = 255;

// The value of each digit, by its character.
constexpr std::array<std::uint8_t, 256> values_of(std::string_view digits) {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    values[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr auto kBase64Values = values_of(kBase64Digits);
constexpr auto kBase64UrlValues = values_of(kBase64UrlDigits);

std::optional<std::string> decode(std::string_view text, const std::array<std::uint8_t, 256>& values) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::uint8_t digit = values[static_cast<unsigned char>(c)];
    if (digit == kNoDigit) return std::nullopt;
    bits = bits << 6U | digit;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<char>(bits >> count & 0xffU));
  }
  return out;
}

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

void append_hex(std::string_view bytes, std::string& out) {
  out.reserve(out.size() + 2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(kHexDigits[byte >> 4U]);
    out.push_back(kHexDigits[byte & 15U]);
  }
}

std::string to_hex(std::string_view bytes) {
  std::string out;
  append_hex(bytes, out);
  return out;
}

std::optional<std::string> from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const auto high = kHexDigits.find(digits[i]);
    const auto low = kHexDigits.find(digits[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    bytes.push_back(static_cast<char>(high << 4U | low));
  }
  return bytes;
}

std::string to_base64(std::string_view bytes) {
  auto out = encode(bytes, kBase64Digits);
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  return decode(text, kBase64Values);
}

std::string to_base64url(std::string_view bytes) {
  return encode(bytes, kBase64UrlDigits);
}

std::optional<std::string> from_base64url(std::string_view text) {
  return decode(text, kBase64UrlValues);
}

void append_percent_encoded(std::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c)) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  append_percent_encoded(text, out);
  return out;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\0') return std::nullopt;
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto byte = parse_integer<unsigned>(text.substr(i + 1, 2), 16);
    if (!byte || *byte == 0) return std::nullopt;
    out.push_back(static_cast<char>(*byte));
    i += 2;
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

}  // namespace ordo
