// The figures of an hour: what each step of an order does to them.
#include "domain/order_hour.h"

#include <gtest/gtest.h>

#include <limits>

#include "domain/test_values.h"

namespace ordo {
namespace {

Timestamp at(std::string_view text) {
  return *parse_timestamp(text);
}

OrderStep placed(std::string_view time, std::int64_t total = 500) {
  OrderStep step;
  step.placed = true;
  step.placed_at = at(time);
  step.total = Money{total, kUsd};
  return step;
}

OrderStep ended(OrderStep of, OrderStatus status, std::string reason = {}) {
  of.placed = false;
  of.ended = true;
  of.status = status;
  if (!reason.empty()) of.reason = std::move(reason);
  return of;
}

class OrderHourTest : public testing::Test {
 protected:
  void count(const OrderStep& step) { hour_ = count_order(hour_ ? &*hour_ : nullptr, "id", step, from_unix_ms(7)); }
  const OrderSums& sums(std::size_t quarter = 0) { return hour_->quarters.at(quarter).sums; }

  std::optional<OrderHour> hour_;
};

TEST_F(OrderHourTest, AnOrderCountsInTheQuarterInWhichItWasPlaced) {
  count(placed("2026-11-30T18:59:59.999Z"));
  count(placed("2026-11-30T18:15:00Z", 700));
  count(placed("2026-11-30T18:29:59.999Z", 50));
  EXPECT_EQ(hour_->hour, at("2026-11-30T18:00:00Z"));
  EXPECT_EQ(hour_->currency, kUsd);
  ASSERT_EQ(hour_->quarters.size(), 2U);
  EXPECT_EQ(hour_->quarters[0].minute, 15);
  EXPECT_EQ(sums(0).orders.placed, 2);
  EXPECT_EQ(sums(0).total, 750);
  EXPECT_EQ(hour_->quarters[1].minute, 45);
  EXPECT_EQ(sums(1).total, 500);
}

TEST_F(OrderHourTest, TheEndAndTheMoneyCountWhereTheOrderWasPlaced) {
  const auto order = placed("2026-11-30T18:00:00Z");
  count(order);
  auto paid = order;
  paid.placed = false;
  paid.captured = {500, kUsd};
  count(paid);
  paid.captured = {};
  paid.refunded = {200, kUsd};
  count(paid);
  paid.refunded = {-50, kUsd};
  count(paid);
  count(ended(order, OrderStatus::completed));
  EXPECT_EQ(sums().orders, (OrderCounts{1, 1, 0, 0, 0}));
  EXPECT_EQ(sums().captured, 500);
  EXPECT_EQ(sums().refunded, 150);
  EXPECT_TRUE(sums().reasons.empty());
  OrderStep again = order;
  again.placed = false;
  again.reopened = true;
  count(again);
  EXPECT_EQ(sums().orders, (OrderCounts{1, 0, 0, 0, 0}));
}

TEST_F(OrderHourTest, ReasonsAreWordsOfAShortList) {
  const auto order = placed("2026-11-30T18:00:00Z");
  for (int i = 0; i < 5; ++i) count(order);
  count(ended(order, OrderStatus::rejected, "payment_failed"));
  count(ended(order, OrderStatus::rejected, "out_of_stock"));
  count(ended(order, OrderStatus::cancelled, "I do not like it"));
  count(ended(order, OrderStatus::rejected, "out_of_stock"));
  count(ended(order, OrderStatus::expired));
  EXPECT_EQ(sums().reasons, (std::vector<EndCount>{{OrderStatus::rejected, "out_of_stock", 2},
                                                   {OrderStatus::rejected, "payment_failed", 1},
                                                   {OrderStatus::expired, "other", 1},
                                                   {OrderStatus::cancelled, "other", 1}}));
}

TEST_F(OrderHourTest, WhatIsRemovedCountsNoLonger) {
  Order order;
  order.placed_at = at("2026-11-30T18:00:00Z");
  order.total = {500, kUsd};
  order.status = OrderStatus::cancelled;
  order.status_reason_code = CancelReason::fraud;
  order.captured = {500, kUsd};
  order.refunded = {500, kUsd};
  auto step = whole_step(order);
  count(step);
  EXPECT_EQ(sums().reasons, (std::vector<EndCount>{{OrderStatus::cancelled, "fraud", 1}}));
  step.removed = true;
  count(step);
  EXPECT_TRUE(hour_->quarters.empty());
}

TEST_F(OrderHourTest, RecordsOfOlderReleasesAreKnown) {
  auto older = placed("2026-11-30T18:00:00Z");
  older.total.reset();
  older.captured = {300, kEur};
  count(older);
  EXPECT_EQ(hour_->currency, kEur);
  EXPECT_EQ(sums().without_total, 1);
  EXPECT_EQ(sums().captured, 300);
  older.removed = true;
  count(older);
  EXPECT_TRUE(hour_->quarters.empty());
}

TEST_F(OrderHourTest, SumsDoNotWrapAround) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  count(placed("2026-11-30T18:00:00Z", kMost));
  count(placed("2026-11-30T18:00:00Z", kMost));
  EXPECT_EQ(sums().total, kMost);
}

TEST(OrderHour, IdsAndTimes) {
  EXPECT_EQ(order_hour_id(at("2026-11-30T18:59:00Z"), kEur, 3), "2026-11-30T18/EUR/3");
  EXPECT_EQ(quarter_of(at("2026-11-30T18:59:00Z")), at("2026-11-30T18:45:00Z"));
  EXPECT_EQ(quarter_of(at("1969-12-31T23:59:59.999Z")), at("1969-12-31T23:45:00Z"));
  EXPECT_EQ(hour_of(at("1969-12-31T23:59:59.999Z")), at("1969-12-31T23:00:00Z"));
}

TEST(OrderHour, AStepHasOneCurrency) {
  auto step = placed("2026-11-30T18:00:00Z");
  EXPECT_TRUE(has_one_currency(step)) << "zero needs no currency";
  step.captured = {1, kUsd};
  EXPECT_TRUE(has_one_currency(step));
  step.refunded = {1, kEur};
  EXPECT_FALSE(has_one_currency(step));
  step.captured.amount = 0;
  EXPECT_FALSE(has_one_currency(step)) << "the total is in dollars";
  step.total.reset();
  EXPECT_TRUE(has_one_currency(step));
}

TEST(OrderHour, ReasonsOfOrders) {
  Order order;
  EXPECT_EQ(end_reason(order), "");
  order.status = OrderStatus::rejected;
  order.status_reason = "promotion_used_up";
  EXPECT_EQ(end_reason(order), "promotion_used_up");
  order.status_reason = "the cat ate it";
  EXPECT_EQ(end_reason(order), "other");
  order.status = OrderStatus::expired;
  EXPECT_EQ(end_reason(order), "payment_timeout");
  order.status = OrderStatus::cancelled;
  EXPECT_EQ(end_reason(order), "other");
  order.status_reason_code = CancelReason::staff;
  EXPECT_EQ(end_reason(order), "staff");
  order.status = OrderStatus::completed;
  EXPECT_EQ(end_reason(order), "");
}

}  // namespace
}  // namespace ordo
