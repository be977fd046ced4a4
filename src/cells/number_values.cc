#include "cells/number_values.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/number.h"
#include "base/printable.h"
#include "cells/currency_marks.h"
#include "cells/value_text.h"

namespace ordo::imports {
namespace {

__extension__ using WideUnits = __int128;

constexpr std::size_t kMaxNumberText = 64;  // bytes of a cell with a number
constexpr std::size_t kMaxNumberDigits = 18;
constexpr std::size_t kMaxShownNumber = 60;

bool is_number_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_number_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_number_digit);
}

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

char other_separator(char separator) {
  return separator == '.' ? ',' : '.';
}

// "29.000" as people say it to the program: the cell as the file has it, of limited length.
std::string shown_number(std::string_view cell) {
  return "\"" + printable(cell, kMaxShownNumber) + "\"";
}

// A number whose separators have no meaning yet.
struct NumberForm {
  bool negative = false;
  bool percent = false;
  std::string body;               // digits with . , ' and blanks between them
  std::optional<int> power;       // "1.5E+3"
  std::vector<Currency> fitting;  // currencies of its sign or code; empty: it has none
};

// Cuts "E+3" off the end of `body`. False when there is an exponent that no number of a shop has.
bool take_power(std::string_view& body, std::optional<int>& power) {
  const std::size_t at = body.find_first_of("eE");
  if (at == std::string_view::npos) return true;
  std::string_view digits = body.substr(at + 1);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  power = parse_integer<int>(digits);
  body = body.substr(0, at);
  return power && *power >= -30 && *power <= 30 && !body.empty();
}

// What stands before or behind the digits, apart from the currency.
struct NumberSigns {
  int minuses = 0;
  int pluses = 0;
  int opening = 0;
  int closing = 0;
  int percents = 0;
};

// Counts the signs of `text` and returns the rest: the currency.
std::string take_signs(std::string_view text, NumberSigns& signs) {
  std::string left;
  for (const char c : text) {
    switch (c) {
      case '-':
        ++signs.minuses;
        break;
      case '+':
        ++signs.pluses;
        break;
      case '(':
        ++signs.opening;
        break;
      case ')':
        ++signs.closing;
        break;
      case '%':
        ++signs.percents;
        break;
      default:
        left += c;
    }
  }
  return left;
}

bool fit_together(const NumberSigns& before, const NumberSigns& after) {
  const int minuses = before.minuses + after.minuses;
  if (minuses + before.pluses + before.opening > 1 || after.pluses > 0) return false;
  if (before.opening != after.closing || before.closing + after.opening > 0) return false;
  return before.percents + after.percents <= 1;
}

// The end of a price that has no decimals: "12,-", "12.-", "12.--". `after` begins behind the last digit. A separator
// alone counts as well: "12.".
std::size_t end_of_bare_separator(std::string_view after) {
  if (after.empty() || (after.front() != '.' && after.front() != ',')) return 0;
  std::size_t end = 1;
  while (end < after.size() && after[end] == '-') ++end;
  return end;
}

// nullopt for a text that is no number, whatever its separators mean.
std::optional<NumberForm> number_form(std::string_view cell) {
  const std::string text = value_text(cell);
  if (text.size() > kMaxNumberText) return std::nullopt;
  std::size_t first = text.find_first_of("0123456789");
  if (first == std::string::npos) return std::nullopt;
  const std::size_t last = text.find_last_of("0123456789");
  const auto is_letter = [&](std::size_t at) { return ((text[at] | 0x20) >= 'a') && ((text[at] | 0x20) <= 'z'); };
  // ".50" has no digit before the separator; the dot of "Rs.500" belongs to the currency.
  const bool separated = first > 0 && (text[first - 1] == '.' || text[first - 1] == ',');
  if (separated && (first == 1 || !is_letter(first - 2))) --first;
  const std::string_view before = std::string_view(text).substr(0, first);
  std::string_view body = std::string_view(text).substr(first, last + 1 - first);
  std::string_view after = std::string_view(text).substr(last + 1);

  NumberForm form;
  if (!take_power(body, form.power)) return std::nullopt;
  form.body = body;
  if (const std::size_t end = end_of_bare_separator(after); end > 0) {
    if (!form.power) form.body += after.front();
    after.remove_prefix(end);
  }
  if (form.body.find_first_not_of("0123456789.,' ") != std::string::npos) return std::nullopt;
  NumberSigns signs_before;
  NumberSigns signs_after;
  const std::string mark_before = take_signs(before, signs_before);
  const std::string mark_after = take_signs(after, signs_after);
  if (!fit_together(signs_before, signs_after)) return std::nullopt;
  form.negative = signs_before.minuses + signs_after.minuses + signs_before.opening > 0;
  form.percent = signs_before.percents + signs_after.percents > 0;
  auto fitting = currencies_of(mark_before + " " + mark_after);
  if (!fitting) return std::nullopt;
  form.fitting = std::move(*fitting);
  return form;
}

