#include "domain/payment.h"

#include <gtest/gtest.h>

#include "domain/test_values.h"

namespace ordo {
namespace {

const Money kTotal{900, kUsd};

// One payment and its commands. Facts are shown by their names.
class Ledger {
 public:
  explicit Ledger(bool capture = true) {
    tell(payment_command::Authorize{OrderId("o"), CustomerId("c"), kTotal, "card", capture});
  }

  std::string tell(const PaymentCommand& command) {
    auto decision = decide(payment_ ? &*payment_ : nullptr, command, Timestamp());
    if (!decision) return decision.error().reason;
    changed = decision->payment.has_value();
    if (changed) payment_ = std::move(decision->payment);
    static const char* kNames[] = {"authorized", "captured", "failed", "voided", "refunded", "refund_failed"};
    std::string facts;
    for (const auto& fact : decision->facts) facts += (facts.empty() ? "" : " ") + std::string(kNames[fact.index()]);
    return facts;
  }
  std::string answer(const std::string& call, GatewayOutcome outcome) {
    return tell(payment_command::Answer{call, outcome, "why", "ref"});
  }
  std::string captured(const std::string& call, std::int64_t amount) {
    return tell(payment_command::Answer{call, GatewayOutcome::captured, "", "ref", Money{amount, kUsd}});
  }
  const Payment* operator->() const { return &*payment_; }
  const std::string& call() const { return payment_->calls.at(0).id; }

  bool changed = false;

