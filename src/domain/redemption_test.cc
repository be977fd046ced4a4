#include "domain/redemption.h"

#include <gtest/gtest.h>

#include <map>

#include "domain/order_figures.h"
#include "domain/test_values.h"

namespace ordo {
namespace {

// A promotion with the uses of some orders.
class RedemptionTest : public testing::Test {
 protected:
  RedemptionTest() {
    promotion_.id = "spring";
    promotion_.action = PromotionAction{PromotionKind::percent, {}, 100'000, {}, {}, {}};
  }

  Result<RedemptionDecision> ask(RedemptionAction action, const std::string& order, const std::string& customer,
                                 const std::string& promotion = "spring") {
    const OrderId order_id(order);
    const CustomerId customer_id(customer);
    const auto buyer = buyers_.find(promotion_buyer_id(promotion, customer_id));
    const auto known = redemptions_.find(redemption_id(promotion, order_id));
    const RedemptionState state{promotion == promotion_.id ? &promotion_ : nullptr,
                                buyer == buyers_.end() ? nullptr : &buyer->second,
                                known == redemptions_.end() ? nullptr : &known->second};
    return decide(state, {action, promotion, order_id, customer_id}, Timestamp());
  }
  // Asks, and stores what was decided. The verdict: "redeemed", the reason of a refusal, or "" for none.
  std::string tell(RedemptionAction action, const std::string& order, const std::string& customer,
                   const std::string& promotion = "spring") {
    auto decision = ask(action, order, customer, promotion);
    if (!decision) return decision.error().reason;
    changed_ = decision->promotion || decision->buyer || decision->redemption;
    if (decision->promotion) promotion_ = *decision->promotion;
    if (decision->buyer) buyers_[decision->buyer->id] = *decision->buyer;
    if (decision->redemption) redemptions_[decision->redemption->id] = *decision->redemption;
    if (!decision->answered) return "";
    return decision->refusal ? std::string(to_string(*decision->refusal)) : "redeemed";
  }
  std::string redeem(const std::string& order, const std::string& customer = "ann") {
    return tell(RedemptionAction::redeem, order, customer);
  }
  std::string give_back(const std::string& order, const std::string& customer = "ann") {
    return tell(RedemptionAction::give_back, order, customer);
  }

  Promotion promotion_;
  std::map<std::string, PromotionBuyer> buyers_;
  std::map<std::string, Redemption> redemptions_;
  bool changed_ = false;
};

TEST_F(RedemptionTest, NoMoreOrdersThanTheLimit) {
  promotion_.usage_limit = 2;
  EXPECT_EQ(redeem("o1"), "redeemed");
  EXPECT_EQ(redeem("o2", "bob"), "redeemed");
  EXPECT_EQ(promotion_.used, 2);
  EXPECT_EQ(redeem("o3", "eve"), "promotion_used_up");
  EXPECT_EQ(promotion_.used, 2);
  EXPECT_EQ(redemptions_.at("spring/o3").status, RedemptionStatus::refused);
  EXPECT_EQ(redemptions_.at("spring/o3").reason, RedemptionRefusal::promotion_used_up);
  EXPECT_FALSE(buyers_.contains("spring/eve"));
}

TEST_F(RedemptionTest, NoMoreOrdersOfACustomerThanItsLimit) {
  promotion_.per_customer_limit = 1;
  EXPECT_EQ(redeem("o1"), "redeemed");
  EXPECT_EQ(redeem("o2"), "promotion_customer_limit");
  EXPECT_EQ(redeem("o3", "bob"), "redeemed");
  EXPECT_EQ(buyers_.at("spring/ann").used, 1);
  EXPECT_EQ(promotion_.used, 2);
}

TEST_F(RedemptionTest, ALimitThatComesLaterCountsEarlierOrders) {
  EXPECT_EQ(redeem("o1"), "redeemed");
  EXPECT_EQ(redeem("o2"), "redeemed");
  promotion_.per_customer_limit = 1;
  EXPECT_EQ(redeem("o3"), "promotion_customer_limit");
  EXPECT_EQ(give_back("o1"), "");
  EXPECT_EQ(redeem("o4"), "promotion_customer_limit");
  EXPECT_EQ(give_back("o2"), "");
  EXPECT_EQ(redeem("o5"), "redeemed");
}

TEST_F(RedemptionTest, ARepeatedRequestGetsTheFirstVerdict) {
  promotion_.usage_limit = 1;
  redeem("o1");
  redeem("o2");
  EXPECT_EQ(redeem("o1"), "redeemed");
  EXPECT_FALSE(changed_);
  promotion_.usage_limit = 9;
  EXPECT_EQ(redeem("o2"), "promotion_used_up");
  EXPECT_FALSE(changed_);
  give_back("o1");
  EXPECT_EQ(redeem("o1"), "redeemed");
  EXPECT_FALSE(changed_) << "what was given back is not used again";
  EXPECT_EQ(promotion_.used, 0);
}

TEST_F(RedemptionTest, WhatIsHeldIsGivenBackOnce) {
  promotion_.usage_limit = 1;
  EXPECT_EQ(give_back("o1"), "");
  EXPECT_FALSE(changed_) << "an order that never asked";
  redeem("o1");
  redeem("o2");
  EXPECT_EQ(give_back("o2"), "");
  EXPECT_FALSE(changed_) << "a refused one holds nothing";
  EXPECT_EQ(give_back("o1"), "");
  EXPECT_EQ(promotion_.used, 0);
  EXPECT_EQ(buyers_.at("spring/ann").used, 0);
  EXPECT_EQ(redemptions_.at("spring/o1").status, RedemptionStatus::returned);
  EXPECT_EQ(give_back("o1"), "");
  EXPECT_FALSE(changed_);
  EXPECT_EQ(redeem("o3"), "redeemed") << "there is room again";
}

TEST_F(RedemptionTest, APromotionThatIsUnknownIsRefused) {
  EXPECT_EQ(tell(RedemptionAction::redeem, "o1", "ann", "summer"), "unknown_promotion");
  EXPECT_EQ(redemptions_.at("summer/o1").status, RedemptionStatus::refused);
  EXPECT_TRUE(buyers_.empty());
}

// Its times and conditions were checked when the order got its price.
TEST_F(RedemptionTest, APromotionThatHasEndedKeepsWhatWasAgreed) {
  promotion_.status = ShopRuleStatus::ended;
  EXPECT_EQ(redeem("o1"), "redeemed");
}

TEST_F(RedemptionTest, AWrongRequestChangesNothing) {
  redeem("o1");
  EXPECT_EQ(give_back("o1", "bob"), "customer_differs");
  EXPECT_EQ(redeem("o1", "bob"), "customer_differs");
  const auto bad = ask(RedemptionAction::redeem, "o/1", "", "a/b");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().reason, "invalid_fields");
  EXPECT_EQ(bad.error().violations.size(), 3U);
}

// --- the limits of a promotion, and the promotions of an order

TEST_F(RedemptionTest, TheLimitIsNeverSetBelowTheUses) {
  redeem("o1");
  redeem("o2");
  ChangePromotion change;
  change.change = ShopRuleStep::update;
  change.id = "spring";
  change.usage_limit = 1;
  const auto refused = decide(&promotion_, change, Timestamp());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_EQ(refused.error().reason, "limit_below_used");
  EXPECT_EQ(refused.error().violations.at(0).detail, "must be at least 2");
  change.usage_limit = 2;
  const auto changed = decide(&promotion_, change, Timestamp());
  ASSERT_TRUE(changed) << changed.error().text();
  EXPECT_EQ(changed->used, 2);
}

Discount promoted(std::size_t index, std::optional<std::string> promotion) {
  Discount discount;
  discount.id = place_id(index);
  discount.promotion_id = std::move(promotion);
  discount.amount = {0, kUsd};
  return discount;
}

// Of an order of one free line whose discounts take nothing off.
std::vector<std::string> wrong_figures(std::vector<Discount> discounts) {
  PricedOrder order;
  order.lines = {plain_line(kTea, "Tea", 1, Money{0, kUsd}, {0, kUsd})};
  order.total = {0, kUsd};
  order.discounts = std::move(discounts);
  EXPECT_TRUE(compute_figures(order));
  std::vector<std::string> pointers;
  for (const auto& wrong : check_figures<PricedLine>(order.lines, order, order.total, TextRule::enforced, "lines")) {
    pointers.push_back(wrong.pointer);
  }
  return pointers;
}

TEST(PromotionsOfAnOrder, EachIsNamedOnce) {
  OrderFigures figures;
  EXPECT_TRUE(promotions_of(figures).empty());
  figures.discounts = {promoted(0, "b"), promoted(1, {}), promoted(2, "a"), promoted(3, "b")};
  EXPECT_EQ(promotions_of(figures), (std::vector<std::string>{"b", "a"}));
}

TEST(PromotionsOfAnOrder, TheyAreFewAndHaveIds) {
  std::vector<Discount> discounts;
  for (std::size_t i = 0; i < kMaxPromotions; ++i) discounts.push_back(promoted(i, "p" + std::to_string(i)));
  discounts.push_back(promoted(kMaxPromotions, "p0"));
  EXPECT_TRUE(wrong_figures(discounts).empty());
  discounts.push_back(promoted(kMaxPromotions + 1, "one more"));
  EXPECT_EQ(wrong_figures(discounts), std::vector<std::string>{"/discounts"});
  EXPECT_EQ(wrong_figures({promoted(0, "a/b")}), std::vector<std::string>{"/discounts/0/promotion_id"});
}

}  // namespace
}  // namespace ordo
