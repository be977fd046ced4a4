#include "domain/promotion_choice.h"

#include <algorithm>
#include <numeric>

#include "domain/discounts.h"

namespace ordo {
namespace {

using Amounts = std::vector<std::int64_t>;

std::int64_t sum_of(const Amounts& amounts) {
  return std::accumulate(amounts.begin(), amounts.end(), std::int64_t{0});
}

bool contains(const std::optional<std::vector<std::string>>& list, std::string_view wanted) {
  return list && std::find(list->begin(), list->end(), wanted) != list->end();
}

// Whether the line is one of the goods that the promotion is about.
bool is_meant(const Promotion& promotion, const PricedLine& line, const GoodsClass& goods) {
  if (line.kind == LineKind::fee) return false;
  if (!promotion.conditions || (!promotion.conditions->products && !promotion.conditions->categories)) return true;
  const auto& conditions = *promotion.conditions;
  return (line.product_id && contains(conditions.products, line.product_id->str())) ||
         (!goods.category.empty() && contains(conditions.categories, goods.category));
}

// An order's lines as promotions see them, with the rest of each price.
struct Goods {
  const PricedOrder& order;
  std::span<const GoodsClass> classes;
  Amounts left;

  Amounts meant_by(const Promotion& promotion) const {
    Amounts meant(left.size());
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (is_meant(promotion, order.lines[i], classes[i])) meant[i] = left[i];
    }
    return meant;
  }
  Rounding rounding() const { return order.rounding.value_or(Rounding::half_up); }
};

Goods goods_of(const PricedOrder& order, std::span<const GoodsClass> classes) {
  Goods goods{order, classes, {}};
  goods.left.reserve(order.lines.size());
  for (const auto& line : order.lines) goods.left.push_back(left_of(line));
  return goods;
}

bool conditions_hold(const Promotion& promotion, const Goods& goods, const Buyer& buyer) {
  if (!promotion.conditions) return true;
  const auto& conditions = *promotion.conditions;
  if (conditions.first_order.value_or(false) && buyer.orders > 0) return false;
  if (conditions.segments && !contains(conditions.segments, to_string(buyer.segment))) return false;
  std::int64_t pieces = 0;
  std::int64_t value = 0;
  for (std::size_t i = 0; i < goods.left.size(); ++i) {
    if (!is_meant(promotion, goods.order.lines[i], goods.classes[i])) continue;
    pieces += goods.order.lines[i].quantity;
    value += goods.left[i];
  }
  if (pieces == 0 || pieces < conditions.min_items.value_or(0)) return false;
  if (!conditions.min_value) return true;
  return conditions.min_value->currency == goods.order.total.currency && value >= conditions.min_value->amount;
}

// Of each buy + get pieces, the cheapest `get` are reduced: over all goods that are meant, the cheapest pieces first.
Amounts amounts_of_pieces(const Promotion& promotion, const Goods& goods) {
  const auto& action = promotion.action;
  const auto meant = goods.meant_by(promotion);
  Amounts amounts(meant.size());
  std::vector<std::size_t> cheapest;
  std::int64_t pieces = 0;
  for (std::size_t i = 0; i < meant.size(); ++i) {
    if (!is_meant(promotion, goods.order.lines[i], goods.classes[i])) continue;
    cheapest.push_back(i);
    pieces += goods.order.lines[i].quantity;
  }
  const auto of = [&](std::size_t i) { return meant[i] / goods.order.lines[i].quantity; };
  std::stable_sort(cheapest.begin(), cheapest.end(), [&](std::size_t a, std::size_t b) { return of(a) < of(b); });
  const auto group = action.buy.value_or(1) + action.get.value_or(1);
  std::int64_t reduced = pieces / group * action.get.value_or(1);
  for (const auto i : cheapest) {
    const auto count = std::min(reduced, goods.order.lines[i].quantity);
    amounts[i] = part_of(worth_of(meant[i], goods.order.lines[i].quantity, 0, count),
                         action.percent_ppm.value_or(kWhole), goods.rounding());
    reduced -= count;
  }
  return amounts;
}

// What the promotion takes from each line. free_shipping takes nothing from lines.
Amounts amounts_of_lines(const Promotion& promotion, const Goods& goods) {
  const auto& action = promotion.action;
  auto meant = goods.meant_by(promotion);
  const bool of_each = action.target == PromotionTarget::line;
  switch (action.kind) {
    case PromotionKind::percent: {
      const auto rate = action.percent_ppm.value_or(0);
      if (!of_each) return shares_of(part_of(sum_of(meant), rate, goods.rounding()), meant);
      for (auto& amount : meant) amount = part_of(amount, rate, goods.rounding());
      return meant;
    }
    case PromotionKind::fixed: {
      if (!action.amount || action.amount->currency != goods.order.total.currency) break;
      if (!of_each) return shares_of(std::min(action.amount->amount, sum_of(meant)), meant);
      for (auto& amount : meant) amount = std::min(amount, action.amount->amount);
      return meant;
    }
    case PromotionKind::buy_x_get_y:
      return amounts_of_pieces(promotion, goods);
    case PromotionKind::free_shipping:
      break;
  }
  return Amounts(meant.size());
}

int place_of(const Promotion& promotion) {
  if (promotion.action.kind == PromotionKind::free_shipping) return 2;
  const bool of_lines =
      promotion.action.kind == PromotionKind::buy_x_get_y || promotion.action.target == PromotionTarget::line;
  return of_lines ? 0 : 1;
}

// What the promotion takes off by itself.
std::int64_t gain_of(const Promotion& promotion, const Goods& goods, std::int64_t shipping) {
  if (promotion.action.kind == PromotionKind::free_shipping) return shipping;
  return sum_of(amounts_of_lines(promotion, goods));
}

// What the promotions take off together, one after the other.
std::int64_t gain_of(std::span<const Promotion* const> promotions, Goods goods, std::int64_t shipping) {
  std::int64_t gain = 0;
  for (const auto* promotion : promotions) {
    if (promotion->action.kind == PromotionKind::free_shipping) {
      gain += shipping;
      shipping = 0;
      continue;
    }
    const auto amounts = amounts_of_lines(*promotion, goods);
    for (std::size_t i = 0; i < amounts.size(); ++i) goods.left[i] -= amounts[i];
    gain += sum_of(amounts);
  }
  return gain;
}

Error refused(std::string_view reason, std::size_t code, std::string detail) {
  return {ErrorCode::kInvalid,
          std::string(reason),
          "a code cannot be used",
          {{"/codes/" + std::to_string(code), std::move(detail)}}};
}

}  // namespace

