#include "api/orders/accepted_orders.h"

#include <gtest/gtest.h>

namespace ordo::api {
namespace {

std::shared_ptr<AcceptedOrder> make(const std::string& id, const std::string& body) {
  auto order = std::make_shared<AcceptedOrder>();
  order->id = id;
  order->body = body;
  return order;
}

TEST(AcceptedOrders, FindsWhatIsDurable) {
  AcceptedOrders orders(100'000);
  const auto order = make("a", "body");
  orders.add(order);
  EXPECT_EQ(orders.find("a"), order);
  EXPECT_EQ(orders.find_durable("a"), nullptr);
  order->durable = true;
  EXPECT_EQ(orders.find_durable("a"), order);
  EXPECT_EQ(orders.find("b"), nullptr);
}

TEST(AcceptedOrders, TheOldestGoFirstWhenTheBudgetIsSpent) {
  AcceptedOrders orders(50'000);
  for (int i = 0; i < 1'000; ++i) orders.add(make(std::to_string(i), std::string(500, 'x')));
  EXPECT_GT(orders.size(), 20U);
  EXPECT_LT(orders.size(), 100U);
  EXPECT_EQ(orders.find("0"), nullptr);
  EXPECT_NE(orders.find("999"), nullptr);
  // The newest is kept, however large it is.
  orders.add(make("large", std::string(100'000, 'x')));
  EXPECT_EQ(orders.size(), 1U);
  EXPECT_NE(orders.find("large"), nullptr);
}

TEST(AcceptedOrders, ALaterOrderTakesThePlaceOfAnEarlierOne) {
  AcceptedOrders orders(1'500);
  const auto first = make("a", std::string(300, 'x'));
  const auto second = make("a", std::string(300, 'y'));
  orders.add(first);
  orders.add(second);
  EXPECT_EQ(orders.size(), 1U);
  orders.remove(first);
  EXPECT_EQ(orders.find("a"), second);
  // The first falls out of the queue; the second must stay.
  orders.add(make("b", std::string(300, 'z')));
  EXPECT_EQ(orders.find("a"), second);
  orders.remove(second);
  EXPECT_EQ(orders.find("a"), nullptr);
  EXPECT_EQ(orders.size(), 1U);
}

}  // namespace
}  // namespace ordo::api
