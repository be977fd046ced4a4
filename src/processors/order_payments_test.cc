// The records of orders that are paid in parts, by hand or not through ordo.
#include <algorithm>

#include "engine/testing/test_bench.h"
#include "processors/intake.h"
#include "processors/orders.h"
#include "processors/payments.h"

namespace ordo::processors {
namespace {

std::vector<std::string> types_of(const std::vector<Record>& records) {
  std::vector<std::string> types;
  types.reserve(records.size());
  for (const auto& record : records) types.emplace_back(record.at.dlq ? reason_of(record) : record.envelope.type);
  return types;
}

std::string strings(std::initializer_list<std::string_view> views) {
  std::string text;
  for (const auto view : views) text += std::string(view) + "\n";
  return text;
}
std::string strings(const std::vector<Record>& records) {
  std::string text;
  for (const auto& type : types_of(records)) text += type + "\n";
  return text;
}

class OrderPayments : public testing::Test {
 protected:
  // An order of 500.
  void reserve(std::optional<PaymentTerms> terms) {
    auto order = created("o1");
    order.payment_terms = terms;
    bench_.send(kTypeOf<OrderCreated>, order);
    reserved_ = bench_.send(kTypeOf<StockReserved>, StockReserved{id_});
  }
  PaymentRecorded payment(const std::string& id, std::int64_t amount) const {
    return {{{amount, kUsd}, "cash"}, id_, id};
  }
  const Order& order() { return *bench_.get<Order>(Collection::orders, "o1"); }

