// The price of a cart: what the caller states, and the shop's rules for all else.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/order_terms.h"
#include "domain/pricing.h"
#include "domain/promotion_choice.h"
#include "domain/shop_rules.h"
#include "domain/stated_order.h"

namespace ordo {

// What a buyer chooses beside lines and address.
struct CartChoices {
  std::optional<std::string> shipping_method;
  std::optional<std::vector<std::string>> codes;

  friend bool operator==(const CartChoices&, const CartChoices&) = default;
};
BOOST_DESCRIBE_STRUCT(CartChoices, (), (shipping_method, codes))
constexpr auto rules(RulesOf<CartChoices>) {
  return std::array{
      one_line("shipping_method", 1, 128, Privacy::kept, "id of the shipping method that the buyer chose"),
      list_of_lines("codes", kMaxPromotions, 1, 64, Privacy::kept, "of promotions, as the buyer typed them")};
}

struct Cart {
  std::span<const StatedLine> lines;
  const StatedFigures& figures;
  const CartChoices& choices;
  std::optional<Currency> currency;
  const DeliveryTerms& delivery;
  bool may_state = false;  // whether the caller may state prices
  Buyer buyer;             // needed if asks_for_buyer()
  Timestamp at;            // rules are those of this time
};

// Prices a cart whose lines and statements were checked. What the caller states counts; lines without tax have that of
// the shop's rates, an order without shipping that of the chosen method, one without discounts the shop's promotions.
// kInvalid with the pointer of each wrong member: the reasons of price_lines(), add_figures() and choose_promotions();
// "price_not_allowed" if the caller may not state what it states; "unknown_shipping_method"; "shipping_not_available";
// "shipping_method_required" from a caller that may not state prices, if the shop has methods and goods are shipped.
// May block as price_lines() does.
Result<PricedOrder> price_cart(const Cart& cart, const PriceList& prices, const ShopRules& rules);

// The shop's methods for goods that are priced, with their prices, cheapest first, then by id.
std::vector<ShippingTerms> shipping_choices(const PricedOrder& order, const DeliveryTerms& delivery,
                                            const ShopRules& rules);

// The lines of a cart for price_lines(). Views into them.
std::vector<RequestedLine> requested_lines(std::span<const StatedLine> lines);

}  // namespace ordo
