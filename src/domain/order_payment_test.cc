// The payment of an order: in parts, by hand, later than its goods, or not through ordo at all.
#include <gtest/gtest.h>

#include "domain/order_lifecycle.h"
#include "domain/test_values.h"

namespace ordo {
namespace {

Money usd(std::int64_t amount) {
  return {amount, kUsd};
}

// An order of 900 with its commands.
class PaidOrder {
 public:
  explicit PaidOrder(std::optional<PaymentTerms> terms = {}, bool ship_before_payment = false,
                     std::int64_t hold_s = 0) {
    Order order;
    order.id = OrderId("o");
    order.location = LocationId("main");
    order.lines = {{{}, kTea, "Tea", 2, usd(250), usd(500)}, {{}, kCup, "Cup", 1, usd(400), usd(400)}};
    for (std::size_t i = 0; i < order.lines.size(); ++i) order.lines[i].id = place_id(i);
    order.total = usd(900);
    order.payment_terms = terms;
    if (ship_before_payment) order.ship_before_payment = true;
    order.dispatch_hold_s = hold_s;
    EXPECT_EQ(tell(order_command::Place{std::move(order), {}, "placed"}), "");
  }

  // Empty, or why the command was refused. `changed` says whether any event followed.
  std::string tell(const OrderCommand& command) {
    const auto events = decide(order_ ? &*order_ : nullptr, command);
    changed = events && !events->empty();
    if (!events) return events.error().reason;
    for (const auto& event : *events) evolve(order_, event, {"t", Timestamp(), "s"});
    return "";
  }
  std::string capture(std::int64_t amount, std::optional<std::string> id = {}) {
    return tell(order_command::NoteCaptured{usd(amount), {}, std::move(id)});
  }
  std::string pay(const std::string& id, std::int64_t amount, std::string method = "cash") {
    return tell(order_command::RecordPayment{id, {usd(amount), std::move(method)}, {}});
  }
  std::string reserve() { return tell(order_command::NoteReserved{}); }
  const Order& operator*() const { return *order_; }
  const Order* operator->() const { return &*order_; }

  bool changed = false;

