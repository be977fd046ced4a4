// The shop's rules: which tax, which shipping price, which promotions.
#include "domain/cart.h"

#include <gtest/gtest.h>

#include <map>

#include "domain/test_values.h"

namespace ordo {
namespace {

const Timestamp kNow = from_unix_ms(1'800'000'000'000);

class Catalogue final : public PriceList {
 public:
  std::optional<PricedProduct> listed(const ProductId& id) const override {
    const auto found = products.find(id.str());
    return found == products.end() ? std::nullopt : std::optional(found->second);
  }
  std::map<std::string, PricedProduct> products;
};

TaxRate rate(const char* id, const char* country, std::int64_t ppm, const char* code = "VAT") {
  TaxRate made;
  made.id = id;
  made.country = country;
  made.rate_ppm = ppm;
  made.code = code;
  made.label = code;
  return made;
}

ShippingMethod method(const char* id, std::int64_t price) {
  ShippingMethod made;
  made.id = id;
  made.name = id;
  made.price.amount = Money{price, kEur};
  return made;
}

Promotion promotion(const char* id, PromotionKind kind) {
  Promotion made;
  made.id = id;
  made.label = id;
  made.action.kind = kind;
  return made;
}

Promotion percent(const char* id, std::int64_t ppm) {
  auto made = promotion(id, PromotionKind::percent);
  made.action.percent_ppm = ppm;
  return made;
}

class CartTest : public testing::Test {
 protected:
  CartTest() {
    sell("tea", 1'000, "drinks");
    sell("mug", 2'500, "kitchen").weight_g = 400;
    auto& book = sell("book", 1'500, "books");
    book.tax_class = "reduced";
    book.weight_g = 300;
    sell("file", 700, "books").requires_shipping = false;
    put("tea", 1);
  }

  ProductTraits& sell(const char* id, std::int64_t price, const char* category) {
    PricedProduct& product = catalogue_.products[id];
    product.name = id;
    product.price = {price, kEur};
    product.category = category;
    return product.traits;
  }
  void put(const char* product, std::int64_t quantity) {
    StatedLine line;
    line.product_id = ProductId(product);
    line.quantity = quantity;
    lines_.push_back(std::move(line));
  }
  void go_to(const char* country, const char* region = nullptr) {
    Address address;
    address.country = country;
    if (region != nullptr) address.region = region;
    delivery_.shipping_address = address;
  }
  Result<PricedOrder> price() const {
    return price_cart({lines_, figures_, choices_, std::nullopt, delivery_, may_state_, buyer_, kNow}, catalogue_,
                      ShopRules(rates_, methods_, promotions_, home_));
  }
  std::int64_t total() const {
    const auto priced = price();
    EXPECT_TRUE(priced) << priced.error().text();
    if (!priced) return -1;
    EXPECT_TRUE(check_priced(priced->lines, *priced, priced->total, TextRule::enforced).empty());
    return priced->total.amount;
  }
  std::string refusal() const {
    const auto priced = price();
    if (priced) return "none";
    return priced.error().reason + " " + priced.error().violations.at(0).pointer;
  }

  Catalogue catalogue_;
  std::vector<TaxRate> rates_;
  std::vector<ShippingMethod> methods_;
  std::vector<Promotion> promotions_;
  std::string home_;
  std::vector<StatedLine> lines_;
  StatedFigures figures_;
  CartChoices choices_;
  DeliveryTerms delivery_;
  Buyer buyer_;
  bool may_state_ = false;
};

// --- tax

TEST_F(CartTest, WithoutRulesAnOrderNeedsNoTotals) {
  const auto priced = price();
  ASSERT_TRUE(priced);
  EXPECT_FALSE(priced->totals.has_value());
  EXPECT_EQ(priced->total, (Money{1'000, kEur}));
}

TEST_F(CartTest, TheDestinationAndTheClassOfTheGoodsDecideTheTax) {
  rates_ = {rate("de", "DE", 190'000), rate("de-books", "DE", 70'000), rate("at", "AT", 200'000)};
  rates_[1].tax_class = "reduced";
  put("book", 1);
  go_to("DE");
  EXPECT_EQ(total(), 1'190 + 1'605);
  go_to("AT");  // has no reduced rate: such goods say that nothing is collected
  const auto priced = price();
  EXPECT_EQ(priced->total.amount, 1'200 + 1'500);
  EXPECT_EQ(priced->lines[1].tax->at(0).reason, TaxReason::not_collecting);
  go_to("US");
  EXPECT_EQ(total(), 2'500);
}

TEST_F(CartTest, WithoutAnAddressTheShopsOwnCountryCounts) {
  rates_ = {rate("de", "DE", 190'000)};
  EXPECT_EQ(total(), 1'000);
  home_ = "DE";
  EXPECT_EQ(total(), 1'190);
  go_to("FR");
  EXPECT_EQ(total(), 1'000);
}

TEST_F(CartTest, ARateOfTheRegionReplacesThatOfTheCountryWithItsCodeAndOthersAddUp) {
  rates_ = {rate("us", "US", 10'000, "STATE"), rate("ny", "US", 40'000, "STATE"), rate("fed", "US", 5'000, "FED")};
  rates_[1].region = "NY";
  go_to("US", "ny");
  EXPECT_EQ(total(), 1'045);
  go_to("US", "CA");
  EXPECT_EQ(total(), 1'015);
  go_to("US");
  EXPECT_EQ(total(), 1'015);
}

TEST_F(CartTest, ARateIsValidFromAndTo) {
  rates_ = {rate("old", "DE", 160'000), rate("new", "DE", 190'000)};
  rates_[0].valid_to = kNow;
  rates_[1].valid_from = kNow;
  go_to("DE");
  EXPECT_EQ(total(), 1'190);
  rates_[1].status = ShopRuleStatus::ended;
  EXPECT_EQ(price()->lines[0].tax->at(0).reason, TaxReason::not_collecting);
}

TEST_F(CartTest, PricesMayIncludeTheTax) {
  rates_ = {rate("de", "DE", 190'000)};
  rates_[0].price_includes_tax = true;
  go_to("DE");
  const auto priced = price();
  EXPECT_EQ(priced->total.amount, 1'000);
  EXPECT_EQ(priced->lines[0].net->amount, 840);
  EXPECT_EQ(priced->totals->tax_included.amount, 160);
}

TEST_F(CartTest, WhatACallerStatesCountsInPlaceOfTheRules) {
  rates_ = {rate("de", "DE", 190'000)};
  promotions_ = {percent("ten", 100'000)};
  go_to("DE");
  EXPECT_EQ(total(), 1'071);  // 9.00 + 19 %
  may_state_ = true;
  lines_[0].tax.emplace();
  EXPECT_EQ(total(), 900);
  figures_.discounts.emplace();
  EXPECT_EQ(total(), 1'000);
  may_state_ = false;
  EXPECT_EQ(refusal(), "price_not_allowed /lines/0/tax");
}

// --- shipping

TEST_F(CartTest, AMethodIsChosenAndItsPriceFollowsFromTheGoods) {
  methods_ = {method("flat", 500), method("items", 100), method("weight", 0), method("value", 0)};
  methods_[1].price.kind = ShippingPriceKind::per_item;
  methods_[2].price = {
      ShippingPriceKind::by_weight, std::nullopt, {{{1'000, {300, kEur}}, {std::nullopt, {900, kEur}}}}};
  methods_[3].price = {ShippingPriceKind::by_value, std::nullopt, {{{5'000, {400, kEur}}}}};
  EXPECT_EQ(refusal(), "shipping_method_required /shipping_method");
  put("mug", 2);  // 800 g
  const auto with = [this](const char* id) {
    choices_.shipping_method = id;
    return total() - 6'000;
  };
  EXPECT_EQ(with("flat"), 500);
  EXPECT_EQ(with("items"), 300);
  EXPECT_EQ(with("weight"), 300);
  lines_[1].quantity = 1;
  put("mug", 2);
  EXPECT_EQ(total() - 8'500, 900);  // 1,200 g
  choices_.shipping_method = "value";
  EXPECT_EQ(refusal(), "shipping_not_available /shipping_method");
  choices_.shipping_method = "train";
  EXPECT_EQ(refusal(), "unknown_shipping_method /shipping_method");
}

TEST_F(CartTest, GoodsThatAreNotShippedNeedNoMethod) {
  methods_ = {method("flat", 500)};
  lines_.clear();
  put("file", 2);
  EXPECT_EQ(total(), 1'400);
  put("tea", 1);
  EXPECT_EQ(refusal(), "shipping_method_required /shipping_method");
  may_state_ = true;
  EXPECT_EQ(total(), 2'400);
  may_state_ = false;
  const ShopRules rules({}, methods_, {});
  const Cart quote{lines_, figures_, choices_, std::nullopt, delivery_, false, buyer_, kNow, true};
  const auto priced = price_cart(quote, catalogue_, rules);
  ASSERT_TRUE(priced) << priced.error().text();
  EXPECT_TRUE(lacks_shipping_method(*priced, rules));
}

TEST_F(CartTest, AMethodGoesToItsCountriesAndIsFreeFromASum) {
  methods_ = {method("flat", 500)};
  methods_[0].countries = {"DE"};
  methods_[0].free_from = Money{1'000, kEur};
  choices_.shipping_method = "flat";
  go_to("FR");
  EXPECT_EQ(refusal(), "shipping_not_available /shipping_method");
  go_to("DE");
  EXPECT_EQ(total(), 1'000);
  promotions_ = {percent("ten", 100'000)};
  EXPECT_EQ(total(), 900 + 500);  // the goods cost less now
}

TEST_F(CartTest, ShippingIsTaxedWhereARateSaysSo) {
  methods_ = {method("flat", 500)};
  rates_ = {rate("de", "DE", 190'000)};
  choices_.shipping_method = "flat";
  go_to("DE");
  const auto untaxed = price();
  EXPECT_EQ(untaxed->total.amount, 1'190 + 500);
  EXPECT_EQ(untaxed->shipping->at(0).tax->at(0).reason, TaxReason::exempt);
  rates_[0].applies_to_shipping = true;
  EXPECT_EQ(total(), 1'190 + 595);
}

TEST_F(CartTest, TheChoicesAreThoseThatGoThereCheapestFirst) {
  methods_ = {method("air", 900), method("land", 400), method("abroad", 100)};
  methods_[2].countries = {"US"};
  go_to("DE");
  may_state_ = true;
  const auto priced = price();
  const auto choices = shipping_choices(*priced, delivery_, ShopRules({}, methods_, {}));
  ASSERT_EQ(choices.size(), 2U);
  EXPECT_EQ(choices[0].method, "land");
  EXPECT_EQ(choices[0].price, (Money{400, kEur}));
  EXPECT_EQ(choices[1].method, "air");
}

// --- promotions

TEST_F(CartTest, OfPromotionsThatDoNotCombineTheBestCounts) {
  promotions_ = {percent("five", 50'000), percent("ten", 100'000), percent("more", 80'000)};
  const auto priced = price();
  ASSERT_EQ(priced->discounts->size(), 1U);
  EXPECT_EQ(priced->discounts->at(0).promotion_id, "ten");
  EXPECT_EQ(priced->total.amount, 900);
  promotions_[0].combinable = promotions_[2].combinable = true;
  const auto both = price();  // 5 % and then 8 % take more than 10 %
  ASSERT_EQ(both->discounts->size(), 2U);
  EXPECT_EQ(both->total.amount, 874);
}

TEST_F(CartTest, ACodeIsTakenInAnyCaseAndAProblemWithItIsSaid) {
  promotions_ = {percent("half", 500'000)};
  promotions_[0].code = "HALF";
  EXPECT_EQ(total(), 1'000);
  choices_.codes = {"half"};
  EXPECT_EQ(total(), 500);
  EXPECT_EQ(price()->discounts->at(0).kind, DiscountKind::coupon);
  choices_.codes = {"other"};
  EXPECT_EQ(refusal(), "unknown_code /codes/0");
  choices_.codes = {"HALF"};
  promotions_[0].ends = kNow;
  EXPECT_EQ(refusal(), "promotion_ended /codes/0");
  promotions_[0].ends.reset();
  promotions_[0].starts = kNow + std::chrono::seconds(1);
  EXPECT_EQ(refusal(), "promotion_not_started /codes/0");
  promotions_[0].starts = kNow;
  promotions_[0].usage_limit = promotions_[0].used = 3;
  EXPECT_EQ(refusal(), "promotion_used_up /codes/0");
  promotions_[0].used = 2;
  promotions_[0].conditions.emplace().min_items = 2;
  EXPECT_EQ(refusal(), "promotion_not_applicable /codes/0");
  promotions_[0].conditions.reset();
  promotions_[0].status = ShopRuleStatus::ended;
  EXPECT_EQ(refusal(), "promotion_ended /codes/0");
}

TEST_F(CartTest, ConditionsNameGoodsSumsAndBuyers) {
  put("mug", 2);
  promotions_ = {percent("p", 100'000)};
  auto& conditions = promotions_[0].conditions.emplace();
  conditions.categories = {"kitchen"};
  EXPECT_EQ(total(), 6'000 - 500);
  conditions.min_items = 3;
  EXPECT_EQ(total(), 6'000);
  conditions.products = {"tea"};
  EXPECT_EQ(total(), 6'000 - 600);
  conditions.min_value = Money{6'001, kEur};
  EXPECT_EQ(total(), 6'000);
  conditions = {};
  conditions.first_order = true;
  EXPECT_EQ(total(), 5'400);
  buyer_.orders = 1;
  EXPECT_EQ(total(), 6'000);
  conditions = {};
  conditions.segments = {"vip"};
  EXPECT_EQ(total(), 6'000);
  buyer_.segment = Segment::vip;
  EXPECT_EQ(total(), 5'400);
}

TEST_F(CartTest, AFixedAmountIsTakenOnceOrFromEachLineAndNeverMoreThanIsLeft) {
  put("mug", 2);
  promotions_ = {promotion("f", PromotionKind::fixed)};
  promotions_[0].action.amount = Money{700, kEur};
  EXPECT_EQ(total(), 5'300);
  promotions_[0].action.target = PromotionTarget::line;
  EXPECT_EQ(total(), 4'600);
  promotions_[0].action.amount = Money{2'000, kEur};
  EXPECT_EQ(total(), 3'000);
  promotions_[0].action.amount = Money{700, kUsd};
  EXPECT_EQ(total(), 6'000);
}

TEST_F(CartTest, OfSomePiecesTheCheapestAreFree) {
  put("mug", 2);
  promotions_ = {promotion("3for2", PromotionKind::buy_x_get_y)};
  promotions_[0].action.buy = 2;
  promotions_[0].action.get = 1;
  EXPECT_EQ(total(), 5'000);  // the tea is the cheapest of three
  lines_[0].quantity = 4;     // six pieces: two are free
  EXPECT_EQ(total(), 9'000 - 2'000);
  promotions_[0].action.percent_ppm = 500'000;
  EXPECT_EQ(total(), 9'000 - 1'000);
}

TEST_F(CartTest, FreeShippingIsTakenFromShipping) {
  methods_ = {method("flat", 500)};
  choices_.shipping_method = "flat";
  promotions_ = {promotion("free", PromotionKind::free_shipping), percent("four", 40'000)};
  const auto priced = price();
  EXPECT_EQ(priced->total.amount, 1'000);
  EXPECT_EQ(priced->discounts->at(0).target, DiscountTarget::shipping);
  EXPECT_EQ(priced->totals->shipping.amount, 500);
  lines_[0].quantity = 20;  // 4 % of 200.00 is more than the shipping
  EXPECT_EQ(total(), 20'000 - 800 + 500);
}

TEST_F(CartTest, AnEmptyListOfShippingIsNone) {
  promotions_ = {promotion("free", PromotionKind::free_shipping)};
  may_state_ = true;
  figures_.shipping.emplace();
  EXPECT_EQ(total(), 1'000);
}

TEST_F(CartTest, APriceThatAgreesWithTheCatalogueMayBeStated) {
  lines_[0].unit_price = Money{1'000, kEur};
  EXPECT_EQ(total(), 1'000);
  lines_[0].unit_price = Money{999, kEur};
  EXPECT_EQ(refusal(), "price_not_allowed /lines/0/unit_price");
}

TEST_F(CartTest, AListPriceIsInTheCurrencyOfTheOrder) {
  may_state_ = true;
  figures_.shipping.emplace();
  lines_[0].list_price = Money{1'200, kUsd};
  EXPECT_EQ(refusal(), "currency_mismatch /lines/0/list_price");
  lines_[0].list_price = Money{1'200, kEur};
  EXPECT_EQ(total(), 1'000);
}

TEST_F(CartTest, AProductIsShippedOrNotAlsoWhereOneLineStatesIt) {
  may_state_ = true;
  figures_.shipping.emplace();
  put("file", 1);
  put("file", 1);
  EXPECT_EQ(total(), 2'400);
  lines_[1].requires_shipping = true;
  EXPECT_EQ(refusal(), "invalid_fields /lines/2/requires_shipping");
  lines_[2].requires_shipping = true;
  EXPECT_EQ(total(), 2'400);
}

TEST_F(CartTest, LinesCarryWhatTheCatalogueSaysAboutTheGoods) {
  put("mug", 1);
  put("file", 1);
  const auto priced = price();
  EXPECT_EQ(priced->lines[1].weight_g, 400);
  EXPECT_EQ(priced->lines[2].requires_shipping, false);
}

}  // namespace
}  // namespace ordo
