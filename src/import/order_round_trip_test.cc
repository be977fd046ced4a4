// Any order that the domain can hold, written as rows of ordo's own export, comes back with the same figures.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "domain/discounts.h"
#include "import/order_statement.h"
#include "import/order_tax.h"
#include "import/testing/order_sheet.h"

namespace ordo::imports {
namespace {

const Currency kEuro = *Currency::parse("EUR");

class RandomOrder {
 public:
  explicit RandomOrder(std::uint32_t seed) : random_(seed) {}

  PricedOrder make() {
    PricedOrder order;
    order.total.currency = kEuro;
    if (pick(0, 3) == 0) order.tax_rounding = static_cast<TaxRounding>(pick(0, 2));
    if (pick(0, 3) == 0) order.rounding = Rounding::half_even;
    for (std::int64_t i = pick(1, 8); i > 0; --i) order.lines.push_back(line(order.lines.size()));
    if (pick(0, 1) == 1) {
      ShippingCharge charge;
      charge.id = "1";
      charge.name = "Parcel";
      charge.price = money(pick(0, 2'000));
      if (pick(0, 1) == 1) charge.price_includes_tax = pick(0, 1) == 1;
      charge.tax = taxes();
      order.shipping = {charge};
    }
    for (std::int64_t i = pick(0, 3); i > 0; --i) discount(order);
    EXPECT_TRUE(compute_figures(order));
    return order;
  }

 private:
  std::int64_t pick(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }
  static Money money(std::int64_t amount) { return {amount, kEuro}; }

  std::optional<std::vector<TaxLine>> taxes() {
    if (pick(0, 3) == 0) return std::nullopt;
    std::vector<TaxLine> taxes;
    for (std::int64_t i = pick(0, 2); i > 0; --i) {
      constexpr std::int64_t kRates[] = {190'000, 70'000, 88'750, 25'000, 0, 123'457};
      TaxLine tax;
      tax.code = "T" + std::to_string(i);
      const auto rate = kRates[pick(0, 5)];
      tax.rate_ppm = rate;
      if (rate == 0) tax.reason = TaxReason::export_;
      taxes.push_back(tax);
    }
    return taxes;
  }

  PricedLine line(std::size_t index) {
    const auto kind = static_cast<LineKind>(pick(0, 5) < 4 ? 0 : pick(1, 2));
    const std::int64_t top = pick(0, 19) == 0 ? 90'000'000'000 : 9'999;
    const auto pieces = pick(1, pick(0, 1) == 1 ? 3 : 400);
    const auto unit = pick(0, top);
    PricedLine line;
    if (kind == LineKind::product) {
      line = plain_line(ProductId("p" + std::to_string(index % 4)), "Mug", pieces, money(unit), money(0));
    } else {
      line.kind = kind;
      line.name = "Extra";
      line.quantity = pieces;
      line.unit_price = money(unit);
      line.total = money(0);
    }
    line.id = place_id(index);
    if (pick(0, 1) == 1) line.price_includes_tax = pick(0, 1) == 1;
    line.tax = taxes();
    return line;
  }

  void discount(PricedOrder& order) {
    Discount discount;
    discount.target = static_cast<DiscountTarget>(pick(0, 2));
    if (discount.target == DiscountTarget::shipping && !order.shipping) discount.target = DiscountTarget::order;
    discount.value_type = static_cast<DiscountValue>(pick(0, 1));
    std::vector<std::size_t> lines;
    if (discount.target == DiscountTarget::line) lines = {static_cast<std::size_t>(pick(0, order.lines.size() - 1))};
    discount.value = discount.value_type == DiscountValue::percent ? pick(0, 1'000'000) : pick(0, 300);
    PricedOrder with = order;
    // A discount that is too large is not taken.
    if (take_discount(with, discount, lines)) order = std::move(with);
  }

  std::mt19937 random_;
};

std::string decimal_cell(const Money& money) {
  return format_decimal(money);
}

Money shares_sum(const std::optional<std::vector<DiscountShare>>& shares) {
  Money sum{0, kEuro};
  for (const auto& share : shares.value_or(std::vector<DiscountShare>())) sum.amount += share.amount.amount;
  return sum;
}

// The rows as `ordo orders export --format csv` writes them, as far as figures go.
OrderSheet exported(const PricedOrder& order) {
  auto sheet = history(
      "order,currency,line_kind,product,name,quantity,unit_price,price_includes_tax,line_discount,line_tax,line_total,"
      "shipping,shipping_includes_tax,shipping_discount,shipping_tax,discount,tax,total");
  const auto totals = order.totals.value_or(OrderTotals());
  for (const auto& line : order.lines) {
    std::vector<std::string> cells = {"7",
                                      "EUR",
                                      std::string(enum_name(line.kind.value_or(LineKind::product))),
                                      line.product_id ? line.product_id->str() : "",
                                      line.name,
                                      std::to_string(line.quantity),
                                      decimal_cell(*line.unit_price),
                                      line.price_includes_tax ? (*line.price_includes_tax ? "true" : "false") : "",
                                      line.discounts ? decimal_cell(shares_sum(line.discounts)) : "",
                                      line.tax_total ? decimal_cell(*line.tax_total) : "",
                                      decimal_cell(line.total)};
    for (int i = 0; i < 4; ++i) cells.emplace_back();
    if (order.shipping) {
      const auto& charge = order.shipping->front();
      cells[11] = decimal_cell(charge.price);
      if (charge.price_includes_tax) cells[12] = *charge.price_includes_tax ? "true" : "false";
      cells[13] = decimal_cell(shares_sum(charge.discounts));
      cells[14] = decimal_cell(charge.tax_total);
    }
    cells.push_back(order.totals ? decimal_cell(totals.discounts) : "");
    cells.push_back(order.totals ? decimal_cell(totals.tax) : "");
    cells.push_back(decimal_cell(order.total));
    sheet.cells(std::move(cells));
  }
  return sheet;
}

// The figures that both have, as text: of each line and of the order.
std::string figures_of_line(const PricedLine& line, std::int64_t tax) {
  return decimal_cell(*line.unit_price) + " x " + std::to_string(line.quantity) + " - " +
         decimal_cell(shares_sum(line.discounts)) + " tax " + std::to_string(tax) + " is " + decimal_cell(line.total);
}

std::int64_t stated_tax(const std::optional<std::vector<StatedTax>>& taxes) {
  std::int64_t sum = 0;
  for (const auto& tax : taxes.value_or(std::vector<StatedTax>())) sum += tax.amount ? tax.amount->amount : 0;
  return sum;
}

TEST(OrderRoundTrip, TheFiguresOfAnExportComeBack) {
  for (std::uint32_t seed = 1; seed <= 1'500; ++seed) {
    const auto before = RandomOrder(seed).make();
    auto sheet = exported(before);
    sheet.plan();
    ASSERT_EQ(sheet.orders.size(), 1U) << "seed " << seed << " " << sheet.reasons() << " "
                                       << (sheet.refusals.empty() ? "" : sheet.refusals[0].problem.detail);
    const auto& order = sheet.orders.front();
    ASSERT_EQ(order.sum->amount, before.total.amount) << "seed " << seed;
    ASSERT_EQ(order.lines.size(), before.lines.size()) << "seed " << seed;
    auto after = computed_order(order.lines, order.figures, kEuro);
    ASSERT_TRUE(after) << "seed " << seed << " " << after.error().text();
    for (std::size_t i = 0; i < before.lines.size(); ++i) {
      const auto tax = before.lines[i].tax_total ? before.lines[i].tax_total->amount : 0;
      auto line = after->lines[i];
      // The computed figures lack taxes by amount.
      const auto stated = stated_tax(order.lines[i].tax);
      const bool added = !line.price_includes_tax.value_or(false);
      if (added) line.total.amount += stated - (line.tax_total ? line.tax_total->amount : 0);
      ASSERT_EQ(figures_of_line(line, stated), figures_of_line(before.lines[i], tax))
          << "seed " << seed << " line " << i;
    }
    if (before.shipping && before.shipping->front().price.amount > 0) {
      ASSERT_TRUE(after->shipping) << "seed " << seed;
      EXPECT_EQ(after->shipping->front().price, before.shipping->front().price) << "seed " << seed;
      EXPECT_EQ(shares_sum(after->shipping->front().discounts), shares_sum(before.shipping->front().discounts));
      EXPECT_EQ(stated_tax(order.figures.shipping->front().tax), before.shipping->front().tax_total.amount);
    }
  }
}

}  // namespace
}  // namespace ordo::imports
