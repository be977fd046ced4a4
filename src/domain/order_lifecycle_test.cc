// The state machine of orders: every command in every state, and the figures behind the statuses.
#include "domain/order_lifecycle.h"

#include <gtest/gtest.h>

#include <functional>

#include "domain/test_values.h"

namespace ordo {
namespace {

Order new_order() {
  Order order;
  order.id = OrderId("o");
  order.location = LocationId("main");
  order.lines = {{{}, kTea, "Tea", 2, Money{250, kUsd}, {500, kUsd}},
                 {{}, kCup, "Cup", 1, Money{400, kUsd}, {400, kUsd}}};
  order.total = {900, kUsd};
  return order;
}

// One order and its commands.
class Life {
 public:
  explicit Life(Order order = new_order()) {
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
  const Order& operator*() const { return *order_; }
  const Order* operator->() const { return &*order_; }

  bool changed = false;

 private:
  std::optional<Order> order_;
};

const std::vector<StockLine> kAll = {{kCup, 1}, {kTea, 2}};

std::vector<std::string> open_ids(const Order& order) {
  std::vector<std::string> ids;
  for (const auto& open : open_shipments(order)) ids.push_back(open.id);
  return ids;
}

void reserve(Life& life) {
  EXPECT_EQ(life.tell(order_command::NoteReserved{}), "");
}
void pay(Life& life) {
  reserve(life);
  EXPECT_EQ(life.tell(order_command::NoteCaptured{{900, kUsd}, {}}), "");
}
void ship(Life& life) {
  pay(life);
  EXPECT_EQ(life.tell(order_command::NoteShipped{"o:1", kAll, "T1"}), "");
}
void deliver(Life& life) {
  ship(life);
  EXPECT_EQ(life.tell(order_command::NoteDelivered{"o:1"}), "");
}

struct State {
  const char* name;
  std::function<void(Life&)> reach;
};

const State kStates[] = {
    {"pending", [](Life&) {}},
    {"reserved", reserve},
    {"confirmed", pay},
    {"fulfilled", ship},
    {"completed", deliver},
    {"rejected", [](Life& life) { life.tell(order_command::NoteOutOfStock{}); }},
    {"expired",
     [](Life& life) {
       reserve(life);
       life.tell(order_command::TimeOutPayment{});
     }},
    {"cancelled",
     [](Life& life) {
       reserve(life);
       life.tell(order_command::Cancel{"no"});
     }},
};

// The effect of each command in each state, in the order of kStates: the resulting status, "-" for a declared no-op,
// "+" for a change that leaves the status, "x" for illegal_transition, or another refusal.
struct Row {
  const char* name;
  OrderCommand command;
  const char* outcome[8];
};

// clang-format off
const Row kTable[] = {
    //                                               pending      reserved     confirmed    fulfilled    completed  rejected  expired   cancelled
    {"cancel", order_command::Cancel{"no"},                    {"cancelled", "cancelled", "+",         "x",         "x",       "x",      "x",      "-"}},
    {"reserved", order_command::NoteReserved{},                {"reserved", "-",         "-",         "-",         "-",       "x",      "-",      "-"}},
    {"out of stock", order_command::NoteOutOfStock{},          {"rejected", "x",         "x",         "x",         "x",       "-",      "x",      "-"}},
    {"authorized", order_command::NoteAuthorized{},            {"x",        "+",         "-",         "-",         "-",       "+",      "+",      "+"}},
    {"captured", order_command::NoteCaptured{{900, kUsd}, {}}, {"x",        "confirmed", "-",         "-",         "-",       "+",      "+",      "+"}},
    {"failed", order_command::NotePaymentFailed{"no"},         {"x",        "rejected",  "x",         "x",         "x",       "-",      "-",      "-"}},
    {"voided", order_command::NoteVoided{},                    {"x",        "rejected",  "-",         "-",         "-",       "+",      "+",      "+"}},
    {"timed out", order_command::TimeOutPayment{},             {"x",        "expired",   "-",         "-",         "-",       "-",      "-",      "-"}},
    {"hold over", order_command::ReleaseHold{},                {"x",        "x",         "-",         "-",         "-",       "-",      "-",      "-"}},
    {"shipped", order_command::NoteShipped{"o:9", kAll, ""},   {"x",        "x",         "fulfilled", "x",         "x",       "x",      "x",      "x"}},
    {"delivered", order_command::NoteDelivered{"o:1"},         {"x",        "x",         "x",         "completed", "-",       "x",      "x",      "x"}},
    {"lost", order_command::NoteLost{"o:1"},                   {"x",        "x",         "x",         "completed", "x",       "x",      "x",      "x"}},
    {"stopped", order_command::NoteShipmentCancelled{},        {"x",        "x",         "cancelled", "x",         "x",       "x",      "x",      "-"}},
    {"too late", order_command::NoteCancelTooLate{},           {"x",        "x",         "x",         "-",         "-",       "x",      "x",      "x"}},
    {"refund", order_command::RequestRefund{"r", {}, ""},      {"x",        "x",         "+",         "+",         "+",       "x",      "x",      "x"}},
    {"refunded", order_command::NoteRefunded{"r", {5, kUsd}},  {"x",        "x",         "+",         "+",         "+",       "x",      "x",      "x"}},
    {"refund failed", order_command::NoteRefundFailed{"r", ""}, {"unknown_refund", "unknown_refund", "unknown_refund", "unknown_refund", "unknown_refund", "unknown_refund", "unknown_refund", "unknown_refund"}},
    {"return", order_command::Return{"r", {{kTea, 1}}, true, true, ""}, {"x", "x",       "x",         "+",         "+",       "x",      "x",      "x"}},
    {"resend", order_command::RequestResend{"a", {}, ""},      {"nothing_lost", "nothing_lost", "nothing_lost", "nothing_lost", "nothing_lost", "nothing_lost", "nothing_lost", "nothing_lost"}},
    {"note", order_command::AddNote{"n", "call back", false},  {"+",        "+",         "+",         "+",         "+",       "+",      "+",      "+"}},
    {"tags", order_command::ChangeTags{"t", {{{"gift"}}, {}}},  {"+",        "+",         "+",         "+",         "+",       "+",      "+",      "+"}},
    {"paid by hand", order_command::RecordPayment{"p", {{900, kUsd}, "cash"}, {}}, {"payment_not_expected", "payment_not_expected", "payment_not_expected", "payment_not_expected", "payment_not_expected", "payment_not_expected", "payment_not_expected", "payment_not_expected"}},
    {"refund paid", order_command::NoteRefundPaid{"r", {}}, {"unknown_refund", "unknown_refund", "unknown_refund", "unknown_refund", "unknown_refund", "unknown_refund", "unknown_refund", "unknown_refund"}},
    {"redact", order_command::Redact{},                        {"-",        "-",         "-",         "-",         "+",       "+",      "+",      "+"}},
};
// clang-format on

TEST(OrderLifecycle, TheWholeTableOfStates) {
  for (const auto& row : kTable) {
    for (std::size_t i = 0; i < std::size(kStates); ++i) {
      Life life;
      kStates[i].reach(life);
      ASSERT_EQ(to_string(life->status), kStates[i].name);
      const auto refused = life.tell(row.command);
      std::string outcome = refused == "illegal_transition" ? "x" : refused;
      if (refused.empty() && !life.changed) outcome = "-";
      if (refused.empty() && life.changed) {
        outcome = to_string(life->status) == kStates[i].name ? "+" : std::string(to_string(life->status));
      }
      EXPECT_EQ(outcome, row.outcome[i]) << row.name << " when " << kStates[i].name;
      // A repeated command changes nothing more, whatever it did the first time. A repeated refund of the rest is
      // recognised by its id.
      if (outcome != "x" && refused.empty()) {
        const Order before = *life;
        life.tell(row.command);
        EXPECT_EQ(*life, before) << row.name << " twice when " << kStates[i].name;
      }
    }
    EXPECT_EQ(decide(nullptr, row.command).error().reason, "unknown_order") << row.name;
  }
}

TEST(OrderLifecycle, StatusesFollowFromTheFigures) {
  Life life;
  EXPECT_EQ(life->payment_status, PaymentStatus::none);
  reserve(life);
  life.tell(order_command::NoteAuthorized{});
  EXPECT_EQ(life->payment_status, PaymentStatus::authorized);
  life.tell(order_command::NoteCaptured{{900, kUsd}, {}});
  EXPECT_EQ(life->payment_status, PaymentStatus::captured);
  life.tell(order_command::NoteShipped{"o:1", {{kTea, 1}}, ""});
  EXPECT_EQ(life->status, OrderStatus::confirmed);
  EXPECT_EQ(life->fulfillment_status, FulfillmentStatus::partially_shipped);
  EXPECT_EQ(unshipped_lines(*life), (std::vector<StockLine>{{kCup, 1}, {kTea, 1}}));
  life.tell(order_command::NoteShipped{"o:2", {{kTea, 1}, {kCup, 1}}, ""});
  EXPECT_EQ(life->fulfillment_status, FulfillmentStatus::shipped);
  life.tell(order_command::NoteDelivered{"o:2"});
  EXPECT_EQ(life->status, OrderStatus::fulfilled);  // one is still in transit
  life.tell(order_command::NoteDelivered{"o:1"});
  EXPECT_EQ(life->status, OrderStatus::completed);
  EXPECT_EQ(life->fulfillment_status, FulfillmentStatus::delivered);

  life.tell(order_command::Return{"back", {{kTea, 1}}, true, true, "cold"});
  EXPECT_EQ(life->fulfillment_status, FulfillmentStatus::partially_returned);
  ASSERT_EQ(life->refunds.size(), 1U);
  EXPECT_EQ(life->refunds[0].amount.amount, 250);
  EXPECT_EQ(life->payment_status, PaymentStatus::captured);  // requested, not yet made
  life.tell(order_command::NoteRefunded{"return:back", {250, kUsd}});
  EXPECT_EQ(life->payment_status, PaymentStatus::partially_refunded);
  life.tell(order_command::Return{"rest", {{kTea, 1}, {kCup, 1}}, false, false, ""});
  EXPECT_EQ(life->fulfillment_status, FulfillmentStatus::returned);
  life.tell(order_command::RequestRefund{"all", {}, "sorry"});
  life.tell(order_command::NoteRefunded{"all", {650, kUsd}});
  EXPECT_EQ(life->payment_status, PaymentStatus::refunded);
  EXPECT_EQ(life->status, OrderStatus::completed);
}

TEST(OrderLifecycle, ACancelAfterThePaymentGivesTheMoneyBack) {
  Order held = new_order();
  held.dispatch_hold_s = 60;
  Life life(held);
  pay(life);
  EXPECT_FALSE(life->dispatch_requested_at);
  life.tell(order_command::Cancel{"no"});
  EXPECT_EQ(life->status, OrderStatus::cancelled);  // logistics received no request
  ASSERT_EQ(life->refunds.size(), 1U);
  EXPECT_EQ(life->refunds[0].amount.amount, 900);
  life.tell(order_command::NoteRefunded{std::string(kAutomaticRefund), {900, kUsd}});
  EXPECT_EQ(life->payment_status, PaymentStatus::refunded);
  EXPECT_EQ(life.tell(order_command::ReleaseHold{}), "");
  EXPECT_FALSE(life.changed);
}

TEST(OrderLifecycle, ACancelThatCrossesTheDispatchWaitsForLogistics) {
  Life stopped;
  pay(stopped);
  stopped.tell(order_command::Cancel{"no"});
  EXPECT_EQ(stopped->status, OrderStatus::confirmed);
  EXPECT_EQ(stopped->cancelling, "no");
  stopped.tell(order_command::NoteShipmentCancelled{});
  EXPECT_EQ(stopped->status, OrderStatus::cancelled);
  EXPECT_EQ(stopped->status_reason, "no");
  EXPECT_EQ(stopped->refunds.size(), 1U);

  Life too_late;
  pay(too_late);
  too_late.tell(order_command::Cancel{"no"});
  too_late.tell(order_command::NoteShipped{"o:1", kAll, ""});
  EXPECT_EQ(too_late->status, OrderStatus::fulfilled);
  EXPECT_FALSE(too_late->cancelling);
  EXPECT_EQ(too_late.tell(order_command::NoteCancelTooLate{}), "");
  EXPECT_FALSE(too_late.changed);
  EXPECT_TRUE(too_late->refunds.empty());
}

TEST(OrderLifecycle, ALateCaptureIsRefundedByItself) {
  for (const OrderCommand& end :
       {OrderCommand(order_command::TimeOutPayment{}), OrderCommand(order_command::Cancel{"no"}),
        OrderCommand(order_command::NotePaymentFailed{"no"})}) {
    Life life;
    reserve(life);
    life.tell(end);
    const auto status = life->status;
    life.tell(order_command::NoteCaptured{{900, kUsd}, {}});
    EXPECT_EQ(life->status, status);
    ASSERT_EQ(life->refunds.size(), 1U);
    EXPECT_EQ(life->refunds[0].amount.amount, 900);
    life.tell(order_command::NoteCaptured{{900, kUsd}, {}});
    EXPECT_FALSE(life.changed);
  }
}

TEST(OrderLifecycle, OnlyMoneyOfItsCurrencyPaysForAnOrder) {
  Life life;
  reserve(life);
  EXPECT_EQ(life.tell(order_command::NoteCaptured{{0, kUsd}, {}}), "amount_mismatch");
  EXPECT_EQ(life.tell(order_command::NoteCaptured{{900, *Currency::parse("EUR")}, {}}), "amount_mismatch");
  EXPECT_EQ(life->status, OrderStatus::reserved);
}

TEST(OrderLifecycle, ARepeatDoesNothingEvenWhereThereIsRoomForMore) {
  Life life;
  pay(life);
  EXPECT_EQ(life.tell(order_command::NoteShipped{"o:1", {{kTea, 1}}, ""}), "");
  EXPECT_EQ(life.tell(order_command::NoteShipped{"o:1", {{kTea, 1}}, ""}), "");
  EXPECT_FALSE(life.changed);
  EXPECT_EQ(unshipped_lines(*life), (std::vector<StockLine>{{kCup, 1}, {kTea, 1}}));
  EXPECT_EQ(life.tell(order_command::RequestRefund{"r", Money{100, kUsd}, ""}), "");
  EXPECT_EQ(life.tell(order_command::RequestRefund{"r", Money{100, kUsd}, ""}), "");
  EXPECT_FALSE(life.changed);
  EXPECT_EQ(refundable(*life).amount, 800);
}

TEST(OrderLifecycle, AReturnGivesBackNoMoreThanIsLeftOfThePayment) {
  Life life;
  deliver(life);
  life.tell(order_command::RequestRefund{"sorry", Money{800, kUsd}, ""});
  EXPECT_EQ(life.tell(order_command::Return{"back", {{kTea, 1}}, true, true, ""}), "");
  ASSERT_EQ(life->refunds.size(), 2U);
  EXPECT_EQ(life->refunds[1].amount.amount, 100);  // of a price of 250
  EXPECT_EQ(refundable(*life).amount, 0);
}

TEST(OrderLifecycle, MoneyThatIsNotThereIsNotGivenBack) {
  Life life;
  pay(life);
  EXPECT_EQ(life.tell(order_command::RequestRefund{"a", Money{901, kUsd}, ""}), "refund_exceeds_payment");
  EXPECT_EQ(life.tell(order_command::RequestRefund{"a", Money{0, kUsd}, ""}), "bad_amount");
  EXPECT_EQ(life.tell(order_command::RequestRefund{"a", Money{1, *Currency::parse("EUR")}, ""}), "currency_mismatch");
  EXPECT_EQ(life.tell(order_command::RequestRefund{"a", Money{600, kUsd}, ""}), "");
  EXPECT_EQ(life.tell(order_command::RequestRefund{"b", Money{301, kUsd}, ""}), "refund_exceeds_payment");
  life.tell(order_command::NoteRefundFailed{"a", "closed"});
  EXPECT_EQ(refundable(*life).amount, 900);
  EXPECT_EQ(life.tell(order_command::RequestRefund{"c", {}, ""}), "");
  EXPECT_EQ(life.tell(order_command::NoteRefunded{"c", {899, kUsd}}), "amount_mismatch");
  EXPECT_EQ(life.tell(order_command::NoteRefunded{"c", {900, kUsd}}), "");
  EXPECT_EQ(life.tell(order_command::NoteRefunded{"desk", {901, kUsd}}), "refund_exceeds_payment");
  EXPECT_EQ(life->refunded.amount, 900);
}

TEST(OrderLifecycle, WhatTheGatewayGaveBackIsGoneWhateverElseIsOnItsWay) {
  Life life;
  pay(life);
  life.tell(order_command::RequestRefund{"a", Money{500, kUsd}, ""});
  EXPECT_EQ(life.tell(order_command::NoteRefunded{"desk:d", {800, kUsd}}), "");
  EXPECT_EQ(life->refunded.amount, 800);
  EXPECT_EQ(life.tell(order_command::NoteRefundFailed{"a", "refund_exceeds_payment"}), "");
  EXPECT_EQ(refundable(*life).amount, 100);
}

TEST(OrderLifecycle, ARefundIsCorrectedOnceAndRepeatsChangeNothing) {
  Life life;
  pay(life);
  const order_command::NoteRefunded made{"a", {100, kUsd}};
  const order_command::NoteRefundFailed failed{"a", "closed"};
  life.tell(order_command::RequestRefund{"a", Money{100, kUsd}, ""});
  life.tell(failed);
  EXPECT_EQ(life->refunded.amount, 0);
  life.tell(made);
  EXPECT_EQ(life->refunded.amount, 100);
  life.tell(failed);
  EXPECT_FALSE(life.changed) << "what it had said first, once more";
  EXPECT_EQ(life->refunds[0].status, RefundStatus::succeeded);

  Life reversed;
  pay(reversed);
  reversed.tell(order_command::RequestRefund{"a", Money{100, kUsd}, ""});
  reversed.tell(made);
  reversed.tell(failed);
  EXPECT_EQ(reversed->refunded.amount, 0);
  EXPECT_EQ(reversed->payment_status, PaymentStatus::captured);
  reversed.tell(made);
  EXPECT_FALSE(reversed.changed);
}

TEST(OrderLifecycle, NobodyTakesAnIdThatOrdoGives) {
  Life life;
  pay(life);
  for (const auto* id : {"automatic", "automatic:c", "return:r", "desk:d"}) {
    EXPECT_EQ(life.tell(order_command::RequestRefund{id, Money{1, kUsd}, ""}), "bad_id") << id;
  }
  EXPECT_EQ(life.tell(order_command::RequestRefund{"automatically", Money{1, kUsd}, ""}), "");
  for (const auto* id : {"", "o:1", "o:80"}) {
    EXPECT_EQ(life.tell(order_command::Cancel{"", id, {{kTea, 1}}}), "bad_id") << id;
  }
}

TEST(OrderLifecycle, OnlyWhatLeftComesBackAndOnlyOnce) {
  Life life;
  pay(life);
  EXPECT_EQ(life.tell(order_command::NoteShipped{"o:1", {{kTea, 3}}, ""}), "lines_exceed_order");
  EXPECT_EQ(life.tell(order_command::NoteShipped{"o:1", {}, ""}), "bad_quantity");
  EXPECT_EQ(life.tell(order_command::NoteShipped{"o:1", {{kTea, -1}}, ""}), "bad_quantity");
  EXPECT_EQ(life.tell(order_command::NoteShipped{"o:1", {{ProductId("other"), 1}}, ""}), "lines_exceed_order");
  EXPECT_EQ(life.tell(order_command::NoteShipped{"o:1", {{kTea, 2}}, ""}), "");
  EXPECT_EQ(life.tell(order_command::Return{"r", {{kCup, 1}}, true, true, ""}), "lines_exceed_order");
  EXPECT_EQ(life.tell(order_command::Return{"r", {{kTea, 2}}, true, true, ""}), "");
  EXPECT_EQ(life.tell(order_command::Return{"s", {{kTea, 1}}, true, true, ""}), "lines_exceed_order");
}

TEST(OrderLifecycle, PartsAreBounded) {
  Life life;
  deliver(life);
  for (std::size_t i = 0; i < Order::kMaxRefunds; ++i) {
    EXPECT_EQ(life.tell(order_command::RequestRefund{"r" + std::to_string(i), Money{1, kUsd}, ""}), "");
  }
  EXPECT_EQ(life.tell(order_command::RequestRefund{"one more", Money{1, kUsd}, ""}), "too_many_parts");
  // There is room for refunds that are owed: the price of returned goods, and everything else that was paid.
  EXPECT_EQ(life.tell(order_command::Return{"r", {{kTea, 1}}, true, true, ""}), "");
  EXPECT_EQ(life->refunds.back().amount.amount, 250);
  EXPECT_EQ(life.tell(order_command::RequestRefund{"the rest", {}, ""}), "");
  EXPECT_EQ(refundable(*life).amount, 0);
  for (std::size_t i = 0; i < Order::kMaxRefunds; ++i) {
    EXPECT_EQ(life.tell(order_command::NoteRefunded{"r" + std::to_string(i), {1, kUsd}}), "");
  }
  EXPECT_EQ(life->history.size(), Order::kMaxHistory);
  EXPECT_EQ(life->history.front().summary, "placed");
}

TEST(OrderLifecycle, FailedRefundsTakeNoRoomAndTheOldestAreForgotten) {
  Life life;
  deliver(life);
  for (std::size_t i = 0; i < 2 * Order::kMaxRefunds; ++i) {
    const std::string id = "r" + std::to_string(i);
    EXPECT_EQ(life.tell(order_command::RequestRefund{id, Money{1, kUsd}, ""}), "");
    EXPECT_EQ(life.tell(order_command::NoteRefundFailed{id, "closed"}), "");
  }
  EXPECT_EQ(life->refunds.size(), Order::kMaxFailedRefunds);
  EXPECT_EQ(refundable(*life).amount, 900);
}

TEST(OrderLifecycle, TheLastReturnOfAllIsTaken) {
  Order many = new_order();
  many.lines[0].quantity = 60;
  many.lines[0].total = {15'000, kUsd};
  many.total = {15'400, kUsd};
  Life life(many);
  reserve(life);
  life.tell(order_command::NoteCaptured{many.total, {}});
  life.tell(order_command::NoteShipped{"o:1", {{kCup, 1}, {kTea, 60}}, ""});
  for (std::size_t i = 0; i < Order::kMaxReturns; ++i) {
    EXPECT_EQ(life.tell(order_command::Return{"r" + std::to_string(i), {{kTea, 1}}, false, false, ""}), "");
  }
  EXPECT_EQ(life.tell(order_command::Return{"more", {{kTea, 1}}, false, false, ""}), "too_many_parts");
  EXPECT_EQ(life.tell(order_command::Return{"all", {{kTea, 12}, {kCup, 1}}, false, true, ""}), "");
  EXPECT_EQ(life->status, OrderStatus::completed);  // nothing of it is in transit any more
}

// --- the rest of an order that has left in part

TEST(OrderLifecycle, TheRestOfAPartlyShippedOrderIsCancelledByItsCarrier) {
  Life life;
  pay(life);
  life.tell(order_command::NoteShipped{"o:1", {{kTea, 1}}, ""});
  EXPECT_EQ(open_ids(*life), std::vector<std::string>{"o:2"});
  const order_command::NoteShipmentCancelled gone{"o:2", {{kCup, 1}, {kTea, 1}}, {}};
  EXPECT_EQ(life.tell(gone), "");
  EXPECT_EQ(life->status, OrderStatus::fulfilled);
  EXPECT_EQ(life->lines[0].cancelled, 1);
  EXPECT_EQ(life->lines[1].cancelled, 1);
  ASSERT_EQ(life->refunds.size(), 1U);
  EXPECT_EQ(life->refunds[0].id, "automatic:o:2");
  EXPECT_EQ(life->refunds[0].amount.amount, 650);
  EXPECT_EQ(life.tell(gone), "");
  EXPECT_FALSE(life.changed);
  EXPECT_TRUE(open_ids(*life).empty());
  life.tell(order_command::NoteDelivered{"o:1"});
  EXPECT_EQ(life->status, OrderStatus::completed);
  EXPECT_EQ(life->fulfillment_status, FulfillmentStatus::delivered);
}

TEST(OrderLifecycle, ACancelOfAPartlyShippedOrderAsksForTheShipmentThatIsOpen) {
  Life life;
  pay(life);
  life.tell(order_command::NoteShipped{"o:1", {{kTea, 1}}, ""});
  life.tell(order_command::NoteDelivered{"o:1"});
  EXPECT_EQ(life->status, OrderStatus::confirmed);
  EXPECT_EQ(life.tell(order_command::Cancel{"enough"}), "");
  EXPECT_EQ(life->cancelling, "enough");
  // A part of the second shipment leaves before logistics receives the request. So its answer about the second shipment
  // is not final.
  life.tell(order_command::NoteShipped{"o:2", {{kTea, 1}}, ""});
  EXPECT_EQ(life.tell(order_command::NoteCancelTooLate{"o:2"}), "");
  EXPECT_EQ(life->cancelling, "enough");
  EXPECT_EQ(open_ids(*life), std::vector<std::string>{"o:3"});
  life.tell(order_command::NoteShipmentCancelled{"o:3", {{kCup, 1}}, {}});
  EXPECT_FALSE(life->cancelling);
  EXPECT_EQ(life->cancellations[0].reason, "enough");
  EXPECT_EQ(life->status, OrderStatus::fulfilled);
  life.tell(order_command::NoteDelivered{"o:2"});
  EXPECT_EQ(life->status, OrderStatus::completed);
  EXPECT_EQ(life.tell(order_command::Cancel{"enough"}), "illegal_transition");
}

TEST(OrderLifecycle, AServiceThatKnowsWholeOrdersEndsTheRestToo) {
  Life life;
  pay(life);
  life.tell(order_command::NoteShipped{"their own id", {{kTea, 2}}, ""});
  life.tell(order_command::NoteDelivered{"their own id"});
  EXPECT_EQ(life.tell(order_command::NoteShipmentCancelled{}), "");
  EXPECT_EQ(life->status, OrderStatus::completed);
  EXPECT_EQ(life->refunds[0].amount.amount, 400);
}

TEST(OrderLifecycle, TheRestEndsAnOrderWhoseParcelCameBackOnItsWay) {
  Life life;
  pay(life);
  life.tell(order_command::NoteShipped{"o:1", {{kTea, 2}}, ""});
  life.tell(order_command::Return{"r", {{kTea, 2}}, true, true, "refused on delivery"});
  EXPECT_EQ(life->status, OrderStatus::confirmed);
  life.tell(order_command::NoteShipmentCancelled{"o:2", {{kCup, 1}}, {}});
  EXPECT_EQ(life->status, OrderStatus::completed);
}

TEST(OrderLifecycle, APartIsCancelledUnderItsId) {
  Order held = new_order();
  held.dispatch_hold_s = 60;
  Life life(held);
  pay(life);
  EXPECT_EQ(life.tell(order_command::Cancel{"one is enough", "c", {{kTea, 3}}}), "lines_exceed_order");
  const order_command::Cancel part{"one is enough", "c", {{kTea, 1}}};
  EXPECT_EQ(life.tell(part), "");
  EXPECT_EQ(life->status, OrderStatus::confirmed);
  EXPECT_EQ(life->refunds[0].amount.amount, 250);
  EXPECT_EQ(life.tell(part), "");
  EXPECT_FALSE(life.changed);
  life.tell(order_command::ReleaseHold{});
  EXPECT_EQ(unshipped_lines(*life), (std::vector<StockLine>{{kCup, 1}, {kTea, 1}}));

  // Once logistics has received the request, logistics decides.
  EXPECT_EQ(life.tell(order_command::Cancel{"no cup", "d", {{kCup, 1}}}), "");
  EXPECT_EQ(life->cancelling_id, "d");
  EXPECT_EQ(life.tell(order_command::Cancel{"nor tea", "e", {{kTea, 1}}}), "illegal_transition");
  life.tell(order_command::NoteShipmentCancelled{"o:1", {{kCup, 1}}, "d"});
  EXPECT_FALSE(life->cancelling);
  EXPECT_EQ(open_ids(*life), std::vector<std::string>{"o:1"});
  // If nothing has left, everything that is left is the whole order.
  life.tell(order_command::Cancel{"nor tea", "e", {{kTea, 1}}});
  life.tell(order_command::NoteShipmentCancelled{"o:1", {{kTea, 1}}, "e"});
  EXPECT_EQ(life->status, OrderStatus::cancelled);
  EXPECT_EQ(refundable(*life).amount, 0);
}

TEST(OrderLifecycle, ACancelThatLogisticsRefusesIsSaid) {
  Life life;
  pay(life);
  life.tell(order_command::Cancel{"no cup", "d", {{kCup, 1}}});
  EXPECT_EQ(life.tell(order_command::NoteCancelTooLate{}), "");
  EXPECT_FALSE(life->cancelling);
  EXPECT_EQ(life->cancelling_lines, std::vector<OrderPieces>());
  ASSERT_EQ(life->refusals.size(), 1U);
  EXPECT_EQ(life->refusals[0].id, "d");
}

// --- a full refund stops the goods

TEST(OrderLifecycle, ARefundOfAllStopsWhatHasNotLeft) {
  Life life;
  pay(life);
  life.tell(order_command::RequestRefund{"all", {}, "sorry"});
  EXPECT_EQ(life->cancelling, "sorry");
  life.tell(order_command::NoteShipmentCancelled{"o:1", kAll, {}});
  EXPECT_EQ(life->status, OrderStatus::cancelled);
  EXPECT_EQ(life->refunds.size(), 1U);  // not again

  Order held = new_order();
  held.dispatch_hold_s = 60;
  Life waiting(held);
  pay(waiting);
  waiting.tell(order_command::RequestRefund{"some", Money{899, kUsd}, "sorry"});
  EXPECT_EQ(waiting->status, OrderStatus::confirmed);
  waiting.tell(order_command::NoteRefunded{"desk", {1, kUsd}});  // the last cent, in the gateway's console
  EXPECT_EQ(waiting->status, OrderStatus::cancelled);
}

TEST(OrderLifecycle, ARefundIsMadeAfterAllOrComesBack) {
  Life life;
  deliver(life);
  life.tell(order_command::RequestRefund{"a", Money{600, kUsd}, ""});
  life.tell(order_command::NoteRefundFailed{"a", "closed"});
  life.tell(order_command::RequestRefund{"b", Money{600, kUsd}, ""});
  life.tell(order_command::NoteRefunded{"b", {600, kUsd}});
  // The first refund was made after all. More was refunded than was captured, and the order shows it.
  EXPECT_EQ(life.tell(order_command::NoteRefunded{"a", {600, kUsd}}), "");
  EXPECT_EQ(life->refunded.amount, 1200);
  EXPECT_EQ(life->payment_status, PaymentStatus::refunded);
  EXPECT_EQ(life.tell(order_command::RequestRefund{"c", {}, ""}), "refund_exceeds_payment");
  EXPECT_EQ(life.tell(order_command::NoteRefundFailed{"b", "reversed: no such account"}), "");
  EXPECT_EQ(life->refunded.amount, 600);
  EXPECT_EQ(life->refunds[1].status, RefundStatus::failed);
  EXPECT_EQ(life->payment_status, PaymentStatus::partially_refunded);
  EXPECT_EQ(refundable(*life).amount, 300);
}

// --- lost goods

TEST(OrderLifecycle, ALostParcelEndsTheOrderAndCanBeSentAgain) {
  Life life;
  ship(life);
  life.tell(order_command::NoteLost{"o:1"});
  EXPECT_EQ(life->status, OrderStatus::completed);
  EXPECT_TRUE(life->ended_at);
  EXPECT_EQ(lost_lines(*life), kAll);

  EXPECT_EQ(life.tell(order_command::RequestResend{"s", {{kTea, 3}}, ""}), "lines_exceed_order");
  EXPECT_EQ(life.tell(order_command::RequestResend{"s", {{kTea, 2}}, "lost"}), "");
  EXPECT_EQ(lost_lines(*life), (std::vector<StockLine>{{kCup, 1}}));  // not twice
  life.tell(order_command::NoteResendReserved{"s"});
  EXPECT_EQ(life->status, OrderStatus::confirmed);
  EXPECT_FALSE(life->ended_at);
  EXPECT_EQ(life->lines[0].lost, 0);
  EXPECT_EQ(life->lines[1].lost, 1);
  EXPECT_EQ(open_ids(*life), std::vector<std::string>{"o:65"});
  life.tell(order_command::NoteShipped{"o:65", {{kTea, 2}}, ""});
  EXPECT_EQ(life->status, OrderStatus::fulfilled);
  life.tell(order_command::NoteDelivered{"o:65"});
  EXPECT_EQ(life->status, OrderStatus::completed);
  EXPECT_EQ(life->fulfillment_status, FulfillmentStatus::shipped);  // the cup was never delivered

  EXPECT_EQ(life.tell(order_command::RequestResend{"t", {}, ""}), "");
  life.tell(order_command::NoteResendOutOfStock{"t", {{kCup, 1, 0}}});
  EXPECT_EQ(life->resends[1].status, ResendStatus::refused);
  EXPECT_EQ(life->status, OrderStatus::completed);
  life.tell(order_command::RequestRefund{"all", {}, ""});
  EXPECT_EQ(life.tell(order_command::RequestResend{"u", {}, ""}), "not_paid");
}

TEST(OrderLifecycle, AResendThatNobodyWantsAnyMoreGivesItsStockBack) {
  Life life;
  ship(life);
  life.tell(order_command::NoteLost{"o:1"});
  life.tell(order_command::RequestResend{"s", {}, ""});
  life.tell(order_command::NoteDelivered{"o:1"});  // it was found again
  EXPECT_EQ(life->lines[0].lost, 0);
  const auto events = decide(&*life, order_command::NoteResendReserved{"s"});
  ASSERT_EQ(events->size(), 1U);
  EXPECT_TRUE(std::get<order_event::ResendRefused>(events->front()).held);
}

// Cups were cancelled out of a shipment that is sent again. Its tea does not become a new shipment.
TEST(OrderLifecycle, WhatIsCancelledOfASecondSendingLeavesTheRestInIt) {
  Life life;
  ship(life);
  life.tell(order_command::NoteLost{"o:1"});
  life.tell(order_command::RequestResend{"s", {}, ""});
  life.tell(order_command::NoteResendReserved{"s"});
  ASSERT_EQ(life.tell(order_command::Cancel{"no cup", "c", {{kCup, 1}}}), "");
  life.tell(order_command::NoteShipmentCancelled{"o:65", {{kCup, 1}}, "c"});
  EXPECT_EQ(open_shipments(*life), (std::vector<OpenShipment>{{"o:65", {{kTea, 2}}}}));
  const auto events = decide(&*life, order_command::Cancel{"nor tea"});
  EXPECT_EQ(std::get<order_event::CancelAsked>(events->at(0)).shipments, std::vector<std::string>{"o:65"});
}

TEST(OrderLifecycle, APartIsCancelledInTheShipmentThatHoldsIt) {
  Life life;
  pay(life);
  life.tell(order_command::NoteShipped{"o:1", {{kTea, 1}}, ""});
  life.tell(order_command::NoteLost{"o:1"});
  life.tell(order_command::RequestResend{"s", {}, ""});
  life.tell(order_command::NoteResendReserved{"s"});
  life.tell(order_command::Cancel{"no cup", "c", {{kCup, 1}}});
  life.tell(order_command::NoteShipmentCancelled{"o:2", {{kCup, 1}}, "c"});
  EXPECT_EQ(open_shipments(*life), (std::vector<OpenShipment>{{"o:2", {{kTea, 1}}}, {"o:65", {{kTea, 1}}}}));
  EXPECT_EQ(all_shipments(*life), (std::vector<std::string>{"o:1", "o:2", "o:65"}));
  EXPECT_EQ(life.tell(order_command::Cancel{"no tea", "d", {{kTea, 2}}}), "lines_in_several_shipments");
  life.tell(order_command::Cancel{"less tea", "e", {{kTea, 1}}});
  life.tell(order_command::NoteShipmentCancelled{"o:2", {{kTea, 1}}, "e"});
  // All of the second shipment was cancelled in parts. So the next part is requested from the other shipment.
  EXPECT_EQ(open_ids(*life), std::vector<std::string>{"o:65"});
  const auto events = decide(&*life, order_command::Cancel{"no tea", "f", {{kTea, 1}}});
  EXPECT_EQ(std::get<order_event::CancelAsked>(events->at(0)).shipments, std::vector<std::string>{"o:65"});
  life.tell(order_command::Cancel{"no tea", "f", {{kTea, 1}}});
  life.tell(order_command::NoteShipmentCancelled{"o:65", {{kTea, 1}}, "f"});
  EXPECT_EQ(life->status, OrderStatus::completed);
}

TEST(OrderLifecycle, ARefusalOfAClientIsNotedAndOfAnybodyElseIsAFault) {
  Life life;
  const OrderCommand refund = order_command::RequestRefund{"r", {}, ""};
  const auto refused = decide(&*life, refund);
  ASSERT_FALSE(refused);
  const auto refusal = refusal_of(refund, refused.error());
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->request, "refund");
  EXPECT_EQ(refusal->reason, "illegal_transition");
  EXPECT_FALSE(refusal_of(order_command::NoteVoided{}, refused.error()));
  EXPECT_FALSE(refusal_of(refund, Error{ErrorCode::kInvalid, "bad_amount", "", {}}));
}

TEST(OrderLifecycle, ARedactedOrderKeepsNoTextOfPeople) {
  Life life;
  pay(life);
  life.tell(order_command::RequestRefund{"r", Money{1, kUsd}, "Eve is angry"});
  life.tell(order_command::NoteRefundFailed{"r", "Eve has closed her account"});
  life.tell(order_command::Cancel{"call +49 1 Eve"});
  life.tell(order_command::NoteShipmentCancelled{"o:1", kAll, {}});
  life.tell(order_command::Redact{});
  EXPECT_TRUE(life->redacted_at);
  EXPECT_FALSE(life->status_reason);
  for (const auto& refund : life->refunds) EXPECT_EQ(refund.reason + refund.detail, "");
  life.tell(order_command::NoteRefundFailed{"automatic", "Eve moved"});
  EXPECT_EQ(life->refunds.back().status, RefundStatus::failed);
  EXPECT_EQ(life->refunds.back().detail, "");
  for (const auto& entry : life->history) EXPECT_EQ(entry.summary.find("Eve"), std::string::npos) << entry.summary;
}

TEST(OrderLifecycle, HistorySaysWhoCausedAnEntryAndForgetsCustomersOnly) {
  const Actor staff{ActorKind::key, "4fQ0", "support desk"};
  std::optional<Order> order;
  const auto tell = [&](const OrderCommand& command, const std::optional<Actor>& by) {
    const auto events = decide(order ? &*order : nullptr, command);
    ASSERT_TRUE(events) << events.error().text();
    for (const auto& event : *events) evolve(order, event, {"t", Timestamp(), "s", std::nullopt, by});
  };
  tell(order_command::Place{new_order(), std::nullopt, "placed"}, Actor{ActorKind::customer, "c", "Eve"});
  tell(order_command::Cancel{"wrong"}, staff);
  EXPECT_EQ(order->history.front().by, (Actor{ActorKind::customer, "c", "Eve"}));
  EXPECT_EQ(order->history.back().by, staff);
  tell(order_command::Redact{}, Actor{ActorKind::system, "timers"});
  EXPECT_FALSE(order->history.front().by);
  EXPECT_EQ(order->history[1].by, staff);
  EXPECT_EQ(order->history.back().by, (Actor{ActorKind::system, "timers"}));
}

TEST(OrderLifecycle, NotesAreBoundedAndLoseTheirTextWithTheOrdersPeople) {
  Life life;
  const auto add = [&life](std::size_t number) {
    return life.tell(order_command::AddNote{"n" + std::to_string(number), "Eve is angry", number == 1});
  };
  const auto entries = life->history.size();
  for (std::size_t i = 0; i < Order::kMaxNotes; ++i) EXPECT_EQ(add(i), "") << i;
  EXPECT_EQ(add(0), "");
  EXPECT_FALSE(life.changed) << "a repeat, when there is no room";
  EXPECT_EQ(add(Order::kMaxNotes), "too_many_notes");
  ASSERT_EQ(life->notes->size(), Order::kMaxNotes);
  EXPECT_EQ((*life->notes)[1], (OrderNote{"n1", "Eve is angry", true, Timestamp()}));
  EXPECT_EQ(life->history.size(), entries) << "notes push nothing out of the history";
  life.tell(order_command::Cancel{"no"});
  life.tell(order_command::Redact{});
  for (const auto& note : *life->notes) EXPECT_EQ(note.text, "");
  EXPECT_EQ(add(1), "");
  EXPECT_FALSE(life.changed);
  EXPECT_EQ(add(Order::kMaxNotes), "illegal_transition");
}

TEST(OrderLifecycle, ACancelKeepsItsCodeToTheEnd) {
  Life early;
  early.tell(order_command::Cancel{"changed my mind", "", {}, CancelReason::customer});
  EXPECT_EQ(early->status_reason_code, CancelReason::customer);
  EXPECT_EQ(early->status_reason, "changed my mind");

  Life late;
  pay(late);
  late.tell(order_command::Cancel{"stolen card", "", {}, CancelReason::fraud});
  EXPECT_EQ(late->cancelling_code, CancelReason::fraud);
  EXPECT_FALSE(late->status_reason_code);
  late.tell(order_command::NoteShipmentCancelled{"o:1", kAll, {}});
  EXPECT_EQ(late->status_reason_code, CancelReason::fraud);
  EXPECT_FALSE(late->cancelling_code);
  late.tell(order_command::Redact{});
  EXPECT_EQ(late->status_reason_code, CancelReason::fraud) << "a code says nothing about people";

  // A part left before the cancel arrived, so it is asked for again.
  Life part;
  pay(part);
  part.tell(order_command::Cancel{"too many", "", {}, CancelReason::staff});
  part.tell(order_command::NoteShipped{"o:1", {{kTea, 1}}, ""});
  part.tell(order_command::NoteCancelTooLate{"o:1"});
  EXPECT_EQ(part->cancelling_code, CancelReason::staff);
  part.tell(order_command::NoteShipmentCancelled{"o:2", {}, {}});
  ASSERT_EQ(part->cancellations.size(), 1U);
  EXPECT_EQ(part->cancellations[0].reason_code, CancelReason::staff);
}

TEST(OrderLifecycle, WhatOrdoEndsHasACodeThatNoDocumentKeeps) {
  Order order;
  EXPECT_FALSE(reason_code_of(order));
  order.status = OrderStatus::expired;
  EXPECT_EQ(reason_code_of(order), CancelReason::expired);
  order.status = OrderStatus::rejected;
  order.status_reason = "out_of_stock";
  EXPECT_EQ(reason_code_of(order), CancelReason::inventory);
  order.status_reason = "payment_failed";
  EXPECT_EQ(reason_code_of(order), CancelReason::declined);
  order.status_reason = "unknown_product";
  EXPECT_FALSE(reason_code_of(order));
  EXPECT_FALSE(order.status_reason_code);
}

TEST(OrderLifecycle, AnOrderOfNothingIsConfirmedWithoutAPayment) {
  Order free = new_order();
  free.total.amount = 0;
  Life life(free);
  reserve(life);
  EXPECT_EQ(life->status, OrderStatus::confirmed);
  EXPECT_TRUE(life->dispatch_requested_at);
  EXPECT_EQ(life->payment_status, PaymentStatus::none);
  life.tell(order_command::Cancel{"no"});
  life.tell(order_command::NoteShipmentCancelled{});
  EXPECT_EQ(life->status, OrderStatus::cancelled);
  EXPECT_TRUE(life->refunds.empty());
}

TEST(OrderLifecycle, AnotherOrderUnderTheSameIdIsRefused) {
  Order keyed = new_order();
  keyed.request_hash = "h";
  Life life(keyed);
  EXPECT_EQ(life.tell(order_command::Place{keyed, {}, "again"}), "");
  EXPECT_FALSE(life.changed);
  keyed.request_hash = "i";
  EXPECT_EQ(life.tell(order_command::Place{keyed, {}, "other"}), "idempotency_conflict");
}

// --- orders with other lines than products that are shipped

Order order_of(const std::vector<LineKind>& kinds) {
  auto order = new_order();
  order.lines.clear();
  order.total.amount = 0;
  for (const auto kind : kinds) {
    OrderLine line;
    line.kind = kind;
    if (kind == LineKind::product) line.product_id = kTea;
    line.quantity = 1;
    line.unit_price = line.total = Money{300, kUsd};
    order.total.amount += 300;
    order.lines.push_back(std::move(line));
  }
  return order;
}

TEST(OrderLifecycle, AnOrderWithoutGoodsIsReservedAtOnceAndEndsWhenItIsPaid) {
  Life life(order_of({LineKind::custom, LineKind::fee}));
  EXPECT_EQ(life->status, OrderStatus::reserved);
  EXPECT_TRUE(stock_lines(*life).empty());
  EXPECT_EQ(life.tell(order_command::NoteCaptured{{600, kUsd}, {}}), "");
  EXPECT_EQ(life->status, OrderStatus::completed);
  EXPECT_EQ(life->fulfillment_status, FulfillmentStatus::unfulfilled);
  EXPECT_TRUE(life->ended_at.has_value());
}

TEST(OrderLifecycle, AnOrderWithoutGoodsFollowsItsPaymentTerms) {
  const auto order_with = [](PaymentTerms terms) {
    auto order = order_of({LineKind::custom});
    order.payment_terms = terms;
    return order;
  };
  Life elsewhere(order_with(PaymentTerms::none));
  EXPECT_EQ(elsewhere->status, OrderStatus::completed);

  Life manual(order_with(PaymentTerms::manual));
  EXPECT_EQ(manual->status, OrderStatus::reserved);
  EXPECT_EQ(manual.tell(order_command::RecordPayment{"p1", {{100, kUsd}, "cash"}, {}}), "");
  EXPECT_EQ(manual->status, OrderStatus::reserved);
  EXPECT_EQ(manual.tell(order_command::RecordPayment{"p2", {{200, kUsd}, "cash"}, {}}), "");
  EXPECT_EQ(manual->status, OrderStatus::completed);
  EXPECT_TRUE(manual->refunds.empty());

  auto later = order_with(PaymentTerms::manual);
  later.ship_before_payment = true;
  Life unpaid(std::move(later));
  EXPECT_EQ(unpaid->status, OrderStatus::completed);
  EXPECT_EQ(unpaid.tell(order_command::RecordPayment{"p1", {{300, kUsd}, "cash"}, {}}), "");
  EXPECT_EQ(unpaid->payment_status, PaymentStatus::captured);
  EXPECT_TRUE(unpaid->refunds.empty());
}

TEST(OrderLifecycle, GoodsThatNeedNoShippingAreHandedOverBeforeThePaymentIfTheTermsSaySo) {
  auto order = new_order();
  order.lines[0].requires_shipping = false;
  order.payment_terms = PaymentTerms::manual;
  order.ship_before_payment = true;
  Life life(std::move(order));
  reserve(life);
  EXPECT_EQ(life->status, OrderStatus::confirmed);
  EXPECT_EQ(life->lines[0].shipped, 2);
  EXPECT_EQ(open_shipments(*life), (std::vector<OpenShipment>{{"o:1", {{kCup, 1}}}}));
}

TEST(OrderLifecycle, OtherLinesWaitForNoParcel) {
  Life life(order_of({LineKind::fee, LineKind::product, LineKind::custom}));
  EXPECT_EQ(life->status, OrderStatus::pending);
  EXPECT_EQ(stock_lines(*life), (std::vector<StockLine>{{kTea, 1}}));
  reserve(life);
  EXPECT_EQ(life.tell(order_command::NoteCaptured{{900, kUsd}, {}}), "");
  EXPECT_EQ(life.tell(order_command::NoteShipped{"o:1", {{kTea, 1}}, ""}), "");
  EXPECT_EQ(life->fulfillment_status, FulfillmentStatus::shipped);
  EXPECT_EQ(life->status, OrderStatus::fulfilled);
  EXPECT_EQ(life.tell(order_command::NoteDelivered{"o:1"}), "");
  EXPECT_EQ(life->status, OrderStatus::completed);
}

TEST(OrderLifecycle, GoodsThatNeedNoShippingAreHandedOverWhenTheOrderIsPaid) {
  auto order = new_order();
  order.lines[0].requires_shipping = false;
  Life life(std::move(order));
  pay(life);
  EXPECT_EQ(life->lines[0].shipped, 2);
  EXPECT_EQ(life->lines[1].shipped, 0);
  ASSERT_EQ(life->parcels.size(), 1U);
  EXPECT_EQ(life->parcels[0].shipment_id, handed_over_id(life->id));
  EXPECT_EQ(open_shipments(*life), (std::vector<OpenShipment>{{"o:1", {{kCup, 1}}}}));
  EXPECT_EQ(all_shipments(*life), std::vector<std::string>{"o:1"});
  EXPECT_EQ(life.tell(order_command::NoteShipped{"o:1", {{kCup, 1}}, ""}), "");
  EXPECT_EQ(life.tell(order_command::NoteDelivered{"o:1"}), "");
  EXPECT_EQ(life->status, OrderStatus::completed);
}

TEST(OrderLifecycle, AnOrderOfSuchGoodsEndsAfterItsHold) {
  auto order = new_order();
  for (auto& line : order.lines) line.requires_shipping = false;
  order.dispatch_hold_s = 60;
  Life life(std::move(order));
  pay(life);
  EXPECT_EQ(life->status, OrderStatus::confirmed);
  EXPECT_TRUE(life->parcels.empty());
  EXPECT_EQ(life.tell(order_command::ReleaseHold{}), "");
  EXPECT_EQ(life->status, OrderStatus::completed);
  EXPECT_EQ(life->fulfillment_status, FulfillmentStatus::delivered);
  EXPECT_TRUE(open_shipments(*life).empty());
}

TEST(OrderLifecycle, TheMetadataOfLinesIsRemovedWithPersonalData) {
  auto order = new_order();
  order.lines[0].metadata = Metadata{{"engraving", "For Ann"}};
  order.lines[0].sku = "T-1";
  Life life(std::move(order));
  EXPECT_EQ(life.tell(order_command::Cancel{"changed my mind"}), "");
  EXPECT_EQ(life.tell(order_command::Redact{}), "");
  EXPECT_FALSE(life->lines[0].metadata.has_value());
  EXPECT_EQ(life->lines[0].sku, "T-1");
}

}  // namespace
}  // namespace ordo