 private:
  std::optional<Order> order_;
};

// --- in parts

TEST(OrderPayment, CapturesWithIdsAddUpUntilTheOrderIsCovered) {
  PaidOrder order;
  order.reserve();
  EXPECT_EQ(order.capture(300, "a"), "");
  EXPECT_EQ(order->status, OrderStatus::reserved);
  EXPECT_EQ(order->payment_status, PaymentStatus::partially_captured);
  EXPECT_EQ(order.capture(300, "a"), "");  // a repeat
  EXPECT_FALSE(order.changed);
  EXPECT_EQ(order->captured, usd(300));
  EXPECT_EQ(order.tell(order_command::NoteAuthorized{}), "");  // the one that the part came from
  EXPECT_FALSE(order.changed);
  EXPECT_EQ(order.capture(600, "b"), "");
  EXPECT_EQ(order->status, OrderStatus::confirmed);
  EXPECT_EQ(order->payment_status, PaymentStatus::captured);
  EXPECT_EQ(order->captures->size(), 2U);
  EXPECT_FALSE(order->overcharged);
  EXPECT_EQ(order.capture(50, "c"), "");
  EXPECT_EQ(order->overcharged, usd(50));
  EXPECT_TRUE(order->refunds.empty());  // the order has not ended
}

TEST(OrderPayment, ACaptureWithoutAnIdCountsOnce) {
  PaidOrder order;
  order.reserve();
  EXPECT_EQ(order.capture(300), "");
  EXPECT_EQ(order.capture(600), "");
  EXPECT_FALSE(order.changed);
  EXPECT_EQ(order->captured, usd(300));
  EXPECT_FALSE(order->captures);
  EXPECT_EQ(order.capture(600, "b"), "");
  EXPECT_EQ(order->status, OrderStatus::confirmed);
  EXPECT_EQ(order.capture(900), "");
  EXPECT_FALSE(order.changed);

  PaidOrder other;
  other.reserve();
  other.capture(300, "a");
  EXPECT_EQ(other.capture(600), "");
  EXPECT_EQ(other->captured, usd(900));
  EXPECT_EQ(other.capture(600), "");
  EXPECT_FALSE(other.changed);
}

TEST(OrderPayment, MoreThanTheTotalIsAcceptedAndShown) {
  PaidOrder order;
  order.reserve();
  EXPECT_EQ(order.capture(1000), "");
  EXPECT_EQ(order->status, OrderStatus::confirmed);
  EXPECT_EQ(order->overcharged, usd(100));
  EXPECT_EQ(order.tell(order_command::RequestRefund{"r", usd(100), "too much"}), "");
  EXPECT_EQ(order.capture(kMaxAmount, "more"), "amount_overflow");
}

TEST(OrderPayment, AnImpossibleCaptureIsRefused) {
  PaidOrder order;
  order.reserve();
  EXPECT_EQ(order.capture(0, "a"), "amount_mismatch");
  EXPECT_EQ(order.capture(-1), "amount_mismatch");
  EXPECT_EQ(order.capture(300, "a/b"), "bad_id");
  EXPECT_EQ(order.tell(order_command::NoteCaptured{{900, *Currency::parse("EUR")}, {}}), "amount_mismatch");
  EXPECT_EQ(order->captured.amount, 0);
}

TEST(OrderPayment, PartsOfAnOrderThatEndsUnpaidGoBack) {
  for (const OrderCommand& end :
       {OrderCommand(order_command::TimeOutPayment{}), OrderCommand(order_command::Cancel{"no"}),
        OrderCommand(order_command::NotePaymentFailed{"no"}), OrderCommand(order_command::NoteVoided{})}) {
    PaidOrder order;
    order.reserve();
    order.capture(300, "a");
    EXPECT_EQ(order.tell(end), "");
    EXPECT_TRUE(is_terminal(order->status));
    ASSERT_EQ(order->refunds.size(), 1U);
    EXPECT_EQ(order->refunds[0].id, "automatic");
    EXPECT_EQ(order->refunds[0].amount, usd(300));
    EXPECT_FALSE(order->refunds[0].by_hand);
    // The rest came late. It goes back under an id of its own.
    EXPECT_EQ(order.capture(600, "b"), "");
    ASSERT_EQ(order->refunds.size(), 2U);
    EXPECT_EQ(order->refunds[1].id, "automatic:late:b");
    EXPECT_EQ(refundable(*order), usd(0));
    EXPECT_EQ(order.capture(50), "");
    ASSERT_EQ(order->refunds.size(), 3U);
    EXPECT_EQ(order->refunds[2].id, "automatic+");
    order.tell(order_command::NoteRefunded{"automatic", usd(300)});
    EXPECT_EQ(order->payment_status, PaymentStatus::partially_refunded);
  }
}

TEST(OrderPayment, NoRefundBeforeTheOrderIsPaid) {
  PaidOrder order;
  order.reserve();
  order.capture(300, "a");
  EXPECT_EQ(order.tell(order_command::RequestRefund{"r", {}, ""}), "illegal_transition");
  // The gateway's own console needs no permission. Its refund does not pay for goods.
  EXPECT_EQ(order.tell(order_command::NoteRefunded{"desk:d", usd(300)}), "");
  EXPECT_EQ(order.capture(600, "b"), "");
  EXPECT_EQ(order->status, OrderStatus::reserved);
  EXPECT_EQ(order.capture(300, "c"), "");
  EXPECT_EQ(order->status, OrderStatus::confirmed);
}

TEST(OrderPayment, CapturesAreBoundedAndTheLastHasRoom) {
  PaidOrder order;
  order.reserve();
  for (std::size_t i = 0; i < Order::kMaxCaptures; ++i) ASSERT_EQ(order.capture(1, "c" + std::to_string(i)), "");
  EXPECT_EQ(order.capture(1, "x"), "too_many_parts");
  EXPECT_EQ(order.capture(900 - static_cast<std::int64_t>(Order::kMaxCaptures), "x"), "");
  EXPECT_EQ(order->status, OrderStatus::confirmed);
  EXPECT_EQ(order.capture(1, "y"), "too_many_parts");
}

// --- by hand

TEST(OrderPayment, AManualOrderIsConfirmedWhenItsPaymentsCoverIt) {
  PaidOrder order(PaymentTerms::manual);
  order.reserve();
  EXPECT_EQ(order->status, OrderStatus::reserved);
  EXPECT_EQ(order.pay("p1", 300), "");
  EXPECT_EQ(order->payment_status, PaymentStatus::partially_captured);
  EXPECT_EQ(order.pay("p1", 300), "");
  EXPECT_FALSE(order.changed);
  EXPECT_EQ(order.pay("p2", 650, "bank transfer"), "");
  EXPECT_EQ(order->status, OrderStatus::confirmed);
  EXPECT_EQ(order->captured, usd(950));
  EXPECT_EQ(order->overcharged, usd(50));
  ASSERT_EQ(order->payments->size(), 2U);
  EXPECT_EQ(order->payments->at(1).method, "bank transfer");
  EXPECT_FALSE(order->captures);
}

TEST(OrderPayment, MoneyMayComeBeforeTheStockIsReserved) {
  PaidOrder order(PaymentTerms::manual);
  EXPECT_EQ(order.pay("p1", 900), "");
  EXPECT_EQ(order->status, OrderStatus::pending);
  order.reserve();
  EXPECT_EQ(order->status, OrderStatus::confirmed);

  for (const OrderCommand& end :
       {OrderCommand(order_command::NoteOutOfStock{}), OrderCommand(order_command::Cancel{"no"})}) {
    PaidOrder ended(PaymentTerms::manual);
    ended.pay("p1", 900);
    ended.tell(end);
    ASSERT_EQ(ended->refunds.size(), 1U);
    EXPECT_EQ(ended->refunds[0].amount, usd(900));
    EXPECT_EQ(ended->refunds[0].by_hand, true);
  }
}

TEST(OrderPayment, APaymentIsCheckedAndTheFieldNamed) {
  PaidOrder order(PaymentTerms::manual);
  order.reserve();
  const auto refused = [&](const std::string& id, StatedPayment payment) {
    const auto events = decide(&*order, order_command::RecordPayment{id, std::move(payment), {}});
    if (events) return std::string("accepted");
    return events.error().reason + " " +
           (events.error().violations.empty() ? "" : events.error().violations[0].pointer);
  };
  EXPECT_EQ(refused("p", {{900, *Currency::parse("EUR")}, "cash"}), "currency_mismatch /amount/currency");
  EXPECT_EQ(refused("p", {usd(0), "cash"}), "bad_amount /amount/amount");
  EXPECT_EQ(refused("p", {usd(kMaxAmount + 1), "cash"}), "bad_amount /amount/amount");
  EXPECT_EQ(refused("p", {usd(900), ""}), "invalid_fields /method");
  EXPECT_EQ(refused("p", {usd(900), std::string(65, 'm')}), "invalid_fields /method");
  EXPECT_EQ(refused("p", {usd(900), "cash", "a\x01"}), "invalid_fields /reference");
  EXPECT_EQ(refused("a/b", {usd(900), "cash"}), "invalid_fields /payment_id");
  EXPECT_EQ(refused("p", {usd(900), "cash", "receipt 17"}), "accepted");
}

TEST(OrderPayment, PaymentsAreOfManualOrdersAndReportsOfAGatewayAreNot) {
  for (const auto terms :
       {std::optional<PaymentTerms>(), std::optional(PaymentTerms::gateway), std::optional(PaymentTerms::none)}) {
    PaidOrder order(terms);
    order.reserve();
    EXPECT_EQ(order.pay("p1", 900), "payment_not_expected");
  }
  for (const auto terms : {PaymentTerms::manual, PaymentTerms::none}) {
    PaidOrder order(terms);
    order.reserve();
    EXPECT_EQ(order.capture(900), "payment_not_expected");
    EXPECT_EQ(order.tell(order_command::NoteAuthorized{}), "payment_not_expected");
    EXPECT_EQ(order.tell(order_command::NoteVoided{}), "payment_not_expected");
    EXPECT_EQ(order.tell(order_command::NotePaymentFailed{"no"}), "payment_not_expected");
  }
}

TEST(OrderPayment, PaymentsAreBoundedAndTheLastHasRoom) {
  PaidOrder order(PaymentTerms::manual);
  order.reserve();
  for (std::size_t i = 0; i < Order::kMaxPayments; ++i) ASSERT_EQ(order.pay("p" + std::to_string(i), 1), "");
  EXPECT_EQ(order.pay("x", 1), "too_many_parts");
  const auto refusal = refusal_of(order_command::RecordPayment{"x", {usd(1), "cash"}, {}},
                                  decide(&*order, order_command::RecordPayment{"x", {usd(1), "cash"}, {}}).error());
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->request + " " + refusal->id, "payment x");
  EXPECT_EQ(order.pay("x", 900 - static_cast<std::int64_t>(Order::kMaxPayments)), "");
  EXPECT_EQ(order->status, OrderStatus::confirmed);
  EXPECT_EQ(order.pay("y", 1), "too_many_parts");
}

TEST(OrderPayment, AManualOrderExpiresAndWhatCameIsDueBack) {
  PaidOrder order(PaymentTerms::manual);
  order.reserve();
  order.pay("p1", 300);
  EXPECT_EQ(order.tell(order_command::TimeOutPayment{}), "");
  EXPECT_EQ(order->status, OrderStatus::expired);
  ASSERT_EQ(order->refunds.size(), 1U);
  EXPECT_EQ(order->refunds[0].by_hand, true);
  EXPECT_EQ(order.pay("p2", 600), "");  // late
  EXPECT_EQ(order->refunds.at(1).id, "automatic:late:p2");

  EXPECT_EQ(order.tell(order_command::NoteRefundPaid{"nothing", {}}), "unknown_refund");
  EXPECT_EQ(order.tell(order_command::NoteRefundPaid{"automatic", {"a\x01"}}), "invalid_fields");
  EXPECT_EQ(order.tell(order_command::NoteRefundPaid{"automatic", {"transfer 99"}}), "");
  EXPECT_EQ(order->refunds[0].status, RefundStatus::succeeded);
  EXPECT_EQ(order->refunds[0].reference, "transfer 99");
  EXPECT_EQ(order->refunded, usd(300));
  EXPECT_EQ(order.tell(order_command::NoteRefundPaid{"automatic", {}}), "");
  EXPECT_FALSE(order.changed);
  order.tell(order_command::NoteRefundPaid{"automatic:late:p2", {}});
  EXPECT_EQ(order->payment_status, PaymentStatus::refunded);

  order.tell(order_command::Redact{});
  EXPECT_EQ(order->payments->at(0).method, "");
  EXPECT_FALSE(order->refunds[0].reference);
  for (const auto& entry : order->history) EXPECT_EQ(entry.summary.find("cash"), std::string::npos) << entry.summary;
}

TEST(OrderPayment, TheGatewaysRefundsAreNotPaidByHand) {
  PaidOrder order;
  order.reserve();
  order.capture(900);
  order.tell(order_command::RequestRefund{"r", usd(100), "scratched"});
  EXPECT_EQ(order.tell(order_command::NoteRefundPaid{"r", {}}), "refund_not_by_hand");
}

// --- later, or not at all

TEST(OrderPayment, GoodsMayLeaveBeforeThePayment) {
  PaidOrder order(PaymentTerms::manual, true, 60);
  order.reserve();
  EXPECT_EQ(order->status, OrderStatus::confirmed);
  EXPECT_EQ(order->payment_status, PaymentStatus::none);
  EXPECT_EQ(order.tell(order_command::TimeOutPayment{}), "");
  EXPECT_FALSE(order.changed);
  // A cancelled piece is owed no more, so nothing goes back.
  EXPECT_EQ(order.tell(order_command::Cancel{"one is enough", "c1", {{kTea, 1}}}), "");
  EXPECT_TRUE(order->refunds.empty());
  EXPECT_EQ(payable(*order), usd(650));
  EXPECT_EQ(order.pay("p1", 500), "");
  EXPECT_EQ(order->payment_status, PaymentStatus::partially_captured);
  // 400 are owed now, and 500 were paid.
  EXPECT_EQ(order.tell(order_command::Cancel{"no tea", "c2", {{kTea, 1}}}), "");
  ASSERT_EQ(order->refunds.size(), 1U);
  EXPECT_EQ(order->refunds[0].amount, usd(100));
  EXPECT_EQ(order->payment_status, PaymentStatus::captured);
  EXPECT_EQ(order.tell(order_command::ReleaseHold{}), "");
  EXPECT_EQ(order.tell(order_command::NoteShipped{"o:1", {{kCup, 1}}, ""}), "");
  EXPECT_EQ(order->status, OrderStatus::fulfilled);
}

TEST(OrderPayment, ARefundOfALineLeavesTheDebtAsItIs) {
  PaidOrder order(PaymentTerms::manual, true, 60);
  order.reserve();
  order.pay("p1", 600);
  EXPECT_EQ(order.tell(order_command::RequestRefund{"r1", {}, "scratched", {{kTea, 1}}}), "");
  ASSERT_EQ(order->refunds.size(), 1U);
  EXPECT_EQ(order->refunds[0].amount, usd(250));
  EXPECT_TRUE(order->refunds[0].by_hand.value_or(false));
  EXPECT_EQ(order->refunds[0].status, RefundStatus::requested);
  EXPECT_EQ(payable(*order), usd(900));
  EXPECT_EQ(order.tell(order_command::NoteRefundPaid{"r1", {"transfer 7"}}), "");
  EXPECT_EQ(order->refunds[0].reference, "transfer 7");
  EXPECT_EQ(order->refunded, usd(250));
  // The customer has paid 350, and owes 250 for the tea that is left.
  EXPECT_EQ(order.tell(order_command::Cancel{"no cup", "c1", {{kCup, 1}}}), "");
  ASSERT_EQ(order->refunds.size(), 2U);
  EXPECT_EQ(order->refunds[1].amount, usd(100));
  EXPECT_EQ(payable(*order), usd(500));
  // This tea was refunded before.
  EXPECT_EQ(order.tell(order_command::Cancel{"one is enough", "c2", {{kTea, 1}}}), "");
  EXPECT_EQ(order->refunds.size(), 2U);
  EXPECT_EQ(payable(*order), usd(500));
}

TEST(OrderPayment, GoodsThatCameBackBeforeTheyWerePaidAreNotOwed) {
  PaidOrder order(PaymentTerms::manual, true);
  order.reserve();
  order.tell(order_command::NoteShipped{"o:1", {{kCup, 1}, {kTea, 2}}, ""});
  EXPECT_EQ(order.tell(order_command::Return{"back", {{kCup, 1}}, true, false, "broken"}), "");
  EXPECT_EQ(order->lines[1].unrefunded, 1);
  EXPECT_EQ(payable(*order), usd(500));
  EXPECT_EQ(order.pay("p1", 500), "");
  EXPECT_EQ(order->payment_status, PaymentStatus::captured);
  EXPECT_TRUE(order->refunds.empty());
}

TEST(OrderPayment, LostGoodsOfAnUnpaidOrderAreSentAgain) {
  PaidOrder order(PaymentTerms::manual, true);
  order.reserve();
  order.tell(order_command::NoteShipped{"o:1", {{kCup, 1}, {kTea, 2}}, ""});
  order.tell(order_command::NoteLost{"o:1"});
  EXPECT_EQ(order->status, OrderStatus::completed);
  EXPECT_EQ(order.tell(order_command::RequestResend{"again", {}, ""}), "");
  EXPECT_EQ(order.pay("p1", 900), "");  // after the end, but the goods are the customer's
  EXPECT_TRUE(order->refunds.empty());
  EXPECT_EQ(order->payment_status, PaymentStatus::captured);
}

TEST(OrderPayment, AnOrderThatIsNotPaidThroughOrdoNeedsNoMoney) {
  PaidOrder order(PaymentTerms::none);
  order.reserve();
  EXPECT_EQ(order->status, OrderStatus::confirmed);
  EXPECT_EQ(order->payment_status, PaymentStatus::none);
  EXPECT_EQ(order.tell(order_command::RequestRefund{"r", {}, ""}), "refund_exceeds_payment");
  EXPECT_EQ(order.tell(order_command::NoteShipped{"o:1", {{kCup, 1}, {kTea, 2}}, ""}), "");
  EXPECT_EQ(order.tell(order_command::Return{"back", {{kTea, 1}}, true, true, "cold"}), "");
  EXPECT_TRUE(order->refunds.empty());
  EXPECT_EQ(order.tell(order_command::NoteDelivered{"o:1"}), "");
  EXPECT_EQ(order->status, OrderStatus::completed);
}

}  // namespace
}  // namespace ordo
