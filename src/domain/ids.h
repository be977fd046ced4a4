// The identifiers of the domain, and the rules for them.
#pragma once

#include <string_view>

#include "base/id.h"
#include "base/result.h"
#include "domain/text_rule.h"

namespace ordo {

using OrderId = Id<struct OrderIdTag>;
using ProductId = Id<struct ProductIdTag>;
using CustomerId = Id<struct CustomerIdTag>;
using LocationId = Id<struct LocationIdTag>;

// The rule for ids from outside: 1 to 128 characters of A-Z a-z 0-9 . _ : ~ @ + - and spaces inside. No slash, because
// ids are joined with one. Nothing that needs escaping in a log line or a shell. Returns the problem, or an empty view.
std::string_view id_problem(std::string_view id);

// A customer's id may also be a name, for shops that know their customers by name only. Beside the characters of
// id_problem(), it may contain the letters of all scripts, as UTF-8; 1 to 128 characters in all. The bytes are the id:
// two ways to write one letter (NFC, NFD) are two customers.
std::string_view customer_id_problem(std::string_view id);

// The two rules for new ids. They also refuse "." and "..", as clients cannot reach anything under these ids. Clients
// take them for steps in a path and resolve them before the request (RFC 3986, 5.2.4). Older releases accepted them, so
// ordo's own records may have them: see TextRule.
std::string_view new_id_problem(std::string_view id, TextRule rule = TextRule::enforced);
std::string_view new_customer_id_problem(std::string_view id, TextRule rule = TextRule::enforced);

// The characters beyond ASCII that a customer's id may contain: visible ones. Not allowed are control characters,
// spaces, characters without width, characters that change the direction of the text, private use and non-characters.
struct CharacterRange {
  char32_t first;
  char32_t last;
};
inline constexpr CharacterRange kVisibleBeyondAscii[] = {
    {0xae, 0x61b},    {0x61d, 0x167f},  {0x1681, 0x180a},   {0x1810, 0x1fff},   {0x2010, 0x2027},
    {0x2030, 0x205e}, {0x2070, 0x2fff}, {0x3001, 0xd7ff},   {0xf900, 0xfdcf},   {0xfdf0, 0xfdff},
    {0xfe10, 0xfefe}, {0xff00, 0xffef}, {0x10000, 0x1fffd}, {0x20000, 0x2fffd}, {0x30000, 0x3fffd}};

}  // namespace ordo
