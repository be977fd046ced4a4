// The money of one order: what the figures of a file mean. Programs write unit prices or line totals, discounts that
// are in the lines or beside them, taxes that are in the prices or on top. The meaning that adds up to the order's
// total in the file is right; without a total it is what the columns are called.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/money.h"
#include "domain/tax_reason.h"

namespace ordo::imports {

// A sum that no order can have is as wrong as its bound. So sums of sums do not overflow.
constexpr std::int64_t bounded_sum(std::int64_t sum) {
  return std::clamp(sum, -2 * kMaxAmount, 2 * kMaxAmount);
}

// Amounts are in minor units. Absent: the file does not say it. Discounts are positive, whatever their sign in the
// file.
struct LineMoney {
  std::int64_t pieces = 1;
  bool is_fee = false;
  bool is_cancelled = false;               // all of it
  std::optional<std::int64_t> unit_price;  // as the cell has it
  std::optional<std::int64_t> by_unit;     // unit price times quantity
  std::optional<std::int64_t> subtotal;    // before its discount
  std::optional<std::int64_t> total;       // of the line; before or after its discount
  std::optional<std::int64_t> discount;
  std::optional<std::int64_t> discount_ppm;
  std::optional<std::int64_t> tax;
  std::optional<std::int64_t> tax_ppm;
  std::optional<bool> includes_tax;
  std::optional<std::string> tax_code;
  std::optional<TaxReason> tax_reason;
  std::optional<std::int64_t> shipping;
  std::optional<std::int64_t> shipping_tax;
  std::optional<std::int64_t> shipping_discount;
  std::optional<std::int64_t> fee;
};

// An amount of the order. It may stand in one row of it, in all, or as a part in each.
struct SharedMoney {
  std::optional<std::int64_t> first;
  std::int64_t sum = 0;      // over the rows
  bool is_repeated = false;  // several rows have it
  bool differs = false;      // and not all the same

  bool has_value() const { return first.has_value(); }
};

struct NamedTax {
  std::string name;
  std::int64_t amount = 0;
};

struct OrderMoney {
  Currency currency;
  std::vector<LineMoney> lines;
  SharedMoney subtotal;
  SharedMoney shipping;
  SharedMoney shipping_tax;
  SharedMoney shipping_discount;
  SharedMoney tax;
  SharedMoney discount;
  SharedMoney fee;
  SharedMoney total;
  SharedMoney marketplace_tax;
  std::vector<NamedTax> taxes;
  std::int64_t discount_rows = 0;             // rows that are discounts, beside all others
  std::int64_t shipping_rows = 0;             // rows that are shipping, where no column has it
  std::int64_t returned = 0;                  // the price of pieces in rows of returns
  std::optional<bool> prices_include_tax;     // what the columns are called
  std::optional<bool> shipping_includes_tax;  // as the file says it
};

// The meaning of the figures.
struct Account {
  struct Line {
    std::int64_t gross = 0;  // before discounts
    std::int64_t discount = 0;
    std::int64_t tax = 0;  // if `tax_by_line`
    bool includes_tax = false;
  };
  std::vector<Line> lines;
  std::int64_t discount = 0;  // of the order, beside those of its lines and of shipping
  std::int64_t shipping = 0;
  std::int64_t shipping_discount = 0;
  std::int64_t shipping_tax = 0;
  bool shipping_includes_tax = false;
  std::int64_t fee = 0;         // below zero: a discount
  bool tax_by_line = false;     // the tax of each line is known
  std::int64_t spread_tax = 0;  // of the lines, or of lines and shipping, together
  bool spread_to_shipping = false;
  std::int64_t marketplace_tax = 0;
  std::int64_t sum = 0;              // what all of it comes to
  std::int64_t rounding = 0;         // the difference to the file's total that was accepted
  bool is_net_of_cancelled = false;  // the file's total leaves out cancelled lines
};

// Every line has a price. kInvalid "total_mismatch" names both sums, and what was added. With `accept_totals` the
// difference becomes `rounding` instead. "amount_overflow" beyond kMaxAmount; "discount_exceeds_line".
Result<Account> account_of(const OrderMoney& money, bool accept_totals);

// The price of the order's only line, where the file has a total and no price. nullopt if it is none.
std::optional<std::int64_t> price_from_total(const OrderMoney& money);

}  // namespace ordo::imports
