// The invoices of docs/pricing.md, with figures made by hand, and what holds for the figures of any order.
#include "domain/order_figures.h"

#include <gtest/gtest.h>

#include <random>

#include "domain/pricing.h"
#include "domain/stated_order.h"
#include "domain/test_values.h"

namespace ordo {
namespace {

const Currency kVnd = *Currency::parse("VND");

class NoCatalogue final : public PriceList {
 public:
  std::optional<PricedProduct> listed(const ProductId& id) const override {
    return PricedProduct{"Product " + id.str(), {1'000, kUsd}};
  }
};

// An order as a caller with the permission states it.
struct Stated {
  std::vector<StatedLine> lines;
  StatedFigures figures;

  StatedLine& line(std::int64_t quantity, Money price) {
    StatedLine& made = lines.emplace_back();
    made.product_id = ProductId("p" + std::to_string(lines.size()));
    made.quantity = quantity;
    made.unit_price = price;
    return made;
  }
  StatedShipping& shipping(Money price) {
    if (!figures.shipping) figures.shipping.emplace();
    StatedShipping& made = figures.shipping->emplace_back();
    made.name = "Parcel";
    made.price = price;
    return made;
  }
  StatedDiscount& discount(DiscountTarget target, DiscountValue type, std::int64_t value) {
    if (!figures.discounts) figures.discounts.emplace();
    StatedDiscount& made = figures.discounts->emplace_back();
    made.target = target;
    made.value_type = type;
    made.value = value;
    return made;
  }

  std::vector<Violation> problems() const { return check_stated(lines, figures); }
  Result<PricedOrder> priced() const {
    std::vector<RequestedLine> requested;
    for (const auto& line : lines)
      requested.push_back({line.product_id ? &*line.product_id : nullptr, line.quantity, &line});
    auto order = price_lines(requested, std::nullopt, NoCatalogue(), StatedPrices::count);
    if (!order) return order;
    if (auto stated = state_figures(lines, figures, *order); !stated) return fail(std::move(stated.error()));
    if (auto computed = compute_figures(*order); !computed) return fail(std::move(computed.error()));
    if (auto same = compare_stated(lines, figures, *order); !same) return fail(std::move(same.error()));
    return order;
  }
};

std::vector<StatedTax> tax(const char* code, std::int64_t rate, std::optional<TaxReason> reason = std::nullopt) {
  return {{{code, std::nullopt, rate, reason, std::nullopt}, std::nullopt}};
}

std::string text_of(const std::vector<Violation>& violations) {
  std::string text;
  for (const auto& violation : violations) text += violation.pointer + ": " + violation.detail + "\n";
  return text;
}

std::vector<std::int64_t> amounts(const OrderTotals& totals) {
  return {totals.items.amount, totals.discounts.amount,    totals.shipping.amount, totals.fees.amount,
          totals.tax.amount,   totals.tax_included.amount, totals.total.amount};
}

// {net, tax, total}
template <class Carrier>
std::vector<std::int64_t> figures(const Carrier& carrier) {
  return {std::optional<Money>(carrier.net)->amount, std::optional<Money>(carrier.tax_total)->amount,
          carrier.total.amount};
}

void expect_checked(const PricedOrder& order) {
  EXPECT_EQ(text_of(check_priced(order.lines, order, order.total, TextRule::enforced)), "");
}

// Germany: prices include 19 % and 7 %; 10 % off the order.
TEST(Invoice, IncludedTaxWithADiscount) {
  Stated stated;
  stated.line(2, {1'999, kEur}).tax = tax("VAT", 190'000);
  stated.line(1, {1'200, kEur}).tax = tax("VAT", 70'000, TaxReason::reduced);
  for (auto& line : stated.lines) line.price_includes_tax = true;
  auto& parcel = stated.shipping({490, kEur});
  parcel.tax = tax("VAT", 190'000);
  parcel.price_includes_tax = true;
  stated.discount(DiscountTarget::order, DiscountValue::percent, 100'000);
  ASSERT_EQ(text_of(stated.problems()), "");

  const auto order = stated.priced();
  ASSERT_TRUE(order) << order.error().text();
  expect_checked(*order);
  EXPECT_EQ(figures(order->lines[0]), (std::vector<std::int64_t>{3'024, 574, 3'598}));
  EXPECT_EQ(figures(order->lines[1]), (std::vector<std::int64_t>{1'009, 71, 1'080}));
  EXPECT_EQ(figures(order->shipping->at(0)), (std::vector<std::int64_t>{412, 78, 490}));
  EXPECT_EQ(order->lines[0].discounts->at(0), (DiscountShare{"1", {400, kEur}}));
  EXPECT_EQ(order->lines[1].discounts->at(0), (DiscountShare{"1", {120, kEur}}));
  EXPECT_EQ(amounts(*order->totals), (std::vector<std::int64_t>{5'198, 520, 490, 0, 723, 723, 5'168}));
  EXPECT_EQ(order->total, (Money{5'168, kEur}));
  ASSERT_EQ(order->tax_summary->size(), 2U);
  EXPECT_EQ(order->tax_summary->at(0).net.amount, 3'436);
  EXPECT_EQ(order->tax_summary->at(0).amount.amount, 652);
  EXPECT_EQ(order->tax_summary->at(1).net.amount, 1'009);
  EXPECT_EQ(order->tax_summary->at(1).amount.amount, 71);
}

// New York City: a tax of the state and one of the city on top, on shipping too; a coupon of 10.00.
TEST(Invoice, TaxOnTopWithTaxedShipping) {
  const auto taxes = [] {
    auto both = tax("NY", 40'000);
    both.push_back(tax("NYC", 48'750).front());
    return both;
  };
  Stated stated;
  stated.line(3, {2'499, kUsd}).tax = taxes();
  stated.line(1, {850, kUsd}).tax = taxes();
  stated.shipping({799, kUsd}).tax = taxes();
  stated.discount(DiscountTarget::order, DiscountValue::fixed, 1'000).code = "WELCOME";

  const auto order = stated.priced();
  ASSERT_TRUE(order) << order.error().text();
  expect_checked(*order);
  EXPECT_EQ(figures(order->lines[0]), (std::vector<std::int64_t>{6'599, 586, 7'185}));
  EXPECT_EQ(figures(order->lines[1]), (std::vector<std::int64_t>{748, 66, 814}));
  EXPECT_EQ(figures(order->shipping->at(0)), (std::vector<std::int64_t>{799, 71, 870}));
  EXPECT_EQ(amounts(*order->totals), (std::vector<std::int64_t>{8'347, 1'000, 799, 0, 723, 0, 8'869}));
  ASSERT_EQ(order->tax_summary->size(), 2U);
  EXPECT_EQ(order->tax_summary->at(0).net.amount, 8'146);
  EXPECT_EQ(order->tax_summary->at(0).amount.amount, 326);
  EXPECT_EQ(order->tax_summary->at(1).amount.amount, 397);
}

// Vietnam, in dong: 8 % included, a fee for cash on delivery with 10 %, shipping is free.
TEST(Invoice, DongWithAFeeAndFreeShipping) {
  Stated stated;
  stated.line(3, {185'000, kVnd}).tax = tax("VAT", 80'000, TaxReason::reduced);
  auto& fee = stated.line(1, {15'000, kVnd});
  fee.kind = LineKind::fee;
  fee.product_id.reset();
  fee.name = "Cash on delivery";
  fee.tax = tax("VAT", 100'000);
  for (auto& line : stated.lines) line.price_includes_tax = true;
  auto& parcel = stated.shipping({30'000, kVnd});
  parcel.tax = tax("VAT", 100'000);
  parcel.price_includes_tax = true;
  stated.discount(DiscountTarget::shipping, DiscountValue::percent, kWhole).label = "Free shipping";
  ASSERT_EQ(text_of(stated.problems()), "");

  const auto order = stated.priced();
  ASSERT_TRUE(order) << order.error().text();
  expect_checked(*order);
  EXPECT_EQ(figures(order->lines[0]), (std::vector<std::int64_t>{513'889, 41'111, 555'000}));
  EXPECT_EQ(figures(order->lines[1]), (std::vector<std::int64_t>{13'636, 1'364, 15'000}));
  EXPECT_EQ(figures(order->shipping->at(0)), (std::vector<std::int64_t>{0, 0, 0}));
  EXPECT_EQ(amounts(*order->totals),
            (std::vector<std::int64_t>{555'000, 30'000, 30'000, 15'000, 42'475, 42'475, 570'000}));
  ASSERT_EQ(order->tax_summary->size(), 2U);
  EXPECT_EQ(order->tax_summary->at(1).net.amount, 13'636);
}

// An export: agreed prices, 5 % off one line, a service, and a tax of zero that says why.
TEST(Invoice, ZeroRatedExport) {
  Stated stated;
  auto& part = stated.line(4, {12'500, kEur});
  part.list_price = Money{14'900, kEur};
  auto& service = stated.line(1, {8'000, kEur});
  service.kind = LineKind::custom;
  service.product_id.reset();
  service.name = "Assembly";
  for (auto& line : stated.lines) line.tax = tax("VAT", 0, TaxReason::export_);
  stated.shipping({3'500, kEur}).tax = tax("VAT", 0, TaxReason::export_);
  stated.discount(DiscountTarget::line, DiscountValue::percent, 50'000).lines = {"1"};
  ASSERT_EQ(text_of(stated.problems()), "");

  const auto order = stated.priced();
  ASSERT_TRUE(order) << order.error().text();
  expect_checked(*order);
  EXPECT_EQ(figures(order->lines[0]), (std::vector<std::int64_t>{47'500, 0, 47'500}));
  EXPECT_EQ(figures(order->lines[1]), (std::vector<std::int64_t>{8'000, 0, 8'000}));
  EXPECT_EQ(amounts(*order->totals), (std::vector<std::int64_t>{58'000, 2'500, 3'500, 0, 0, 0, 59'000}));
  ASSERT_EQ(order->tax_summary->size(), 1U);
  EXPECT_EQ(order->tax_summary->at(0).reason, TaxReason::export_);
  EXPECT_EQ(order->tax_summary->at(0).net.amount, 59'000);
}

// --- where tax is rounded

TEST(Figures, TaxIsRoundedWhereTheOrderSays) {
  // 19 % of 0.97 is 0.1843, of 5 pieces 0.9215, of all 15 pieces 2.7645.
  const auto tax_with = [](std::optional<TaxRounding> rounding) {
    Stated stated;
    for (int i = 0; i < 3; ++i) stated.line(5, {97, kEur}).tax = tax("VAT", 190'000);
    stated.figures.tax_rounding = rounding;
    const auto order = stated.priced();
    EXPECT_TRUE(order);
    expect_checked(*order);
    return order->totals->tax.amount;
  };
  EXPECT_EQ(tax_with(std::nullopt), 3 * 92);
  EXPECT_EQ(tax_with(TaxRounding::line), 3 * 92);
  EXPECT_EQ(tax_with(TaxRounding::unit), 15 * 18);
  EXPECT_EQ(tax_with(TaxRounding::order), 276);
}

TEST(Figures, AnOrderRoundedOnceSplitsItsTaxOverTheLines) {
  Stated stated;
  for (int i = 0; i < 3; ++i) stated.line(1, {10, kEur}).tax = tax("VAT", 50'000);  // 0.5 each, 1.5 together
  stated.figures.tax_rounding = TaxRounding::order;
  const auto order = stated.priced();
  ASSERT_TRUE(order);
  EXPECT_EQ(order->totals->tax.amount, 2);
  EXPECT_EQ(order->lines[0].tax_total->amount, 1);
  EXPECT_EQ(order->lines[1].tax_total->amount, 1);
  EXPECT_EQ(order->lines[2].tax_total->amount, 0);
  stated.figures.rounding = Rounding::half_even;
  stated.figures.tax_rounding.reset();
  EXPECT_EQ(stated.priced()->totals->tax.amount, 0);
}

TEST(Figures, PiecesThatDoNotCostTheSameAreTaxedAsTheyCost) {
  Stated stated;
  stated.line(3, {100, kEur}).tax = tax("VAT", 100'000);
  stated.discount(DiscountTarget::order, DiscountValue::fixed, 25);  // left: 275, pieces of 91, 92 and 92
  stated.figures.tax_rounding = TaxRounding::unit;
  EXPECT_EQ(stated.priced()->totals->tax.amount, 9 + 9 + 9);
}

// --- any order

// Random lines, taxes, discounts and shipping.
Stated random_order(std::mt19937_64& random) {
  const auto below = [&random](std::int64_t bound) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bound));
  };
  const auto random_tax = [&] {
    auto taxes = tax("VAT", 10'000 * (1 + below(25)));
    if (below(3) == 0) taxes.push_back(tax("CITY", 1'000 * (1 + below(50))).front());
    return taxes;
  };
  Stated stated;
  const auto lines = 1 + below(5);
  for (std::int64_t i = 0; i < lines; ++i) {
    auto& line = stated.line(1 + below(7), {1 + below(5'000), kEur});
    if (below(4) > 0) line.tax = random_tax();
    if (below(2) == 0) line.price_includes_tax = true;
    if (below(5) == 0) {
      line.kind = below(2) == 0 ? LineKind::fee : LineKind::custom;
      line.product_id.reset();
      line.name = "More";
    }
  }
  if (below(2) == 0) {
    auto& shipping = stated.shipping({below(900), kEur});
    shipping.tax = random_tax();
    shipping.price_includes_tax = below(2) == 0;
  }
  stated.figures.tax_rounding = static_cast<TaxRounding>(below(3));
  stated.figures.rounding = static_cast<Rounding>(below(2));
  if (below(2) == 0) stated.discount(DiscountTarget::line, DiscountValue::percent, below(kWhole)).lines = {"1"};
  if (below(2) == 0) stated.discount(DiscountTarget::order, DiscountValue::percent, below(kWhole));
  if (below(3) == 0) stated.discount(DiscountTarget::order, DiscountValue::fixed, below(200));
  if (below(3) == 0) stated.discount(DiscountTarget::shipping, DiscountValue::percent, below(kWhole));
  return stated;
}

TEST(Figures, OfAnyOrderAddUp) {
  std::mt19937_64 random(7);
  int priced = 0;
  for (int i = 0; i < 5'000; ++i) {
    SCOPED_TRACE(i);
    const auto stated = random_order(random);
    ASSERT_EQ(text_of(stated.problems()), "");
    const auto order = stated.priced();
    if (!order) {
      ASSERT_EQ(order.error().reason, "discount_exceeds_line");
      continue;
    }
    ++priced;
    expect_checked(*order);
    if (!order->totals) continue;
    std::int64_t total = 0;
    std::int64_t tax_total = 0;
    const auto add = [&](const auto& carrier) {
      const auto made = figures(carrier);
      ASSERT_EQ(made[0] + made[1], made[2]);
      ASSERT_GE(made[0], 0);
      ASSERT_GE(made[1], 0);
      total += made[2];
      tax_total += made[1];
    };
    for (const auto& line : order->lines) add(line);
    if (order->shipping) add(order->shipping->at(0));
    ASSERT_EQ(total, order->total.amount);
    ASSERT_EQ(tax_total, order->totals->tax.amount);
    std::int64_t summed = 0;
    for (const auto& sum : order->tax_summary.value_or(std::vector<TaxSum>())) summed += sum.amount.amount;
    ASSERT_EQ(summed, tax_total);
  }
  EXPECT_GT(priced, 4'000);
}

// Whatever figure of an order is changed by one, the check names it.
TEST(Figures, AnyOtherFigureIsFound) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 300; ++i) {
    SCOPED_TRACE(i);
    const auto made = random_order(random).priced();
    if (!made || !made->totals) continue;
    const auto expect_found = [&made](auto change) {
      auto wrong = *made;
      change(wrong);
      if (figures_of(wrong) == figures_of(*made) && wrong.lines == made->lines && wrong.total == made->total) return;
      EXPECT_NE(text_of(check_priced(wrong.lines, wrong, wrong.total, TextRule::enforced)), "");
    };
    expect_found([](PricedOrder& order) { ++order.total.amount; });
    expect_found([](PricedOrder& order) { ++order.lines[0].total.amount; });
    expect_found([](PricedOrder& order) { ++order.lines[0].net->amount; });
    expect_found([](PricedOrder& order) { ++order.lines[0].tax_total->amount; });
    expect_found([](PricedOrder& order) { ++order.lines[0].quantity; });
    expect_found([](PricedOrder& order) { order.lines[0].id = "2"; });
    expect_found([](PricedOrder& order) { order.totals.reset(); });
    expect_found([](PricedOrder& order) {
      if (order.lines[0].tax) ++order.lines[0].tax->at(0).amount.amount;
    });
    expect_found([](PricedOrder& order) {
      if (order.lines[0].tax) order.lines[0].tax->at(0).included = !order.lines[0].tax->at(0).included;
    });
    expect_found([](PricedOrder& order) {
      if (order.discounts) ++order.discounts->at(0).amount.amount;
    });
    expect_found([](PricedOrder& order) {
      if (order.lines[0].discounts) ++order.lines[0].discounts->at(0).amount.amount;
    });
    expect_found([](PricedOrder& order) {
      if (order.shipping) ++order.shipping->at(0).price.amount;
    });
    expect_found([](PricedOrder& order) {
      if (order.tax_summary) ++order.tax_summary->at(0).amount.amount;
    });
    for (const auto sum : {&OrderTotals::items, &OrderTotals::discounts, &OrderTotals::shipping, &OrderTotals::fees,
                           &OrderTotals::tax, &OrderTotals::tax_included, &OrderTotals::total}) {
      expect_found([sum](PricedOrder& order) { ++((*order.totals).*sum).amount; });
    }
  }
}

// --- what cannot be

TEST(Figures, AWrongSumNamesTheLineAndBothFigures) {
  Stated stated;
  stated.line(2, {1'000, kEur}).tax = tax("VAT", 190'000);
  stated.lines[0].tax->at(0).amount = Money{381, kEur};
  stated.lines[0].total = Money{2'000, kEur};
  const auto order = stated.priced();
  ASSERT_FALSE(order);
  EXPECT_EQ(order.error().reason, "total_mismatch");
  EXPECT_EQ(text_of(order.error().violations),
            "/lines/0/tax/0/amount: is 3.81 EUR, but comes to 3.80 EUR\n"
            "/lines/0/total: is 20.00 EUR, but comes to 23.80 EUR\n");
}

TEST(Figures, ADiscountIsNotAboveWhatIsLeft) {
  Stated stated;
  stated.line(1, {1'000, kEur});
  stated.discount(DiscountTarget::order, DiscountValue::fixed, 600);
  stated.discount(DiscountTarget::order, DiscountValue::fixed, 500);
  const auto order = stated.priced();
  ASSERT_FALSE(order);
  EXPECT_EQ(order.error().reason, "discount_exceeds_line");
  EXPECT_EQ(text_of(order.error().violations), "/discounts/1/value: takes 5.00 EUR from 4.00 EUR\n");
}

TEST(Figures, OneOrderHasOneCurrency) {
  Stated stated;
  stated.line(1, {1'000, kEur});
  stated.shipping({100, kUsd});
  EXPECT_EQ(stated.priced().error().violations.at(0).pointer, "/shipping/0/price");
  stated.figures.shipping.reset();
  stated.line(1, {1'000, kUsd});
  EXPECT_EQ(stated.priced().error().reason, "currency_mismatch");
}

TEST(Figures, SumsAreBounded) {
  Stated stated;
  stated.line(1, {kMaxAmount, kEur});
  EXPECT_TRUE(stated.priced());
  stated.shipping({1, kEur});
  EXPECT_EQ(stated.priced().error().reason, "amount_overflow");
  stated.figures.shipping.reset();
  stated.lines[0].tax = tax("VAT", 1);
  EXPECT_EQ(stated.priced().error().reason, "amount_overflow");
  stated.lines[0].tax.reset();
  stated.line(1, {1, kEur});
  EXPECT_EQ(stated.priced().error().reason, "amount_overflow");
}

TEST(Figures, AnOrderHasABoundedNumberOfTaxes) {
  for (const auto rounding : {TaxRounding::line, TaxRounding::order}) {
    Stated stated;
    stated.figures.tax_rounding = rounding;
    for (std::size_t i = 0; i < kMaxTaxSums; ++i) {
      stated.line(1, {1'000, kEur}).tax = tax(("T" + std::to_string(i)).c_str(), 10'000);
    }
    EXPECT_TRUE(stated.priced());
    stated.line(1, {1'000, kEur}).tax = tax("ONE MORE", 10'000);
    EXPECT_EQ(stated.priced().error().reason, "too_many_taxes");
  }
}

TEST(Stated, ProblemsNameTheMember) {
  Stated stated;
  auto& line = stated.line(1, {-1, kEur});
  line.kind = LineKind::fee;
  line.tax = tax("VAT", kWhole + 1);
  line.weight_g = -1;
  stated.shipping({1, kEur}).tax = tax("VAT", 0);
  stated.discount(DiscountTarget::line, DiscountValue::percent, kWhole + 1);
  stated.discount(DiscountTarget::line, DiscountValue::fixed, 1).lines = {"2", "1", "1"};
  stated.discount(DiscountTarget::order, DiscountValue::fixed, -1).lines = {"1"};
  EXPECT_EQ(text_of(stated.problems()),
            "/lines/0/product_id: must be absent: only a line of kind product has one\n"
            "/lines/0/name: is required for a custom line or fee\n"
            "/lines/0/unit_price/amount: must be a whole number from 0 to 1000000000000000\n"
            "/lines/0/weight_g: must be a whole number of grams from 0 to 1000000000\n"
            "/lines/0/tax/0/rate_ppm: must be a whole number from 0 to 1000000, which is 100 %\n"
            "/shipping/0/tax/0/rate_ppm: is 0: the reason must say why, such as zero, export or exempt\n"
            "/discounts/0/value: must be a whole number from 0 to 1000000, which is 100 %\n"
            "/discounts/0/lines: must name the lines that the discount is for\n"
            "/discounts/1/lines/0: is no line of the order: they have the ids 1 to 1\n"
            "/discounts/1/lines: names a line twice\n"
            "/discounts/2/value: must be a whole number from 0 to 10^15 minor units\n"
            "/discounts/2/lines: must be absent: only a discount with the target line names lines\n");
}

TEST(Stated, AProductIsShippedOrNot) {
  Stated stated;
  stated.line(1, {100, kEur}).product_id = kTea;
  stated.line(1, {100, kEur}).product_id = kTea;
  EXPECT_EQ(text_of(stated.problems()), "");
  stated.lines[1].requires_shipping = false;
  EXPECT_EQ(text_of(stated.problems()),
            "/lines/1/requires_shipping: differs from that of another line with the same product\n");
}

TEST(Stated, WithoutThePermissionOnlyThePriceOfTheCatalogueIsAccepted) {
  Stated stated;
  stated.line(1, {1'000, kUsd});
  std::vector<RequestedLine> requested = {{&*stated.lines[0].product_id, 1, &stated.lines[0]}};
  EXPECT_TRUE(price_lines(requested, std::nullopt, NoCatalogue()));
  stated.lines[0].unit_price = Money{999, kUsd};
  const auto refused = price_lines(requested, std::nullopt, NoCatalogue());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "price_not_allowed");
  EXPECT_EQ(text_of(refused.error().violations),
            "/lines/0/unit_price: is 9.99 USD, but the catalogue says 10.00 USD; another price needs the permission "
            "orders:price\n");
  stated.discount(DiscountTarget::order, DiscountValue::fixed, 1);
  stated.lines[0].tax = tax("VAT", 10'000);
  EXPECT_EQ(text_of(check_may_not_state(stated.lines, stated.figures)),
            "/lines/0/tax: may only be stated with the permission orders:price\n"
            "/discounts: may only be stated with the permission orders:price\n");
}

TEST(Places, AreCountedFromOne) {
  EXPECT_EQ(place_id(0), "1");
  EXPECT_EQ(index_of_place("2", 2), 1U);
  for (const char* wrong : {"0", "3", "02", "+1", "", "x", "-1"}) EXPECT_FALSE(index_of_place(wrong, 2)) << wrong;
}

}  // namespace
}  // namespace ordo
