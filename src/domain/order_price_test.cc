// The worth of the pieces of an order: whatever is given back, in whatever parts, the sums are exact.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "domain/discounts.h"
#include "domain/order_lifecycle.h"
#include "domain/pricing.h"
#include "domain/test_values.h"

namespace ordo {
namespace {

TEST(Worth, OfAllPartsIsTheTotal) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2'000; ++i) {
    const auto total = static_cast<std::int64_t>(random() % (i % 2 == 0 ? 1'000 : kMaxAmount + 1));
    const auto pieces = static_cast<std::int64_t>(1 + random() % (i % 3 == 0 ? 1'000'000 : 7));
    std::int64_t sum = 0;
    for (std::int64_t first = 0; first < pieces;) {
      const auto count = std::min(pieces - first, static_cast<std::int64_t>(1 + random() % (1 + pieces / 3)));
      const auto worth = worth_of(total, pieces, first, count);
      ASSERT_GE(worth, 0);
      sum += worth;
      first += count;
    }
    ASSERT_EQ(sum, total) << pieces;
  }
  EXPECT_EQ(worth_of(100, 3, 0, 1), 33);
  EXPECT_EQ(worth_of(100, 3, 1, 1), 33);
  EXPECT_EQ(worth_of(100, 3, 2, 1), 34);
  EXPECT_EQ(worth_of(100, 3, 1, 2), 67);
  EXPECT_EQ(worth_of(100, 3, 3, 0), 0);
}

// A paid order with random lines, discounts, tax and shipping, of which the customer gets everything back in parts.
class MoneyBack {
 public:
  explicit MoneyBack(std::uint64_t seed) : random_(seed) {
    PricedOrder priced = random_order();
    Order order;
    order.id = OrderId("o");
    figures_of(order) = priced;
    order.lines = order_lines(std::move(priced.lines));
    order.total = priced.total;
    order.dispatch_hold_s = 60;
    tell(order_command::Place{std::move(order), {}, "placed"});
    tell(order_command::NoteReserved{});
    tell(order_command::NoteCaptured{order_->total, {}});
  }

  void run() {
    if (order_->total.amount == 0) return;
    for (int step = 0; step < 60; ++step) {
      random_step();
      check_lines();
    }
    end_refunds();
    for (const auto& line : order_->lines) {
      if (settled_pieces(line) < line.quantity) continue;
      EXPECT_EQ(settled_amount(line), line.total.amount);
    }
    tell(order_command::RequestRefund{"rest", {}, "the rest"});
    end_refunds();
    EXPECT_EQ(order_->refunded, order_->total);
    EXPECT_EQ(refundable(*order_).amount, 0);
  }

 private:
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(bound));
  }
  bool chance(std::int64_t percent) { return below(100) < percent; }
  std::string next_id() { return "r" + std::to_string(++ids_); }

  PricedOrder random_order();
  void random_step();
  void check_lines() const;

  // Some pieces, by line or by product, and now and then more than there are.
  std::vector<OrderPieces> some() {
    std::vector<OrderPieces> pieces;
    for (std::size_t i = 0; i < order_->lines.size(); ++i) {
      if (!chance(50)) continue;
      const auto& line = order_->lines[i];
      OrderPieces one{line.product_id, 1 + below(line.quantity)};
      if (!line.product_id || chance(50)) one.line_id = place_id(i);
      pieces.push_back(std::move(one));
    }
    return pieces;
  }
  void tell(const OrderCommand& command) {
    const auto events = decide(order_ ? &*order_ : nullptr, command);
    if (!events) return;  // refused
    std::optional<order_event::CancelAsked> asked;
    for (const auto& event : *events) {
      evolve(order_, event, {"t", Timestamp(), "s"});
      if (const auto* cancel = std::get_if<order_event::CancelAsked>(&event)) asked = *cancel;
    }
    if (!asked) return;
    if (chance(30)) return tell(order_command::NoteCancelTooLate{});
    order_command::NoteShipmentCancelled stopped{asked->shipments[0], goods_of(asked->lines)};
    if (!asked->id.empty()) stopped.cancel_id = asked->id;
    tell(stopped);
  }
  // The gateway answers one refund, or all of them.
  void answer_refund(std::int64_t fails) {
    for (const auto& refund : order_->refunds) {
      if (refund.status != RefundStatus::requested) continue;
      if (chance(fails)) return tell(order_command::NoteRefundFailed{refund.id, "no"});
      return tell(order_command::NoteRefunded{refund.id, refund.amount});
    }
  }
  void end_refunds() {
    const auto open = [this] {
      return std::any_of(order_->refunds.begin(), order_->refunds.end(),
                         [](const Refund& refund) { return refund.status == RefundStatus::requested; });
    };
    while (open()) answer_refund(0);
  }

  std::mt19937_64 random_;
  std::optional<Order> order_;
  int ids_ = 0;
};

