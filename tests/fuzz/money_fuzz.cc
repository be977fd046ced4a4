// An amount that parses formats to a text that parses to the same amount.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/time.h"
#include "domain/money.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto* code : {"USD", "JPY", "KWD"}) {
    const auto currency = *ordo::Currency::parse(code);
    const auto money = ordo::parse_money(text, currency);
    if (money) ORDO_CHECK(*ordo::parse_money(ordo::format_decimal(*money), currency) == *money, text);
  }
  const auto time = ordo::parse_timestamp(text);
  if (time) ORDO_CHECK(*ordo::parse_timestamp(ordo::to_rfc3339(*time)) == *time, text);
  return 0;
}
