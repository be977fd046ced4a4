#include "import/order_totals.h"

#include <gtest/gtest.h>

#include <random>

#include "import/order_statement.h"
#include "import/order_tax.h"

namespace ordo::imports {
namespace {

const Currency kDollar = *Currency::parse("USD");

SharedMoney once_in_file(std::int64_t amount) {
  return {amount, amount, false, false};
}
SharedMoney in_all_rows(std::int64_t amount, std::int64_t rows) {
  return {amount, amount * rows, true, false};
}

LineMoney unit_line(std::int64_t pieces, std::int64_t unit) {
  LineMoney line;
  line.pieces = pieces;
  line.unit_price = unit;
  line.by_unit = unit * pieces;
  return line;
}

LineMoney total_line(std::int64_t pieces, std::int64_t total) {
  LineMoney line;
  line.pieces = pieces;
  line.total = total;
  return line;
}

OrderMoney money_of(std::vector<LineMoney> lines) {
  OrderMoney money;
  money.currency = kDollar;
  money.lines = std::move(lines);
  return money;
}

Account account_for(const OrderMoney& money) {
  auto found = account_of(money, false);
  EXPECT_TRUE(found) << found.error().message;
  return found.value_or(Account());
}

std::string refusal_of(const OrderMoney& money) {
  const auto found = account_of(money, false);
  EXPECT_FALSE(found);
  return found ? "" : found.error().message;
}

// The account as ordo states and computes it.
struct Stated {
  PlannedOrder order;
  PricedOrder computed;
};
Stated stated_for(const OrderMoney& money, const ChargeNames& names = {}, bool accept = false) {
  Stated result;
  for (const auto& line : money.lines) {
    auto& stated = result.order.lines.emplace_back();
    stated.product_id = ProductId("mug");
    stated.quantity = line.pieces;
    if (line.is_fee) {
      stated.product_id.reset();
      stated.kind = LineKind::fee;
      stated.name = "Fee";
    }
  }
  result.order.rows.resize(money.lines.size());
  result.order.returned.resize(money.lines.size());
  result.order.cancelled.resize(money.lines.size());
  const auto found = account_of(money, accept);
  EXPECT_TRUE(found) << found.error().message;
  if (!found) return result;
  const auto done = state_account(money, *found, names, result.order);
  EXPECT_TRUE(done) << done.error().message;
  auto computed = computed_order(result.order.lines, result.order.figures, kDollar);
  EXPECT_TRUE(computed) << computed.error().message;
  if (computed) result.computed = std::move(*computed);
  return result;
}

std::int64_t stated_total(const Stated& stated) {
  return stated.order.sum ? stated.order.sum->amount : -1;
}

TEST(OrderTotals, ALineCostsItsUnitPriceTimesItsPieces) {
  auto money = money_of({unit_line(2, 4900), unit_line(1, 4900)});
  money.total = once_in_file(14700);
  EXPECT_EQ(account_for(money).sum, 14700);
}

TEST(OrderTotals, TheMeaningThatAddsUpIsRight) {
  // A column called price that is the price of all pieces.
  auto money = money_of({unit_line(3, 3000)});
  money.total = once_in_file(3000);
  EXPECT_EQ(account_for(money).lines[0].gross, 3000);
  // One called total that is the price of one piece.
  money = money_of({total_line(3, 1000)});
  money.total = once_in_file(3000);
  EXPECT_EQ(account_for(money).lines[0].gross, 3000);
  // A total of the line that is less its discount, and one that is not.
  money = money_of({total_line(1, 2500)});
  money.lines[0].discount = 500;
  money.total = once_in_file(2500);
  EXPECT_EQ(account_for(money).lines[0].gross, 3000);
  money.total = once_in_file(2000);
  EXPECT_EQ(account_for(money).lines[0].gross, 2500);
}

TEST(OrderTotals, WithoutATotalDiscountsAreWhatTheirLinesShow) {
  // A total of the line is less its discount, as its column says.
  auto money = money_of({total_line(1, 2500)});
  money.lines[0].discount = 500;
  EXPECT_EQ(account_for(money).sum, 2500);
  EXPECT_EQ(account_for(money).lines[0].gross, 3000);
  money.lines[0].discount.reset();
  money.lines[0].discount_ppm = 200'000;
  EXPECT_EQ(account_for(money).sum, 2500);
  EXPECT_EQ(account_for(money).lines[0].gross, 3125);
  // No price of 0.99 is 1.23 less 20%, and none 1.24: the total stays, without a discount.
  money.lines[0].total = 3;
  money.lines[0].discount_ppm = 999'000;
  EXPECT_EQ(account_for(money).sum, 3);
  // A column of subtotals that are less the discount, because the unit price says so.
  money = money_of({unit_line(1, 4500)});
  money.lines[0].subtotal = 4050;
  money.lines[0].discount = 450;
  EXPECT_EQ(account_for(money).sum, 4050);
  money.lines[0].subtotal = 4500;
  EXPECT_EQ(account_for(money).sum, 4050);
}

TEST(OrderTotals, ATotalThatNothingComesToIsRefusedWithBothSums) {
  auto money = money_of({unit_line(2, 3000)});
  money.shipping = once_in_file(490);
  money.discount = once_in_file(500);
  money.tax = once_in_file(1000);
  money.total = once_in_file(7000);
  const auto text = refusal_of(money);
  EXPECT_NE(text.find("70.00 USD"), std::string::npos) << text;
  EXPECT_NE(text.find("lines 60.00 - discounts 5.00 + shipping 4.90 + tax 10.00 come to 69.90 USD"), std::string::npos)
      << text;
}

TEST(OrderTotals, AnAcceptedDifferenceIsRounding) {
  auto money = money_of({unit_line(1, 1000)});
  money.total = once_in_file(1003);
  auto more = stated_for(money, {}, true);
  EXPECT_EQ(stated_total(more), 1003);
  ASSERT_EQ(more.order.lines.size(), 2U);
  EXPECT_EQ(more.order.lines[1].kind, LineKind::fee);
  EXPECT_EQ(more.order.lines[1].name, "rounding");
  money.total = once_in_file(998);
  const auto less = stated_for(money, {}, true);
  EXPECT_EQ(stated_total(less), 998);
  ASSERT_TRUE(less.order.figures.discounts);
  EXPECT_EQ(less.order.figures.discounts->front().label, "rounding");
}

TEST(OrderTotals, TaxIsInThePricesIfThatAddsUp) {
  auto money = money_of({unit_line(1, 11900)});
  money.tax = once_in_file(1900);
  money.total = once_in_file(11900);
  EXPECT_TRUE(account_for(money).lines[0].includes_tax);
  money.total = once_in_file(13800);
  EXPECT_FALSE(account_for(money).lines[0].includes_tax);
}

TEST(OrderTotals, WithoutATotalColumnsMeanWhatTheyAreCalled) {
  auto money = money_of({total_line(3, 2700)});
  money.lines[0].discount = 300;
  money.lines[0].tax = 240;
  money.lines[0].shipping = 599;
  money.lines[0].shipping_tax = 48;
  money.lines[0].shipping_discount = 599;
  const auto found = account_for(money);
  EXPECT_EQ(found.lines[0].gross, 3000);
  EXPECT_FALSE(found.lines[0].includes_tax);
  EXPECT_EQ(found.sum, 3000 - 300 + 240 + 599 + 48 - 599);
}

TEST(OrderTotals, TheDiscountOfTheOrderMayHaveThoseOfItsLinesInIt) {
  auto money = money_of({unit_line(2, 4900), unit_line(1, 4900)});
  money.lines[1].discount = 1470;
  money.discount = once_in_file(1470);
  money.subtotal = once_in_file(13230);
  money.shipping = once_in_file(690);
  money.tax = once_in_file(1105);
  money.total = once_in_file(15025);
  EXPECT_EQ(account_for(money).discount, 0);
  // Or they are two discounts.
  money.subtotal = {};
  money.total = once_in_file(15025 - 1470);
  EXPECT_EQ(account_for(money).discount, 1470);
  // Or the prices are less the discount already.
  money = money_of({total_line(1, 2000)});
  money.discount = once_in_file(500);
  money.total = once_in_file(2000);
  EXPECT_EQ(account_for(money).discount, 0);
}

TEST(OrderTotals, TheSubtotalDecidesBetweenMeaningsWithOneSum) {
  auto money = money_of({total_line(2, 2000)});
  money.lines[0].unit_price = 1500;
  money.lines[0].by_unit = 3000;
  money.discount = once_in_file(1000);
  money.subtotal = once_in_file(3000);
  money.total = once_in_file(2000);
  const auto found = account_for(money);
  EXPECT_EQ(found.lines[0].gross, 3000);
  EXPECT_EQ(found.lines[0].discount + found.discount, 1000);
}

TEST(OrderTotals, AnAmountInAllRowsCountsOnceOrIsSummed) {
  auto money = money_of({unit_line(1, 1000), unit_line(1, 1000)});
  money.shipping = in_all_rows(500, 2);
  money.total = in_all_rows(2500, 2);
  EXPECT_EQ(account_for(money).shipping, 500);
  money.total = in_all_rows(1500, 2);
  EXPECT_EQ(account_for(money).shipping, 1000) << "each row has its own part";
}

TEST(OrderTotals, ATotalMayBeThatOfTheRow) {
  auto money = money_of({unit_line(1, 1250), unit_line(1, 1250)});
  money.total = in_all_rows(1250, 2);
  EXPECT_EQ(account_for(money).sum, 2500);
}

TEST(OrderTotals, TaxOfShippingIsInTheTaxOrBesideIt) {
  auto money = money_of({total_line(1, 5000)});
  money.lines[0].tax = 950;
  money.shipping = once_in_file(490);
  money.shipping_tax = once_in_file(93);
  money.tax = once_in_file(1043);
  money.total = once_in_file(6533);
  auto found = account_for(money);
  EXPECT_TRUE(found.tax_by_line);
  EXPECT_EQ(found.shipping_tax, 93);
  money.tax = once_in_file(950);
  found = account_for(money);
  EXPECT_TRUE(found.tax_by_line);
  EXPECT_EQ(found.shipping_tax, 93);
  // The rest of the whole is that of shipping.
  money.shipping_tax = {};
  money.tax = once_in_file(1043);
  EXPECT_EQ(account_for(money).shipping_tax, 93);
}

TEST(OrderTotals, ReturnedAndCancelledPiecesMayBeOutOfTheTotal) {
  auto money = money_of({unit_line(2, 1000)});
  money.returned = 1000;
  money.total = once_in_file(1000);
  EXPECT_EQ(account_for(money).sum, 2000);
  money = money_of({unit_line(1, 1000), unit_line(1, 500)});
  money.lines[1].is_cancelled = true;
  money.total = once_in_file(1000);
  const auto found = account_for(money);
  EXPECT_EQ(found.sum, 1500);
  EXPECT_TRUE(found.is_net_of_cancelled);
}

TEST(OrderTotals, ADiscountAboveTheGoodsIsOneOfShippingToo) {
  auto money = money_of({unit_line(1, 1000)});
  money.shipping = once_in_file(500);
  money.discount = once_in_file(1200);
  money.total = once_in_file(300);
  const auto found = stated_for(money);
  EXPECT_EQ(stated_total(found), 300);
  ASSERT_TRUE(found.order.figures.discounts);
  EXPECT_EQ(found.order.figures.discounts->size(), 2U);
}

TEST(OrderTotals, AmountsBeyondReasonMakeNoSum) {
  // A discount above the goods makes a sum only if the prices are less it already. Nothing says that they are.
  auto above = money_of({unit_line(1, 1000)});
  above.discount = once_in_file(2000);
  EXPECT_EQ(account_of(above, false).error().reason, "bad_amounts");
  EXPECT_EQ(account_of(above, true).error().reason, "bad_amounts");
  auto money = money_of({unit_line(1, 1000)});
  money.lines[0].discount = 2000;
  EXPECT_NE(refusal_of(money).find("above"), std::string::npos);
}

TEST(OrderTotals, TheOnlyLineCostsTheRestOfTheTotal) {
  auto money = money_of({LineMoney()});
  money.shipping = once_in_file(500);
  money.total = once_in_file(2500);
  EXPECT_EQ(price_from_total(money), 2000);
  money.lines.emplace_back();
  EXPECT_EQ(price_from_total(money), std::nullopt);
}

TEST(OrderTotals, APriceThatPiecesDoNotShareKeepsItsLine) {
  auto money = money_of({total_line(3, 1000)});
  money.total = once_in_file(1000);
  const auto found = stated_for(money);
  EXPECT_EQ(stated_total(found), 1000);
  ASSERT_EQ(found.order.lines.size(), 1U);
  EXPECT_EQ(found.order.lines[0].unit_price->amount, 334);
  ASSERT_TRUE(found.order.figures.discounts);
  EXPECT_EQ(found.order.figures.discounts->front().value, 2);
}

TEST(OrderTotals, ARoundedUnitPriceGivesWayToTheExactTotalOfItsLine) {
  auto money = money_of({unit_line(3, 840)});
  money.lines[0].total = 2521;
  EXPECT_EQ(account_for(money).lines[0].gross, 2521);
  // But not when more is missing than rounding takes.
  money.lines[0].total = 2523;
  EXPECT_EQ(account_for(money).lines[0].gross, 2520);
}

TEST(OrderTotals, DiscountsOfLinesThatAreSharesOfOneAreOne) {
  auto money = money_of({unit_line(1, 3000), unit_line(1, 1000)});
  money.lines[0].discount = 300;
  money.lines[1].discount = 100;
  auto found = stated_for(money, {std::nullopt, "SPRING", "eBay"});
  ASSERT_TRUE(found.order.figures.discounts);
  ASSERT_EQ(found.order.figures.discounts->size(), 1U);
  EXPECT_EQ(found.order.figures.discounts->front().code, "SPRING");
  money.lines[1].discount = 0;
  found = stated_for(money);
  EXPECT_EQ(found.order.figures.discounts->front().target, DiscountTarget::line);
  EXPECT_EQ(found.computed.lines[0].total.amount, 2700);
}

TEST(OrderTotals, AnOrderWithManyDiscountedLinesHasRoomForThem) {
  std::vector<LineMoney> lines;
  for (int i = 0; i < 300; ++i) {
    lines.push_back(unit_line(2, 1000 + i));
    lines.back().discount = 2 * (1 + i % 7);
  }
  const auto found = stated_for(money_of(lines));
  EXPECT_FALSE(found.order.figures.discounts) << "the prices took them in";
  EXPECT_EQ(found.order.lines[6].list_price->amount, 1006);
  EXPECT_EQ(found.order.lines[6].unit_price->amount, 999);
  for (auto& line : lines) line.discount = *line.discount - 1;
  PlannedOrder order;
  order.lines.resize(lines.size());
  for (auto& line : order.lines) line.quantity = 2;
  const auto money = money_of(lines);
  const auto done = state_account(money, account_for(money), {}, order);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, "too_many_discounts");
}

TEST(OrderTotals, PerCentOfLinesStayPerCent) {
  auto money = money_of({unit_line(1, 1999), unit_line(1, 1000), unit_line(1, 500)});
  money.lines[0].discount_ppm = 100'000;
  money.lines[1].discount_ppm = 100'000;
  const auto found = stated_for(money);
  ASSERT_TRUE(found.order.figures.discounts);
  ASSERT_EQ(found.order.figures.discounts->size(), 1U);
  EXPECT_EQ(found.order.figures.discounts->front().value_type, DiscountValue::percent);
  EXPECT_EQ(found.computed.lines[0].total.amount, 1799);
}

// --- taxes

TEST(OrderTax, TheRateIsTheOneWithFewDigits) {
  const auto vat = roundest_rate(3598, 574, true);
  ASSERT_TRUE(vat);
  EXPECT_EQ(vat->ppm, 190'000);
  const auto sales = roundest_rate(6599, 322, false);
  ASSERT_TRUE(sales);
  EXPECT_EQ(sales->ppm, 48'750);
  EXPECT_FALSE(roundest_rate(1000, 1001, false)) << "more than all of it";
  EXPECT_FALSE(roundest_rate(0, 5, false));
  EXPECT_FALSE(roundest_rate(100, 100, true)) << "all of the price is tax";
  EXPECT_FALSE(roundest_rate(999'999'999'999, 77'777'777'777, false)) << "no rate is fine enough";
}

TEST(OrderTax, TheRateInAName) {
  EXPECT_EQ(rate_in_name("US State Tax 8%"), 80'000);
  EXPECT_EQ(rate_in_name("MwSt 19,5 %"), 195'000);
  EXPECT_EQ(rate_in_name("8.875% NY"), 88'750);
  EXPECT_EQ(rate_in_name("VAT"), std::nullopt);
  EXPECT_EQ(rate_in_name("% off"), std::nullopt);
}

TEST(OrderTax, TheNamedRateIsStatedWhereItGivesTheAmount) {
  auto money = money_of({unit_line(3, 2499), unit_line(1, 850)});
  money.shipping = once_in_file(799);
  money.discount = once_in_file(1000);
  money.taxes = {{"NY 4%", 326}, {"NYC 4.875%", 397}};
  money.tax = once_in_file(723);
  money.total = once_in_file(8869);
  const auto found = stated_for(money);
  EXPECT_EQ(stated_total(found), 8869);
  ASSERT_TRUE(found.order.lines[0].tax);
  ASSERT_EQ(found.order.lines[0].tax->size(), 2U);
  EXPECT_EQ(found.order.lines[0].tax->front().code, "NY");
  EXPECT_EQ(found.order.lines[0].tax->front().label, "NY 4%");
  EXPECT_EQ(found.order.lines[0].tax->front().rate_ppm, 40'000);
  EXPECT_EQ(found.order.lines[0].tax->back().rate_ppm, 48'750);
  EXPECT_TRUE(found.order.figures.shipping->front().tax) << "shipping is taxed as well";
}

TEST(OrderTax, TaxesOfLinesHaveTheRatesThatGiveThem) {
  auto money = money_of({unit_line(2, 1999), unit_line(1, 1200)});
  money.lines[0].tax = 638;
  money.lines[1].tax = 79;
  money.prices_include_tax = true;
  money.total = once_in_file(5198);
  const auto found = stated_for(money);
  ASSERT_TRUE(found.order.lines[0].tax && found.order.lines[1].tax);
  EXPECT_EQ(found.order.lines[0].tax->front().rate_ppm, 190'000);
  EXPECT_EQ(found.order.lines[1].tax->front().rate_ppm, 70'000);
  EXPECT_EQ(found.computed.lines[0].tax_total->amount, 638);
}

TEST(OrderTax, AnAmountWithoutAFittingRateIsStatedAlone) {
  auto money = money_of({unit_line(1, 999'999'999'999)});
  money.lines[0].tax = 77'777'777'777;
  money.total = once_in_file(1'077'777'777'776);
  const auto found = stated_for(money);
  ASSERT_TRUE(found.order.lines[0].tax);
  EXPECT_TRUE(is_by_amount(found.order.lines[0].tax->front()));
  EXPECT_EQ(stated_total(found), 1'077'777'777'776);
}

TEST(OrderTax, NoOtherRateContradictsThatOfTheFile) {
  auto money = money_of({unit_line(1, 13'230)});
  money.taxes = {{"State Tax 8%", 1'105}};
  money.tax = once_in_file(1'105);
  money.total = once_in_file(14'335);
  const auto spread = stated_for(money);
  ASSERT_TRUE(spread.order.lines[0].tax);
  EXPECT_TRUE(is_by_amount(spread.order.lines[0].tax->front()));
  money.taxes.clear();
  money.tax = {};
  money.lines[0].tax = 1'105;
  money.lines[0].tax_ppm = 80'000;
  const auto of_line = stated_for(money);
  EXPECT_TRUE(is_by_amount(of_line.order.lines[0].tax->front()));
  money.lines[0].tax_ppm.reset();
  EXPECT_FALSE(is_by_amount(stated_for(money).order.lines[0].tax->front()));
}

TEST(OrderTax, ARateWithoutAmountsIsComputed) {
  auto money = money_of({unit_line(1, 12'000), unit_line(1, 2'250)});
  money.lines[0].tax_ppm = money.lines[1].tax_ppm = 190'000;
  auto found = stated_for(money);
  EXPECT_EQ(stated_total(found), 14'250 + 2'280 + 428);
  EXPECT_EQ(found.order.lines[1].tax->front().rate_ppm, 190'000);
  money.total = once_in_file(14'250);
  found = stated_for(money);
  EXPECT_EQ(found.order.lines[0].price_includes_tax, true);
  EXPECT_EQ(stated_total(found), 14'250);
}

TEST(OrderTax, TheMarketplaceCollectsItsOwn) {
  auto money = money_of({unit_line(1, 2000)});
  money.marketplace_tax = once_in_file(160);
  money.total = once_in_file(2160);
  auto found = stated_for(money, {std::nullopt, std::nullopt, "eBay"});
  ASSERT_TRUE(found.order.lines[0].tax);
  EXPECT_EQ(found.order.lines[0].tax->front().collected_by, "eBay");
  // Not a part of what the order comes to.
  money.total = once_in_file(2000);
  found = stated_for(money);
  EXPECT_EQ(stated_total(found), 2000);
  EXPECT_FALSE(found.order.lines[0].tax);
}

// Whatever amounts a file has: if they make a sum, ordo's arithmetic comes to it.
TEST(OrderTotals, WhatIsStatedComesToWhatTheFileSays) {
  std::mt19937 random(20240305);
  const auto pick = [&](std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
  };
  int fitted = 0;
  for (int round = 0; round < 3'000; ++round) {
    OrderMoney money = money_of({});
    std::int64_t total = 0;
    const bool included = pick(0, 1) == 1;
    const bool by_line = pick(0, 1) == 1;
    for (std::int64_t i = pick(1, 6); i > 0; --i) {
      auto line = pick(0, 1) == 1 ? unit_line(pick(1, 9), pick(0, 99'999)) : total_line(pick(1, 9), pick(0, 999'999));
      const auto gross = line.by_unit ? *line.by_unit : *line.total;
      if (pick(0, 2) == 0) line.discount = pick(0, gross);
      const auto rest = gross - line.discount.value_or(0);
      if (by_line) line.tax = pick(0, rest / 3);
      total += rest + (included ? 0 : line.tax.value_or(0));
      money.lines.push_back(line);
    }
    if (pick(0, 1) == 1) {
      money.shipping = once_in_file(pick(1, 2'000));
      total += *money.shipping.first;
    }
    if (!by_line && pick(0, 1) == 1) {
      money.tax = once_in_file(pick(0, total / 4));
      if (!included) total += *money.tax.first;
    }
    money.total = once_in_file(total);
    const auto found = account_of(money, false);
    if (!found) continue;
    ++fitted;
    const auto result = stated_for(money);
    ASSERT_EQ(stated_total(result), total) << "round " << round;
    ASSERT_EQ(result.computed.total.amount, total) << "round " << round;
  }
  EXPECT_EQ(fitted, 3'000) << "a sum that is right was not found";
}

}  // namespace
}  // namespace ordo::imports