  const OrderId id_{"o1"};
  Orders orders_;
  Bench bench_{orders_};
  std::vector<Record> reserved_;
};

TEST_F(OrderPayments, NoGatewayIsAskedToPayAManualOrder) {
  reserve(PaymentTerms::manual);
  EXPECT_EQ(strings(reserved_), strings({type::kOrderReserved}));
  const auto part = bench_.send(kTypeOf<PaymentRecorded>, payment("p1", 200));
  ASSERT_EQ(strings(part), strings({kTypeOf<CustomerOrderChanged>}));
  EXPECT_EQ(std::get<CustomerOrderChanged>(*decode(part[0])).captured, (Money{200, kUsd}));
  EXPECT_TRUE(bench_.send(kTypeOf<PaymentRecorded>, payment("p1", 200)).empty());
  EXPECT_EQ(strings(bench_.send(kTypeOf<PaymentRecorded>, payment("p2", 300))),
            strings({type::kOrderConfirmed, kTypeOf<ShipmentRequested>, kTypeOf<CustomerOrderChanged>}));
  EXPECT_EQ(order().captured, (Money{500, kUsd}));

  // Its refunds are paid by people too.
  EXPECT_TRUE(bench_.send(kTypeOf<RefundRequested>, RefundRequested{id_, "r1", Money{50, kUsd}, "scratched"}).empty());
  EXPECT_EQ(order().refunds.at(0).by_hand, true);
  EXPECT_EQ(strings(bench_.send(kTypeOf<RefundPaid>, RefundPaid{{"transfer 99"}, id_, "r1"})),
            strings({type::kOrderRefunded, kTypeOf<CustomerOrderChanged>}));
  EXPECT_EQ(order().refunds.at(0).reference, "transfer 99");
}

TEST_F(OrderPayments, AManualOrderThatExpiresAsksNoGatewayForAnything) {
  reserve(PaymentTerms::manual);
  bench_.send(kTypeOf<PaymentRecorded>, payment("p1", 200));
  EXPECT_EQ(strings(bench_.send(kTypeOf<PaymentTimedOut>, PaymentTimedOut{id_})),
            strings({type::kOrderExpired, kTypeOf<ReleaseRequested>, kTypeOf<CustomerOrderChanged>}));
  EXPECT_EQ(order().refunds.at(0).amount, (Money{200, kUsd}));
  EXPECT_TRUE(bench_.send(kTypeOf<RetentionElapsed>, RetentionElapsed{id_}).empty());
}

TEST_F(OrderPayments, AnOrderThatIsNotPaidThroughOrdoIsConfirmedWithItsStock) {
  reserve(PaymentTerms::none);
  EXPECT_EQ(strings(reserved_), strings({type::kOrderReserved, type::kOrderConfirmed, kTypeOf<ShipmentRequested>}));
  EXPECT_EQ(strings(bench_.send(kTypeOf<PaymentCaptured>, PaymentCaptured{id_, {500, kUsd}})),
            strings({"payment_not_expected"}));
}

TEST_F(OrderPayments, ARefusedPaymentIsNotedInTheOrder) {
  reserve(std::nullopt);
  EXPECT_EQ(strings(bench_.send(kTypeOf<PaymentRecorded>, payment("p1", 200))), strings({type::kPaymentRefused}));
  ASSERT_EQ(order().refusals.size(), 1U);
  EXPECT_EQ(order().refusals[0].request, "payment");
  EXPECT_EQ(order().refusals[0].id, "p1");
  EXPECT_EQ(order().refusals[0].reason, "payment_not_expected");
  auto wrong = payment("p2", 200);
  wrong.method = std::string(65, 'm');
  EXPECT_EQ(strings(bench_.send(kTypeOf<PaymentRecorded>, wrong)), strings({"invalid_fields"}));
}

TEST_F(OrderPayments, TheTimeOfAPaymentIsNotAheadOfTheLog) {
  reserve(PaymentTerms::manual);
  auto ahead = payment("p1", 200);
  ahead.received_at = from_unix_ms(4'000'000'000'000);
  auto record = bench_.record(kTypeOf<PaymentRecorded>, encode(ahead));
  record.appended_at = from_unix_ms(1'700'000'000'000);
  bench_.feed({record});
  EXPECT_LT(*order().payments->at(0).received_at, from_unix_ms(1'800'000'000'000));
}

TEST_F(OrderPayments, PartsOfACaptureAddUpAndTheRestIsVoidedWithTheOrder) {
  reserve(std::nullopt);
  const PaymentCaptured part{id_, {200, kUsd}, "a"};
  EXPECT_EQ(strings(bench_.send(kTypeOf<PaymentCaptured>, part)), strings({kTypeOf<CustomerOrderChanged>}));
  EXPECT_TRUE(bench_.send(kTypeOf<PaymentCaptured>, part).empty());
  EXPECT_EQ(order().payment_status, PaymentStatus::partially_captured);
  EXPECT_EQ(strings(bench_.send(kTypeOf<CancelRequested>, CancelRequested{id_, "no"})),
            strings({type::kOrderCancelled, kTypeOf<ReleaseRequested>, kTypeOf<VoidRequested>,
                     kTypeOf<PaymentRefundRequested>, kTypeOf<CustomerOrderChanged>}));
}

TEST_F(OrderPayments, AnotherServicesOrderKeepsToTheTerms) {
  auto order = created("o1");
  order.ship_before_payment = true;
  auto record = bench_.record(kTypeOf<OrderCreated>, encode(order));
  record.envelope.source = "/pricing";
  EXPECT_EQ(strings(*bench_.feed({record})), strings({"invalid_fields"}));
}

TEST(Intake, RefusesTermsThatDoNotFitTogether) {
  Prices prices;
  prices.products[ProductId("p")] = {"Tea", {250, kUsd}};
  Intake intake(prices, LocationId("main"));
  Bench bench(intake);
  const auto outcome = [&](const std::string& terms) {
    const auto out =
        *bench.feed({bench.record("", R"({"userId":"u","products":[{"productId":"p","quantity":1}],)" + terms + "}")});
    return out.at(0).at.dlq ? reason_of(out[0]) : std::string();
  };
  EXPECT_EQ(outcome(R"("ship_before_payment":true)"), "invalid_fields");
  EXPECT_EQ(outcome(R"("payment_terms":"later")"), "invalid_fields");
  EXPECT_EQ(outcome(R"("payment_terms":"manual","ship_before_payment":true)"), "");
  EXPECT_EQ(outcome(R"("payment_terms":"none")"), "");
}

TEST(Payments, APartOfTheGatewayIsAFactWithAnId) {
  Payments payments;
  Bench bench(payments);
  const OrderId id("o1");
  bench.send(kTypeOf<AuthorizeRequested>, AuthorizeRequested{id, CustomerId("c"), {500, kUsd}, "card", true});
  const auto call = bench.get<Payment>(Collection::payments, "o1")->calls.at(0).id;
  GatewayAnswered answered{id, call, GatewayOutcome::captured, {}, {}, {}, Money{200, kUsd}};
  const auto out = bench.send(kTypeOf<GatewayAnswered>, answered);
  ASSERT_EQ(out.size(), 1U);
  const auto fact = std::get<PaymentCaptured>(*decode(out[0]));
  EXPECT_EQ(fact.amount, (Money{200, kUsd}));
  EXPECT_EQ(fact.capture_id, call);
  EXPECT_TRUE(bench.send(kTypeOf<GatewayAnswered>, answered).empty());
  EXPECT_EQ(bench.get<Payment>(Collection::payments, "o1")->calls.at(0).amount, (Money{300, kUsd}));
}

}  // namespace
}  // namespace ordo::processors
