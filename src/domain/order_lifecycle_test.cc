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
  order.lines = {{kTea, "Tea", 2, Money{250, kUsd}, {500, kUsd}}, {kCup, "Cup", 1, Money{400, kUsd}, {400, kUsd}}};
  order.total = {900, kUsd};
  return order;
}

// One order and what happens to it.
class Life {
 public:
  explicit Life(Order order = new_order()) {
    EXPECT_EQ(tell(order_command::Place{std::move(order), {}, "placed"}), "");
  }

  // Empty, or why it was refused. `changed` says whether anything followed.
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

// What each command does in each state, in the order of kStates: the status it leads to, "-" a declared no-op, "+" a
// change that leaves the status, "x" illegal_transition, or another refusal.
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
    {"shipped", order_command::NoteShipped{"o:9", kAll, ""},   {"x",        "x",         "fulfilled", "lines_exceed_order", "lines_exceed_order", "x", "x", "x"}},
    {"delivered", order_command::NoteDelivered{"o:1"},         {"x",        "x",         "x",         "completed", "-",       "x",      "x",      "x"}},
    {"lost", order_command::NoteLost{"o:1"},                   {"x",        "x",         "x",         "+",         "x",       "x",      "x",      "x"}},
    {"stopped", order_command::NoteShipmentCancelled{},        {"x",        "x",         "cancelled", "x",         "x",       "x",      "x",      "-"}},
    {"too late", order_command::NoteCancelTooLate{},           {"x",        "x",         "x",         "-",         "-",       "x",      "x",      "x"}},
    {"refund", order_command::RequestRefund{"r", {}, ""},      {"x",        "x",         "+",         "+",         "+",       "x",      "x",      "x"}},
    {"refunded", order_command::NoteRefunded{"r", {5, kUsd}},  {"x",        "x",         "+",         "+",         "+",       "x",      "x",      "x"}},
    {"refund failed", order_command::NoteRefundFailed{"r", ""}, {"unknown_refund", "unknown_refund", "unknown_refund", "unknown_refund", "unknown_refund", "unknown_refund", "unknown_refund", "unknown_refund"}},
    {"return", order_command::Return{"r", {{kTea, 1}}, true, true, ""}, {"x", "x",       "x",         "+",         "+",       "x",      "x",      "x"}},
    {"redact", order_command::Redact{},                        {"x",        "x",         "x",         "x",         "+",       "+",      "+",      "+"}},
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
      // Told twice it changes nothing more, whatever it did the first time; but a refund asked for by amount of the
      // rest is known by its id.
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
  EXPECT_EQ(life.tell(order_command::Cancel{"no"}), "illegal_transition");  // a part has left
  life.tell(order_command::NoteShipped{"o:2", {{kTea, 1}, {kCup, 1}}, ""});
  EXPECT_EQ(life->fulfillment_status, FulfillmentStatus::shipped);
  life.tell(order_command::NoteDelivered{"o:2"});
  EXPECT_EQ(life->status, OrderStatus::fulfilled);  // one is still on its way
  life.tell(order_command::NoteDelivered{"o:1"});
  EXPECT_EQ(life->status, OrderStatus::completed);
  EXPECT_EQ(life->fulfillment_status, FulfillmentStatus::delivered);

  life.tell(order_command::Return{"back", {{kTea, 1}}, true, true, "cold"});
  EXPECT_EQ(life->fulfillment_status, FulfillmentStatus::partially_returned);
  ASSERT_EQ(life->refunds.size(), 1U);
  EXPECT_EQ(life->refunds[0].amount.amount, 250);
  EXPECT_EQ(life->payment_status, PaymentStatus::captured);  // asked for, not yet made
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
  EXPECT_EQ(life->status, OrderStatus::cancelled);  // nothing was asked of logistics
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

TEST(OrderLifecycle, OnlyTheTotalOfTheOrderPaysForIt) {
  Life life;
  reserve(life);
  EXPECT_EQ(life.tell(order_command::NoteCaptured{{899, kUsd}, {}}), "amount_mismatch");
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
  // The gateway had said no, and did it all the same: there is nothing left that it could have come from.
  EXPECT_EQ(life.tell(order_command::NoteRefunded{"a", {600, kUsd}}), "refund_exceeds_payment");
  EXPECT_EQ(life.tell(order_command::NoteCaptured{{900, kUsd}, {}}), "");
  EXPECT_EQ(life->refunded.amount, 900);
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
  for (std::size_t i = 0; i < Order::kMaxParts; ++i) {
    EXPECT_EQ(life.tell(order_command::RequestRefund{"r" + std::to_string(i), Money{1, kUsd}, ""}), "");
  }
  EXPECT_EQ(life.tell(order_command::RequestRefund{"one more", Money{1, kUsd}, ""}), "too_many_parts");
  EXPECT_EQ(life.tell(order_command::Return{"r", {{kTea, 1}}, true, true, ""}), "too_many_parts");
  EXPECT_EQ(life->history.size(), Order::kMaxHistory);
  EXPECT_EQ(life->history.front().summary, "placed");
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

}  // namespace
}  // namespace ordo
