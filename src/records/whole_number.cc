#include "records/whole_number.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace ordo {
namespace {

constexpr std::int64_t kMaxDigits = 19;  // of a 64-bit integer

// The power after "e". A power too large for any representable number is bounded.
std::int64_t power_of(std::string_view text) {
  constexpr std::int64_t kMost = 1'000'000'000'000;
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t power = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), power).ec == std::errc::result_out_of_range) {
    power = text.starts_with('-') ? -kMost : kMost;
  }
  return std::clamp(power, -kMost, kMost);
}

// Parses a token with a point or an exponent.
WholeNumber parse_scaled(std::string_view token) {
  const bool negative = token.starts_with('-');
  if (negative) token.remove_prefix(1);
  const auto e = token.find_first_of("eE");
  std::int64_t shift = e == std::string_view::npos ? 0 : power_of(token.substr(e + 1));
  const auto mantissa = token.substr(0, e);
  const auto point = mantissa.find('.');
  std::string digits(mantissa.substr(0, point));
  if (point != std::string_view::npos) {
    digits += mantissa.substr(point + 1);
    shift -= static_cast<std::int64_t>(mantissa.size() - point - 1);
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return {WholeNumber::Kind::whole, 0};
  const auto zeros = static_cast<std::int64_t>(digits.size() - digits.find_last_not_of('0') - 1);
  if (shift < 0) {
    if (zeros < -shift) return {WholeNumber::Kind::fraction, 0};
    digits.resize(digits.size() - static_cast<std::size_t>(-shift));
    shift = 0;
  }
  if (static_cast<std::int64_t>(digits.size()) + shift > kMaxDigits) return {WholeNumber::Kind::out_of_range, 0};
  digits.append(static_cast<std::size_t>(shift), '0');
  if (negative) digits.insert(digits.begin(), '-');
  return parse_whole(digits);
}

}  // namespace

WholeNumber parse_whole(std::string_view token) {
  std::int64_t value = 0;
  const char* end = token.data() + token.size();
  const auto [stop, error] = std::from_chars(token.data(), end, value);
  // Parsing stops at a point, an exponent or the end. Of "1e3" and "1.5" it has read the beginning only.
  if (stop != end) return parse_scaled(token);
  if (error == std::errc::result_out_of_range) return {WholeNumber::Kind::out_of_range, 0};
  if (error != std::errc()) return {WholeNumber::Kind::fraction, 0};
  return {WholeNumber::Kind::whole, value};
}

}  // namespace ordo
