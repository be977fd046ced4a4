#include "cells/id_values.h"

#include <algorithm>
#include <cstdint>

#include "base/sha256.h"
#include "cells/value_text.h"
#include "domain/ids.h"

namespace ordo::imports {
namespace {

// The first 130 bits of the hash, five bits a character: Crockford's base 32, in lower case.
std::string hashed_id(std::string_view text) {
  static constexpr std::string_view kCharacters = "0123456789abcdefghjkmnpqrstvwxyz";
  constexpr int kLength = 26;
  const Sha256 digest = sha256(text);
  std::string id = "x-";
  std::uint32_t bits = 0;
  int count = 0;
  std::size_t next = 0;
  for (int i = 0; i < kLength; ++i) {
    if (count < 5) {
      bits = (bits << 8 | digest[next++]) & 0xffff;
      count += 8;
    }
    count -= 5;
    id += kCharacters[bits >> count & 31];
  }
  return id;
}

// "17850.0" -> "17850".
std::string_view without_zero_decimal(std::string_view id) {
  const std::string_view whole = id.ends_with(".0") ? id.substr(0, id.size() - 2) : "";
  const bool is_number = !whole.empty() && whole.find_first_not_of("0123456789") == std::string_view::npos;
  return is_number ? whole : id;
}

std::string without_double_blanks(std::string text) {
  const auto both_blank = [](char a, char b) { return a == ' ' && b == ' '; };
  text.erase(std::unique(text.begin(), text.end(), both_blank), text.end());
  return text;
}

std::string valid_customer_id(const std::string& id) {
  return new_customer_id_problem(id).empty() ? id : hashed_id("customer id\n" + id);
}

bool is_no_customer(std::string_view id) {
  static constexpr std::string_view kNone[] = {"guest", "gast", "invite", "invitado", "khach", "khach le", "anonymous"};
  if (is_no_value(id) || id.find_first_not_of("0.") == std::string_view::npos) return true;
  return std::find(std::begin(kNone), std::end(kNone), fold_text(id)) != std::end(kNone);
}

}  // namespace

std::string bare_id(std::string_view cell) {
  // Not value_text(): an id keeps its letters as they are.
  const auto trimmed = [](std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlanks);
    return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
  };
  std::string_view id = trimmed(unguarded(trimmed(cell)));
  if (id.size() > 1 && id.starts_with('#')) id = trimmed(id.substr(1));
  return std::string(without_zero_decimal(id));
}

std::string id_from(std::string_view text) {
  if (text.empty() || new_id_problem(text).empty()) return std::string(text);
  return hashed_id(text);
}

std::string customer_id_from(std::string_view id, std::string_view email, std::string_view name,
                             std::string_view postal_code) {
  const std::string own = bare_id(id);
  const bool is_email = own.find('@') != std::string::npos;
  // guard: customer-zero-is-none
  if (!is_no_customer(own)) return valid_customer_id(is_email ? lower_text(own) : own);
  const std::string address = lower_text(value_text(email));
  // guard: customer-email-needs-at
  if (address.find('@') != std::string::npos) return valid_customer_id(address);
  const std::string person = without_double_blanks(lower_text(value_text(name)));
  if (person.empty() || is_no_value(person)) return {};
  std::string code = lower_text(value_text(postal_code));
  std::erase(code, ' ');
  return hashed_id("customer\n" + person + "\n" + code);
}

}  // namespace ordo::imports
