// An order and its promotions: it waits for stock and for each promotion, and gives the promotions back when it ends.
#include <gtest/gtest.h>

#include "domain/order_lifecycle.h"
#include "domain/test_values.h"

namespace ordo {
namespace {

constexpr auto kAsked = OrderRedemptionStatus::requested;
constexpr auto kRedeemed = OrderRedemptionStatus::redeemed;
constexpr auto kRefused = OrderRedemptionStatus::refused;
constexpr auto kReturned = OrderRedemptionStatus::returned;

// An order of 900 with a discount of each of the promotions.
Order order_promoted_by(const std::vector<std::string>& promotions) {
  Order order;
  order.id = OrderId("o");
  order.location = LocationId("main");
  order.lines = {{{}, kTea, "Tea", 1, Money{900, kUsd}, {900, kUsd}}};
  order.total = {900, kUsd};
  order.discounts.emplace();
  for (const auto& promotion : promotions) {
    Discount discount;
    discount.id = place_id(order.discounts->size());
    discount.promotion_id = promotion;
    order.discounts->push_back(discount);
  }
  return order;
}

class PromotedOrder {
 public:
  explicit PromotedOrder(const std::vector<std::string>& promotions = {"a", "b", "a"})
      : PromotedOrder(order_promoted_by(promotions)) {}
  explicit PromotedOrder(Order order, std::optional<std::string> rejection = {}) {
    EXPECT_EQ(tell(order_command::Place{std::move(order), std::move(rejection), "placed"}), "");
  }

  // Empty, or why the command was refused. `changed` says whether any event followed.
  std::string tell(const OrderCommand& command) {
    const auto events = decide(order_ ? &*order_ : nullptr, command);
    changed = events && !events->empty();
    if (!events) return events.error().reason;
    for (const auto& event : *events) evolve(order_, event, {"t", Timestamp(), "s"});
    return "";
  }
  std::string redeemed(const std::string& promotion) { return tell(order_command::NoteRedeemed{promotion, kLater}); }
  std::string refused(const std::string& promotion) {
    return tell(order_command::NotePromotionRefused{promotion, RedemptionRefusal::promotion_used_up});
  }
  std::string reserve() { return tell(order_command::NoteReserved{kSoon}); }
  std::vector<OrderRedemptionStatus> redemptions() const {
    std::vector<OrderRedemptionStatus> statuses;
    for (const auto& one : *order_->redemptions) statuses.push_back(one.status);
    return statuses;
  }
  const Order& operator*() const { return *order_; }
  const Order* operator->() const { return &*order_; }

  static constexpr Timestamp kSoon{std::chrono::milliseconds(1)};
  static constexpr Timestamp kLater{std::chrono::milliseconds(2)};
  bool changed = false;

