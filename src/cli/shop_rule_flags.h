// The values of flags of the commands for prices, taxes and shipping, and for new orders.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/described.h"
#include "base/result.h"
#include "domain/money.h"
#include "domain/shipping_method.h"

namespace ordo::cli {

// "12.50EUR" or "12.50 EUR". All functions here: kInvalid "bad_flag".
Result<Money> parse_price(const std::string& text);
// "8.875" is 88,750 parts per million. At most four decimals, so that nothing is rounded.
Result<std::int64_t> parse_percent(const std::string& text);
// "1000=4.90EUR" is a step up to 1,000; "=9.90EUR" has no limit.
Result<ShippingStep> parse_step(const std::string& text);

// Reads an enum by its name.
template <class E>
Result<E> parse_name(const std::string& text) {
  E value{};
  if (enum_from_name(text, value)) return value;
  std::string names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
      [&names](auto enumerator) { names += (names.empty() ? "" : ", ") + std::string(written_name(enumerator.name)); });
  return fail(ErrorCode::kInvalid, "bad_flag", "expected one of " + names + ", but got \"" + text + "\"");
}

// Adds a flag whose value `parse` reads. The flag's target outlives the parse of the command line.
template <class T>
void add_parsed(CLI::App& command, const std::string& flag, std::optional<T>& target,
                Result<T> (*parse)(const std::string&), const std::string& help) {
  command.add_option_function<std::string>(
      flag,
      [&target, flag, parse](const std::string& text) {
        auto value = parse(text);
        if (!value) throw CLI::ValidationError(flag, value.error().message);
        target = std::move(*value);
      },
      help);
}

// Adds a flag whose value is a list, separated by commas.
void add_list(CLI::App& command, const std::string& flag, std::optional<std::vector<std::string>>& target,
              const std::string& help);

}  // namespace ordo::cli