// True for "1.250.000" and "1 250", and for the Indian "12,34,567".
bool are_groups(std::string_view text, char separator) {
  std::vector<std::size_t> sizes;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find(separator, from), text.size());
    if (!all_number_digits(text.substr(from, to - from))) return false;
    sizes.push_back(to - from);
    from = to + 1;
  }
  if (sizes.size() < 2 || sizes.front() < 1 || sizes.front() > 3 || sizes.back() != 3) return false;
  const auto inner_are = [&](std::size_t size) {
    return std::all_of(sizes.begin() + 1, sizes.end() - 1, [size](std::size_t it) { return it == size; });
  };
  return inner_are(3) || (inner_are(2) && sizes.front() <= 2);
}

// What the separators of one number mean.
struct SeparatorReading {
  char decimal = 0;             // the decimal sign, proven by this number alone; 0: it proves none
  char unclear = 0;             // the separator before exactly three digits, which can mean both
  bool three_decimals = false;  // beside `decimal`: three digits follow it
};

// nullopt when the separators of the number make no sense.
std::optional<SeparatorReading> read_separators(const NumberForm& form) {
  const std::string_view body = form.body;
  const auto count = [&](char c) { return std::count(body.begin(), body.end(), c); };
  const bool blanks = count(' ') > 0;
  const bool apostrophes = count('\'') > 0;
  if (blanks && apostrophes) return std::nullopt;
  char grouping = blanks ? ' ' : apostrophes ? '\'' : '\0';
  const std::size_t at = body.find_last_of(".,");
  SeparatorReading reading;
  if (at == std::string_view::npos) {
    if (grouping != 0 && !are_groups(body, grouping)) return std::nullopt;
    return reading;
  }
  const char sign = body[at];
  const std::string_view whole = body.substr(0, at);
  const std::string_view fraction = body.substr(at + 1);
  if (!all_number_digits(fraction) || (whole.empty() && fraction.empty())) return std::nullopt;
  if (count(other_separator(sign)) > 0) {
    if (grouping != 0) return std::nullopt;
    grouping = other_separator(sign);
  }
  if (grouping != 0) {
    if (count(sign) != 1 || !are_groups(whole, grouping)) return std::nullopt;
    reading.decimal = sign;
  } else if (count(sign) > 1) {
    if (form.power || !are_groups(body, sign)) return std::nullopt;
    reading.decimal = other_separator(sign);
    return reading;
  } else if (!form.power && fraction.size() == 3 && !whole.empty() && whole.size() <= 3 && whole.front() != '0') {
    reading.unclear = sign;
    return reading;
  } else {
    reading.decimal = sign;
  }
  reading.three_decimals = fraction.size() == 3;
  return reading;
}

tl::unexpected<Error> no_number(std::string_view cell) {
  return fail(ErrorCode::kInvalid, "not_a_number", shown_number(cell) + " is not a number such as 1250.00");
}

// "29 or 29000".
std::string both_meanings(std::string_view cell) {
  const auto form = number_form(cell);
  if (!form) return {};
  const std::size_t at = form->body.find_first_of(".,");
  const std::string whole = form->body.substr(0, at);
  std::string fraction = form->body.substr(at + 1);
  const std::string thousands = whole + fraction;
  while (fraction.ends_with('0')) fraction.pop_back();
  return whole + (fraction.empty() ? "" : "." + fraction) + " or " + thousands;
}

tl::unexpected<Error> unclear_number(std::string_view cell) {
  return fail(ErrorCode::kInvalid, "ambiguous_number",
              shown_number(cell) + " can be " + both_meanings(cell) + "; say --decimal , or --decimal .");
}

// The digits of a number, and how many of them are decimals. The decimal sign is known.
struct NumberDigits {
  std::string digits;
  int decimals = 0;
};

