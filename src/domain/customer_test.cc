#include "domain/customer.h"

#include <gtest/gtest.h>

#include <limits>

#include "domain/test_values.h"

namespace ordo {
namespace {

ChangeCustomer change(CustomerAction action, const char* id) {
  ChangeCustomer wish;
  wish.action = action;
  wish.id = CustomerId("ann");
  wish.change_id = id;
  return wish;
}

TEST(Customer, OrdersMakeACustomerAndARegistrationNamesIt) {
  OrderStep step{OrderStatus::pending, true, false, from_unix_ms(5), {0, kUsd}, {0, kUsd}};
  auto customer = count_order(nullptr, CustomerId("ann"), step, from_unix_ms(6));
  EXPECT_FALSE(customer.registered_at);
  auto wish = change(CustomerAction::create, "c1");
  wish.name = "Ann";
  wish.email = "ann@example.com";
  customer = *decide(&customer, wish, from_unix_ms(7));
  EXPECT_EQ(customer.orders.placed, 1);
  EXPECT_EQ(customer.name, "Ann");
  EXPECT_EQ(*decide(&customer, wish, from_unix_ms(8)), customer);  // the same change
  EXPECT_EQ(decide(&customer, change(CustomerAction::create, "c2"), Timestamp()).error().reason, "customer_exists");
  EXPECT_EQ(decide(nullptr, change(CustomerAction::update, "c3"), Timestamp()).error().reason, "unknown_customer");
  wish = change(CustomerAction::update, "c4");
  wish.expected_rev = 99;
  EXPECT_EQ(decide(&customer, wish, Timestamp()).error().reason, "stale_revision");
}

TEST(Customer, ErasingTakesThePersonAndLeavesTheFigures) {
  auto wish = change(CustomerAction::create, "c1");
  wish.name = "Ann";
  wish.email = "ann@example.com";
  wish.phone = "1";
  wish.metadata.emplace();
  wish.metadata->emplace("size", "M");
  wish.addresses = {{"Ann Lee", {}, "Oranienstr. 1", {}, "Berlin", {}, {}, "DE", {}, {}}};
  wish.note = "haggles";
  auto customer = *decide(nullptr, wish, Timestamp());
  customer = count_order(&customer, customer.id,
                         {OrderStatus::confirmed, false, false, Timestamp(), {900, kUsd}, {0, kUsd}}, Timestamp());
  customer = *decide(&customer, change(CustomerAction::erase, "c2"), from_unix_ms(9));
  EXPECT_FALSE(customer.name || customer.email || customer.phone || customer.addresses || customer.note);
  EXPECT_TRUE(customer.metadata.empty());
  EXPECT_EQ(customer.erased_at, from_unix_ms(9));
  EXPECT_EQ(customer.value, (std::vector<CustomerValue>{{kUsd, 900, 0}}));
}

TEST(Customer, AnEmptyNoteRemovesIt) {
  auto wish = change(CustomerAction::create, "c1");
  wish.note = "rings twice\nhas a dog";
  const auto customer = *decide(nullptr, wish, Timestamp());
  EXPECT_EQ(customer.note, wish.note);
  wish = change(CustomerAction::update, "c2");
  EXPECT_TRUE(decide(&customer, wish, Timestamp())->note);
  wish.note = "";
  EXPECT_FALSE(decide(&customer, wish, Timestamp())->note);
}

TEST(Customer, FiguresAreKeptPerCurrencyAndFirstAndLastByPlace) {
  Customer customer;
  const auto count = [&](OrderStep step) { customer = count_order(&customer, customer.id, step, Timestamp()); };
  count({OrderStatus::pending, true, false, from_unix_ms(20), {}, {}});
  count({OrderStatus::pending, true, false, from_unix_ms(10), {}, {}});  // of another partition, read later
  EXPECT_EQ(customer.first_order_at, from_unix_ms(10));
  EXPECT_EQ(customer.last_order_at, from_unix_ms(20));
  count({OrderStatus::confirmed, false, false, {}, {900, kUsd}, {0, kUsd}});
  count({OrderStatus::confirmed, false, false, {}, {500, kEur}, {0, kEur}});
  count({OrderStatus::confirmed, false, false, {}, {0, kUsd}, {100, kUsd}});
  count({OrderStatus::cancelled, false, true, {}, {0, kUsd}, {0, kUsd}});
  EXPECT_EQ(customer.value, (std::vector<CustomerValue>{{kUsd, 900, 100}, {kEur, 500, 0}}));
  EXPECT_EQ(customer.orders, (OrderCounts{2, 0, 0, 0, 1}));
}

TEST(Customer, AnOrderThatIsRemovedCountsNoLonger) {
  Customer customer;
  const auto count = [&](OrderStep step) { customer = count_order(&customer, customer.id, step, Timestamp()); };
  OrderStep step{OrderStatus::completed, true, true, from_unix_ms(5), {900, kUsd}, {100, kUsd}};
  count(step);
  step.removed = true;
  count(step);
  EXPECT_EQ(customer.orders, OrderCounts());
  EXPECT_EQ(customer.value, (std::vector<CustomerValue>{{kUsd, 0, 0}}));
  EXPECT_FALSE(customer.first_order_at || customer.last_order_at);

  OrderStep other{OrderStatus::pending, true, false, from_unix_ms(20), {}, {}};
  step.removed = false;
  count(step);
  count(other);
  other.removed = true;
  count(other);
  EXPECT_EQ(customer.orders, (OrderCounts{1, 1, 0, 0, 0}));
  EXPECT_EQ(customer.first_order_at, from_unix_ms(5));
}

TEST(Customer, ASumThatIsTooLargeStopsInsteadOfWrapping) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  Customer customer;
  for (int i = 0; i < 2; ++i) {
    customer = count_order(&customer, customer.id,
                           {OrderStatus::confirmed, false, false, Timestamp(), {kMost, kUsd}, {0, kUsd}}, Timestamp());
  }
  EXPECT_EQ(customer.value, (std::vector<CustomerValue>{{kUsd, kMost, 0}}));
}

TEST(Customer, SegmentsFollowTheRules) {
  const SegmentRules rules{2, 5, 1'000, 30};
  const Timestamp today = from_unix_ms(100LL * 24 * 3600 * 1000);
  Customer customer;
  EXPECT_EQ(segment_of(customer, rules, today), Segment::prospect);
  customer.orders.placed = 1;
  customer.last_order_at = today;
  EXPECT_EQ(segment_of(customer, rules, today), Segment::new_customer);
  customer.orders.placed = 2;
  EXPECT_EQ(segment_of(customer, rules, today), Segment::returning);
  customer.value = {{kUsd, 1'100, 101}};
  EXPECT_EQ(segment_of(customer, rules, today), Segment::returning);
  customer.value = {{kUsd, 1'100, 100}};
  EXPECT_EQ(segment_of(customer, rules, today), Segment::vip);
  customer.last_order_at = today - std::chrono::days(31);
  EXPECT_EQ(segment_of(customer, rules, today), Segment::lapsed);
  customer.last_order_at = today - std::chrono::days(30);
  EXPECT_EQ(segment_of(customer, rules, today), Segment::vip);
  customer.last_order_at = today - std::chrono::days(30) - std::chrono::milliseconds(1);
  EXPECT_EQ(segment_of(customer, rules, today), Segment::lapsed);
  const SegmentRules never_lapsed{2, 5, 1'000,
                                  std::chrono::ceil<std::chrono::days>(std::chrono::seconds::max()).count()};
  EXPECT_EQ(segment_of(customer, never_lapsed, today), Segment::vip);
}

}  // namespace
}  // namespace ordo
