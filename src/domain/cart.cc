#include "domain/cart.h"

#include <algorithm>
#include <utility>

#include "domain/discounts.h"

namespace ordo {
namespace {

Destination destination_of(const DeliveryTerms& delivery) {
  if (!delivery.shipping_address) return {};
  return {delivery.shipping_address->country, delivery.shipping_address->region.value_or("")};
}

bool is_shipped(const PricedLine& line) {
  return line.product_id && line.requires_shipping.value_or(true);
}

Consignment consignment_of(const PricedOrder& order) {
  Consignment goods;
  for (const auto& line : order.lines) {
    if (line.kind != LineKind::fee) goods.value += left_of(line);
    if (!is_shipped(line)) continue;
    goods.pieces += line.quantity;
    // Clamped: the weights of an order can be above what a number holds.
    goods.weight_g = std::min(goods.weight_g + line.weight_g.value_or(0) * line.quantity, kMaxAmount);
  }
  return goods;
}

std::vector<TaxLine> tax_lines_of(const std::vector<TaxTerms>& terms) {
  std::vector<TaxLine> lines;
  lines.reserve(terms.size());
  for (const auto& one : terms) lines.push_back({one, Money(), false});
  return lines;
}

// Prices one cart, step by step.
class CartPricer {
 public:
  CartPricer(const Cart& cart, const ShopRules& rules, PricedOrder order, std::vector<GoodsClass> classes)
      : cart_(cart),
        rules_(rules),
        to_(destination_of(cart.delivery)),
        order_(std::move(order)),
        classes_(std::move(classes)) {}

  Result<PricedOrder> run();

 private:
  void add_tax_of_lines();
  Result<void> add_shipping();
  Result<void> add_promotions();
  std::optional<ShippingCharge> charge_of(const ShippingMethod& method) const;
  void reprice_shipping();
  bool uses_method() const { return !cart_.figures.shipping && cart_.choices.shipping_method; }

  const Cart& cart_;
  const ShopRules& rules_;
  const Destination to_;
  PricedOrder order_;
  std::vector<GoodsClass> classes_;  // parallel to the lines
  const ShippingMethod* method_ = nullptr;
};

void CartPricer::add_tax_of_lines() {
  if (!rules_.has_rates()) return;
  std::vector<std::pair<std::string_view, TaxOfClass>> known;
  for (std::size_t i = 0; i < order_.lines.size(); ++i) {
    auto& line = order_.lines[i];
    if (line.tax) continue;
    const std::string_view tax_class = classes_[i].tax_class.empty() ? kStandardTaxClass : classes_[i].tax_class;
    auto found = std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.first == tax_class; });
    if (found == known.end()) {
      known.emplace_back(tax_class, rules_.tax_of_goods(to_, tax_class, cart_.at));
      found = known.end() - 1;
    }
    if (found->second.taxes.empty()) continue;
    line.tax = tax_lines_of(found->second.taxes);
    if (!line.price_includes_tax && found->second.price_includes_tax) line.price_includes_tax = true;
  }
}

std::optional<ShippingCharge> CartPricer::charge_of(const ShippingMethod& method) const {
  const auto price = price_of(method, to_, consignment_of(order_), order_.total.currency);
  if (!price) return std::nullopt;
  ShippingCharge charge;
  charge.id = place_id(0);
  charge.method = method.id;
  charge.name = method.name;
  charge.carrier = method.carrier;
  charge.service = method.service;
  charge.price = *price;
  const auto tax = rules_.tax_of_shipping(to_, method.tax_class.value_or(std::string(kStandardTaxClass)), cart_.at);
  if (!tax.taxes.empty()) charge.tax = tax_lines_of(tax.taxes);
  if (method.price_includes_tax) charge.price_includes_tax = true;
  return charge;
}

Result<void> CartPricer::add_shipping() {
  if (!uses_method()) {
    // guard: shop-shipping-is-paid
    if (cart_.may_state || cart_.is_quote || !lacks_shipping_method(order_, rules_)) return {};
    return fail(Error{ErrorCode::kInvalid,
                      "shipping_method_required",
                      "the order names no shipping method",
                      {{"/shipping_method", "is required; POST /v1/quotes shows the methods and their prices"}}});
  }
  method_ = rules_.find_method(*cart_.choices.shipping_method);
  if (method_ == nullptr) {
    return fail(Error{ErrorCode::kInvalid,
                      "unknown_shipping_method",
                      "there is no such shipping method",
                      {{"/shipping_method", "is the id of no shipping method that the shop offers"}}});
  }
  auto charge = charge_of(*method_);
  if (!charge) {
    return fail(Error{ErrorCode::kInvalid,
                      "shipping_not_available",
                      "the shipping method does not take this order",
                      {{"/shipping_method", "does not go to this address, or has no price for these goods"}}});
  }
  order_.shipping = {std::move(*charge)};
  return {};
}

// Shipping may cost less or more for goods that cost less. If the method has no price for them, the charge stays.
void CartPricer::reprice_shipping() {
  const auto price = price_of(*method_, to_, consignment_of(order_), order_.total.currency);
  if (price) order_.shipping->front().price = *price;
}

