#include "domain/promotion.h"

#include <algorithm>

#include "domain/customer.h"
#include "domain/rounding.h"

namespace ordo {
namespace {

using shop_rule::check_amount;
using shop_rule::check_number;
using shop_rule::require;

constexpr std::int64_t kMostPieces = 1'000'000;
constexpr std::int64_t kMostUses = 1'000'000'000'000;

// A member that has no meaning for this kind of action.
void refuse(bool given, std::string_view pointer, std::vector<Violation>& found) {
  if (given) found.push_back({std::string(pointer), "has no meaning for this kind"});
}

void check_action(const PromotionAction& action, std::vector<Violation>& found) {
  const bool percent = action.kind == PromotionKind::percent;
  const bool fixed = action.kind == PromotionKind::fixed;
  const bool pieces = action.kind == PromotionKind::buy_x_get_y;
  if (percent) require(action.percent_ppm.has_value(), "/action/percent_ppm", found);
  if (fixed) require(action.amount.has_value(), "/action/amount", found);
  if (pieces) require(action.buy.has_value(), "/action/buy", found);
  if (pieces) require(action.get.has_value(), "/action/get", found);
  refuse(!percent && !fixed && action.target.has_value(), "/action/target", found);
  refuse(!percent && !pieces && action.percent_ppm.has_value(), "/action/percent_ppm", found);
  refuse(!fixed && action.amount.has_value(), "/action/amount", found);
  refuse(!pieces && action.buy.has_value(), "/action/buy", found);
  refuse(!pieces && action.get.has_value(), "/action/get", found);
  check_number("/action/percent_ppm", action.percent_ppm, 1, kWhole, found);
  check_amount("/action/amount", action.amount, 1, std::nullopt, found);
  check_number("/action/buy", action.buy, 1, kMostPieces, found);
  check_number("/action/get", action.get, 1, kMostPieces, found);
}

}  // namespace

std::string_view segment_problem(std::string_view name) {
  const auto is_its_name = [name](Segment segment) { return to_string(segment) == name; };
  constexpr std::array kSegments = {Segment::prospect, Segment::new_customer, Segment::returning, Segment::vip,
                                    Segment::lapsed};
  return std::any_of(kSegments.begin(), kSegments.end(), is_its_name)
             ? std::string_view()
             : "is no segment of customers: prospect, new, returning, vip or lapsed";
}

std::string_view promotion_code_problem(std::string_view code) {
  if (code.starts_with(' ') || code.ends_with(' ')) return "must not begin or end with a space";
  return line_problem(code);
}

void check_change(const ChangePromotion& change, TextRule texts, std::vector<Violation>& found) {
  shop_rule::check_common(change, texts, found);
  check_rules(static_cast<const PromotionDetails&>(change), texts, found);
  if (change.conditions) {
    check_number("/conditions/min_items", change.conditions->min_items, 1, kMaxAmount, found);
    check_amount("/conditions/min_value", change.conditions->min_value, 0, std::nullopt, found);
  }
  if (change.action) check_action(*change.action, found);
  check_number("/usage_limit", change.usage_limit, 1, kMostUses, found);
  check_number("/per_customer_limit", change.per_customer_limit, 1, kMostUses, found);
  if (change.change != ShopRuleStep::create) return;
  require(change.label.has_value(), "/label", found);
  require(change.action.has_value(), "/action", found);
}

void check_whole(const Promotion& promotion, std::vector<Violation>& found) {
  shop_rule::check_times("/ends", promotion.starts, promotion.ends, found);
  if (promotion.conditions) {
    check_amount("/conditions/min_value", promotion.conditions->min_value, 0, promotion.action.amount, found);
  }
}

Result<Promotion> decide(const Promotion* current, const ChangePromotion& change, Timestamp at) {
  auto next = decide_shop_rule(current, change, at);
  // guard: promotion-limit-above-used
  if (!next || !next->usage_limit || *next->usage_limit >= next->used) return next;
  return fail(Error{ErrorCode::kConflict,
                    "limit_below_used",
                    "the promotion is used by more orders than this limit",
                    {{"/usage_limit", "must be at least " + std::to_string(next->used)}}});
}

}  // namespace ordo
