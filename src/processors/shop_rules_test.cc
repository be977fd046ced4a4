#include "engine/testing/test_bench.h"
#include "processors/pricing.h"
#include "processors/promotions.h"

namespace ordo::processors {
namespace {

TaxRateChanged vat() {
  TaxRateChanged message;
  message.id = "de";
  message.country = "DE";
  message.rate_ppm = 190'000;
  message.label = "VAT 19 %";
  message.code = "VAT";
  message.change_id = "c1";
  return message;
}

TEST(Pricing, KeepsRatesAndMethodsApart) {
  Pricing pricing;
  Bench bench(pricing);
  EXPECT_TRUE(bench.send(kTypeOf<TaxRateChanged>, vat()).empty());
  ShippingMethodChanged method;
  method.id = "de";  // each collection has its own ids
  method.name = "Parcel";
  method.price = ShippingPrice{ShippingPriceKind::flat, Money{490, kUsd}, {}};
  EXPECT_TRUE(bench.send(kTypeOf<ShippingMethodChanged>, method).empty());
  const auto* rate = bench.get<TaxRate>(Collection::tax_rates, "de");
  ASSERT_NE(rate, nullptr);
  EXPECT_EQ(rate->rate_ppm, 190'000);
  EXPECT_EQ(rate->rev, 1);
  const auto* parcel = bench.get<ShippingMethod>(Collection::shipping_methods, "de");
  ASSERT_NE(parcel, nullptr);
  EXPECT_EQ(parcel->price.amount, (Money{490, kUsd}));

  EXPECT_TRUE(bench.send(kTypeOf<TaxRateChanged>, vat()).empty());
  EXPECT_EQ(bench.get<TaxRate>(Collection::tax_rates, "de")->rev, 1) << "a repeat changes nothing";
}

TEST(Pricing, NotesARefusedChangeInTheDocument) {
  Pricing pricing;
  Bench bench(pricing);
  bench.send(kTypeOf<TaxRateChanged>, vat());
  auto stale = vat();
  stale.change = ShopRuleStep::update;
  stale.change_id = "c2";
  stale.expected_rev = 7;
  EXPECT_TRUE(bench.send(kTypeOf<TaxRateChanged>, stale).empty());
  const auto* rate = bench.get<TaxRate>(Collection::tax_rates, "de");
  ASSERT_EQ(rate->recent_changes.size(), 2U);
  EXPECT_EQ(rate->recent_changes[1].reason, "stale_revision");
}

TEST(Pricing, ABadRecordOfAForeignProducerIsADeadLetterThatNamesTheField) {
  Pricing pricing;
  Bench bench(pricing);
  auto bad = vat();
  bad.rate_ppm = 1'000'001;
  const auto out = bench.send(kTypeOf<TaxRateChanged>, bad);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(reason_of(out[0]), "invalid_fields");
  const auto& headers = out[0].envelope.extra;
  EXPECT_TRUE(std::any_of(headers.begin(), headers.end(),
                          [](const Header& header) { return header.value.find("/rate_ppm") != std::string::npos; }));
  auto unknown = vat();
  unknown.change = ShopRuleStep::end;
  EXPECT_EQ(reason_of(bench.send(kTypeOf<TaxRateChanged>, unknown).at(0)), "unknown_tax_rate");
  EXPECT_TRUE(bench.documents.empty());
}

TEST(Promotions, KeepPromotions) {
  Promotions promotions;
  Bench bench(promotions);
  PromotionChanged message;
  message.id = "spring";
  message.label = "Spring sale";
  message.code = "SPRING";
  message.action = PromotionAction{PromotionKind::percent, {}, 100'000, {}, {}, {}};
  EXPECT_TRUE(bench.send(kTypeOf<PromotionChanged>, message).empty());
  const auto* promotion = bench.get<Promotion>(Collection::promotions, "spring");
  ASSERT_NE(promotion, nullptr);
  EXPECT_EQ(promotion->code, "SPRING");
  EXPECT_EQ(promotion->used, 0);
  message.change = ShopRuleStep::end;
  EXPECT_TRUE(bench.send(kTypeOf<PromotionChanged>, message).empty());
  EXPECT_EQ(bench.get<Promotion>(Collection::promotions, "spring")->status, ShopRuleStatus::ended);
}

}  // namespace
}  // namespace ordo::processors
