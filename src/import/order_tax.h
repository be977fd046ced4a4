// Taxes of an order as ordo states them. Files have amounts. ordo states rates, so a rate is sought that gives exactly
// the amounts: first that of the file, else one with few digits. Where there is none, or the rate of the file does not
// give the amount, the tax is stated as an amount.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/order_figures.h"
#include "domain/stated_order.h"
#include "import/order_totals.h"

namespace ordo::imports {

// The rate in the name of a tax: "US State Tax 8%" -> 80000.
std::optional<std::int64_t> rate_in_name(std::string_view name);

// A rate with few digits for which the tax of `base` is exactly `amount`, with the step that it is a multiple of.
struct FoundRate {
  std::int64_t ppm = 0;
  std::int64_t step = 0;
};
std::optional<FoundRate> roundest_rate(std::int64_t base, std::int64_t amount, bool included);

// A tax without a rate: its amount alone is stated.
StatedTax tax_by_amount(StatedTax tax, Money amount);
bool is_by_amount(const StatedTax& tax);

// One tax of one line, or of shipping.
struct ChargeTax {
  std::size_t tax = 0;  // which of the order's taxes it is
  StatedTax terms;      // without rate and amount
  std::optional<std::int64_t> hint_ppm;
  std::int64_t amount = 0;
};

// The taxes of an order. The last charge is that of shipping, if the order has shipping.
struct WantedTaxes {
  std::vector<std::vector<ChargeTax>> charges;
  // Only the sum of each tax is known. `charges` has one way to split it. The taxes of the charges that may have a part
  // of it: the first ones, or all.
  bool is_spread = false;
  bool spreads_to_shipping = false;
};

// States `wanted` in lines and figures, whose prices and discounts make `priced`.
void state_taxes(const WantedTaxes& wanted, const PricedOrder& priced, std::vector<StatedLine>& lines,
                 StatedFigures& figures);

}  // namespace ordo::imports
