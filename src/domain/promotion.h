// A promotion: a discount that orders get by themselves, or for a code.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/shop_rule.h"

namespace ordo {

// What an order must have. Absent: no condition.
struct PromotionConditions {
  std::optional<std::int64_t> min_items;
  std::optional<Money> min_value;
  std::optional<std::vector<std::string>> products;
  std::optional<std::vector<std::string>> categories;
  std::optional<std::vector<std::string>> segments;
  std::optional<bool> first_order;

  friend bool operator==(const PromotionConditions&, const PromotionConditions&) = default;
};
BOOST_DESCRIBE_STRUCT(PromotionConditions, (), (min_items, min_value, products, categories, segments, first_order))

// Empty if `name` is that of a customers' segment, else the problem.
std::string_view segment_problem(std::string_view name);
// Empty if `code` has no spaces around it and no control characters, else the problem.
std::string_view promotion_code_problem(std::string_view code);

constexpr auto rules(RulesOf<PromotionConditions>) {
  constexpr auto kKept = Privacy::kept;
  return std::array{list_of_lines("products", 500, 1, 128, kKept, "ids; with categories: goods of either count"),
                    list_of_lines("categories", 100, 1, 200, kKept, {}),
                    Rule{"segments", 1, 32, kKept, "segments of customers", segment_problem, 10}};
}

enum class PromotionKind { percent, fixed, free_shipping, buy_x_get_y };
BOOST_DESCRIBE_ENUM(PromotionKind, percent, fixed, free_shipping, buy_x_get_y)
enum class PromotionTarget { line, order };
BOOST_DESCRIBE_ENUM(PromotionTarget, line, order)

// What an order gets. percent needs percent_ppm, fixed needs amount. buy_x_get_y needs buy and get: of each buy + get
// pieces, the cheapest `get` cost percent_ppm less, or nothing without percent_ppm.
struct PromotionAction {
  PromotionKind kind = PromotionKind::percent;
  std::optional<PromotionTarget> target;  // of percent and fixed; absent: order
  std::optional<std::int64_t> percent_ppm;
  std::optional<Money> amount;
  std::optional<std::int64_t> buy;
  std::optional<std::int64_t> get;

  friend bool operator==(const PromotionAction&, const PromotionAction&) = default;
};
BOOST_DESCRIBE_STRUCT(PromotionAction, (), (kind, target, percent_ppm, amount, buy, get))

// What a change may state. Conditions and action are replaced as a whole.
struct PromotionDetails {
  std::optional<std::string> code;
  std::optional<std::string> label;
  std::optional<Timestamp> starts;
  std::optional<Timestamp> ends;
  std::optional<PromotionConditions> conditions;
  std::optional<PromotionAction> action;
  std::optional<std::int64_t> usage_limit;
  std::optional<std::int64_t> per_customer_limit;
  std::optional<bool> combinable;

  friend bool operator==(const PromotionDetails&, const PromotionDetails&) = default;
};
BOOST_DESCRIBE_STRUCT(PromotionDetails, (),
                      (code, label, starts, ends, conditions, action, usage_limit, per_customer_limit, combinable))
constexpr auto rules(RulesOf<PromotionDetails>) {
  constexpr auto kKept = Privacy::kept;
  return std::array{Rule{"code", 1, 64, kKept, "what a customer enters, in upper or lower case; absent: for all orders",
                         promotion_code_problem},
                    one_line("label", 1, 128, kKept, "name for people"),
                    parts("conditions", kKept, "replaced as a whole")};
}

// Codes are compared without regard to the case of ASCII letters. A processor decides each promotion by itself, so two
// active ones may have one code; then the one with the lower id counts.
struct Promotion {
  std::string id;
  std::optional<std::string> code;
  std::string label;
  std::optional<Timestamp> starts;  // inclusive
  std::optional<Timestamp> ends;    // exclusive
  std::optional<PromotionConditions> conditions;
  PromotionAction action;
  std::optional<std::int64_t> usage_limit;         // of all orders together
  std::optional<std::int64_t> per_customer_limit;  // of the orders of one customer
  bool combinable = false;                         // together with other promotions
  ShopRuleStatus status = ShopRuleStatus::active;
  std::int64_t used = 0;  // held redemptions, never above usage_limit; see redemption.h
  Timestamp created_at;
  Timestamp updated_at;
  std::vector<PastChange> recent_changes;  // the last kRememberedChanges, oldest first
  std::int64_t rev = 0;

  static constexpr ShopRuleName kName{"promotion", "promotion"};

  friend bool operator==(const Promotion&, const Promotion&) = default;
};
BOOST_DESCRIBE_STRUCT(Promotion, (),
                      (id, code, label, starts, ends, conditions, action, usage_limit, per_customer_limit, combinable,
                       status, used, created_at, updated_at, recent_changes, rev))

// A request to create, change or end a promotion. A create needs label and action.
struct ChangePromotion : ShopRuleChange, PromotionDetails {
  using Details = PromotionDetails;
  using Document = Promotion;
};
BOOST_DESCRIBE_STRUCT(ChangePromotion, (ShopRuleChange, PromotionDetails), ())

// As for a TaxRate, see tax_rate.h. Reasons: "unknown_promotion", "promotion_exists", "promotion_ended",
// "stale_revision", "limit_below_used", "invalid_fields". A new limit for a customer holds for redemptions from then
// on.
void check_change(const ChangePromotion& change, TextRule texts, std::vector<Violation>& found);
void check_whole(const Promotion& promotion, std::vector<Violation>& found);
Result<Promotion> decide(const Promotion* current, const ChangePromotion& change, Timestamp at);

}  // namespace ordo