PricedOrder MoneyBack::random_order() {
  PricedOrder order;
  order.total.currency = kUsd;
  const auto tax = [this] {
    TaxLine line;
    line.code = "VAT";
    line.rate_ppm = 1 + below(400'000);
    return std::vector<TaxLine>{line};
  };
  for (std::int64_t i = 0, lines = below(4) + 1; i < lines; ++i) {
    PricedLine& line = order.lines.emplace_back();
    line.id = place_id(static_cast<std::size_t>(i));
    if (const auto kind = below(4); kind < 2) {
      line.product_id = kind == 0 ? kTea : kCup;
    } else {
      line.kind = kind == 2 ? LineKind::custom : LineKind::fee;
    }
    line.quantity = below(9) + 1;
    line.unit_price = Money{below(1'000), kUsd};
    line.price_includes_tax = chance(50);
    if (chance(60)) line.tax = tax();
  }
  if (chance(60)) {
    ShippingCharge& charge = order.shipping.emplace().emplace_back();
    charge.id = "1";
    charge.name = "Parcel";
    charge.price = {below(2'000), kUsd};
    if (chance(50)) charge.tax = tax();
  }
  if (chance(50)) {
    Discount discount;
    discount.value_type = DiscountValue::percent;
    discount.value = 1 + below(900'000);
    EXPECT_TRUE(take_discount(order, discount, {}));
  }
  EXPECT_TRUE(compute_figures(order));
  return order;
}

void MoneyBack::random_step() {
  switch (below(8)) {
    case 0:
      return tell(order_command::Cancel{"no", next_id(), some()});
    case 1:
      if (chance(30)) tell(order_command::ReleaseHold{});
      return tell(order_command::NoteShipped{next_id(), goods_of(some()), ""});
    case 2:
      return tell(order_command::Return{next_id(), some(), false, chance(50), "back"});
    case 3:
      return tell(order_command::RequestRefund{next_id(), {}, "scratched", some(), chance(20)});
    case 4:
      return tell(order_command::RequestRefund{next_id(), {}, "late", {}, true});
    case 5:
      if (chance(20)) tell(order_command::RequestRefund{next_id(), Money{1 + below(300), kUsd}, "goodwill"});
      return;
    default:
      return answer_refund(30);
  }
}

void MoneyBack::check_lines() const {
  std::vector<std::int64_t> by_line(order_->lines.size());
  std::int64_t shipping = 0;
  for (const auto& refund : order_->refunds) {
    if (refund.status == RefundStatus::failed) continue;
    for (const auto& line : refund.lines.value_or(std::vector<RefundedPieces>())) {
      by_line[*index_of_place(line.line_id, by_line.size())] += line.amount.amount;
    }
    if (refund.shipping) shipping += refund.shipping->amount;
  }
  for (std::size_t i = 0; i < by_line.size(); ++i) {
    const auto& line = order_->lines[i];
    EXPECT_LE(by_line[i], settled_amount(line));
    EXPECT_LE(settled_amount(line), line.total.amount);
    EXPECT_LE(settled_pieces(line), line.quantity);
    EXPECT_GE(settled_pieces(line), line.cancelled);
    EXPECT_LE(line.unrefunded.value_or(0), line.returned);
  }
  Money charged{0, kUsd};
  for (const auto& charge : order_->shipping.value_or(std::vector<ShippingCharge>())) {
    charged.amount += charge.total.amount;
  }
  EXPECT_LE(shipping, charged.amount);
  EXPECT_GE(refundable(*order_).amount, 0);
}

TEST(Order, AllThatIsGivenBackAddsUpToItsTotal) {
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    SCOPED_TRACE(seed);
    MoneyBack(seed).run();
  }
}

std::string problems(const std::vector<PricedLine>& lines, Money total) {
  std::string text;
  for (const auto& violation : check_priced(lines, {}, total, TextRule::enforced))
    text += violation.pointer + ": " + violation.detail + "\n";
  return text;
}

TEST(Pricing, WhatAnotherServicePricedMustAddUp) {
  const Money price{250, kUsd};
  const std::vector<PricedLine> lines = {{{}, ProductId("tea"), "Tea", 2, price, {500, kUsd}},
                                         {{}, ProductId("mug"), "Mug", 1, price, {250, kUsd}}};
  EXPECT_EQ(problems(lines, {750, kUsd}), "");
  EXPECT_EQ(problems(lines, {700, kUsd}), "/total: is 7.00 USD, but the lines come to 7.50 USD\n");
  auto wrong = lines;
  wrong[0].total.amount = 499;
  EXPECT_EQ(problems(wrong, {750, kUsd}), "/lines/0/total: is 4.99 USD, but comes to 5.00 USD\n");
  wrong = lines;
  wrong[1].unit_price = {250, *Currency::parse("EUR")};
  EXPECT_EQ(problems(wrong, {750, kUsd}), "/lines/1/unit_price/currency: must be USD, as that of the order\n");
  wrong = lines;
  wrong[1].quantity = -1;
  EXPECT_NE(problems(wrong, {750, kUsd}).find("/lines/1/quantity"), std::string::npos);
  wrong[1] = {{}, ProductId("mug"), "Mug", 1, std::nullopt, {-250, kUsd}};
  EXPECT_EQ(problems(wrong, {500, kUsd}), "/lines/1/total: is -2.50 USD, but comes to 0.00 USD\n");
  EXPECT_NE(problems({}, {0, kUsd}), "");
}

}  // namespace
}  // namespace ordo
