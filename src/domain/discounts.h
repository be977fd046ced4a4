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
// split over what is left of each line by largest remainder; fees have no part of it. `lines`: the indexes for a
// discount of lines. kInvalid "discount_exceeds_line" when it is above what is left: both figures are named.
Result<void> take_discount(PricedOrder& order, Discount discount, std::span<const std::size_t> lines);

// Adds a discount whose amounts are known: of each line, and of each shipping charge; none of them is above what is
// left. Either may be empty.
void add_discount(PricedOrder& order, Discount discount, std::span<const std::int64_t> of_lines,
                  std::span<const std::int64_t> of_shipping);

// What is left of a line, or of a shipping charge, after the discounts so far.
std::int64_t left_of(const PricedLine& line);
std::int64_t left_of(const ShippingCharge& charge);

}  // namespace ordo