 private:
  std::optional<Payment> payment_;
};

TEST(Payment, APurchaseIsCapturedOnceHoweverOftenItIsAnswered) {
  Ledger ledger;
  ASSERT_EQ(ledger->calls.size(), 1U);
  EXPECT_EQ(ledger->calls[0].kind, CallKind::purchase);
  const auto call = ledger.call();
  EXPECT_EQ(ledger.answer(call, GatewayOutcome::captured), "captured");
  EXPECT_EQ(ledger->captured, kTotal);
  EXPECT_TRUE(ledger->calls.empty());
  EXPECT_EQ(ledger.answer(call, GatewayOutcome::captured), "");
  EXPECT_FALSE(ledger.changed);
  EXPECT_EQ(ledger.answer(call, GatewayOutcome::declined), "");  // the first final answer counts
  EXPECT_EQ(ledger->status, PaymentState::captured);
  // A repeated request gets the same answer.
  EXPECT_EQ(ledger.tell(payment_command::Authorize{OrderId("o"), CustomerId("c"), kTotal, "card", true}), "captured");
  EXPECT_EQ(ledger.tell(payment_command::Authorize{OrderId("o"), CustomerId("c"), {1, kUsd}, "card", true}),
            "payment_differs");
}

TEST(Payment, AnAuthorizationIsCapturedWhenAskedTo) {
  Ledger ledger(false);
  EXPECT_EQ(ledger->calls[0].kind, CallKind::authorize);
  EXPECT_EQ(ledger.answer(ledger.call(), GatewayOutcome::authorized), "authorized");
  EXPECT_EQ(ledger.tell(payment_command::Capture{}), "");
  EXPECT_EQ(ledger.tell(payment_command::Capture{}), "");
  ASSERT_EQ(ledger->calls.size(), 1U);
  EXPECT_EQ(ledger.answer(ledger.call(), GatewayOutcome::captured), "captured");
  EXPECT_EQ(ledger.tell(payment_command::Capture{}), "captured");
}

TEST(Payment, FailsAfterADeclineAndMakesSureAfterGivingUp) {
  Ledger declined;
  EXPECT_EQ(declined.answer(declined.call(), GatewayOutcome::declined), "failed");
  EXPECT_EQ(declined->status_reason, "why");
  EXPECT_TRUE(declined->calls.empty());

  Ledger silent;
  const auto purchase = silent.call();
  EXPECT_EQ(silent.answer(purchase, GatewayOutcome::unavailable), "");
  EXPECT_EQ(silent->calls[0].attempts, 1);
  EXPECT_EQ(silent.answer(purchase, GatewayOutcome::gave_up), "failed");
  ASSERT_EQ(silent->calls.size(), 1U);
  EXPECT_EQ(silent->calls[0].kind, CallKind::void_authorization);
  // The capture was made after all, and the order refunds it.
  EXPECT_EQ(silent.answer(silent.call(), GatewayOutcome::captured), "captured");
  EXPECT_TRUE(silent->calls.empty());
}

TEST(Payment, AVoidTakesTheOpenPurchaseBackAndALateCaptureStillCounts) {
  Ledger ledger;
  const auto purchase = ledger.call();
  EXPECT_EQ(ledger.tell(payment_command::Void{}), "");
  EXPECT_EQ(ledger.tell(payment_command::Void{}), "");
  ASSERT_EQ(ledger->calls.size(), 1U);
  EXPECT_EQ(ledger.answer(ledger.call(), GatewayOutcome::voided), "voided");
  EXPECT_EQ(ledger.tell(payment_command::Void{}), "voided");
  EXPECT_EQ(ledger.answer(purchase, GatewayOutcome::authorized), "authorized");  // late: it must be voided again
  EXPECT_EQ(ledger.tell(payment_command::Void{}), "");
  EXPECT_EQ(ledger.answer(purchase, GatewayOutcome::captured), "captured");
  EXPECT_TRUE(ledger->calls.empty());
  EXPECT_EQ(ledger.tell(payment_command::Void{}), "");
  EXPECT_FALSE(ledger.changed);
}

TEST(Payment, RefundsNeverExceedWhatWasCaptured) {
  Ledger ledger;
  EXPECT_EQ(ledger.tell(payment_command::Refund{"r", kTotal}), "refund_failed");  // not captured
  ledger.answer(ledger.call(), GatewayOutcome::captured);
  EXPECT_EQ(ledger.tell(payment_command::Refund{"r", {600, kUsd}}), "");
  EXPECT_EQ(ledger.tell(payment_command::Refund{"r", {600, kUsd}}), "");  // the same one
  // A fact for the order, which would wait forever otherwise.
  EXPECT_EQ(ledger.tell(payment_command::Refund{"s", {301, kUsd}}), "refund_failed");
  EXPECT_EQ(ledger.tell(payment_command::Refund{"s", {0, kUsd}}), "refund_failed");
  const auto call = ledger.call();
  EXPECT_EQ(ledger.answer(call, GatewayOutcome::refunded), "refunded");
  EXPECT_EQ(ledger.answer(call, GatewayOutcome::refunded), "");
  EXPECT_EQ(ledger->refunded.amount, 600);
  ledger.tell(payment_command::Refund{"s", {300, kUsd}});
  EXPECT_EQ(ledger.answer(ledger.call(), GatewayOutcome::declined), "refund_failed");
  EXPECT_EQ(ledger->refunded.amount, 600);
  EXPECT_EQ(ledger->status, PaymentState::captured);
}

TEST(Payment, AnAnswerCountsForWhatWasAskedOnly) {
  Ledger ledger;
  EXPECT_EQ(ledger.answer(ledger.call(), GatewayOutcome::refunded), "unknown_call");
  EXPECT_EQ(ledger->status, PaymentState::requested);
  EXPECT_EQ(ledger->refunded.amount, 0);
  const auto purchase = ledger.call();
  EXPECT_EQ(ledger.answer(purchase, GatewayOutcome::captured), "captured");
  EXPECT_EQ(ledger.answer(purchase, GatewayOutcome::voided), "");  // too late: the payment was captured
  EXPECT_EQ(ledger->status, PaymentState::captured);
  ledger.tell(payment_command::Refund{"r", kTotal});
  const auto refund = ledger.call();
  for (const auto outcome : {GatewayOutcome::captured, GatewayOutcome::authorized, GatewayOutcome::voided}) {
    EXPECT_EQ(ledger.answer(refund, outcome), "unknown_call");
  }
  EXPECT_EQ(ledger.call(), refund);  // still waits for its answer
}

TEST(Payment, ACallThatWasNeverMadeHasNoAnswer) {
  Ledger ledger;
  for (const auto* id : {"nope", "", "o:purchase:2", "o:purchase:0", "o:purchase:01", "o:refund:1", "p:purchase:1",
                         "o:purchase:1x", "o:"}) {
    EXPECT_EQ(ledger.answer(id, GatewayOutcome::captured), "unknown_call") << id;
  }
  EXPECT_EQ(ledger->status, PaymentState::requested);
}

TEST(Payment, CallsOfBeforeTheirKindsWereKeptAreKnownByTheirIds) {
  Payment old =
      *decide(nullptr, payment_command::Authorize{OrderId("o"), CustomerId("c"), kTotal, "card", true}, Timestamp())
           ->payment;
  old.made.clear();
  old.calls.clear();
  const auto late = [&](const char* id, GatewayOutcome outcome) {
    const auto decision = decide(&old, payment_command::Answer{id, outcome, "", ""}, Timestamp());
    return decision ? "" : decision.error().reason;
  };
  EXPECT_EQ(late("o:purchase:1", GatewayOutcome::captured), "");
  EXPECT_EQ(late("o:refund:1", GatewayOutcome::captured), "unknown_call");
  EXPECT_EQ(late("o:purchase:2", GatewayOutcome::captured), "unknown_call");
}

TEST(Payment, ARefundIsMadeAfterAllOrComesBack) {
  Ledger ledger;
  ledger.answer(ledger.call(), GatewayOutcome::captured);
  ledger.tell(payment_command::Refund{"a", {600, kUsd}});
  const auto first = ledger.call();
  EXPECT_EQ(ledger.answer(first, GatewayOutcome::declined), "refund_failed");
  ledger.tell(payment_command::Refund{"b", {600, kUsd}});
  const auto second = ledger.call();
  EXPECT_EQ(ledger.answer(second, GatewayOutcome::refunded), "refunded");
  EXPECT_EQ(ledger.answer(first, GatewayOutcome::refunded), "refunded");  // after all
  EXPECT_EQ(ledger->refunded.amount, 1200);                               // the amount that was really refunded
  EXPECT_EQ(ledger.answer(first, GatewayOutcome::refunded), "");
  EXPECT_EQ(ledger.answer(second, GatewayOutcome::declined), "refund_failed");  // the money came back
  EXPECT_EQ(ledger->refunded.amount, 600);
  // Repeats arrive in any order.
  EXPECT_EQ(ledger.answer(second, GatewayOutcome::refunded), "");
  EXPECT_EQ(ledger.answer(first, GatewayOutcome::declined), "");
  EXPECT_EQ(ledger->refunded.amount, 600);
  // A repeated request gets the present outcome.
  EXPECT_EQ(ledger.tell(payment_command::Refund{"a", {600, kUsd}}), "refunded");
  EXPECT_EQ(ledger.tell(payment_command::Refund{"b", {600, kUsd}}), "refund_failed");
}

TEST(Payment, ARefundBeforeThePaymentFailsAndSaysSo) {
  const Ledger ledger;
  const auto decision = decide(ledger.operator->(), payment_command::Refund{"r", {1, kUsd}}, Timestamp());
  ASSERT_TRUE(decision);
  EXPECT_EQ(std::get<payment_fact::RefundFailed>(decision->facts.at(0)).reason, "not_captured");
}

TEST(Payment, TheGatewaysDeskGivesBackByItself) {
  Ledger ledger;
  const auto desk = [&](const char* id, std::int64_t amount, GatewayOutcome outcome = GatewayOutcome::refunded) {
    return ledger.tell(payment_command::DeskRefund{id, {amount, kUsd}, outcome, "", ""});
  };
  EXPECT_EQ(desk("d", 100), "refund_exceeds_payment");
  ledger.answer(ledger.call(), GatewayOutcome::captured);
  EXPECT_EQ(desk("d", 0), "bad_amount");
  EXPECT_EQ(desk("d", 100), "refunded");
  EXPECT_EQ(desk("d", 100), "");
  EXPECT_EQ(desk("d", 99), "unknown_call");  // the same one with another amount
  EXPECT_EQ(desk("e", 801), "refund_exceeds_payment");
  EXPECT_EQ(desk("e", 800, GatewayOutcome::declined), "unknown_call");
  EXPECT_EQ(ledger.tell(payment_command::Refund{"r", {801, kUsd}}), "refund_failed");
  EXPECT_EQ(ledger->refunded.amount, 100);
  EXPECT_EQ(desk("d", 100, GatewayOutcome::declined), "refund_failed");
  EXPECT_EQ(ledger->refunded.amount, 0);
}

TEST(Payment, ARedactedOneForgetsHowTheCustomerPaysOnceNoCallNeedsIt) {
  Ledger ledger;
  ledger.answer(ledger.call(), GatewayOutcome::captured);
  ledger.tell(payment_command::Refund{"r", {100, kUsd}});
  ledger.tell(payment_command::Redact{});
  EXPECT_EQ(ledger->method, "card");
  ledger.answer(ledger.call(), GatewayOutcome::refunded);
  EXPECT_EQ(ledger->method, "");
}

TEST(Payment, HistorySaysWhoseAnswerItWasAndForgetsCustomers) {
  const std::optional<Actor> gateway = Actor{ActorKind::system, "gateway"};
  const std::optional<Actor> customer = Actor{ActorKind::customer, "c"};
  auto payment = *decide(nullptr, payment_command::Authorize{OrderId("o"), CustomerId("c"), kTotal, "card", false},
                         Timestamp(), customer)
                      ->payment;
  const payment_command::Answer answer{payment.calls.at(0).id, GatewayOutcome::authorized, "", "ref"};
  payment = *decide(&payment, answer, Timestamp(), gateway)->payment;
  EXPECT_EQ(payment.history.front().by, customer);
  EXPECT_EQ(payment.history.back().by, gateway);
  payment = *decide(&payment, payment_command::Redact{}, Timestamp())->payment;
  EXPECT_FALSE(payment.history.front().by);
  EXPECT_EQ(payment.history.back().by, gateway);
}

TEST(Payment, NothingIsKnownOfAPaymentNobodyAskedFor) {
  for (const PaymentCommand& command :
       {PaymentCommand(payment_command::Capture{}), PaymentCommand(payment_command::Void{}),
        PaymentCommand(payment_command::Answer{"x", GatewayOutcome::captured, "", ""})}) {
    EXPECT_EQ(decide(nullptr, command, Timestamp()).error().reason, "unknown_payment");
  }
  EXPECT_EQ(decide(nullptr, payment_command::Authorize{OrderId("o"), CustomerId("c"), {0, kUsd}, "", true}, Timestamp())
                .error()
                .reason,
            "bad_amount");
}

TEST(Payment, APartIsCapturedAndTheRestAskedFor) {
  Ledger ledger;
  const auto purchase = ledger.call();
  EXPECT_EQ(ledger.captured(purchase, 300), "captured");
  EXPECT_EQ(ledger->status, PaymentState::partially_captured);
  EXPECT_EQ(ledger->captured.amount, 300);
  ASSERT_EQ(ledger->calls.size(), 1U);
  EXPECT_EQ(ledger->calls[0].kind, CallKind::capture);
  EXPECT_EQ(ledger->calls[0].amount, (Money{600, kUsd}));
  EXPECT_EQ(ledger.captured(purchase, 300), "");  // a repeat
  EXPECT_FALSE(ledger.changed);
  EXPECT_EQ(ledger.answer(purchase, GatewayOutcome::authorized), "");
  // A part can be refunded.
  EXPECT_EQ(ledger.tell(payment_command::Refund{"r", {301, kUsd}}), "refund_failed");
  EXPECT_EQ(ledger.answer(ledger.call(), GatewayOutcome::captured), "captured");  // all of the rest
  EXPECT_EQ(ledger->status, PaymentState::captured);
  EXPECT_EQ(ledger->captured, kTotal);
  ASSERT_EQ(ledger->captures->size(), 2U);
  EXPECT_EQ(ledger->captures->at(1).amount.amount, 600);
  // Each part has an id of its own, also when it is repeated.
  EXPECT_EQ(ledger.tell(payment_command::Authorize{OrderId("o"), CustomerId("c"), kTotal, "card", true}),
            "captured captured");
  const auto decision = decide(ledger.operator->(), payment_command::Capture{}, Timestamp());
  EXPECT_EQ(std::get<payment_fact::Captured>(decision->facts.at(0)).part_id, purchase);
}

TEST(Payment, ThePartsOfAFailedOrVoidedPaymentAreKept) {
  Ledger declined;
  declined.captured(declined.call(), 300);
  EXPECT_EQ(declined.answer(declined.call(), GatewayOutcome::declined), "failed");
  EXPECT_EQ(declined->captured.amount, 300);
  EXPECT_EQ(declined.tell(payment_command::Refund{"automatic", {300, kUsd}}), "");

  Ledger ledger;
  ledger.captured(ledger.call(), 300);
  const auto rest = ledger.call();
  EXPECT_EQ(ledger.tell(payment_command::Void{}), "");
  ASSERT_EQ(ledger->calls.size(), 1U);
  EXPECT_EQ(ledger->calls[0].amount.amount, 600);
  EXPECT_EQ(ledger.captured(rest, 100), "captured");  // late; the void goes on
  ASSERT_EQ(ledger->calls.size(), 1U);
  EXPECT_EQ(ledger->calls[0].kind, CallKind::void_authorization);
  EXPECT_EQ(ledger.captured(ledger.call(), 100), "bad_amount");
  EXPECT_EQ(ledger.answer(ledger.call(), GatewayOutcome::voided), "voided");
  EXPECT_EQ(ledger->status, PaymentState::voided);
  EXPECT_EQ(ledger->captured.amount, 400);
  EXPECT_EQ(ledger.tell(payment_command::Refund{"automatic", {400, kUsd}}), "");
}

TEST(Payment, AnImpossibleAmountIsRefusedAndMoreThanTheRestIsCaptured) {
  Ledger ledger;
  const auto purchase = ledger.call();
  EXPECT_EQ(ledger.captured(purchase, 0), "bad_amount");
  EXPECT_EQ(ledger.tell(payment_command::Answer{purchase, GatewayOutcome::captured, "", "",
                                                Money{900, *Currency::parse("EUR")}}),
            "bad_amount");
  EXPECT_EQ(ledger->captured.amount, 0);
  EXPECT_EQ(ledger.captured(purchase, 1000), "captured");
  EXPECT_EQ(ledger->captured.amount, 1000);
  EXPECT_FALSE(ledger->captures);
}

TEST(Payment, PartsAreBounded) {
  Ledger ledger;
  for (std::size_t i = 1; i < Payment::kMaxCaptures; ++i) ASSERT_EQ(ledger.captured(ledger.call(), 1), "captured");
  EXPECT_EQ(ledger.captured(ledger.call(), 1), "captured failed");
  EXPECT_EQ(ledger->status_reason, "too_many_parts");
  EXPECT_EQ(ledger->captures->size(), Payment::kMaxCaptures);
  ASSERT_EQ(ledger->calls.size(), 1U);
  EXPECT_EQ(ledger->calls[0].kind, CallKind::void_authorization);
}

TEST(Payment, HistoryIsBounded) {
  Ledger ledger;
  const auto purchase = ledger.call();
  for (int i = 0; i < 100; ++i) {
    ledger.tell(payment_command::Void{});
    ledger.answer(ledger->calls.empty() ? "" : ledger.call(), GatewayOutcome::voided);
    ledger.answer(purchase, GatewayOutcome::authorized);
  }
  EXPECT_EQ(ledger->history.size(), Payment::kMaxHistory);
  EXPECT_EQ(ledger->history.front().what, "asked for");
}

}  // namespace
}  // namespace ordo