 private:
  std::optional<Order> order_;
};

using Statuses = std::vector<OrderRedemptionStatus>;

TEST(OrderPromotions, EachPromotionIsAskedForOnce) {
  PromotedOrder order;
  ASSERT_EQ(order->redemptions->size(), 2U);
  EXPECT_EQ(order->redemptions->at(0).promotion_id, "a");
  EXPECT_EQ(order.redemptions(), (Statuses{kAsked, kAsked}));
  const PromotedOrder plain(order_promoted_by({}));
  EXPECT_FALSE(plain->redemptions);
}

TEST(OrderPromotions, TheOrderWaitsForAllOfThemAfterItsStock) {
  PromotedOrder order;
  EXPECT_EQ(order.reserve(), "");
  EXPECT_EQ(order->status, OrderStatus::pending);
  EXPECT_EQ(order->stock_reserved_at, PromotedOrder::kSoon);
  EXPECT_FALSE(order->reserved_at);
  EXPECT_EQ(order.reserve(), "");
  EXPECT_FALSE(order.changed);
  EXPECT_EQ(order.tell(order_command::NoteOutOfStock{}), "illegal_transition");
  EXPECT_EQ(order.redeemed("b"), "");
  EXPECT_EQ(order->status, OrderStatus::pending);
  EXPECT_EQ(order.redeemed("b"), "");
  EXPECT_FALSE(order.changed);
  EXPECT_EQ(order.redeemed("a"), "");
  EXPECT_EQ(order->status, OrderStatus::reserved);
  EXPECT_EQ(order->reserved_at, PromotedOrder::kLater);
  EXPECT_FALSE(order->stock_reserved_at);
  EXPECT_EQ(order.redemptions(), (Statuses{kRedeemed, kRedeemed}));
  EXPECT_EQ(order.refused("a"), "illegal_transition");
}

TEST(OrderPromotions, TheOrderWaitsForItsStockAfterAllOfThem) {
  PromotedOrder order;
  EXPECT_EQ(order.redeemed("a"), "");
  EXPECT_EQ(order.redeemed("b"), "");
  EXPECT_EQ(order->status, OrderStatus::pending);
  EXPECT_EQ(order.reserve(), "");
  EXPECT_EQ(order->status, OrderStatus::reserved);
}

TEST(OrderPromotions, AnOrderWithoutGoodsWaitsForThemAlone) {
  auto with_fee = order_promoted_by({"a"});
  with_fee.lines[0].product_id.reset();
  with_fee.lines[0].kind = LineKind::fee;
  with_fee.payment_terms = PaymentTerms::none;
  PromotedOrder order(std::move(with_fee));
  EXPECT_EQ(order->status, OrderStatus::pending);
  EXPECT_EQ(order.redeemed("a"), "");
  EXPECT_EQ(order->status, OrderStatus::completed);
  EXPECT_EQ(order.redemptions(), Statuses{kRedeemed}) << "a completed order keeps it";
}

TEST(OrderPromotions, ARefusalRejectsTheOrder) {
  PromotedOrder order;
  EXPECT_EQ(order.redeemed("a"), "");
  EXPECT_EQ(order.refused("b"), "");
  EXPECT_EQ(order->status, OrderStatus::rejected);
  EXPECT_EQ(order->status_reason, "promotion_used_up");
  EXPECT_EQ(order.redemptions(), (Statuses{kReturned, kRefused}));
  EXPECT_NE(order->history.back().summary.find("promotion b refused"), std::string::npos);
  // What comes late changes nothing.
  for (const OrderCommand& late : std::vector<OrderCommand>{
           order_command::NoteReserved{}, order_command::NoteOutOfStock{}, order_command::NoteRedeemed{"a", {}},
           order_command::NoteRedeemed{"b", {}}, order_command::NotePromotionRefused{"a"}}) {
    EXPECT_EQ(order.tell(late), "") << late.index();
    EXPECT_FALSE(order.changed) << late.index();
  }
}

TEST(OrderPromotions, ARefusalAfterTheStockRejectsTheOrderToo) {
  PromotedOrder order;
  order.reserve();
  EXPECT_EQ(order.refused("a"), "");
  EXPECT_EQ(order->status, OrderStatus::rejected);
  EXPECT_EQ(order.redemptions(), (Statuses{kRefused, kReturned}));
}

TEST(OrderPromotions, MoneyThatCameBeforeTheRefusalGoesBack) {
  auto paid = order_promoted_by({"a"});
  paid.payment_terms = PaymentTerms::manual;
  PromotedOrder order(std::move(paid));
  EXPECT_EQ(order.tell(order_command::RecordPayment{"p", {{900, kUsd}, "cash"}, {}}), "");
  EXPECT_EQ(order.refused("a"), "");
  ASSERT_EQ(order->refunds.size(), 1U);
  EXPECT_EQ(order->refunds[0].amount.amount, 900);
}

TEST(OrderPromotions, WhateverEndsAnOrderWithoutGoodsGivesThemBack) {
  PromotedOrder short_of_stock;
  short_of_stock.redeemed("a");
  EXPECT_EQ(short_of_stock.tell(order_command::NoteOutOfStock{}), "");
  EXPECT_EQ(short_of_stock->status_reason, "out_of_stock");
  EXPECT_EQ(short_of_stock.redemptions(), (Statuses{kReturned, kReturned}));
  EXPECT_EQ(short_of_stock.redeemed("b"), "");
  EXPECT_EQ(short_of_stock.refused("a"), "");
  EXPECT_FALSE(short_of_stock.changed);

  for (const OrderCommand& end :
       std::vector<OrderCommand>{order_command::NotePaymentFailed{"declined"}, order_command::TimeOutPayment{},
                                 order_command::Cancel{"no"}}) {
    PromotedOrder order;
    order.reserve();
    order.redeemed("a");
    order.redeemed("b");
    ASSERT_EQ(order->status, OrderStatus::reserved);
    EXPECT_EQ(order.tell(end), "") << end.index();
    EXPECT_TRUE(is_terminal(order->status));
    EXPECT_EQ(order.redemptions(), (Statuses{kReturned, kReturned})) << end.index();
  }
  PromotedOrder pending;
  EXPECT_EQ(pending.tell(order_command::Cancel{"no"}), "");
  EXPECT_EQ(pending.redemptions(), (Statuses{kReturned, kReturned}));
}

TEST(OrderPromotions, AnOrderThatIsRejectedAtOnceAsksForNone) {
  const PromotedOrder order(order_promoted_by({"a"}), "unknown_product");
  EXPECT_EQ(order->status, OrderStatus::rejected);
  EXPECT_FALSE(order->redemptions);
}

TEST(OrderPromotions, AnAnswerThatNobodyAskedForIsRefused) {
  PromotedOrder order;
  EXPECT_EQ(order.redeemed("c"), "redemption_not_expected");
  EXPECT_EQ(order.refused("c"), "redemption_not_expected");
  PromotedOrder plain(order_promoted_by({}));
  EXPECT_EQ(plain.redeemed("a"), "redemption_not_expected");
}

}  // namespace
}  // namespace ordo
