// The payment of an order: what was asked of the gateway, what it said, and the decisions about both. The gateway
// itself is called outside (errands/errand.h); what it answers comes back as a command.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"
#include "domain/money.h"

namespace ordo {

enum class PaymentState { requested, authorized, captured, failed, voided };

// What a gateway can be asked. A purchase is an authorization and its capture in one.
enum class CallKind { purchase, authorize, capture, void_authorization, refund };

// What a gateway can answer. `unavailable`: nothing yet, it will be asked again; `gave_up`: it will not.
enum class GatewayOutcome { authorized, captured, voided, refunded, declined, unavailable, gave_up };

// A question to the gateway that has no final answer yet.
struct GatewayCall {
  std::string id;  // the gateway's idempotency key: the same for each attempt, another for each question
  CallKind kind = CallKind::purchase;
  Money amount;
  std::string refund_id;      // of a refund; empty otherwise
  std::int64_t attempts = 0;  // that failed
  std::optional<Timestamp> last_attempt_at;
  std::string last_error;

  friend bool operator==(const GatewayCall&, const GatewayCall&) = default;
};

struct PaymentEntry {
  Timestamp at;
  std::string what;       // "captured", "purchase unavailable, attempt 2"
  std::string reference;  // the gateway's own

  friend bool operator==(const PaymentEntry&, const PaymentEntry&) = default;
};

struct Payment {
  OrderId id;  // of the order
  CustomerId customer_id;
  Money amount;
  std::string method;  // the gateway's token for how the customer pays
  PaymentState status = PaymentState::requested;
  std::string status_reason;  // why it failed
  Money captured;
  Money refunded;
  std::vector<GatewayCall> calls;     // open ones, answered in their order; at most kMaxCalls
  std::optional<CallKind> open_call;  // of the first of them: payments that wait for the gateway are found by it
  std::vector<std::string> refunds;   // ids of all refunds ever asked for, at most kMaxCalls
  std::int64_t calls_made = 0;        // numbers the calls
  std::vector<PaymentEntry> history;  // oldest first; the first and the newest, kMaxHistory in all
  Timestamp created_at;
  Timestamp updated_at;
  std::int64_t rev = 0;

  static constexpr std::size_t kMaxCalls = 66;  // an order has 64 refunds, then a capture and a void
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
  bool capture = true;  // a purchase
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
};

}  // namespace payment_command

using PaymentCommand = std::variant<payment_command::Authorize, payment_command::Capture, payment_command::Void,
                                    payment_command::Refund, payment_command::Answer>;

// --- facts: what the order is told -----------------------------------------------------------------------------------

namespace payment_fact {

struct Authorized {};
struct Captured {
  Money amount;
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
  std::optional<Payment> payment;  // as it is now; nullopt: nothing changes
  std::vector<PaymentFact> facts;
};

// What follows from `command`. A repeated request changes nothing and is answered with the first verdict; a repeated
// answer changes nothing. An answer that comes after all was settled otherwise (late) still counts where money moved: a
// late capture is a capture, and the order sees to its refund. kNotFound "unknown_payment"; kConflict
// "payment_differs" (a second request for other money), "not_captured" (a refund of what was never paid),
// "refund_exceeds_payment", "too_many_calls", "unknown_call"; kInvalid "bad_amount".
Result<PaymentDecision> decide(const Payment* current, const PaymentCommand& command, Timestamp at);

}  // namespace ordo
