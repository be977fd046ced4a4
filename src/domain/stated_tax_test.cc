// Taxes that are stated as amounts, where no one knows the rate.
#include <gtest/gtest.h>

#include "domain/pricing.h"
#include "domain/stated_order.h"
#include "domain/test_values.h"

namespace ordo {
namespace {

class NoPrices final : public PriceList {
 public:
  std::optional<PricedProduct> listed(const ProductId& id) const override {
    return PricedProduct{id.str(), {1'000, kUsd}, {}, {}};
  }
};

StatedTax amount_of(const char* code, std::int64_t amount, Currency currency = kUsd) {
  StatedTax tax;
  tax.code = code;
  tax.amount = Money{amount, currency};
  return tax;
}

StatedTax rate_of(const char* code, std::int64_t ppm) {
  StatedTax tax;
  tax.code = code;
  tax.rate_ppm = ppm;
  return tax;
}

// Two lines, of 30.00 and of 9.99, and shipping of 5.00.
struct Bill {
  Bill() {
    lines.resize(2);
    for (std::size_t i = 0; i < lines.size(); ++i) lines[i].product_id = ProductId("p" + std::to_string(i));
    lines[0].quantity = 3;
    lines[0].unit_price = Money{1'000, kUsd};
    lines[1].quantity = 1;
    lines[1].unit_price = Money{999, kUsd};
    figures.shipping.emplace().emplace_back();
    figures.shipping->front().name = "Parcel";
    figures.shipping->front().price = {500, kUsd};
  }

  std::string problems() const {
    std::string text;
    for (const auto& one : check_stated(lines, figures)) text += one.pointer + " " + one.detail + "\n";
    return text;
  }
  Result<PricedOrder> priced() const {
    EXPECT_EQ(problems(), "");
    std::vector<RequestedLine> requested;
    for (const auto& line : lines) requested.push_back({&*line.product_id, line.quantity, &line});
    auto order = price_lines(requested, std::nullopt, NoPrices(), StatedPrices::count);
    if (!order) return order;
    if (auto stated = state_figures(lines, figures, *order); !stated) return fail(std::move(stated.error()));
    if (auto computed = compute_figures(*order); !computed) return fail(std::move(computed.error()));
    if (auto same = compare_stated(lines, figures, *order); !same) return fail(std::move(same.error()));
    return order;
  }

  std::vector<StatedLine> lines;
  StatedFigures figures;
};

std::string wrong(const PricedOrder& order) {
  std::string text;
  for (const auto& one : check_priced(order.lines, order, order.total, TextRule::enforced)) {
    text += one.pointer + " " + one.detail + "\n";
  }
  return text;
}

TEST(StatedTax, AnAmountWithoutARateCountsAsItIs) {
  for (const auto rounding : {TaxRounding::line, TaxRounding::unit, TaxRounding::order}) {
    Bill bill;
    bill.figures.tax_rounding = rounding;
    bill.lines[0].tax = {amount_of("VAT", 571), amount_of("CITY", 3)};
    bill.lines[1].tax = {rate_of("VAT", 100'000)};
    const auto order = bill.priced();
    ASSERT_TRUE(order) << order.error().text();
    EXPECT_EQ(wrong(*order), "");
    EXPECT_FALSE(order->lines[0].tax->at(0).rate_ppm);
    EXPECT_EQ(order->lines[0].tax->at(0).amount, (Money{571, kUsd}));
    EXPECT_EQ(order->lines[0].tax_total, (Money{574, kUsd}));
    EXPECT_EQ(order->lines[0].net, (Money{3'000, kUsd}));
    EXPECT_EQ(order->lines[0].total, (Money{3'574, kUsd}));
    EXPECT_EQ(order->lines[1].tax_total, (Money{100, kUsd}));
    EXPECT_EQ(order->total, (Money{3'574 + 1'099 + 500, kUsd}));
    // A tax of which the rate is known is another one.
    ASSERT_EQ(order->tax_summary->size(), 3U);
    EXPECT_EQ(order->tax_summary->at(0).amount, (Money{571, kUsd}));
    EXPECT_EQ(order->tax_summary->at(2).rate_ppm, 100'000);
  }
}

TEST(StatedTax, AnAmountMayBeInThePrice) {
  Bill bill;
  bill.lines[0].price_includes_tax = true;
  bill.lines[0].tax = {amount_of("VAT", 479)};
  bill.figures.shipping->front().price_includes_tax = true;
  bill.figures.shipping->front().tax = {amount_of("VAT", 80)};
  const auto order = bill.priced();
  ASSERT_TRUE(order) << order.error().text();
  EXPECT_EQ(wrong(*order), "");
  EXPECT_EQ(order->lines[0].net, (Money{2'521, kUsd}));
  EXPECT_EQ(order->lines[0].total, (Money{3'000, kUsd}));
  EXPECT_EQ(order->shipping->at(0).net, (Money{420, kUsd}));
  EXPECT_EQ(order->totals->tax_included, (Money{559, kUsd}));
  EXPECT_EQ(order->total, (Money{4'499, kUsd}));

  bill.lines[0].tax = {amount_of("VAT", 3'001)};
  EXPECT_EQ(bill.priced().error().reason, "tax_exceeds_line");
}

TEST(StatedTax, OfTheWholeOrderIsSplitByWhatEachPartCosts) {
  Bill bill;
  bill.figures.tax = {amount_of("VAT", 100), amount_of("CITY", 0)};
  const auto order = bill.priced();
  ASSERT_TRUE(order) << order.error().text();
  EXPECT_EQ(wrong(*order), "");
  EXPECT_EQ(order->lines[0].tax->at(0).amount.amount, 67);  // of 66.68
  EXPECT_EQ(order->lines[1].tax->at(0).amount.amount, 22);  // of 22.20
  EXPECT_EQ(order->shipping->at(0).tax->at(0).amount.amount, 11);
  EXPECT_EQ(order->lines[0].tax->size(), 2U);
  EXPECT_EQ(order->totals->tax, (Money{100, kUsd}));
  EXPECT_EQ(order->total, (Money{4'599, kUsd}));

  for (auto& line : bill.lines) line.unit_price = Money{0, kUsd};
  bill.figures.shipping->front().price.amount = 0;
  EXPECT_EQ(bill.priced().error().reason, "tax_exceeds_line");
}

TEST(StatedTax, ProblemsNameTheMember) {
  Bill bill;
  bill.lines[0].tax = {StatedTax(), rate_of("CITY", 1)};
  bill.lines[0].tax->front().code = "VAT";
  bill.lines[1].tax = {amount_of("VAT", -1)};
  bill.figures.tax = {rate_of("VAT", 190'000)};
  EXPECT_EQ(bill.problems(),
            "/lines/0/tax/0/rate_ppm is required, or an amount where the rate is not known\n"
            "/lines/0/tax/1/rate_ppm must be there for all taxes of a line, or for none\n"
            "/lines/1/tax/0/amount/amount must be a whole number from 0 to 1000000000000000\n"
            "/tax must be absent where lines or shipping state their tax\n"
            "/tax/0/rate_ppm must be absent: the tax of a whole order is an amount\n"
            "/tax/0/amount is required\n");
}

TEST(StatedTax, IsInTheCurrencyOfTheOrder) {
  const auto pointer = [](const Bill& bill) {
    const auto order = bill.priced();
    if (order || order.error().reason != "currency_mismatch") return std::string();
    return order.error().violations.at(0).pointer;
  };
  Bill of_line;
  of_line.lines[1].tax = {amount_of("VAT", 1), amount_of("CITY", 1, kEur)};
  EXPECT_EQ(pointer(of_line), "/lines/1/tax/1/amount");
  Bill of_shipping;
  of_shipping.figures.shipping->front().tax = {amount_of("VAT", 1, kEur)};
  EXPECT_EQ(pointer(of_shipping), "/shipping/0/tax/0/amount");
  Bill of_order;
  of_order.figures.tax = {amount_of("VAT", 1, kEur)};
  EXPECT_EQ(pointer(of_order), "/tax/0/amount");
}

// Another service computed the figures.
TEST(StatedTax, AWrongAmountIsFound) {
  Bill bill;
  bill.lines[0].tax = {amount_of("VAT", 571), amount_of("CITY", 3)};
  const auto order = bill.priced();
  ASSERT_TRUE(order);
  auto negative = *order;
  negative.lines[0].tax->at(0).amount.amount = -1;
  EXPECT_EQ(wrong(negative), "/lines/0/tax/0/amount/amount must be a whole number from 0 to 1000000000000000\n");
  auto more = *order;
  ++more.lines[0].tax->at(0).amount.amount;
  EXPECT_NE(wrong(more), "");
  auto mixed = *order;
  mixed.lines[0].tax->at(1).rate_ppm = 1'000;
  EXPECT_EQ(wrong(mixed), "/lines/0/tax/1/rate_ppm must be there for all taxes of a line, or for none\n");
}

TEST(StatedTax, NeedsThePermissionToStatePrices) {
  Bill bill;
  bill.figures.tax = {amount_of("VAT", 1)};
  bill.figures.shipping.reset();
  const auto refused = check_may_not_state(bill.lines, bill.figures);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0].pointer, "/tax");
}

}  // namespace
}  // namespace ordo
