// The figures of an order as ordo states them: from amounts that add up to prices, discounts, shipping and taxes that
// ordo's own arithmetic turns into the same amounts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "domain/stated_order.h"
#include "import/order_plan.h"
#include "import/order_totals.h"

namespace ordo::imports {

// How the charges of an order are called.
struct ChargeNames {
  std::optional<std::string> shipping;
  std::optional<std::string> discount_code;
  std::string marketplace = "the marketplace";  // that collects tax
};

// States the account in `order`: its lines are those of `money`. Lines for fees are added behind them. Sets `sum`.
// kInvalid "too_many_lines", "too_many_discounts", "discount_exceeds_line", "bad_amounts".
Result<void> state_account(const OrderMoney& money, const Account& account, const ChargeNames& names,
                           PlannedOrder& order);

// Lines with prices as an order that has none of its figures yet.
PricedOrder unpriced_order(std::span<const StatedLine> lines, Currency currency);

// What ordo makes of stated figures. Each line has a unit price. Errors: those of state_figures() and
// compute_figures().
Result<PricedOrder> computed_order(std::span<const StatedLine> lines, const StatedFigures& figures, Currency currency);

}  // namespace ordo::imports
