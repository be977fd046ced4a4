// The shop's own rules.
#include "world.h"

namespace ordo::simulation {

// A limit of a few orders, so that many histories reach it.
void Workload::draw_limits(PromotionDetails& promotion) {
  auto& choices = world_.choices;
  if (choices.chance(600)) promotion.usage_limit = 1 + choices.pick(5);
  if (choices.chance(300)) promotion.per_customer_limit = 1 + choices.pick(2);
}

void Workload::open_promotions() {
  for (std::int64_t i = 0; i < kPromotions; ++i) {
    if (i > 0 && world_.choices.chance(200)) continue;  // orders name it all the same
    PromotionChanged promotion;
    promotion.id = promotion_name(i);
    promotion.label = "opening";
    promotion.action.emplace().percent_ppm = 100'000;
    draw_limits(promotion);
    send(Topic::promotions, promotion.id, kTypeOf<PromotionChanged>, encode(promotion));
  }
}

// A tax rate or a promotion of the shop.
void Workload::change_rule() {
  auto& choices = world_.choices;
  const auto begin = [&](ShopRuleChange& change, std::string id) {
    constexpr ShopRuleStep kSteps[] = {ShopRuleStep::update, ShopRuleStep::create, ShopRuleStep::end};
    change.change = kSteps[choices.which({400, 150})];
    change.id = std::move(id);
    if (choices.chance(500)) change.change_id = fresh_id("d");
    if (choices.chance(100)) change.expected_rev = choices.pick(6);
    world_.trace.say("the rule ", change.id, " is changed");
  };
  if (choices.chance(500)) {
    TaxRateChanged rate;
    begin(rate, "t" + std::to_string(choices.pick(4)));
    rate.country = "DE";
    rate.rate_ppm = choices.pick(1'050'000);
    rate.label = fresh_id("L");
    rate.code = "VAT";
    return send(Topic::pricing, rate.id, kTypeOf<TaxRateChanged>, encode(rate));
  }
  PromotionChanged promotion;
  begin(promotion, promotion_name(choices.pick(kPromotions)));
  promotion.label = fresh_id("L");
  promotion.action.emplace().percent_ppm = choices.pick(200'000);
  draw_limits(promotion);
  if (choices.chance(200)) promotion.clear = std::vector<std::string>{"usage_limit"};
  send(Topic::promotions, promotion.id, kTypeOf<PromotionChanged>, encode(promotion));
}

}  // namespace ordo::simulation