Result<void> CartPricer::add_promotions() {
  if (cart_.figures.discounts || rules_.empty()) {
    if (!cart_.choices.codes || cart_.choices.codes->empty()) return {};
    if (cart_.figures.discounts) {
      return fail(Error{ErrorCode::kInvalid,
                        "invalid_fields",
                        "the order states its discounts",
                        {{"/codes", "must be absent where discounts are stated"}}});
    }
  }
  static const std::vector<std::string> kNone;
  const auto& codes = cart_.choices.codes ? *cart_.choices.codes : kNone;
  std::int64_t shipping = 0;
  if (order_.shipping) {
    for (const auto& charge : *order_.shipping) shipping += charge.price.amount;
  }
  const auto chosen = choose_promotions(order_, classes_, shipping, rules_, codes, cart_.buyer, cart_.at);
  if (!chosen) return fail(chosen.error());
  bool repriced = method_ == nullptr || chosen->empty();
  for (const auto* promotion : *chosen) {
    // The promotions of shipping are the last. Those of goods decide what it costs without them.
    if (promotion->action.kind == PromotionKind::free_shipping && !std::exchange(repriced, true)) reprice_shipping();
    take_promotion(*promotion, classes_, order_);
  }
  if (!repriced) reprice_shipping();
  return {};
}

Result<PricedOrder> CartPricer::run() {
  if (auto stated = state_figures(cart_.lines, cart_.figures, order_); !stated) return fail(std::move(stated.error()));
  add_tax_of_lines();
  if (auto added = add_shipping(); !added) return fail(std::move(added.error()));
  if (auto added = add_promotions(); !added) return fail(std::move(added.error()));
  if (auto computed = compute_figures(order_); !computed) return fail(std::move(computed.error()));
  if (auto same = compare_stated(cart_.lines, cart_.figures, order_); !same) return fail(std::move(same.error()));
  return std::move(order_);
}

}  // namespace

std::vector<RequestedLine> requested_lines(std::span<const StatedLine> lines) {
  std::vector<RequestedLine> requested;
  requested.reserve(lines.size());
  for (const auto& line : lines) {
    requested.push_back({is_product(line) ? id_of_product(line.product_id) : nullptr, line.quantity, &line});
  }
  return requested;
}

Result<PricedOrder> price_cart(const Cart& cart, const PriceList& prices, const ShopRules& rules) {
  const bool states = states_figures(cart.lines, cart.figures);
  if (states && !cart.may_state) {
    // guard: cart-stated-prices-allowed
    if (auto refused = check_may_not_state(cart.lines, cart.figures); !refused.empty()) {
      return fail(Error{ErrorCode::kInvalid, "price_not_allowed", "the order states prices", std::move(refused)});
    }
  }
  std::vector<GoodsClass> classes;
  auto priced = price_lines(requested_lines(cart.lines), cart.currency, prices,
                            cart.may_state ? StatedPrices::count : StatedPrices::must_agree, &classes);
  if (!priced) return priced;
  // Only now is it known what the catalogue says of lines that state nothing about it.
  // guard: cart-product-ships-or-not
  if (const auto index = line_shipped_otherwise<PricedLine>(priced->lines); states && index) {
    return fail(Error{ErrorCode::kInvalid,
                      "invalid_fields",
                      "the order has wrong fields",
                      {{"/lines/" + std::to_string(*index) + "/requires_shipping", std::string(kShippedOtherwise)}}});
  }
  const bool plain = !states && rules.empty() && cart.choices == CartChoices();
  if (plain) return priced;
  return CartPricer(cart, rules, std::move(*priced), std::move(classes)).run();
}

bool lacks_shipping_method(const PricedOrder& order, const ShopRules& rules) {
  return !order.shipping && rules.has_methods() && std::any_of(order.lines.begin(), order.lines.end(), is_shipped);
}

std::vector<ShippingTerms> shipping_choices(const PricedOrder& order, const DeliveryTerms& delivery,
                                            const ShopRules& rules) {
  const auto to = destination_of(delivery);
  const auto goods = consignment_of(order);
  std::vector<std::pair<Money, const ShippingMethod*>> prices;
  for (const auto& method : rules.methods()) {
    if (const auto price = price_of(method, to, goods, order.total.currency)) prices.emplace_back(*price, &method);
  }
  std::stable_sort(prices.begin(), prices.end(),
                   [](const auto& a, const auto& b) { return a.first.amount < b.first.amount; });
  std::vector<ShippingTerms> choices(prices.size());
  for (std::size_t i = 0; i < prices.size(); ++i) {
    const ShippingMethod& method = *prices[i].second;
    ShippingTerms& choice = choices[i];
    choice.method = method.id;
    choice.name = method.name;
    choice.carrier = method.carrier;
    choice.service = method.service;
    choice.price = prices[i].first;
    if (method.price_includes_tax) choice.price_includes_tax = true;
  }
  return choices;
}

}  // namespace ordo
