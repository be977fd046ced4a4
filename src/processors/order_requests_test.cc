// The requests of an order to services outside: its goods, with weights and values.
#include "domain/pricing.h"
#include "engine/testing/test_bench.h"
#include "processors/orders.h"

namespace ordo::processors {
namespace {

// Three pieces of tea for 2.50 with 10 % on top, and gift wrap for 1.00.
OrderCreated order_with_figures() {
  PricedOrder priced;
  priced.total.currency = kUsd;
  auto& tea = priced.lines.emplace_back(plain_line(ProductId("p"), "Tea", 3, Money{250, kUsd}, {}));
  tea.id = "1";
  tea.sku = "T-1";
  tea.weight_g = 100;
  tea.tax = std::vector<TaxLine>{{{"VAT", std::nullopt, 100'000, std::nullopt, std::nullopt}, {}, false}};
  auto& wrap = priced.lines.emplace_back();
  wrap.id = "2";
  wrap.kind = LineKind::fee;
  wrap.name = "Gift wrap";
  wrap.quantity = 1;
  wrap.unit_price = Money{100, kUsd};
  EXPECT_TRUE(compute_figures(priced));
  auto order = created("o1");
  figures_of(order) = priced;
  order.lines = priced.lines;
  order.total = priced.total;
  order.contact = Contact{"Ann", "ann@example.com", std::nullopt};
  Address address;
  address.name = "Ann";
  address.line1 = "Street 1";
  address.city = "Town";
  address.country = "DE";
  order.shipping_address = order.billing_address = address;
  order.dispatch_hold_s = 60;
  return order;
}

template <class M>
const M* find_message(const std::vector<Record>& records, std::optional<Message>& held) {
  for (const auto& record : records) {
    if (record.at.dlq || record.envelope.type != kTypeOf<M>) continue;
    held = *decode(record);
    return &std::get<M>(*held);
  }
  return nullptr;
}

OrderedGoods tea_of(std::int64_t quantity, std::int64_t total) {
  return {"1", ProductId("p"), "T-1", "Tea", quantity, 100, Money{250, kUsd}, {total, kUsd}};
}

class OrderRequests : public testing::Test {
 protected:
  void confirm() {
    order_ = order_with_figures();
    bench_.send(kTypeOf<OrderCreated>, order_);
    reserved_ = bench_.send(kTypeOf<StockReserved>, StockReserved{id_});
    bench_.send(kTypeOf<PaymentCaptured>, PaymentCaptured{id_, order_.total});
  }

  const OrderId id_{"o1"};
  OrderCreated order_;
  Orders orders_;
  Bench bench_{orders_};
  std::vector<Record> reserved_;
  std::optional<Message> held_;
};

TEST_F(OrderRequests, APaymentServiceLearnsTheGoodsAndWhoPays) {
  confirm();
  const auto* request = find_message<AuthorizeRequested>(reserved_, held_);
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(request->amount, (Money{925, kUsd}));
  EXPECT_EQ(request->billing_address, order_.billing_address);
  EXPECT_EQ(request->contact, order_.contact);
  EXPECT_EQ(request->totals, order_.totals);
  const OrderedGoods wrap{"2", std::nullopt, std::nullopt, "Gift wrap", 1, std::nullopt, Money{100, kUsd}, {100, kUsd}};
  EXPECT_EQ(request->goods, (std::vector<OrderedGoods>{tea_of(3, 825), wrap}));
}

TEST_F(OrderRequests, LogisticsLearnsTheWeightAndTheValueOfThePiecesThatAreShipped) {
  confirm();
  bench_.send(kTypeOf<CancelRequested>,
              CancelRequested{id_, "one less", "c1", std::vector<OrderPieces>{{ProductId("p"), 1}}});
  const auto out = bench_.send(kTypeOf<HoldElapsed>, HoldElapsed{id_});
  const auto* request = find_message<ShipmentRequested>(out, held_);
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(request->lines, (std::vector<StockLine>{{ProductId("p"), 2}}));
  EXPECT_EQ(request->shipping_address, order_.shipping_address);
  EXPECT_EQ(request->goods, (std::vector<OrderedGoods>{tea_of(2, 550)}));
}

TEST_F(OrderRequests, GoodsThatAreSentAgainHaveTheirValueToo) {
  confirm();
  bench_.send(kTypeOf<HoldElapsed>, HoldElapsed{id_});
  bench_.send(kTypeOf<ShipmentShipped>, ShipmentShipped{id_, "o1:1", {{ProductId("p"), 3}}, std::nullopt});
  bench_.send(kTypeOf<ShipmentLost>, ShipmentLost{id_, "o1:1"});
  bench_.send(kTypeOf<ResendRequested>,
              ResendRequested{id_, "r1", std::vector<StockLine>{{ProductId("p"), 2}}, "lost"});
  const auto out = bench_.send(kTypeOf<ResendReserved>, ResendReserved{id_, "r1"});
  const auto* request = find_message<ShipmentRequested>(out, held_);
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(request->goods, (std::vector<OrderedGoods>{tea_of(2, 550)}));
}

// The order of an older release, whose size was checked without its goods.
TEST_F(OrderRequests, GoodsThatDoNotFitIntoTheLogAreLeftOut) {
  bench_.rules.limits.of({Topic::payments, 0, false}) = 2'400;
  bench_.restart({});
  confirm();
  const auto* request = find_message<AuthorizeRequested>(reserved_, held_);
  ASSERT_NE(request, nullptr);
  EXPECT_FALSE(request->goods.has_value());
  EXPECT_EQ(request->contact, order_.contact);
}

}  // namespace
}  // namespace ordo::processors
