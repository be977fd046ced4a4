// Integers in text.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace ordo {

// Reads the whole text as an integer of `base`: digits, after a '-' if the type has a sign. Nothing for an empty text,
// for any other character, and for a number that the type cannot hold.
template <std::integral Int>
std::optional<Int> parse_integer(std::string_view text, int base = 10) {
  Int number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, base);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

// As parse_integer. Nothing for a negative number.
template <std::signed_integral Int>
std::optional<Int> parse_natural(std::string_view text) {
  const auto number = parse_integer<Int>(text);
  return number && *number >= 0 ? number : std::nullopt;
}

}  // namespace ordo
