#include "audit/check_pieces.h"

#include <gtest/gtest.h>

#include "domain/test_values.h"

namespace ordo::audit {
namespace {

// Two cups of tea for 25.00, and gift wrap for 3.00.
Order tea_order() {
  Order order;
  order.total = {2800, kUsd};
  OrderLine tea;
  tea.id = "1";
  tea.product_id = kTea;
  tea.quantity = 2;
  tea.total = {2500, kUsd};
  OrderLine wrap;
  wrap.id = "2";
  wrap.kind = LineKind::fee;
  wrap.quantity = 1;
  wrap.total = {300, kUsd};
  order.lines = {std::move(tea), std::move(wrap)};
  return order;
}

std::string problem(const Order& order) {
  const auto found = problems_of_pieces(order);
  return found.empty() ? "" : found[0];
}

void refund(Order& order, std::int64_t quantity, std::int64_t amount) {
  Refund made;
  made.id = "r" + std::to_string(order.refunds.size());
  made.status = RefundStatus::succeeded;
  made.amount = {amount, kUsd};
  made.lines = {{"1", kTea, quantity, {amount, kUsd}}};
  order.refunds.push_back(std::move(made));
}

constexpr const char* kTooMany = "line 1: more was shipped, cancelled, returned or refunded than was ordered";

TEST(CheckPieces, CountsOfALine) {
  EXPECT_EQ(problem(tea_order()), "");
  auto order = tea_order();
  order.lines[0].shipped = 3;
  EXPECT_EQ(problem(order), kTooMany);
  order = tea_order();
  order.lines[0].refunded = 3;
  EXPECT_EQ(problem(order), kTooMany);
  order = tea_order();
  order.lines[0].unrefunded = 1;
  EXPECT_EQ(problem(order), kTooMany) << "nothing was returned";
  order = tea_order();
  order.lines[1].shipped = 1;
  EXPECT_EQ(problem(order), "line 2: more was shipped, cancelled, returned or refunded than was ordered");
}

TEST(CheckPieces, RefundsOfALine) {
  auto order = tea_order();
  refund(order, 1, 1250);
  order.lines[0].refunded = 1;
  order.lines[0].given_back = Money{1250, kUsd};
  EXPECT_EQ(problem(order), "");
  refund(order, 1, 1250);
  EXPECT_EQ(problem(order), "line 1: its refunds sum to 25.00 USD, but only 12.50 USD were given back");
  order.lines[0].given_back = Money{2600, kUsd};
  EXPECT_EQ(problem(order), "line 1: 26.00 USD were given back of 25.00 USD");
  order = tea_order();
  order.refunds.resize(1);
  order.refunds[0].shipping = Money{100, kUsd};
  EXPECT_EQ(problem(order), "more was refunded for shipping than it costs");
}

TEST(CheckPieces, PartsOfTheOrder) {
  auto order = tea_order();
  order.lines[0].shipped = 1;
  EXPECT_EQ(problem(order), "its lines have not shipped the goods of its parcels");
  order.parcels.push_back({"o:1", {{kTea, 1}}, ParcelStatus::shipped, {}, Timestamp()});
  EXPECT_EQ(problem(order), "");
  order.lines[0].cancelled = 1;
  EXPECT_EQ(problem(order), "its lines have not cancelled what its cancellations say");
  order.cancellations.push_back({"c", {}, {{kTea, 1}}, {}, {}, Timestamp()});
  EXPECT_EQ(problem(order), "");
  order.lines[1].cancelled = 1;
  EXPECT_EQ(problem(order), "its lines have not cancelled what its cancellations say");
  order.cancellations[0].lines.push_back({std::nullopt, 1, "2"});
  EXPECT_EQ(problem(order), "");
}

}  // namespace
}  // namespace ordo::audit
