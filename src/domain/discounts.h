// Takes discounts from an order: how much, and from which lines.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "domain/order_figures.h"

namespace ordo {

// Takes one discount from an order, after those that were taken before. Its amount and the shares of the lines or of
// shipping are added to `order`; its id is its place. A percentage of lines is rounded for each line. All others are
// split by the rest of the price of each line, by largest remainder; fees have no part of it. `lines`: the indexes for
// a discount of lines. kInvalid "discount_exceeds_line" when it is above that rest: both figures are named.
Result<void> take_discount(PricedOrder& order, Discount discount, std::span<const std::size_t> lines);

// Adds a discount whose amounts are known: of each line, and of each shipping charge; none is above the rest of the
// price. Either may be empty.
void add_discount(PricedOrder& order, Discount discount, std::span<const std::int64_t> of_lines,
                  std::span<const std::int64_t> of_shipping);

// The rest of the price of a line, or of a shipping charge, after the discounts so far.
std::int64_t left_of(const PricedLine& line);
std::int64_t left_of(const ShippingCharge& charge);

}  // namespace ordo
