#include "domain/discounts.h"

#include <algorithm>
#include <numeric>

#include "domain/money_text.h"

namespace ordo {
namespace {

using Shares = std::optional<std::vector<DiscountShare>>;

// Something that a discount can be taken from.
struct Part {
  std::int64_t left = 0;  // of its price, after the discounts before
  Shares* shares = nullptr;
};

std::int64_t left_of(std::int64_t price, const Shares& shares) {
  for (const auto& share : shares ? std::span(*shares) : std::span<const DiscountShare>()) price -= share.amount.amount;
  return price;
}

Part part_of_line(PricedLine& line) {
  const std::int64_t price = line.unit_price ? line.unit_price->amount * line.quantity : 0;
  return {left_of(price, line.discounts), &line.discounts};
}

std::vector<Part> parts_of(PricedOrder& order, DiscountTarget target, std::span<const std::size_t> lines) {
  std::vector<Part> parts;
  switch (target) {
    case DiscountTarget::line:
      for (const auto index : lines) parts.push_back(part_of_line(order.lines.at(index)));
      break;
    case DiscountTarget::order:
      for (auto& line : order.lines) {
        if (line.kind != LineKind::fee) parts.push_back(part_of_line(line));
      }
      break;
    case DiscountTarget::shipping:
      if (!order.shipping) break;
      for (auto& charge : *order.shipping) {
        parts.push_back({left_of(charge.price.amount, charge.discounts), &charge.discounts});
      }
      break;
  }
  return parts;
}

}  // namespace

Result<void> take_discount(PricedOrder& order, Discount discount, std::span<const std::size_t> lines) {
  const auto rounding = order.rounding.value_or(Rounding::half_up);
  const auto currency = order.total.currency;
  const auto parts = parts_of(order, discount.target, lines);
  std::vector<std::int64_t> left;
  left.reserve(parts.size());
  for (const auto& part : parts) left.push_back(part.left);
  const auto sum = std::accumulate(left.begin(), left.end(), std::int64_t{0});
  std::vector<std::int64_t> amounts;
  if (discount.value_type == DiscountValue::percent && discount.target == DiscountTarget::line) {
    for (const auto amount : left) amounts.push_back(part_of(amount, discount.value, rounding));
  } else {
    const auto total =
        discount.value_type == DiscountValue::percent ? part_of(sum, discount.value, rounding) : discount.value;
    // guard: discount-within
    if (total > sum) {
      return fail(ErrorCode::kInvalid, "discount_exceeds_line",
                  "takes " + shown_money({total, currency}) + " from " + shown_money({sum, currency}));
    }
    amounts = shares_of(total, left);
  }
  if (!order.discounts) order.discounts.emplace();
  discount.id = place_id(order.discounts->size());
  discount.amount = {std::accumulate(amounts.begin(), amounts.end(), std::int64_t{0}), currency};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (amounts[i] == 0) continue;
    auto& shares = *parts[i].shares;
    if (!shares) shares.emplace();
    shares->push_back({discount.id, {amounts[i], currency}});
  }
  order.discounts->push_back(std::move(discount));
  return {};
}

}  // namespace ordo
