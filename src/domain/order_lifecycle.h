// What can be asked of an order, what then happens to it, and when: `decide` and `evolve` are the whole state machine.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/order.h"

namespace ordo {

// --- commands: what is asked, or told by stock, payment and logistics ------------------------------------------------

namespace order_command {

// `order` as it shall begin, pending. With a `rejection` ("unknown_product") it is placed and rejected at once.
struct Place {
  Order order;
  std::optional<std::string> rejection;
  std::string summary;
};
struct Cancel {
  std::string reason;
};

struct NoteReserved {
  Timestamp logged_at;  // by the log's clock
};
struct NoteOutOfStock {
  std::vector<Shortage> shortages;
};

struct NoteAuthorized {};
struct NoteCaptured {
  Money amount;
  Timestamp logged_at;
};
struct NotePaymentFailed {
  std::string reason;
};
struct NoteVoided {};
struct TimeOutPayment {};

struct ReleaseHold {
  Timestamp logged_at;
};
struct NoteShipped {
  std::string shipment_id;
  std::vector<StockLine> lines;
  std::string tracking;
};
struct NoteDelivered {
  std::string shipment_id;
};
struct NoteLost {
  std::string shipment_id;
};
struct NoteShipmentCancelled {};
struct NoteCancelTooLate {};

// Without an amount: all that can be given back.
struct RequestRefund {
  std::string id;
  std::optional<Money> amount;
  std::string reason;
};
struct NoteRefunded {
  std::string id;
  Money amount;
};
struct NoteRefundFailed {
  std::string id;
  std::string detail;
};
// With `refund` the price of the lines is given back, as far as it is still there to give.
struct Return {
  std::string id;
  std::vector<StockLine> lines;
  bool restock = false;
  bool refund = false;
  std::string reason;
};

struct Redact {};

}  // namespace order_command

using OrderCommand =
    std::variant<order_command::Place, order_command::Cancel, order_command::NoteReserved,
                 order_command::NoteOutOfStock, order_command::NoteAuthorized, order_command::NoteCaptured,
                 order_command::NotePaymentFailed, order_command::NoteVoided, order_command::TimeOutPayment,
                 order_command::ReleaseHold, order_command::NoteShipped, order_command::NoteDelivered,
                 order_command::NoteLost, order_command::NoteShipmentCancelled, order_command::NoteCancelTooLate,
                 order_command::RequestRefund, order_command::NoteRefunded, order_command::NoteRefundFailed,
                 order_command::Return, order_command::Redact>;

// --- events: what happened -------------------------------------------------------------------------------------------

namespace order_event {

struct Placed {
  Order order;
  std::string summary;
};
struct Rejected {
  std::string reason;  // "out_of_stock", "payment_failed", "unknown_product", "currency_mismatch", "amount_overflow"
  std::string summary;
};
struct Reserved {
  Timestamp logged_at;
};
struct Authorized {};
struct Captured {
  Money amount;
};
struct Voided {};
struct Confirmed {
  Timestamp logged_at;
};
struct DispatchRequested {
  Timestamp logged_at;
};
struct Expired {};
struct Cancelled {
  std::string reason;
};
// Logistics is asked whether the goods can still be stopped.
struct CancelAsked {
  std::string reason;
};
struct CancelRefused {};
struct Shipped {
  Parcel parcel;
};
struct Fulfilled {};
struct Delivered {
  std::string shipment_id;
};
struct Completed {};
struct Lost {
  std::string shipment_id;
};
struct RefundRequested {
  Refund refund;
};
struct Refunded {
  std::string id;
  Money amount;
};
struct RefundFailed {
  std::string id;
  std::string detail;
};
struct Returned {
  OrderReturn what;
};
struct Redacted {};

}  // namespace order_event

using OrderEvent =
    std::variant<order_event::Placed, order_event::Rejected, order_event::Reserved, order_event::Authorized,
                 order_event::Captured, order_event::Voided, order_event::Confirmed, order_event::DispatchRequested,
                 order_event::Expired, order_event::Cancelled, order_event::CancelAsked, order_event::CancelRefused,
                 order_event::Shipped, order_event::Fulfilled, order_event::Delivered, order_event::Completed,
                 order_event::Lost, order_event::RefundRequested, order_event::Refunded, order_event::RefundFailed,
                 order_event::Returned, order_event::Redacted>;

// What follows from `command` for an order that is in the state `order` (null: there is none). No events: a declared
// no-op, such as a verdict that arrives after a cancel, or a second capture. kNotFound "unknown_order"; kConflict
// "illegal_transition" where the state does not allow it, "idempotency_conflict" when another order was placed under
// the same id, "refund_exceeds_payment", "lines_exceed_order", "amount_mismatch", "too_many_parts"; kInvalid for what
// never can be ("bad_quantity", "currency_mismatch", "bad_amount").
Result<std::vector<OrderEvent>> decide(const Order* order, const OrderCommand& command);

// Where an event came from, for the history.
struct Cause {
  std::string type;
  Timestamp at;
  std::string source;
};

// Applies one event that `decide` gave. Does not count `rev`.
void evolve(std::optional<Order>& order, const OrderEvent& event, const Cause& cause);

// The id of the refund that gives back what came after an order had ended.
inline constexpr std::string_view kAutomaticRefund = "automatic";

}  // namespace ordo
