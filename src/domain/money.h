// Money: int64 minor units and an ISO 4217 currency. Exact, or an error; never a floating-point number.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ordo {

// An ISO 4217 code that ordo knows. Default-constructed it is "XXX" (no currency).
class Currency {
 public:
  constexpr Currency() : code_{'X', 'X', 'X'} {}

  // Reads an upper-case code; kInvalid when it is not in the table.
  static Result<Currency> parse(std::string_view code);

  std::string_view code() const { return {code_.data(), code_.size()}; }
  // Digits after the decimal point: 2 for USD, 0 for JPY, 3 for KWD.
  int exponent() const;

  friend bool operator==(const Currency&, const Currency&) = default;

 private:
  std::array<char, 3> code_;
};

// The limit of prices and totals. Clients read whole JSON numbers exactly up to 2^53.
inline constexpr std::int64_t kMaxAmount = 1'000'000'000'000'000;

struct Money {
  std::int64_t amount = 0;  // minor units: cents
  Currency currency;

  friend bool operator==(const Money&, const Money&) = default;
};

// A number as it stood in the input. It is kept as text so that no digit is lost. At most 64 characters.
struct Decimal {
  std::string text;

  friend bool operator==(const Decimal&, const Decimal&) = default;
};

// "19.99" in USD is 1999. Accepts a sign, digits, a fraction and an exponent ("1e3"), as JSON does. kInvalid when there
// are more decimals than the currency has (apart from trailing zeros), or when the amount is beyond kMaxAmount.
Result<Money> parse_money(std::string_view decimal, Currency currency);

// The inverse: {1999, USD} is "19.99".
std::string format_decimal(Money money);

// Errors are kInvalid: "amount_overflow" beyond kMaxAmount, "currency_mismatch" for two currencies.
Result<Money> add(Money a, Money b);
Result<Money> multiply(Money price, std::int64_t quantity);

// The worth of the pieces first .. first + count - 1 of `pieces` that cost `total` minor units together. Worth is
// cumulated: the first k pieces are worth floor(total * k / pieces). So parts add up to the total exactly, however the
// pieces are split. 0 <= total <= kMaxAmount, 0 <= first, 0 <= count, first + count <= pieces.
std::int64_t worth_of(std::int64_t total, std::int64_t pieces, std::int64_t first, std::int64_t count);

}  // namespace ordo
