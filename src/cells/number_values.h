// Numbers as files write them: "$1,250.00", "1.250,00 €", "29.000đ", "(12.50)", "5-".
//
// A number may have a sign or code of a currency before or behind it, blanks and ' between groups of digits, and a
// minus before it, behind it, or as parentheses. Groups have three digits, or two and at last three (1,23,456). "12,-"
// and "12.-" are whole amounts. "1.5E+3" is read exactly, as it stands in the file. A cell of is_no_value() is no
// number: ask for that first. All arithmetic is exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/money.h"

namespace ordo::imports {

// How a column writes numbers. `decimal` is '.' or ','; 0: no cell of it has a separator. `is_percent`: of rates, that
// a number without a per cent sign is per cent, because of the other cells of the column.
struct NumberStyle {
  char decimal = 0;
  bool is_percent = false;
};

// Collects what the cells of one column prove about its style. Cells that are no numbers prove nothing.
class NumberEvidence {
 public:
  // A separator before exactly three digits is unclear, unless another cell of the column proves its meaning.
  // whole: for quantities and stock. Cells such as 2.00 do not prove that 1.000 is 1; only cells with three decimals
  // do. rate: for per cent, where such digits are decimals: 8.875.
  enum class Kind { amount, whole, rate };
  explicit NumberEvidence(Kind kind) : kind_(kind) {}

  void add(std::string_view cell);
  // `exponent`: the decimals of the currency; with 0 a separator before three digits separates thousands.
  // `given`: from --decimal; 0: not given. kInvalid "ambiguous_number": `"29.000" can be 29 or 29000; say --decimal ,
  // or
  // --decimal .`; also when two cells contradict each other.
  Result<NumberStyle> decide(char given, std::optional<int> exponent) const;

 private:
  // What the cells prove about one of the two separators. Cells as the file has them, for messages.
  struct Separator {
    std::string decimal;          // the first cell where it can only be the decimal sign
    std::string unclear;          // the first cell with it before exactly three digits
    bool three_decimals = false;  // it is certainly the decimal sign of a cell with three decimals
  };

  Kind kind_;
  Separator dot_;
  Separator comma_;
};

// A decimal number, exactly: units / 10^decimals, with at most 18 digits and without zeros at the end of the decimals.
struct Decimal {
  std::int64_t units = 0;
  int decimals = 0;

  friend bool operator==(const Decimal&, const Decimal&) = default;
};

// kInvalid "not_a_number"; "ambiguous_number" when the cell contradicts the style, or is unclear in a column without
// one; "too_many_decimals"; "out_of_range".
Result<Decimal> parse_decimal(std::string_view cell, NumberStyle style);

// As parse_decimal. Zeros beyond the currency's decimals are no fault; other digits are "too_many_decimals". The sign
// or code in the cell must not contradict `currency`: "currency_differs". $ fits USD, AUD, CAD, NZD, SGD, HKD, MXN and
// others that use it. "Free" and its translations are 0.
Result<Money> parse_amount(std::string_view cell, NumberStyle style, Currency currency);

// As parse_decimal. "6", "6.0" and "1.000,000" are whole. kInvalid "not_a_number" also for a currency or per cent sign,
// "fractional_quantity". `unit`: what one piece is, in the unit of the file: with 0.001, "0.350" kg are 350 pieces;
// nullopt: 1.
Result<std::int64_t> parse_quantity(std::string_view cell, NumberStyle style, std::optional<Decimal> unit = {});
// The value of --unit: more than 0, with a decimal point. kInvalid "bad_unit".
Result<Decimal> parse_unit(std::string_view text);

// Parts per million of "19", "19%", "0,19". Without a per cent sign, values up to 1 are fractions unless the style says
// otherwise. nullopt for no
// number, for less than 0, for more than 100 %, and for more decimals than parts per million have.
std::optional<std::int64_t> parse_rate(std::string_view cell, NumberStyle style);

// The currency of a sign or code, alone or in a cell such as "$5.00", "5,00 EUR", "29.000 ₫"; in any case. nullopt if
// none or unclear ($).
std::optional<Currency> currency_in(std::string_view cell);

}  // namespace ordo::imports