NumberDigits digits_of(const NumberForm& form, char decimal) {
  NumberDigits out;
  bool in_fraction = false;
  for (const char c : form.body) {
    if (c == decimal) in_fraction = true;
    if (!is_number_digit(c)) continue;
    out.decimals += in_fraction ? 1 : 0;
    if (!(out.digits.empty() && c == '0')) out.digits += c;
  }
  while (out.decimals > 0 && (out.digits.empty() || out.digits.back() == '0')) {
    if (!out.digits.empty()) out.digits.pop_back();
    --out.decimals;
  }
  if (out.digits.empty()) return {};
  out.decimals -= form.power.value_or(0);
  while (out.decimals > 0 && out.digits.back() == '0') {
    out.digits.pop_back();
    --out.decimals;
  }
  if (out.decimals < 0) out.digits.append(static_cast<std::size_t>(-out.decimals), '0');
  out.decimals = std::max(out.decimals, 0);
  return out;
}

Result<Decimal> decimal_of(const NumberForm& form, NumberStyle style, std::string_view cell) {
  const auto reading = read_separators(form);
  if (!reading) return no_number(cell);
  // guard: number-unclear-separator
  if (reading->unclear != 0 && style.decimal == 0) return unclear_number(cell);
  // guard: number-contradicts-style
  if (reading->decimal != 0 && style.decimal != 0 && reading->decimal != style.decimal) {
    return fail(ErrorCode::kInvalid, "ambiguous_number",
                shown_number(cell) + " does not have \"" + style.decimal + "\" as its decimal sign");
  }
  const NumberDigits number = digits_of(form, reading->unclear != 0 ? style.decimal : reading->decimal);
  const int whole = static_cast<int>(number.digits.size()) - number.decimals;
  if (whole > static_cast<int>(kMaxNumberDigits)) {
    return fail(ErrorCode::kInvalid, "out_of_range", shown_number(cell) + " has more than 18 digits");
  }
  if (number.digits.size() > kMaxNumberDigits || number.decimals > static_cast<int>(kMaxNumberDigits)) {
    return fail(ErrorCode::kInvalid, "too_many_decimals", shown_number(cell) + " has more than 18 digits");
  }
  if (number.digits.empty()) return Decimal{};
  const auto units = parse_integer<std::int64_t>(number.digits);
  if (!units) return no_number(cell);
  return Decimal{form.negative ? -*units : *units, number.decimals};
}

bool is_free(std::string_view cell) {
  static constexpr std::string_view kFree[] = {"free",    "free shipping", "gratis",   "kostenlos", "frei",
                                               "gratuit", "offert",        "gratuito", "mien phi"};
  if (has_digit(cell)) return false;
  return std::find(std::begin(kFree), std::end(kFree), fold_text(value_text(cell))) != std::end(kFree);
}

}  // namespace

void NumberEvidence::add(std::string_view cell) {
  const auto form = number_form(cell);
  if (!form) return;
  const auto reading = read_separators(*form);
  if (!reading) return;
  const auto note = [&](std::string& first) {
    if (first.empty()) first = printable(cell, kMaxShownNumber);
  };
  if (reading->unclear != 0) note((reading->unclear == '.' ? dot_ : comma_).unclear);
  if (reading->decimal == 0) return;
  Separator& sign = reading->decimal == '.' ? dot_ : comma_;
  note(sign.decimal);
  sign.three_decimals = sign.three_decimals || reading->three_decimals;
}

Result<NumberStyle> NumberEvidence::decide(char given, std::optional<int> exponent) const {
  if (given != 0) return NumberStyle{given};
  const auto contradict = [](std::string_view one, std::string_view other) {
    return fail(ErrorCode::kInvalid, "ambiguous_number",
                shown_number(one) + " and " + shown_number(other) +
                    " have different decimal signs; say --decimal , or --decimal .");
  };
  if (!dot_.decimal.empty() && !comma_.decimal.empty()) return contradict(dot_.decimal, comma_.decimal);
  const bool no_decimals = kind_ == Kind::amount && exponent == 0;
  for (const char sign : {'.', ','}) {
    const Separator& own = sign == '.' ? dot_ : comma_;
    if (own.decimal.empty()) continue;
    // A count and a currency without decimals have no reason for three of them, unless the column writes three.
    const bool doubtful = (kind_ == Kind::whole || no_decimals) && !own.three_decimals;
    // guard: number-whole-by-three-digits
    if (doubtful && !own.unclear.empty()) return unclear_number(own.unclear);
    return NumberStyle{sign};
  }
  if (!dot_.unclear.empty() && !comma_.unclear.empty()) return contradict(dot_.unclear, comma_.unclear);
  const char sign = !dot_.unclear.empty() ? '.' : !comma_.unclear.empty() ? ',' : '\0';
  if (sign == 0) return NumberStyle{};
  if (kind_ == Kind::rate) return NumberStyle{sign};
  if (no_decimals) return NumberStyle{other_separator(sign)};
  // guard: number-unclear-column
  return unclear_number(sign == '.' ? dot_.unclear : comma_.unclear);
}

