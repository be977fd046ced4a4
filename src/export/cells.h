// Values as cells of CSV. Includes the descriptions, so include it only in .cc files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/time.h"
#include "domain/order_terms.h"
#include "export/columns.h"
#include "records/json_codec.h"

namespace ordo::exports {

inline Cell text_cell(std::string value) {
  return {std::move(value)};
}
inline Cell text_cell(const std::optional<std::string>& value) {
  return {value.value_or(std::string())};
}
inline Cell number_cell(std::int64_t value) {
  return {std::to_string(value), true};
}
inline Cell number_cell(const std::optional<std::int64_t>& value) {
  return value ? number_cell(*value) : Cell();
}
inline Cell flag_cell(bool value) {
  return {value ? "true" : "false"};
}
inline Cell time_cell(const std::optional<Timestamp>& value) {
  return {value ? to_rfc3339(*value) : std::string()};
}
template <class E>
Cell word_cell(E value) {
  return {std::string(enum_name(value))};
}
// "-12.50", with the decimals of `currency`.
inline Cell amount_cell(std::int64_t amount, Currency currency) {
  return {format_decimal({amount, currency}), true};
}
inline Cell amount_cell(const std::optional<Money>& money) {
  return money ? amount_cell(money->amount, money->currency) : Cell();
}
// As JSON; empty for none.
inline Cell pairs_cell(const std::map<std::string, std::string>& value) {
  return {value.empty() ? std::string() : to_json(value)};
}

// A column for each part of an address: "ship_name", "ship_line1". `address` gives null when there is none.
template <class Row>
void add_address_columns(const std::string& prefix, const Address* (*address)(const Row& row), Columns<Row>& columns) {
  for_each_descriptor(Address(), [&]<class Descriptor, class Part>(Descriptor, const Part&) {
    columns.push_back({prefix + std::string(member_name_of<Descriptor>()), [address](const Row& row) {
                         const Address* of = address(row);
                         return of == nullptr ? Cell() : text_cell(of->*Descriptor::pointer);
                       }});
  });
}

}  // namespace ordo::exports