bool asks_for_buyer(const ShopRules& rules, std::span<const std::string> codes) {
  const auto asks = [](const Promotion* promotion) {
    return promotion != nullptr && promotion->conditions &&
           (promotion->conditions->segments || promotion->conditions->first_order);
  };
  return std::any_of(rules.without_code().begin(), rules.without_code().end(), asks) ||
         std::any_of(codes.begin(), codes.end(), [&](const std::string& code) { return asks(rules.find_code(code)); });
}

Result<std::vector<const Promotion*>> choose_promotions(const PricedOrder& order, std::span<const GoodsClass> classes,
                                                        std::int64_t shipping, const ShopRules& rules,
                                                        std::span<const std::string> codes, const Buyer& buyer,
                                                        Timestamp at) {
  const auto goods = goods_of(order, classes);
  std::vector<const Promotion*> together;
  std::vector<const Promotion*> alone;
  const auto add = [&](const Promotion& promotion) {
    auto& list = promotion.combinable ? together : alone;
    if (std::find(list.begin(), list.end(), &promotion) == list.end()) list.push_back(&promotion);
  };
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const auto* promotion = rules.find_code(codes[i]);
    if (promotion == nullptr) return fail(refused("unknown_code", i, "there is no promotion with this code"));
    // guard: shop-code-runs
    if (const auto problem = promotion_problem(*promotion, at); !problem.empty()) {
      return fail(refused(problem, i, "the promotion " + promotion->id + " cannot be used now"));
    }
    if (!conditions_hold(*promotion, goods, buyer)) {
      return fail(refused("promotion_not_applicable", i, "the order does not meet its conditions"));
    }
    add(*promotion);
  }
  for (const auto* promotion : rules.without_code()) {
    if (promotion_problem(*promotion, at).empty() && conditions_hold(*promotion, goods, buyer)) add(*promotion);
  }
  std::sort(together.begin(), together.end(), [](const Promotion* a, const Promotion* b) {
    return std::pair(place_of(*a), std::string_view(a->id)) < std::pair(place_of(*b), std::string_view(b->id));
  });
  // An order has a bounded number of discounts.
  if (together.size() > kMaxPromotions) together.resize(kMaxPromotions);
  std::sort(alone.begin(), alone.end(), [](const Promotion* a, const Promotion* b) { return a->id < b->id; });
  auto best = together;
  auto most = gain_of(together, goods, shipping);
  for (const auto* promotion : alone) {
    const auto gain = gain_of(*promotion, goods, shipping);
    // guard: shop-best-promotion
    if (gain <= most) continue;
    most = gain;
    best = {promotion};
  }
  return best;
}

void take_promotion(const Promotion& promotion, std::span<const GoodsClass> classes, PricedOrder& order) {
  const auto& action = promotion.action;
  Discount discount;
  discount.kind = promotion.code ? DiscountKind::coupon : DiscountKind::promotion;
  discount.code = promotion.code;
  discount.promotion_id = promotion.id;
  discount.label = promotion.label;
  if (action.kind == PromotionKind::free_shipping) {
    if (!order.shipping) return;
    discount.target = DiscountTarget::shipping;
    discount.value_type = DiscountValue::percent;
    discount.value = kWhole;
    Amounts left;
    for (const auto& charge : *order.shipping) left.push_back(left_of(charge));
    if (sum_of(left) > 0) add_discount(order, std::move(discount), {}, left);
    return;
  }
  discount.target = place_of(promotion) == 0 ? DiscountTarget::line : DiscountTarget::order;
  discount.value_type = action.kind == PromotionKind::fixed ? DiscountValue::fixed : DiscountValue::percent;
  discount.value = action.kind == PromotionKind::fixed ? action.amount.value_or(Money()).amount
                                                       : action.percent_ppm.value_or(kWhole);
  const auto amounts = amounts_of_lines(promotion, goods_of(order, classes));
  if (sum_of(amounts) > 0) add_discount(order, std::move(discount), amounts, {});
}

}  // namespace ordo
