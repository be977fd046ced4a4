// Orders of the past: what their records do, and what they do not.
#include "processors/imported_orders.h"

#include "engine/testing/test_bench.h"
#include "processors/crm.h"
#include "processors/orders.h"
#include "processors/stock.h"
#include "records/dead_letter.h"

namespace ordo::processors {
namespace {

OrderImported past_order(std::int64_t quantity = 2) {
  OrderImported past;
  past.source = "old-shop";
  past.number = "#1001";
  past.order_id = imported_order_id(past.source, past.number);
  past.placed_at = from_unix_ms(1'600'000'000'000);
  past.customer_id = CustomerId("ann");
  past.location = LocationId("main");
  past.lines.emplace_back();
  past.lines[0].product_id = ProductId("p");
  past.lines[0].name = "Tea";
  past.lines[0].quantity = quantity;
  past.lines[0].unit_price = Money{250, kUsd};
  past.lines[0].total = past.total = {250 * quantity, kUsd};
  return past;
}

class ImportedOrders : public testing::Test {
 protected:
  // The types of the emitted records, or the reasons of refusals.
  std::string feed(const OrderImported& past, std::string_view source = "/old-shop", Timestamp appended_at = {}) {
    auto record = bench_.record(kTypeOf<OrderImported>, encode(past));
    record.envelope.source = source;
    record.appended_at = appended_at;
    out_ = *bench_.feed({record});
    return types();
  }
  template <class M>
  std::string send(const M& message) {
    out_ = bench_.send(kTypeOf<M>, message);
    return types();
  }
  std::string types() const {
    std::string text;
    for (const auto& record : out_) {
      text += (record.at.dlq ? reason_of(record) : record.envelope.type) + "\n";
    }
    return text;
  }
  CustomerOrderChanged counted(std::size_t index) { return std::get<CustomerOrderChanged>(*decode(out_.at(index))); }
  const Order& order() { return *bench_.get<Order>(Collection::orders, id_.str()); }

