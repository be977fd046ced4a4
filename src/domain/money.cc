#include "domain/money.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/check.h"
#include "base/number.h"

namespace ordo {
namespace {

// For products of an amount and a quantity.
__extension__ using Wide = __int128;

// ISO 4217, active codes, by number of decimals. Two decimals unless listed otherwise.
constexpr std::string_view kCodes =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLP CNY COP "
    "CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS "
    "INR IQD IRR "
    "ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR "
    "MVR MWK MXN "
    "MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP "
    "SLE SOS SRD "
    "SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER "
    "ZAR ZMW ZWG";
constexpr std::string_view kNoDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
constexpr std::string_view kThreeDecimals = "BHD IQD JOD KWD LYD OMR TND";

// The lists hold three letters and a blank each, sorted.
constexpr std::string_view code_at(std::string_view list, std::size_t index) {
  return list.substr(index * 4, 3);
}

constexpr bool is_sorted(std::string_view list) {
  for (std::size_t i = 1; i <= list.size() / 4; ++i) {
    if (code_at(list, i) <= code_at(list, i - 1)) return false;
  }
  return true;
}
static_assert(is_sorted(kCodes) && is_sorted(kNoDecimals) && is_sorted(kThreeDecimals));

constexpr std::size_t kLetters = 26;

// The place of a code in kExponents; none for a text that is not three capitals.
constexpr std::optional<std::size_t> place_of(std::string_view code) {
  if (code.size() != 3) return std::nullopt;
  std::size_t place = 0;
  for (const char letter : code) {
    if (letter < 'A' || letter > 'Z') return std::nullopt;
    place = place * kLetters + static_cast<std::size_t>(letter - 'A');
  }
  return place;
}

// The decimals of each code, and kUnknown for any other three letters. Every amount that is read asks for its currency,
// so the answer is one look into a table.
constexpr std::int8_t kUnknown = -1;
constexpr auto kExponents = [] {
  std::array<std::int8_t, kLetters * kLetters * kLetters> exponents{};
  exponents.fill(kUnknown);
  const auto enter = [&](std::string_view list, std::int8_t exponent) {
    for (std::size_t i = 0; i <= list.size() / 4; ++i) exponents[*place_of(code_at(list, i))] = exponent;
  };
  enter(kCodes, 2);
  enter(kNoDecimals, 0);
  enter(kThreeDecimals, 3);
  return exponents;
}();

tl::unexpected<Error> overflow() {
  return fail(ErrorCode::kInvalid, "amount_overflow",
              "an amount must be at most " + std::to_string(kMaxAmount) + " minor units");
}

Result<Money> bounded(Money money) {
  if (money.amount > kMaxAmount || money.amount < -kMaxAmount) return overflow();
  return money;
}

}  // namespace

Result<Currency> Currency::parse(std::string_view code) {
  const auto place = place_of(code);
  if (!place || kExponents[*place] == kUnknown) {
    return fail(ErrorCode::kInvalid, "unknown_currency", "expected an ISO 4217 code in capitals, such as USD");
  }
  Currency currency;
  std::copy(code.begin(), code.end(), currency.code_.begin());
  return currency;
}

int Currency::exponent() const {
  const std::int8_t exponent = kExponents[*place_of(code())];
  return exponent == kUnknown ? 2 : exponent;  // of "XXX"
}

Result<Money> parse_money(std::string_view decimal, Currency currency) {
  const auto refuse = [](const char* why) { return fail(ErrorCode::kInvalid, "bad_amount", why); };
  if (decimal.empty() || decimal.size() > 64) return refuse("expected a decimal number such as 19.99");
  std::string_view rest = decimal;
  const bool negative = rest.front() == '-';
  if (rest.front() == '-' || rest.front() == '+') rest.remove_prefix(1);

  // digits * 10^exponent, digits without leading or trailing zeros.
  std::string digits;
  int exponent = 0;
  bool seen_digit = false;
  bool seen_point = false;
  std::size_t i = 0;
  for (; i < rest.size() && rest[i] != 'e' && rest[i] != 'E'; ++i) {
    if (rest[i] == '.' && !seen_point) {
      seen_point = true;
      continue;
    }
    if (rest[i] < '0' || rest[i] > '9') return refuse("expected a decimal number such as 19.99");
    seen_digit = true;
    if (seen_point) --exponent;
    if (!(digits.empty() && rest[i] == '0')) digits.push_back(rest[i]);
  }
  if (!seen_digit) return refuse("expected a decimal number such as 19.99");
  if (i < rest.size()) {
    std::string_view power = rest.substr(i + 1);
    if (!power.empty() && power.front() == '+') power.remove_prefix(1);
    const auto value = parse_integer<int>(power);
    if (!value || *value > 100 || *value < -100) {
      return refuse("the exponent is too large or too small for an amount");
    }
    exponent += *value;
  }
  while (!digits.empty() && digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  if (digits.empty()) return Money{0, currency};

  const int shift = exponent + currency.exponent();
  // guard: money-decimals
  if (shift < 0) return refuse("more decimals than the currency has");
  if (digits.size() + static_cast<std::size_t>(shift) > 19) return overflow();
  digits.append(static_cast<std::size_t>(shift), '0');
  if (negative) digits.insert(digits.begin(), '-');
  const auto amount = parse_integer<std::int64_t>(digits);
  // guard: money-parse-overflow
  if (!amount) return overflow();
  return bounded(Money{*amount, currency});
}

std::string format_decimal(Money money) {
  const bool negative = money.amount < 0;
  // Computed as unsigned, because the smallest int64 has no positive counterpart.
  const auto magnitude =
      negative ? 0 - static_cast<std::uint64_t>(money.amount) : static_cast<std::uint64_t>(money.amount);
  std::string digits = std::to_string(magnitude);
  const auto decimals = static_cast<std::size_t>(money.currency.exponent());
  if (decimals > 0) {
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    digits.insert(digits.size() - decimals, ".");
  }
  return negative ? "-" + digits : digits;
}

Result<Money> add(Money a, Money b) {
  // guard: money-currencies
  if (a.currency != b.currency) {
    return fail(ErrorCode::kInvalid, "currency_mismatch",
                "cannot add " + std::string(a.currency.code()) + " and " + std::string(b.currency.code()));
  }
  Money sum{0, a.currency};
  // guard: money-add-overflow
  if (__builtin_add_overflow(a.amount, b.amount, &sum.amount)) return overflow();
  return bounded(sum);
}

Result<Money> multiply(Money price, std::int64_t quantity) {
  Money product{0, price.currency};
  // guard: money-multiply-overflow
  if (__builtin_mul_overflow(price.amount, quantity, &product.amount)) return overflow();
  return bounded(product);
}

std::int64_t worth_of(std::int64_t total, std::int64_t pieces, std::int64_t first, std::int64_t count) {
  ORDO_CHECK(total >= 0 && first >= 0 && count >= 0 && first + count <= pieces, first, " and ", count, " of ", pieces);
  if (count == 0) return 0;
  // guard: money-worth-cumulates
  const auto up_to = [&](std::int64_t k) { return static_cast<std::int64_t>(Wide(total) * k / pieces); };
  return up_to(first + count) - up_to(first);
}

}  // namespace ordo
