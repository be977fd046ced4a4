// The payment of an order: the requests to the gateway, its answers, and the decisions about both. The gateway is
// called elsewhere (effects/effect.h); its answers come back as commands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "domain/actor.h"
#include "domain/ids.h"
#include "domain/money.h"

namespace ordo {

// partially_captured: ordo has asked the gateway for the rest.
enum class PaymentState { requested, authorized, captured, failed, voided, partially_captured };

// The requests to a gateway. A purchase is an authorization with its capture.
enum class CallKind { purchase, authorize, capture, void_authorization, refund };

// The answers of a gateway. `unavailable`: no answer yet, ordo tries again; `gave_up`: ordo does not try again.
enum class GatewayOutcome { authorized, captured, voided, refunded, declined, unavailable, gave_up };

// A request to the gateway that has no final answer yet.
struct GatewayCall {
  std::string id;  // the gateway's idempotency key: the same for each attempt, a different one for each request
  CallKind kind = CallKind::purchase;
  Money amount;
  std::string refund_id;      // of a refund; empty otherwise
  std::int64_t attempts = 0;  // that failed
  std::optional<Timestamp> last_attempt_at;
  std::string last_error;

  friend bool operator==(const GatewayCall&, const GatewayCall&) = default;
};

// The outcome of a refund. `refunded_late`: it was declined first, and made after all. `reversed`: it was made, and the
// money came back. These two are final: later answers of the gateway are repeats, in whatever order they arrive.
enum class RefundOutcome { declined, refunded, refunded_late, reversed };

// A refund that ordo requested, or that the gateway made in its own console.
struct RefundCall {
  std::string call_id;  // empty: made in the gateway's own console
  std::string refund_id;
  Money amount;
  std::optional<RefundOutcome> outcome;  // absent: not answered yet

  friend bool operator==(const RefundCall&, const RefundCall&) = default;
};

// A capture of a part of the amount.
struct PartCapture {
  std::string call_id;  // of the call that it answered
  Money amount;

  friend bool operator==(const PartCapture&, const PartCapture&) = default;
};

struct PaymentEntry {
  Timestamp at;
  std::string what;       // "captured", "purchase unavailable, attempt 2"
  std::string reference;  // the gateway's own
  std::optional<Actor> by = std::nullopt;

  friend bool operator==(const PaymentEntry&, const PaymentEntry&) = default;
};

struct Payment {
  OrderId id;  // of the order
  CustomerId customer_id;
  Money amount;
  std::string method;  // the gateway's token for the customer's payment method; empty once redacted
  PaymentState status = PaymentState::requested;
  std::string status_reason;  // why it failed
  Money captured;
  Money refunded;
  std::vector<GatewayCall> calls;        // open calls, answered in their order; at most kMaxRefundCalls and two
  std::optional<CallKind> open_call;     // kind of the first open call; finds the payments that wait for the gateway
  std::vector<std::string> refunds;      // ids of the refunds that 0.1.0 requested; refund_calls has the others
  std::int64_t calls_made = 0;           // the number of the last call
  std::vector<CallKind> made;            // kinds of the newest calls, in the order of their numbers, at most kMaxMade
  std::vector<RefundCall> refund_calls;  // oldest first, at most kMaxRefundCalls
  std::optional<std::vector<PartCapture>> captures;  // if the money came in parts; about kMaxCaptures
  std::vector<PaymentEntry> history;                 // oldest first; the first and the newest, kMaxHistory in all
  Timestamp created_at;
  std::optional<Timestamp> redacted_at;  // the payment method is removed once no call needs it
  Timestamp updated_at;
  std::int64_t rev = 0;

  // More than an order can request at a time (order.cc). Beyond it, the oldest failed refunds are dropped.
  static constexpr std::size_t kMaxRefundCalls = 384;
  static constexpr std::size_t kMaxMade = 512;
  // Then the gateway is not asked for the rest. The open calls of that moment can still bring a part.
  static constexpr std::size_t kMaxCaptures = 48;
  static constexpr std::size_t kMaxHistory = 32;

  friend bool operator==(const Payment&, const Payment&) = default;
};

// --- commands --------------------------------------------------------------------------------------------------------

namespace payment_command {

struct Authorize {
  OrderId order_id;
  CustomerId customer_id;
  Money amount;
  std::string method;
  bool capture = true;  // true: a purchase
};
struct Capture {};
struct Void {};
struct Refund {
  std::string id;
  Money amount;
};

// The gateway's answer to one attempt at a call.
struct Answer {
  std::string call_id;
  GatewayOutcome outcome = GatewayOutcome::unavailable;
  std::string reason;     // of a refusal or a failure
  std::string reference;  // the gateway's own
  // What was captured by a purchase or a capture, if it is not the amount of the call.
  std::optional<Money> amount = std::nullopt;
};

// A report about a refund that ordo did not request: `refunded`, or `declined` if the money came back.
struct DeskRefund {
  std::string refund_id;  // the gateway's; the order knows it as "desk:<id>"
  Money amount;
  GatewayOutcome outcome = GatewayOutcome::refunded;
  std::string reason;
  std::string reference;
};

// Removes the payment method.
struct Redact {};

}  // namespace payment_command

using PaymentCommand =
    std::variant<payment_command::Authorize, payment_command::Capture, payment_command::Void, payment_command::Refund,
                 payment_command::Answer, payment_command::DeskRefund, payment_command::Redact>;

// --- facts: reports to the order -------------------------------------------------------------------------------------

namespace payment_fact {

struct Authorized {};
// `part_id`: the id of a part; absent when the whole was captured at once.
struct Captured {
  Money amount;
  std::optional<std::string> part_id = std::nullopt;
};
struct Failed {
  std::string reason;
};
struct Voided {};
struct Refunded {
  std::string refund_id;
  Money amount;
};
struct RefundFailed {
  std::string refund_id;
  std::string reason;
};

}  // namespace payment_fact

using PaymentFact = std::variant<payment_fact::Authorized, payment_fact::Captured, payment_fact::Failed,
                                 payment_fact::Voided, payment_fact::Refunded, payment_fact::RefundFailed>;

struct PaymentDecision {
  std::optional<Payment> payment;  // the new state; nullopt: no change
  std::vector<PaymentFact> facts;
};

// Whether a call of this kind can have this outcome: a refund, for example, cannot be captured.
bool can_answer(CallKind kind, GatewayOutcome outcome);
// "purchase", "void": used in the ids of calls and in texts.
std::string_view name_of(CallKind kind);

// The decision that follows from `command`. A repeated request changes nothing and is answered with the present
// outcome; a repeated answer changes nothing. A late answer, after everything was settled otherwise, still counts if
// money moved. A late capture is a capture, and the order refunds it. When a part was captured, the rest is asked for
// in another call. A declined refund can be made after all, and a refund that was made can be reversed. A refund that
// cannot be made is a fact for the order, never an error: one of the two decides. kNotFound "unknown_payment".
// kConflict "payment_differs": a second request has another amount. kConflict "unknown_call": the call was never made,
// or cannot have this answer. kConflict "refund_exceeds_payment": for refunds made in the gateway's console. kInvalid
// "bad_amount". `by`: who caused the command, for the history.
Result<PaymentDecision> decide(const Payment* current, const PaymentCommand& command, Timestamp at,
                               const std::optional<Actor>& by = std::nullopt);

}  // namespace ordo