Result<Decimal> parse_decimal(std::string_view cell, NumberStyle style) {
  const auto form = number_form(cell);
  if (!form || form->percent) return no_number(cell);
  return decimal_of(*form, style, cell);
}

Result<Money> parse_amount(std::string_view cell, NumberStyle style, Currency currency) {
  if (is_free(cell)) return Money{0, currency};
  const auto form = number_form(cell);
  if (!form || form->percent) return no_number(cell);
  const bool fits = form->fitting.empty() || currency == Currency() ||
                    std::find(form->fitting.begin(), form->fitting.end(), currency) != form->fitting.end();
  // guard: amount-currency-of-cell
  if (!fits) {
    return fail(ErrorCode::kInvalid, "currency_differs",
                shown_number(cell) + " is not in " + std::string(currency.code()));
  }
  const auto number = decimal_of(*form, style, cell);
  if (!number) return fail(number.error());
  const int missing = currency.exponent() - number->decimals;
  // guard: amount-too-many-decimals
  if (missing < 0) {
    return fail(ErrorCode::kInvalid, "too_many_decimals",
                shown_number(cell) + " has more decimals than " + std::string(currency.code()));
  }
  Money money{0, currency};
  const bool beyond = __builtin_mul_overflow(number->units, power_of_ten(missing), &money.amount);
  // guard: amount-of-cell-in-range
  if (beyond || money.amount > kMaxAmount || money.amount < -kMaxAmount) {
    return fail(ErrorCode::kInvalid, "out_of_range", shown_number(cell) + " is too large for an amount");
  }
  return money;
}

Result<std::int64_t> parse_quantity(std::string_view cell, NumberStyle style, std::optional<Decimal> unit) {
  const auto form = number_form(cell);
  if (!form || form->percent || !form->fitting.empty()) return no_number(cell);
  const auto number = decimal_of(*form, style, cell);
  if (!number) return fail(number.error());
  const Decimal piece = unit.value_or(Decimal{1, 0});
  if (piece.units <= 0 || piece.decimals < 0 || piece.decimals > static_cast<int>(kMaxNumberDigits)) {
    return fail(ErrorCode::kInvalid, "bad_unit", "the unit must be more than 0");
  }
  const WideUnits dividend = WideUnits(number->units) * power_of_ten(piece.decimals);
  const WideUnits divisor = WideUnits(piece.units) * power_of_ten(number->decimals);
  // guard: quantity-is-whole
  if (dividend % divisor != 0) {
    return fail(ErrorCode::kInvalid, "fractional_quantity",
                shown_number(cell) + " is not a whole number of pieces; --unit 0.001 counts thousandths");
  }
  const WideUnits pieces = dividend / divisor;
  const WideUnits most = power_of_ten(static_cast<int>(kMaxNumberDigits));
  if (pieces > most || pieces < -most) {
    return fail(ErrorCode::kInvalid, "out_of_range", shown_number(cell) + " has more than 18 digits");
  }
  return static_cast<std::int64_t>(pieces);
}

Result<Decimal> parse_unit(std::string_view text) {
  const auto unit = parse_decimal(text, NumberStyle{'.'});
  if (!unit || unit->units <= 0) {
    return fail(ErrorCode::kInvalid, "bad_unit", shown_number(text) + " is not a unit such as 0.001");
  }
  return *unit;
}

std::optional<std::int64_t> parse_rate(std::string_view cell, NumberStyle style) {
  constexpr std::int64_t kAll = 1'000'000;
  const auto form = number_form(cell);
  if (!form || !form->fitting.empty()) return std::nullopt;
  const auto reading = read_separators(*form);
  // Three digits behind the separator of a rate are decimals: 8.875.
  if (reading && reading->unclear != 0 && style.decimal == 0) style.decimal = reading->unclear;
  const auto number = decimal_of(*form, style, cell);
  if (!number || number->units < 0) return std::nullopt;
  const std::int64_t one = power_of_ten(number->decimals);
  const bool fraction = !form->percent && !style.is_percent && number->units <= one;
  const WideUnits parts = WideUnits(number->units) * (fraction ? kAll : kAll / 100);
  if (parts % one != 0 || parts / one > kAll) return std::nullopt;
  return static_cast<std::int64_t>(parts / one);
}

std::optional<Currency> currency_in(std::string_view cell) {
  const auto form = number_form(cell);
  const auto fitting = form ? form->fitting : currencies_of(value_text(cell)).value_or(std::vector<Currency>());
  return fitting.size() == 1 ? std::optional(fitting.front()) : std::nullopt;
}

}  // namespace ordo::imports
