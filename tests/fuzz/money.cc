// An amount or a time that was read is written as a text that reads as the same.
#include "domain/money.h"

#include "base/check.h"
#include "base/time.h"
#include "targets.h"

namespace ordo::fuzz {

void money(std::string_view input) {
  for (const auto* code : {"USD", "JPY", "KWD"}) {
    const auto currency = *Currency::parse(code);
    const auto amount = parse_money(input, currency);
    if (!amount) continue;
    const auto text = format_decimal(*amount);
    const auto again = parse_money(text, currency);
    ORDO_CHECK(again.has_value() && *again == *amount, input, " as ", text);
    ORDO_CHECK(format_decimal(*again) == text, input);
  }
  if (const auto currency = Currency::parse(input)) ORDO_CHECK(currency->code() == input, input);
  const auto time = parse_timestamp(input);
  if (!time) return;
  const auto text = to_rfc3339(*time);
  const auto again = parse_timestamp(text);
  ORDO_CHECK(again.has_value() && *again == *time, input, " as ", text);
  ORDO_CHECK(from_unix_ms(to_unix_ms(*time)) == *time, input);
}

}  // namespace ordo::fuzz
