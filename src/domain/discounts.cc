#include "domain/discounts.h"

#include <algorithm>
#include <numeric>

#include "domain/money_text.h"

namespace ordo {
namespace {

using Shares = std::optional<std::vector<DiscountShare>>;

std::int64_t less_shares(std::int64_t price, const Shares& shares) {
  for (const auto& share : shares ? std::span(*shares) : std::span<const DiscountShare>()) price -= share.amount.amount;
  return price;
}

// The base of a discount: the rest of the price of each line and shipping charge, zero where it has no part.
struct Base {
  std::vector<std::int64_t> lines;
  std::vector<std::int64_t> shipping;

  std::int64_t sum() const {
    return std::accumulate(shipping.begin(), shipping.end(),
                           std::accumulate(lines.begin(), lines.end(), std::int64_t{0}));
  }
};

Base base_of(const PricedOrder& order, DiscountTarget target, std::span<const std::size_t> lines) {
  Base base;
  if (target == DiscountTarget::shipping) {
    if (!order.shipping) return base;
    for (const auto& charge : *order.shipping) base.shipping.push_back(left_of(charge));
    return base;
  }
  base.lines.resize(order.lines.size());
  if (target == DiscountTarget::line) {
    for (const auto index : lines) base.lines.at(index) = left_of(order.lines[index]);
    return base;
  }
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    if (order.lines[i].kind != LineKind::fee) base.lines[i] = left_of(order.lines[i]);
  }
  return base;
}

void add_share(Shares& shares, const std::string& id, Money amount) {
  if (amount.amount == 0) return;
  if (!shares) shares.emplace();
  shares->push_back({id, amount});
}

}  // namespace

std::int64_t left_of(const PricedLine& line) {
  return less_shares(line.unit_price ? line.unit_price->amount * line.quantity : 0, line.discounts);
}

std::int64_t left_of(const ShippingCharge& charge) {
  return less_shares(charge.price.amount, charge.discounts);
}

void add_discount(PricedOrder& order, Discount discount, std::span<const std::int64_t> of_lines,
                  std::span<const std::int64_t> of_shipping) {
  const auto currency = order.total.currency;
  if (!order.discounts) order.discounts.emplace();
  discount.id = place_id(order.discounts->size());
  discount.amount = {0, currency};
  for (std::size_t i = 0; i < of_lines.size(); ++i) {
    add_share(order.lines[i].discounts, discount.id, {of_lines[i], currency});
    discount.amount.amount += of_lines[i];
  }
  for (std::size_t i = 0; i < of_shipping.size(); ++i) {
    add_share((*order.shipping)[i].discounts, discount.id, {of_shipping[i], currency});
    discount.amount.amount += of_shipping[i];
  }
  order.discounts->push_back(std::move(discount));
}

Result<void> take_discount(PricedOrder& order, Discount discount, std::span<const std::size_t> lines) {
  const auto rounding = order.rounding.value_or(Rounding::half_up);
  auto base = base_of(order, discount.target, lines);
  const bool percent = discount.value_type == DiscountValue::percent;
  if (percent && discount.target == DiscountTarget::line) {
    for (auto& amount : base.lines) amount = part_of(amount, discount.value, rounding);
    add_discount(order, std::move(discount), base.lines, {});
    return {};
  }
  const auto sum = base.sum();
  const auto total = percent ? part_of(sum, discount.value, rounding) : discount.value;
  // guard: discount-within
  if (total > sum) {
    const auto currency = order.total.currency;
    return fail(ErrorCode::kInvalid, "discount_exceeds_line",
                "takes " + shown_money({total, currency}) + " from " + shown_money({sum, currency}));
  }
  const bool shipping = discount.target == DiscountTarget::shipping;
  const auto shares = shares_of(total, shipping ? base.shipping : base.lines);
  if (shipping) {
    add_discount(order, std::move(discount), {}, shares);
  } else {
    add_discount(order, std::move(discount), shares, {});
  }
  return {};
}

}  // namespace ordo
