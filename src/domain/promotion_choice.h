// Which promotions an order gets, and what they take off.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "domain/customer.h"
#include "domain/pricing.h"
#include "domain/shop_rules.h"

namespace ordo {

// The buyer, as far as the shop knows: no orders and the segment `prospect` for an unknown one.
struct Buyer {
  Segment segment = Segment::prospect;
  std::int64_t orders = 0;
};

// Whether the conditions of any promotion that could apply ask for the buyer.
bool asks_for_buyer(const ShopRules& rules, std::span<const std::string> codes);

// Chooses the promotions without a code and those of `codes` that together take most off: all that are combinable, or
// one that is not. Returns their discounts' targets in the order in which they apply: of lines, of the order, of
// shipping; each by id. kInvalid, with the pointer of the code: "unknown_code", "promotion_ended",
// "promotion_not_started", "promotion_used_up", "promotion_not_applicable". `classes` is parallel to the lines.
// `shipping`: minor units that shipping costs without promotions.
Result<std::vector<const Promotion*>> choose_promotions(const PricedOrder& order, std::span<const GoodsClass> classes,
                                                        std::int64_t shipping, const ShopRules& rules,
                                                        std::span<const std::string> codes, const Buyer& buyer,
                                                        Timestamp at);

// Takes the discount of a promotion from an order that has its shipping charges, if the promotion is about them. One
// that takes nothing off leaves the order as it is.
void take_promotion(const Promotion& promotion, std::span<const GoodsClass> classes, PricedOrder& order);

}  // namespace ordo
