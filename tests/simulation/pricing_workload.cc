// Orders with figures: custom lines and fees, taxes, shipping, discounts and promotions.
#include "domain/discounts.h"
#include "world.h"

namespace ordo::simulation {

// Taxes that are in the price, or added to it. Their rates leave fractions to round.
void Workload::draw_taxes(LineDetails& line) {
  auto& choices = world_.choices;
  constexpr std::int64_t kRates[] = {190'000, 70'000, 88'750, 0};
  const auto taxes = choices.pick(3);
  if (taxes == 0) return;
  line.tax.emplace();
  for (std::int64_t i = 0; i < taxes; ++i) {
    const auto rate = kRates[static_cast<std::size_t>(choices.pick(std::ssize(kRates)))];
    TaxLine& tax = line.tax->emplace_back();
    tax.code = i == 0 ? "VAT" : "CITY";
    tax.rate_ppm = rate;
    if (rate == 0) tax.reason = TaxReason::zero;
  }
  if (choices.chance(500)) line.price_includes_tax = true;
}

void Workload::draw_shipping(PricedOrder& order) {
  if (!world_.choices.chance(600)) return;
  LineDetails taxes;
  draw_taxes(taxes);
  ShippingCharge charge;
  charge.id = place_id(0);
  charge.name = "Parcel";
  charge.price = {world_.choices.pick(600), order.total.currency};
  charge.tax = std::move(taxes.tax);
  charge.price_includes_tax = taxes.price_includes_tax;
  order.shipping = {std::move(charge)};
}

// Up to two discounts of each kind. Two may be of one promotion. One that is above what is left is not taken.
void Workload::draw_discounts(PricedOrder& order) {
  auto& choices = world_.choices;
  for (const auto target : {DiscountTarget::line, DiscountTarget::order, DiscountTarget::shipping}) {
    if (target == DiscountTarget::shipping && !order.shipping) continue;
    for (auto discounts = choices.pick(3); discounts > 0; --discounts) {
      Discount discount;
      discount.target = target;
      if (choices.chance(promoted_)) {
        discount.kind = DiscountKind::promotion;
        discount.promotion_id = promotion_name(choices.chance(500) ? 0 : choices.pick(kPromotions + 1));
      }
      if (choices.chance(500)) {
        discount.value_type = DiscountValue::percent;
        discount.value = choices.pick(400'000);
      } else {
        discount.value = 1 + choices.pick(150);
      }
      std::vector<std::size_t> lines;
      if (target == DiscountTarget::line)
        lines.push_back(static_cast<std::size_t>(choices.pick(std::ssize(order.lines))));
      (void)take_discount(order, std::move(discount), lines);
    }
  }
}

// Engraving, or gift wrap: neither is stock.
void Workload::draw_other_lines(PricedOrder& order) {
  auto& choices = world_.choices;
  for (auto lines = choices.pick(3); lines > 0; --lines) {
    PricedLine& line = order.lines.emplace_back();
    line.kind = choices.chance(500) ? LineKind::custom : LineKind::fee;
    line.name = "Service";
    line.quantity = 1 + choices.pick(3);
    line.unit_price = Money{choices.pick(300), order.total.currency};
    line.total = {line.unit_price->amount * line.quantity, order.total.currency};
    draw_taxes(line);
  }
}

// The API states every figure of the order. An order with an unknown product stays as it is.
void Workload::price(NewOrder& order) {
  auto& choices = world_.choices;
  PricedOrder priced;
  priced.total.currency = world_.rules.currency;
  constexpr TaxRounding kTaxRounding[] = {TaxRounding::line, TaxRounding::unit, TaxRounding::order};
  if (const auto at = choices.pick(4); at > 0) priced.tax_rounding = kTaxRounding[at - 1];
  if (choices.chance(300)) priced.rounding = Rounding::half_even;
  for (const auto& line : order.products) {
    const auto product = world_.prices.products.find(*line.productId);
    if (product == world_.prices.products.end()) return;
    const auto& unit = product->second.price;
    priced.lines.push_back(plain_line(*line.productId, product->second.name, line.quantity, unit,
                                      {unit.amount * line.quantity, unit.currency}));
    draw_taxes(priced.lines.back());
  }
  draw_other_lines(priced);
  draw_shipping(priced);
  draw_discounts(priced);
  if (!compute_figures(priced)) return;
  figures_of(order) = figures_of(priced);
  order.products.resize(priced.lines.size());
  for (std::size_t i = 0; i < priced.lines.size(); ++i) {
    auto& line = order.products[i];
    details_of(line) = details_of(priced.lines[i]);
    line.quantity = priced.lines[i].quantity;
    line.name = priced.lines[i].name;
    line.unitPrice = priced.lines[i].unit_price;
    line.total = priced.lines[i].total;
  }
}

}  // namespace ordo::simulation
