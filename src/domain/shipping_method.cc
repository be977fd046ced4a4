#include "domain/shipping_method.h"

namespace ordo {
namespace {

using shop_rule::check_amount;
using shop_rule::check_number;
using shop_rule::require;

bool has_table(const ShippingPrice& price) {
  return price.kind == ShippingPriceKind::by_weight || price.kind == ShippingPriceKind::by_value;
}

void check_steps(const std::vector<ShippingStep>& steps, std::vector<Violation>& found) {
  if (steps.empty()) found.push_back({"/price/steps", "needs at least one step"});
  std::int64_t below = 0;
  for (std::size_t i = 0; i < std::min(steps.size(), ShippingPrice::kMaxSteps); ++i) {
    const auto at = "/price/steps/" + std::to_string(i);
    check_amount(at + "/amount", steps[i].amount, 0, steps[0].amount, found);
    if (!steps[i].up_to) {
      if (i + 1 < steps.size()) found.push_back({at + "/up_to", "is required in all steps but the last"});
      continue;
    }
    // guard: shipping-steps-ascend
    check_number(at + "/up_to", *steps[i].up_to, below + 1, kMaxAmount, found);
    below = std::max(below, std::min(*steps[i].up_to, kMaxAmount - 1));
  }
}

void check_price(const ShippingPrice& price, std::vector<Violation>& found) {
  check_amount("/price/amount", price.amount, 0, std::nullopt, found);
  if (has_table(price)) {
    require(price.steps.has_value(), "/price/steps", found);
    if (price.amount) found.push_back({"/price/amount", "has no meaning beside steps"});
    if (price.steps) check_steps(*price.steps, found);
  } else {
    require(price.amount.has_value(), "/price/amount", found);
    if (price.steps) found.push_back({"/price/steps", "belong to a price by_weight or by_value"});
  }
}

// An amount of a checked price, whose currency is that of all.
std::optional<Money> example_of(const ShippingPrice& price) {
  if (price.amount) return price.amount;
  return price.steps && !price.steps->empty() ? std::optional(price.steps->front().amount) : std::nullopt;
}

}  // namespace

void check_change(const ChangeShippingMethod& change, TextRule texts, std::vector<Violation>& found) {
  shop_rule::check_common(change, texts, found);
  check_rules(static_cast<const ShippingMethodDetails&>(change), texts, found);
  if (change.countries && change.countries->empty()) {
    found.push_back({"/countries", "needs at least one country; leave it out, or clear it, to send everywhere"});
  }
  if (change.price) check_price(*change.price, found);
  check_amount("/free_from", change.free_from, 0, std::nullopt, found);
  if (change.change != ShopRuleStep::create) return;
  require(change.name.has_value(), "/name", found);
  require(change.price.has_value(), "/price", found);
}

void check_whole(const ShippingMethod& method, std::vector<Violation>& found) {
  check_amount("/free_from", method.free_from, 0, example_of(method.price), found);
}

Result<ShippingMethod> decide(const ShippingMethod* current, const ChangeShippingMethod& change, Timestamp at) {
  return decide_shop_rule(current, change, at);
}

}  // namespace ordo
