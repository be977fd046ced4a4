#include <gtest/gtest.h>

#include <limits>
#include <map>

#include "domain/money.h"
#include "domain/pricing.h"
#include "domain/product.h"
#include "domain/stock.h"
#include "domain/test_values.h"

namespace ordo {
namespace {

const Currency kJpy = *Currency::parse("JPY");
const Currency kKwd = *Currency::parse("KWD");

TEST(Money, ParsesExactly) {
  EXPECT_EQ(parse_money("19.99", kUsd)->amount, 1999);
  EXPECT_EQ(parse_money("-0.05", kUsd)->amount, -5);
  EXPECT_EQ(parse_money("19.9900", kUsd)->amount, 1999);
  EXPECT_EQ(parse_money("0.1e1", kUsd)->amount, 100);
  EXPECT_EQ(parse_money("1e3", kJpy)->amount, 1000);
  EXPECT_EQ(parse_money("1.234", kKwd)->amount, 1234);
  EXPECT_EQ(parse_money("0", kUsd)->amount, 0);
  EXPECT_EQ(parse_money("10000000000000.00", kUsd)->amount, kMaxAmount);
  EXPECT_EQ(parse_money("-10000000000000.00", kUsd)->amount, -kMaxAmount);
}

TEST(Money, RefusesWhatItCannotHold) {
  for (const auto* bad : {"", "-", ".", "1.2.3", "1,5", "abc", "1e", "1e999", "0x10", " 1", "1 ", "--1", "NaN"}) {
    EXPECT_FALSE(parse_money(bad, kUsd).has_value()) << bad;
  }
  EXPECT_EQ(parse_money("1.999", kUsd).error().reason, "bad_amount");
  EXPECT_EQ(parse_money("0.5", kJpy).error().reason, "bad_amount");
  EXPECT_EQ(parse_money("10000000000000.01", kUsd).error().reason, "amount_overflow");
  EXPECT_EQ(parse_money("92233720368547758.08", kUsd).error().reason, "amount_overflow");
  EXPECT_EQ(parse_money("1e50", kUsd).error().reason, "amount_overflow");
  EXPECT_FALSE(parse_money(std::string(65, '1'), kUsd).has_value());
}

TEST(Money, FormatsWhatItParses) {
  for (const auto* text : {"0.00", "0.05", "-0.05", "12.30", "10000000000000.00", "-10000000000000.00"}) {
    EXPECT_EQ(format_decimal(*parse_money(text, kUsd)), text);
  }
  // Amounts from before there was a bound.
  EXPECT_EQ(format_decimal({std::numeric_limits<std::int64_t>::min(), kUsd}), "-92233720368547758.08");
  EXPECT_EQ(format_decimal({1000, kJpy}), "1000");
  EXPECT_EQ(format_decimal({5, kKwd}), "0.005");
}

TEST(Money, OverflowIsAnError) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(add({kMax, kUsd}, {1, kUsd}).error().reason, "amount_overflow");
  EXPECT_EQ(multiply({kMax / 2, kUsd}, 3).error().reason, "amount_overflow");
  EXPECT_EQ(add({kMaxAmount, kUsd}, {1, kUsd}).error().reason, "amount_overflow");
  EXPECT_EQ(multiply({kMaxAmount / 2, kUsd}, 3).error().reason, "amount_overflow");
  EXPECT_EQ(multiply({kMaxAmount / 2, kUsd}, 2)->amount, kMaxAmount);
  EXPECT_EQ(add({1, kUsd}, {1, kJpy}).error().reason, "currency_mismatch");
}

TEST(Currency, KnowsItsCodes) {
  EXPECT_EQ(kUsd.exponent(), 2);
  EXPECT_EQ(kJpy.exponent(), 0);
  EXPECT_EQ(kKwd.exponent(), 3);
  for (const auto* bad : {"usd", "US", "USDX", "ZZZ", "", "D A", "XXX"})
    EXPECT_FALSE(Currency::parse(bad).has_value()) << bad;
}

TEST(Ids, TellWhatIsWrong) {
  EXPECT_EQ(id_problem("BANK CHARGES"), "");
  EXPECT_EQ(id_problem("85123A"), "");
  for (const auto* bad : {"", " a", "a ", "a/b", "a\nb", "é", "a\"b", "{}"}) EXPECT_NE(id_problem(bad), "") << bad;
  EXPECT_NE(id_problem(std::string(129, 'a')), "");
}

TEST(Ids, WhatIsNewIsNoStepInAPath) {
  for (const auto* step : {".", ".."}) {
    EXPECT_NE(new_id_problem(step), "");
    EXPECT_NE(new_customer_id_problem(step), "");
    EXPECT_EQ(id_problem(step), "");  // stored before
    EXPECT_EQ(new_id_problem(step, TextRule::as_written), "");
    EXPECT_EQ(new_customer_id_problem(step, TextRule::as_written), "");
  }
  EXPECT_EQ(new_id_problem("..."), "");
  EXPECT_NE(new_id_problem("a/b"), "");
  EXPECT_EQ(new_customer_id_problem("Ж."), "");
}

TEST(Ids, ACustomersMayBeANameInAnyScript) {
  for (const auto* good :
       {"Nguyễn Văn A", "u1", "77", "李雷", "Ж", "Ñandú.2", "𠮷野", "ann@example.com", "Zoe\u0308"}) {
    EXPECT_EQ(customer_id_problem(good), "") << good;
  }
  // A slash, quotes; a no-break space, a zero-width one, a direction mark, a line separator, a control; half a letter.
  for (const auto* bad : {"", " a", "a ", "a/b", "a\nb", "O\"B", "{}", "a\u00a0b", "a\u200bb", "a\u202eb", "a\u2028b",
                          "a\u0085b", "\ufeffa", "\ue000", "\xe1\xbb", "\xff"}) {
    EXPECT_NE(customer_id_problem(bad), "") << bad;
  }
  std::string longest;
  for (int i = 0; i < 128; ++i) longest += "ễ";
  EXPECT_EQ(customer_id_problem(longest), "");
  EXPECT_NE(customer_id_problem(longest + "a"), "");
  // Other ids do not allow all the characters of customer ids.
  EXPECT_NE(id_problem("Nguyễn Văn A"), "");
}

class Prices : public PriceList {
 public:
  std::map<ProductId, PricedProduct> products;
  std::optional<PricedProduct> listed(const ProductId& id) const override {
    const auto found = products.find(id);
    return found == products.end() ? std::nullopt : std::optional(found->second);
  }
};

// Which may cost a read for each line.
const ProductId kP("p");
const ProductId kA("a");
const ProductId kZz("zz");
const ProductId kY("y");
const ProductId kBig("big");
const ProductId kSlash("a/b");

TEST(Pricing, AnOrderOfUnknownProductsIsGivenUp) {
  class Counting : public PriceList {
   public:
    std::optional<PricedProduct> listed(const ProductId&) const override { return std::nullopt; }
    Result<std::optional<PricedProduct>> find(const ProductId& id) const override {
      if (++asked > 20) return fail(ErrorCode::kUnavailable, "asked_too_often", id.str());
      return std::nullopt;
    }
    mutable int asked = 0;
  };
  const Counting prices;
  const std::vector<RequestedLine> lines(kMaxOrderLines, RequestedLine{&kP, 1});
  EXPECT_FALSE(all_listed(lines, prices));
  const auto priced = price_lines(lines, {}, prices);
  ASSERT_FALSE(priced);
  EXPECT_EQ(priced.error().reason, "unknown_product");
  EXPECT_EQ(priced.error().violations.size(), 20U);
}

TEST(Pricing, PricesLinesAndNamesEachProblem) {
  Prices prices;
  prices.products[ProductId("a")] = {"A", {150, kUsd}};
  prices.products[ProductId("y")] = {"Y", {100, kJpy}};
  prices.products[ProductId("big")] = {"Big", {std::numeric_limits<std::int64_t>::max() / 2, kUsd}};
  const RequestedLine good[] = {{&kA, 2}, {&kA, 1}};
  EXPECT_EQ(price_lines(good, std::nullopt, prices)->total, (Money{450, kUsd}));
  const RequestedLine unknown[] = {{&kA, 2}, {&kZz, 1}};
  EXPECT_EQ(price_lines(unknown, std::nullopt, prices).error().violations.at(0).pointer, "/lines/1/product_id");
  const RequestedLine mixed[] = {{&kA, 2}, {&kY, 1}};
  EXPECT_EQ(price_lines(mixed, std::nullopt, prices).error().reason, "currency_mismatch");
  const RequestedLine large[] = {{&kBig, 3}};
  EXPECT_EQ(price_lines(large, std::nullopt, prices).error().reason, "amount_overflow");
  const RequestedLine wrong[] = {{&kSlash, 0}, {&kA, 1'000'001}};
  const auto violations = check_lines(wrong, "/lines", "product_id");
  ASSERT_EQ(violations.size(), 3U);
  EXPECT_EQ(violations[2].pointer, "/lines/1/quantity");
  EXPECT_EQ(check_lines({}, "/lines", "product_id").size(), 1U);
  const std::vector<RequestedLine> most(kMaxOrderLines, {&kA, 1});
  EXPECT_TRUE(check_lines(most, "/lines", "product_id").empty());
  const std::vector<RequestedLine> many(kMaxOrderLines + 1, {&kA, 1});
  EXPECT_EQ(check_lines(many, "/lines", "product_id").at(0).pointer, "/lines");
}

TEST(Product, HasNoPriceBelowZero) {
  ChangeProduct change;
  change.id = ProductId("a");
  change.name = "Mug";
  change.price = Money{-1, kUsd};
  EXPECT_EQ(decide(nullptr, change, Timestamp()).error().reason, "negative_price");
  change.price->amount = 0;
  EXPECT_TRUE(decide(nullptr, change, Timestamp()));
}

TEST(Product, KeepsTheTraitsThatTaxesAndShippingNeed) {
  ChangeProduct change;
  change.id = ProductId("a");
  change.name = "Mug";
  change.price = Money{5, kUsd};
  change.tax_class = "food";
  change.weight_g = 350;
  change.requires_shipping = false;
  auto product = *decide(nullptr, change, Timestamp());
  EXPECT_EQ(traits_of(product), (ProductTraits{"food", 350, false}));
  ChangeProduct update;
  update.action = ProductAction::update;
  update.id = change.id;
  update.weight_g = 400;
  product = *decide(&product, update, Timestamp());
  EXPECT_EQ(traits_of(product), (ProductTraits{"food", 400, false}));
  traits_of(update) = {"", 0, true};
  EXPECT_EQ(traits_of(*decide(&product, update, Timestamp())), ProductTraits()) << "the usual values are not stored";
  update.action = ProductAction::remove;
  product = *decide(&product, update, Timestamp());
  traits_of(change) = {};
  EXPECT_EQ(traits_of(*decide(&product, change, Timestamp())), ProductTraits()) << "a create begins with none";
  std::vector<Violation> found;
  check_traits({std::string(65, 'x'), 1'000'000'001, {}}, TextRule::enforced, found);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].pointer, "/weight_g");
}

TEST(Stock, CountsAndAdjustmentsStayInRange) {
  StockLevel level;
  EXPECT_EQ(count_stock(level, 5)->on_hand, 5);
  EXPECT_EQ(count_stock(level, -1).error().reason, "bad_quantity");
  EXPECT_EQ(count_stock(level, kMaxStock + 1).error().reason, "bad_quantity");
  level = *count_stock(level, 5);
  level.reserved = 3;
  EXPECT_EQ(adjust_stock(level, -6).error().reason, "negative_stock");
  const auto lower = adjust_stock(level, -4);
  EXPECT_EQ(lower->on_hand, 1);
  EXPECT_EQ(available(*lower), -2);  // the warehouse knows better; no reservation did this
  EXPECT_EQ(lower->on_hand, lower->counted + lower->adjusted - lower->shipped + lower->returned);
  EXPECT_EQ(adjust_stock(*count_stock(level, kMaxStock), 1).error().reason, "bad_quantity");
  level.on_hand = -3;  // shipped beyond what was counted
  EXPECT_EQ(adjust_stock(level, 1)->on_hand, -2);
  EXPECT_EQ(adjust_stock(level, -1).error().reason, "negative_stock");
}

TEST(Stock, TheFiguresExplainEachOther) {
  const auto explained = [](const StockLevel& level) {
    return level.counted + level.adjusted - level.shipped + level.returned;
  };
  StockLevel level = *count_stock(StockLevel{}, 10);
  reserve(level, 7);
  ship(level, 5);
  EXPECT_EQ(level.on_hand, 5);
  EXPECT_EQ(level.reserved, 2);  // shipped goods are no longer reserved
  put_back(level, 1);
  EXPECT_EQ(level.on_hand, explained(level));
  // A count starts again: it includes all earlier movements.
  level = *count_stock(level, 20);
  EXPECT_EQ(level.on_hand, explained(level));
  EXPECT_EQ(level.reserved, 2);
}

TEST(Stock, SubtractsBesideAProductThatIsNotThere) {
  bool enough = true;
  const std::vector<StockLine> cup_and_tea = {{kCup, 1}, {kTea, 2}};
  const std::vector<StockLine> tea = {{kTea, 2}};
  EXPECT_EQ(subtract_lines(tea, cup_and_tea, enough), std::vector<StockLine>());
  EXPECT_FALSE(enough);
}

TEST(Stock, ReleaseUndoesReserve) {
  StockLevel level = *count_stock(StockLevel{}, 10);
  const StockLevel before = level;
  reserve(level, 7);
  EXPECT_EQ(available(level), 3);
  release(level, 7);
  EXPECT_EQ(level, before);
  EXPECT_DEATH(reserve(level, 11), "CHECK failed");
  EXPECT_DEATH(release(level, 1), "CHECK failed");
}

TEST(Product, RemembersABoundedNumberOfChanges) {
  ChangeProduct change;
  change.id = ProductId("p");
  change.name = "Tea";
  change.price = Money{1, kUsd};
  change.change_id = "c0";
  auto product = *decide(nullptr, change, Timestamp());
  change.action = ProductAction::update;
  for (int i = 1; i < 30; ++i) {
    change.change_id = "c" + std::to_string(i);
    change.name = "Tea " + std::to_string(i);
    product = *decide(&product, change, Timestamp());
  }
  EXPECT_EQ(product.recent_changes.size(), kRememberedChanges);
  change.name = "not again";
  EXPECT_EQ(decide(&product, change, Timestamp())->name, "Tea 29");  // c29 was seen
}

}  // namespace
}  // namespace ordo
