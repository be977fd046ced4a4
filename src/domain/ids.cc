#include "domain/ids.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"

namespace ordo {
namespace {

constexpr std::size_t kMaxCharacters = 128;
constexpr std::string_view kStepInPath = "must not be . or .., which clients take for a path segment";

// By character of ASCII: whether an id may contain it.
constexpr auto kPlain = [] {
  std::array<bool, 128> plain{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:~@+- ")) {
    plain[static_cast<unsigned char>(c)] = true;
  }
  return plain;
}();

bool is_plain(char32_t c) {
  return c < kPlain.size() && kPlain[c];
}

bool is_refused_step(std::string_view id, TextRule rule) {
  return rule == TextRule::enforced && (id == "." || id == "..");
}

bool is_visible(char32_t c) {
  return std::any_of(std::begin(kVisibleBeyondAscii), std::end(kVisibleBeyondAscii),
                     [c](const CharacterRange& range) { return c >= range.first && c <= range.last; });
}

}  // namespace

std::string_view id_problem(std::string_view id) {
  if (id.empty()) return "must not be empty";
  if (id.size() > kMaxCharacters) return "must be at most 128 characters";
  if (id.front() == ' ' || id.back() == ' ') return "must not begin or end with a space";
  const bool clean = std::all_of(id.begin(), id.end(), [](char c) { return is_plain(static_cast<unsigned char>(c)); });
  if (!clean) return "may contain only letters, digits, spaces and . _ : ~ @ + -";
  return {};
}

std::string_view customer_id_problem(std::string_view id) {
  if (id.empty()) return "must not be empty";
  if (id.front() == ' ' || id.back() == ' ') return "must not begin or end with a space";
  std::size_t characters = 0;
  while (!id.empty()) {
    const auto c = take_character(id);
    if (!c) return "must be UTF-8";
    // guard: customer-id-visible
    if (!is_plain(*c) && !is_visible(*c)) {
      return "may contain only letters of any script, digits, spaces and . _ : ~ @ + -";
    }
    if (++characters > kMaxCharacters) return "must be at most 128 characters";
  }
  return {};
}

std::string_view new_id_problem(std::string_view id, TextRule rule) {
  return is_refused_step(id, rule) ? kStepInPath : id_problem(id);
}

std::string_view new_customer_id_problem(std::string_view id, TextRule rule) {
  return is_refused_step(id, rule) ? kStepInPath : customer_id_problem(id);
}

}  // namespace ordo
