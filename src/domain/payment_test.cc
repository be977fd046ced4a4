#include "domain/payment.h"

#include <gtest/gtest.h>

#include "domain/test_values.h"

namespace ordo {
namespace {

const Money kTotal{900, kUsd};

// One payment and what happens to it. Facts are told by their names.
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
  // Asked again it says the same again.
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
  // It had gone through after all: the money is there, and the order gives it back.
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
  EXPECT_EQ(ledger.answer(purchase, GatewayOutcome::authorized), "authorized");  // late: to be voided again
  EXPECT_EQ(ledger.tell(payment_command::Void{}), "");
  EXPECT_EQ(ledger.answer(purchase, GatewayOutcome::captured), "captured");
  EXPECT_TRUE(ledger->calls.empty());
  EXPECT_EQ(ledger.tell(payment_command::Void{}), "");
  EXPECT_FALSE(ledger.changed);
}

TEST(Payment, RefundsNeverExceedWhatWasCaptured) {
  Ledger ledger;
  EXPECT_EQ(ledger.tell(payment_command::Refund{"r", kTotal}), "not_captured");
  ledger.answer(ledger.call(), GatewayOutcome::captured);
  EXPECT_EQ(ledger.tell(payment_command::Refund{"r", {600, kUsd}}), "");
  EXPECT_EQ(ledger.tell(payment_command::Refund{"r", {600, kUsd}}), "");  // the same one
  EXPECT_EQ(ledger.tell(payment_command::Refund{"s", {301, kUsd}}), "refund_exceeds_payment");
  EXPECT_EQ(ledger.tell(payment_command::Refund{"s", {0, kUsd}}), "bad_amount");
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
  EXPECT_EQ(ledger.answer("o:void:2", GatewayOutcome::voided), "");  // too late: the money is there
  EXPECT_EQ(ledger->status, PaymentState::captured);
}

TEST(Payment, NothingIsKnownOfAPaymentNobodyAskedFor) {
  for (const PaymentCommand& command :
       {PaymentCommand(payment_command::Capture{}), PaymentCommand(payment_command::Void{}),
        PaymentCommand(payment_command::Refund{"r", kTotal}),
        PaymentCommand(payment_command::Answer{"x", GatewayOutcome::captured, "", ""})}) {
    EXPECT_EQ(decide(nullptr, command, Timestamp()).error().reason, "unknown_payment");
  }
  EXPECT_EQ(decide(nullptr, payment_command::Authorize{OrderId("o"), CustomerId("c"), {0, kUsd}, "", true}, Timestamp())
                .error()
                .reason,
            "bad_amount");
}

TEST(Payment, HistoryIsBounded) {
  Ledger ledger;
  for (int i = 0; i < 100; ++i) {
    ledger.tell(payment_command::Void{});
    ledger.answer(ledger->calls.empty() ? "" : ledger.call(), GatewayOutcome::voided);
    ledger.answer("late", GatewayOutcome::authorized);
  }
  EXPECT_EQ(ledger->history.size(), Payment::kMaxHistory);
  EXPECT_EQ(ledger->history.front().what, "asked for");
}

}  // namespace
}  // namespace ordo
