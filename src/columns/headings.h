// Headings for comparison with the words that ordo knows.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "columns/profile.h"
#include "domain/money.h"

namespace ordo::imports {

// As plain_heading() makes it, without dots: "billing.first_name" and "Billing First Name" are both "billingfirstname".
std::string heading_key(std::string_view heading);

// A known heading as a pattern of keys. "*" stands for a number, "~" at the end for anything. "+" separates several:
// "First name + Last name" is two patterns.
std::vector<std::string> heading_patterns(std::string_view known);
bool matches(std::string_view pattern, std::string_view key);

// A heading of one file.
struct Heading {
  std::string key;  // without the first member if all paths share it: "order.number" -> "number"
  // Of a member of a line, as in "line_items[].sku": the key after "[]".
  std::optional<std::string> in_line;
  bool in_other_list = false;        // of a list that is not the lines
  bool repeated = false;             // "price#2", beside a column called price
  std::optional<Currency> currency;  // "Price (EUR)", "total_usd"
  std::string key_without_currency;  // empty if it names none
  bool in_minor_units = false;       // "total_amount" beside "total_currency"
};

std::vector<Heading> read_headings(const std::vector<std::string>& headings);

// Whether the key that counts, or that key without its currency, is the word.
bool is_called(const Heading& heading, std::string_view word);

}  // namespace ordo::imports