  const OrderId id_ = past_order().order_id;
  const std::string counted_ = std::string(kTypeOf<CustomerOrderChanged>) + "\n";
  Orders orders_;
  Bench bench_{orders_};
  std::vector<Record> out_;
};

TEST_F(ImportedOrders, AreWrittenAsTheyWereAndOnlyTheCustomerLearnsOfThem) {
  EXPECT_EQ(feed(past_order()), counted_);
  const auto step = counted(0);
  EXPECT_TRUE(step.placed && step.ended && !step.removed);
  EXPECT_EQ(step.status, OrderStatus::completed);
  EXPECT_EQ(step.captured, (Money{500, kUsd}));
  EXPECT_EQ(step.total, (Money{500, kUsd}));
  EXPECT_EQ(step.placed_at, past_order().placed_at);
  EXPECT_EQ(order().number, "H1");
  EXPECT_EQ(order().rev, 1);
  EXPECT_EQ(order().history.at(0).type, kTypeOf<OrderImported>);

  EXPECT_EQ(feed(past_order()), "");  // the same content
  EXPECT_EQ(order().rev, 1);
}

TEST_F(ImportedOrders, TakeNoBusinessOfToday) {
  feed(past_order());
  EXPECT_EQ(send(PaymentCaptured{id_, {500, kUsd}}), "imported_order\n");
  EXPECT_EQ(send(StockReserved{id_}), "imported_order\n");
  EXPECT_EQ(send(PaymentTimedOut{id_}), "imported_order\n");
  EXPECT_EQ(send(created(id_.str())), "imported_order\n");
  EXPECT_EQ(send(CancelRequested{id_, "no"}), std::string(type::kOrderCancelRefused) + "\n");
  EXPECT_EQ(order().refusals.at(0).reason, "imported_order");
  EXPECT_EQ(order().status, OrderStatus::completed);
}

TEST_F(ImportedOrders, AreRefundedByHandAndTheirGoodsGoBackIntoStock) {
  feed(past_order());
  EXPECT_EQ(send(RefundRequested{id_, "r1", Money{50, kUsd}, "scratched"}), "");
  EXPECT_EQ(send(RefundPaid{{"transfer 9"}, id_, "r1"}), std::string(type::kOrderRefunded) + "\n" + counted_);
  EXPECT_EQ(counted(1).refunded, (Money{50, kUsd}));
  const ReturnRequested back{id_, "b1", {{ProductId("p"), 1}}, true, false, "too strong"};
  EXPECT_EQ(send(back), std::string(type::kOrderReturned) + "\n" + std::string(kTypeOf<RestockRequested>) + "\n");
  EXPECT_EQ(std::get<RestockRequested>(*decode(out_.at(1))).unreserved, true);
  EXPECT_EQ(order().lines.at(0).returned, 1);
  EXPECT_EQ(send(NoteAdded{id_, "n1", "a regular", {}}), "");
  EXPECT_EQ(send(TagsChangeRequested{{{{"checked"}}, {}}, id_, "t1"}), "");
  EXPECT_EQ(order().tags, std::vector<std::string>{"checked"});
  EXPECT_EQ(send(RetentionElapsed{id_}), "");
  EXPECT_TRUE(order().redacted_at);
}

TEST_F(ImportedOrders, AnAmendedOneCountsOnce) {
  feed(past_order());
  auto other = past_order(3);
  other.customer_id = CustomerId("bob");
  other.status = OrderStatus::cancelled;
  EXPECT_EQ(feed(other), std::string(type::kImportRefused) + "\n");
  EXPECT_EQ(order().refusals.at(0).reason, "order_changed");
  EXPECT_EQ(order().total.amount, 500);
  other.replace = true;
  EXPECT_EQ(feed(other), counted_ + counted_);
  EXPECT_EQ(out_[0].key, "ann");
  EXPECT_EQ(counted(0).removed, true);
  EXPECT_EQ(counted(0).captured, (Money{500, kUsd}));
  EXPECT_EQ(out_[1].key, "bob");
  EXPECT_EQ(counted(1).status, OrderStatus::cancelled);
  EXPECT_EQ(counted(1).captured, (Money{0, kUsd}));
  EXPECT_EQ(order().number, "H1");
  EXPECT_EQ(order().rev, 3);

  other.customer_note = "ring";  // no figure of the customer
  EXPECT_EQ(feed(other), "");
  EXPECT_EQ(order().customer_note, "ring");
}

TEST_F(ImportedOrders, AreChecked) {
  const auto refused = [this](const OrderImported& past, std::string_view source = "/old-shop") {
    if (feed(past, source) != "invalid_fields\n") return types();
    const std::string detail(extra_header(out_.at(0), "ordo_dlq_detail"));
    return detail.substr(detail.find("; ") + 2);
  };
  auto other = past_order();
  other.order_id = OrderId("o1");
  EXPECT_EQ(refused(other).substr(0, 18), "/order_id: must be");
  auto sum = past_order();
  sum.total.amount = 501;
  EXPECT_EQ(refused(sum), "/total: is 5.01 USD, but the lines come to 5.00 USD");
  // Those of the API too.
  EXPECT_EQ(refused(sum, "/ordo/api/1"), "/total: is 5.01 USD, but the lines come to 5.00 USD");
  auto place = past_order();
  place.location = LocationId("a/b");
  EXPECT_EQ(refused(place).substr(0, 10), "/location:");
  auto state = past_order();
  state.lines[0].returned = 3;
  EXPECT_EQ(refused(state), "/lines/0/returned: must be a whole number from 0 to 2");
  EXPECT_EQ(bench_.get<Order>(Collection::orders, id_.str()), nullptr);

  auto ahead = past_order();
  ahead.placed_at = from_unix_ms(1'700'000'600'000);
  EXPECT_EQ(feed(ahead, "/old-shop", from_unix_ms(1'700'000'000'000)), "invalid_fields\n");
  EXPECT_EQ(feed(past_order(), "/old-shop", from_unix_ms(1'700'000'000'000)), counted_);
}

TEST(ImportedOrderNumber, IsNoneOfIntakes) {
  Topology topology;
  for (auto& topic : topology.topics) topic.partitions = 4;
  EXPECT_EQ(imported_order_number(topology, 0, 1, 260), "H1042");
  EXPECT_EQ(imported_order_number(topology, 1, 1, 260), "2-H1042");
}

TEST(ImportedCustomers, AnOrderThatIsAmendedCountsNoLonger) {
  Crm crm;
  Bench bench(crm);
  CustomerOrderChanged step;
  step.customer_id = CustomerId("ann");
  step.order_id = OrderId("o1");
  step.status = OrderStatus::completed;
  step.placed = step.ended = true;
  step.placed_at = from_unix_ms(5);
  step.captured = {500, kUsd};
  step.refunded = {100, kUsd};
  bench.send(kTypeOf<CustomerOrderChanged>, step);
  const auto& ann = *bench.get<Customer>(Collection::customers, "ann");
  EXPECT_EQ(ann.orders.completed, 1);
  const auto hour = [&] { return bench.get<OrderHour>(Collection::order_hours, "1970-01-01T00/USD/0"); };
  EXPECT_EQ(hour()->quarters.at(0).sums.orders.completed, 1);
  EXPECT_EQ(hour()->quarters.at(0).sums.captured, 500);
  step.removed = true;
  bench.send(kTypeOf<CustomerOrderChanged>, step);
  const auto& after = *bench.get<Customer>(Collection::customers, "ann");
  EXPECT_EQ(after.orders, OrderCounts());
  EXPECT_EQ(after.value, (std::vector<CustomerValue>{{kUsd, 0, 0}}));
  EXPECT_FALSE(after.first_order_at || after.last_order_at);
  EXPECT_TRUE(hour()->quarters.empty());
}

TEST(CrmHours, AStepInTwoCurrenciesIsRefused) {
  Crm crm;
  Bench bench(crm);
  CustomerOrderChanged step;
  step.customer_id = CustomerId("ann");
  step.order_id = OrderId("o1");
  step.placed = true;
  step.total = Money{500, kUsd};
  step.captured = {500, *Currency::parse("EUR")};
  EXPECT_EQ(reason_of(bench.send(kTypeOf<CustomerOrderChanged>, step).at(0)), "invalid_fields");
  EXPECT_EQ(bench.get<Customer>(Collection::customers, "ann"), nullptr);
  step.captured.currency = kUsd;
  EXPECT_TRUE(bench.send(kTypeOf<CustomerOrderChanged>, step).empty());
  EXPECT_EQ(bench.get<OrderHour>(Collection::order_hours, "1970-01-01T00/USD/0")->quarters.at(0).sums.total, 500);
}

TEST(ImportedStock, ReturnsGoBackIntoStockOnceWhereTheProductIsKnown) {
  Stock stock;
  Bench bench(stock);
  bench.send(kTypeOf<StockCounted>, StockCounted{"m1", LocationId("main"), ProductId("p"), 4, "opening", {}});
  const auto level = [&bench](const char* product) {
    return bench.get<StockLevel>(Collection::stock_levels, std::string("main/") + product);
  };
  RestockRequested back{OrderId("o1"), "b1", LocationId("main"), {{ProductId("p"), 2}, {ProductId("gone"), 1}}};
  EXPECT_EQ(reason_of(bench.send(kTypeOf<RestockRequested>, back).at(0)), "unknown_reservation");
  back.unreserved = true;
  EXPECT_TRUE(bench.send(kTypeOf<RestockRequested>, back).empty());
  EXPECT_TRUE(bench.send(kTypeOf<RestockRequested>, back).empty());
  EXPECT_EQ(level("p")->on_hand, 6);
  EXPECT_EQ(level("p")->returned, 2);
  EXPECT_EQ(level("gone"), nullptr);
  back.return_id = "b2";
  bench.send(kTypeOf<RestockRequested>, back);
  EXPECT_EQ(level("p")->on_hand, 8);
  EXPECT_TRUE(held_lines(*bench.get<Reservation>(Collection::reservations, "o1")).empty());
}

// An order with a reservation takes back what was shipped from it, whatever the record says.
TEST(ImportedStock, AReservationOfTodayIsHeldToItsGoods) {
  Stock stock;
  Bench bench(stock);
  bench.send(kTypeOf<StockCounted>, StockCounted{"m1", LocationId("main"), ProductId("p"), 4, "opening", {}});
  bench.send(kTypeOf<ReserveRequested>,
             ReserveRequested{OrderId("o1"), LocationId("main"), {{ProductId("p"), 1}}, false});
  RestockRequested back{OrderId("o1"), "b1", LocationId("main"), {{ProductId("p"), 1}}, true};
  EXPECT_EQ(reason_of(bench.send(kTypeOf<RestockRequested>, back).at(0)), "lines_differ");
}

}  // namespace
}  // namespace ordo::processors
