#include "domain/shop_rule.h"

#include <gtest/gtest.h>

#include "domain/promotion.h"
#include "domain/shipping_method.h"
#include "domain/tax_rate.h"
#include "domain/test_values.h"

namespace ordo {
namespace {

const Currency kEuro = *Currency::parse("EUR");

ChangeTaxRate german_rate() {
  ChangeTaxRate change;
  change.id = "de";
  change.country = "DE";
  change.rate_ppm = 190'000;
  change.label = "VAT 19 %";
  change.code = "VAT";
  return change;
}

ChangeShippingMethod parcel(ShippingPrice price) {
  ChangeShippingMethod change;
  change.id = "parcel";
  change.name = "Parcel";
  change.price = std::move(price);
  return change;
}

ChangePromotion promotion_with(PromotionAction action) {
  ChangePromotion change;
  change.id = "spring";
  change.label = "Spring sale";
  change.action = action;
  return change;
}

// The pointers of the problems of a change, in order.
template <class Change>
std::string wrong_members(const Change& change) {
  std::vector<Violation> found;
  check_change(change, TextRule::enforced, found);
  std::string pointers;
  for (const auto& violation : found) pointers += (pointers.empty() ? "" : " ") + violation.pointer;
  return pointers;
}

template <class Document, class Change>
std::string refusal(const Document* current, const Change& change) {
  const auto decided = decide(current, change, Timestamp());
  return decided ? std::string() : decided.error().reason;
}

TEST(ShopRule, IsCreatedChangedAndEnded) {
  auto change = german_rate();
  change.change_id = "c1";
  auto rate = *decide(static_cast<const TaxRate*>(nullptr), change, from_unix_ms(5));
  EXPECT_EQ(rate.id, "de");
  EXPECT_EQ(rate.tax_class, "standard");
  EXPECT_EQ(rate.created_at, from_unix_ms(5));
  EXPECT_EQ(*decide(&rate, change, from_unix_ms(6)), rate) << "a repeat changes nothing";
  change.change_id = "c2";
  EXPECT_EQ(refusal(&rate, change), "tax_rate_exists");

  ChangeTaxRate update;
  update.change = ShopRuleStep::update;
  update.id = "de";
  EXPECT_EQ(refusal(static_cast<const TaxRate*>(nullptr), update), "unknown_tax_rate");
  update.rate_ppm = 160'000;
  update.reason = TaxReason::reduced;
  update.expected_rev = 7;
  EXPECT_EQ(refusal(&rate, update), "stale_revision");
  update.expected_rev = rate.rev;
  rate = *decide(&rate, update, from_unix_ms(7));
  EXPECT_EQ(rate.rate_ppm, 160'000);
  EXPECT_EQ(rate.country, "DE") << "an absent member stays";
  EXPECT_EQ(rate.reason, TaxReason::reduced);
  EXPECT_EQ(rate.updated_at, from_unix_ms(7));

  update.change = ShopRuleStep::end;
  rate = *decide(&rate, update, from_unix_ms(8));
  EXPECT_EQ(rate.status, ShopRuleStatus::ended);
  EXPECT_EQ(refusal(&rate, update), "tax_rate_ended");
}

// An order with such a tax would be refused after it was acknowledged.
TEST(TaxRate, HasAReasonThatFitsIt) {
  ChangeTaxRate change;
  change.id = "de";
  change.country = "DE";
  change.label = change.code = "VAT";
  change.rate_ppm = 190'000;
  const auto pointer = [&change] {
    const auto decided = decide(static_cast<const TaxRate*>(nullptr), change, from_unix_ms(1));
    return decided ? std::string() : decided.error().violations.at(0).pointer;
  };
  EXPECT_EQ(pointer(), "");
  change.reason = TaxReason::export_;
  EXPECT_EQ(pointer(), "/rate_ppm");
  change.rate_ppm = 0;
  EXPECT_EQ(pointer(), "");
  change.reason = TaxReason::standard;
  EXPECT_EQ(pointer(), "/rate_ppm");
  change.reason.reset();
  EXPECT_EQ(pointer(), "");
}

TEST(ShopRule, OptionalMembersAreCleared) {
  auto change = german_rate();
  change.region = "Bavaria";
  change.valid_to = from_unix_ms(9);
  auto rate = *decide(static_cast<const TaxRate*>(nullptr), change, Timestamp());
  ChangeTaxRate update;
  update.change = ShopRuleStep::update;
  update.id = "de";
  update.clear = {"region", "valid_to"};
  rate = *decide(&rate, update, Timestamp());
  EXPECT_FALSE(rate.region || rate.valid_to);
  update.clear = {"region", "country", "nothing"};
  const auto refused = decide(&rate, update, Timestamp());
  ASSERT_FALSE(refused);
  ASSERT_EQ(refused.error().violations.size(), 2U);
  EXPECT_EQ(refused.error().violations[0].pointer, "/clear/1");
}

TEST(ShopRule, NamesEachWrongMember) {
  ChangeTaxRate empty;
  EXPECT_EQ(wrong_members(empty), "/id /country /rate_ppm /label /code");
  auto change = german_rate();
  EXPECT_EQ(wrong_members(change), "");
  change.id = "..";
  change.country = "XX";
  change.rate_ppm = 1'000'001;
  change.label = std::string(129, 'x');
  change.tax_class = "a\ab";
  change.change_id = std::string(129, 'x');
  EXPECT_EQ(wrong_members(change), "/id /change_id /country /tax_class /label /rate_ppm");
  change = german_rate();
  change.rate_ppm = -1;
  EXPECT_EQ(wrong_members(change), "/rate_ppm");
  EXPECT_EQ(refusal(static_cast<const TaxRate*>(nullptr), change), "invalid_fields");
  change = german_rate();
  change.valid_from = change.valid_to = from_unix_ms(5);
  const auto refused = decide(static_cast<const TaxRate*>(nullptr), change, Timestamp());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().violations.at(0).pointer, "/valid_to");
}

TEST(ShippingMethod, HasAnAmountOrATable) {
  const Money price{490, kUsd};
  EXPECT_EQ(wrong_members(parcel({ShippingPriceKind::flat, price, {}})), "");
  EXPECT_EQ(wrong_members(parcel({ShippingPriceKind::per_item, {}, {}})), "/price/amount");
  EXPECT_EQ(wrong_members(parcel({ShippingPriceKind::flat, Money{-1, kUsd}, {}})), "/price/amount/amount");
  EXPECT_EQ(wrong_members(parcel({ShippingPriceKind::by_weight, {}, {}})), "/price/steps");
  EXPECT_EQ(wrong_members(parcel({ShippingPriceKind::by_value, price, {{{10, price}}}})), "/price/amount");
  using Steps = std::vector<ShippingStep>;
  EXPECT_EQ(wrong_members(parcel({ShippingPriceKind::by_weight, {}, Steps()})), "/price/steps");
  EXPECT_EQ(
      wrong_members(parcel({ShippingPriceKind::by_weight, {}, Steps{{1'000, price}, {2'000, price}, {{}, price}}})),
      "");
  EXPECT_EQ(wrong_members(parcel({ShippingPriceKind::by_weight, {}, Steps{{2'000, price}, {2'000, price}}})),
            "/price/steps/1/up_to");
  EXPECT_EQ(wrong_members(parcel({ShippingPriceKind::by_value, {}, Steps{{{}, price}, {5, Money{1, kEuro}}}})),
            "/price/steps/0/up_to /price/steps/1/amount/currency");
  EXPECT_EQ(wrong_members(parcel({ShippingPriceKind::by_value, {}, Steps(101, {5, price})})).substr(0, 12),
            "/price/steps");
}

TEST(ShippingMethod, IsFreeInItsOwnCurrencyOnly) {
  auto change = parcel({ShippingPriceKind::flat, Money{490, kUsd}, {}});
  change.countries = {"DE", "AT"};
  const auto method = decide(static_cast<const ShippingMethod*>(nullptr), change, Timestamp());
  ASSERT_TRUE(method) << method.error().text();
  ChangeShippingMethod update;
  update.change = ShopRuleStep::update;
  update.id = "parcel";
  update.free_from = Money{5'000, kEuro};
  const auto refused = decide(&*method, update, Timestamp());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().violations.at(0).pointer, "/free_from/currency");
  update.free_from->currency = kUsd;
  EXPECT_TRUE(decide(&*method, update, Timestamp()));
  update.countries.emplace();
  EXPECT_EQ(wrong_members(update), "/countries");
  update.countries = {"DE", "XX"};
  EXPECT_EQ(wrong_members(update), "/countries/1");
}

TEST(Promotion, HasTheFiguresOfItsKind) {
  using enum PromotionKind;
  EXPECT_EQ(wrong_members(promotion_with({percent, PromotionTarget::line, 100'000, {}, {}, {}})), "");
  EXPECT_EQ(wrong_members(promotion_with({percent, {}, {}, Money{1, kUsd}, {}, {}})),
            "/action/percent_ppm /action/amount");
  EXPECT_EQ(wrong_members(promotion_with({percent, {}, 0, {}, {}, {}})), "/action/percent_ppm");
  EXPECT_EQ(wrong_members(promotion_with({fixed, {}, {}, Money{500, kUsd}, {}, {}})), "");
  EXPECT_EQ(wrong_members(promotion_with({fixed, {}, {}, Money{0, kUsd}, {}, {}})), "/action/amount/amount");
  EXPECT_EQ(wrong_members(promotion_with({free_shipping, {}, {}, {}, {}, {}})), "");
  EXPECT_EQ(wrong_members(promotion_with({free_shipping, PromotionTarget::order, {}, {}, {}, {}})), "/action/target");
  EXPECT_EQ(wrong_members(promotion_with({buy_x_get_y, {}, {}, {}, 2, 1})), "");
  EXPECT_EQ(wrong_members(promotion_with({buy_x_get_y, {}, {}, {}, 0, {}})), "/action/get /action/buy");
}

TEST(Promotion, BoundsItsConditionsAndLimits) {
  auto change = promotion_with({PromotionKind::fixed, {}, {}, Money{500, kUsd}, {}, {}});
  change.code = " SPRING";
  change.usage_limit = 0;
  change.conditions.emplace();
  change.conditions->min_items = 0;
  change.conditions->products = std::vector<std::string>(501, "mug");
  change.conditions->segments = {"vip", "lucky"};
  EXPECT_EQ(wrong_members(change),
            "/code /conditions/products /conditions/segments/1 /conditions/min_items /usage_limit");
  change = promotion_with({PromotionKind::fixed, {}, {}, Money{500, kUsd}, {}, {}});
  change.starts = from_unix_ms(9);
  change.ends = from_unix_ms(8);
  change.conditions = PromotionConditions{{}, Money{1, kEuro}, {}, {}, {}, {}};
  const auto refused = decide(static_cast<const Promotion*>(nullptr), change, Timestamp());
  ASSERT_FALSE(refused);
  ASSERT_EQ(refused.error().violations.size(), 2U);
  EXPECT_EQ(refused.error().violations[0].pointer, "/ends");
  EXPECT_EQ(refused.error().violations[1].pointer, "/conditions/min_value/currency");
}

TEST(TaxReason, AWordOfCppIsWrittenWithoutItsUnderscore) {
  EXPECT_EQ(enum_name(TaxReason::export_), "export");
  TaxReason reason{};
  EXPECT_TRUE(enum_from_name("export", reason));
  EXPECT_EQ(reason, TaxReason::export_);
  EXPECT_FALSE(enum_from_name("export_", reason));
}

}  // namespace
}  // namespace ordo
