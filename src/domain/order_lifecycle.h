// The commands and events of an order. `decide` and `evolve` are the whole state machine.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/imported_order.h"
#include "domain/order.h"
#include "domain/redemption.h"
#include "domain/refund_id.h"

namespace ordo {

// --- commands: requests, and reports from stock, payment and logistics -----------------------------------------------

namespace order_command {

// `order` is the new order, pending. With a `rejection` ("unknown_product") it is placed and rejected at once.
struct Place {
  Order order;
  std::optional<std::string> rejection;
  std::string summary;
  Timestamp logged_at = {};  // log time
};
// Without lines: cancel everything that has not left. With lines: cancel only these; then `id` makes a repeat harmless.
struct Cancel {
  std::string reason;
  std::string id = {};
  std::vector<OrderPieces> lines = {};
  std::optional<CancelReason> code = std::nullopt;
};

struct NoteReserved {
  Timestamp logged_at;  // log time
};
struct NoteOutOfStock {
  std::vector<Shortage> shortages;
};

// The decisions about a promotion of the order. Stock and promotions are asked at the same time.
struct NoteRedeemed {
  std::string promotion_id;
  Timestamp logged_at;  // log time
};
struct NotePromotionRefused {
  std::string promotion_id;
  RedemptionRefusal reason = RedemptionRefusal::promotion_used_up;
};

struct NoteAuthorized {};
// Captures with different ids add up. One without an id counts once for each order.
struct NoteCaptured {
  Money amount;
  Timestamp logged_at;
  std::optional<std::string> id = std::nullopt;
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
// Logistics will not ship these lines. Without lines: nothing of what has not left; a service that handles whole orders
// only sends this form. `cancel_id` is the id of the partial cancel that this answers.
struct NoteShipmentCancelled {
  std::optional<std::string> shipment_id = std::nullopt;
  std::vector<StockLine> lines = {};
  std::optional<std::string> cancel_id = std::nullopt;
};
struct NoteCancelTooLate {
  std::optional<std::string> shipment_id = std::nullopt;
};

// A request to send lost goods again; without lines, all that are lost. Stock decides whether it has them.
struct RequestResend {
  std::string id;
  std::vector<StockLine> lines;
  std::string reason;
};
struct NoteResendReserved {
  std::string id;
};
struct NoteResendOutOfStock {
  std::string id;
  std::vector<Shortage> shortages;
};

// An amount, or the price of pieces, or the rest of the price of shipping, or both of these. None of them:
// everything that can be refunded.
struct RequestRefund {
  std::string id;
  std::optional<Money> amount;
  std::string reason;
  std::vector<OrderPieces> lines = {};
  bool shipping = false;
};
struct NoteRefunded {
  std::string id;
  Money amount;
};
struct NoteRefundFailed {
  std::string id;
  std::string detail;
};
// A person has paid a refund of a manual order.
struct NoteRefundPaid {
  std::string id;
  Payout payout;
};
// With `refund`, the price of the lines is refunded, at most the amount that is still refundable.
struct Return {
  std::string id;
  std::vector<OrderPieces> lines;
  bool restock = false;
  bool refund = false;
  std::string reason;
};

struct AddNote {
  std::string id;
  std::string text;
  bool is_public = false;
};

// With `expected_rev`, only if the order has this revision.
struct ChangeTerms {
  std::string id;
  ChangedTerms terms;
  std::optional<std::int64_t> expected_rev = std::nullopt;
};

// `id`: of the request, for its refusal.
struct ChangeTags {
  std::string id;
  ChangedTags tags;
};

struct Redact {};

// A person has received money for a manual order.
struct RecordPayment {
  std::string id;
  StatedPayment payment;
  Timestamp logged_at;
};

// An order of the past. `content` was checked. `number`: the short number of a new order. With `replace`, other content
// than before amends the order.
struct Import {
  OrderId id;
  ImportedOrder content;
  std::string number;
  bool replace = false;
};

}  // namespace order_command

using OrderCommand =
    std::variant<order_command::Place, order_command::Cancel, order_command::NoteReserved,
                 order_command::NoteOutOfStock, order_command::NoteAuthorized, order_command::NoteCaptured,
                 order_command::NotePaymentFailed, order_command::NoteVoided, order_command::TimeOutPayment,
                 order_command::ReleaseHold, order_command::NoteShipped, order_command::NoteDelivered,
                 order_command::NoteLost, order_command::NoteShipmentCancelled, order_command::NoteCancelTooLate,
                 order_command::RequestResend, order_command::NoteResendReserved, order_command::NoteResendOutOfStock,
                 order_command::RequestRefund, order_command::NoteRefunded, order_command::NoteRefundFailed,
                 order_command::Return, order_command::AddNote, order_command::ChangeTerms, order_command::Redact,
                 order_command::RecordPayment, order_command::NoteRefundPaid, order_command::NoteRedeemed,
                 order_command::NotePromotionRefused, order_command::Import, order_command::ChangeTags>;

// --- events ----------------------------------------------------------------------------------------------------------

namespace order_event {

struct Placed {
  Order order;
  std::string summary;
};
struct Rejected {
  // "out_of_stock", "payment_failed", "unknown_product", "currency_mismatch", "amount_overflow", or a RedemptionRefusal
  std::string reason;
  std::string summary;
};
struct Reserved {
  Timestamp logged_at;
};
// The stock is reserved, but the order still waits for its promotions.
struct StockHeld {
  Timestamp logged_at;
};
struct Redeemed {
  std::string promotion_id;
};
// A limit leaves no room. Rejected follows.
struct PromotionRefused {
  std::string promotion_id;
};
struct Authorized {};
struct Captured {
  Money amount;
  std::optional<std::string> id = std::nullopt;
};
// Adds to the captured money too.
struct PaymentRecorded {
  std::string id;
  StatedPayment payment;
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
  std::optional<CancelReason> code = std::nullopt;
};
// Asks logistics whether these shipments can still be stopped, or these lines of the one shipment.
struct CancelAsked {
  std::string reason;
  std::string id;                      // of a partial cancel
  std::vector<OrderPieces> lines;      // of a partial cancel; none: all
  std::vector<std::string> shipments;  // one for a partial cancel
  std::optional<CancelReason> code = std::nullopt;
};
struct CancelRefused {};
// A part will not be shipped; the order goes on.
struct PartCancelled {
  Cancellation what;
  std::vector<LinePieces> pieces;
};
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
  std::optional<std::string> reference = std::nullopt;  // of a payout by hand
};
struct RefundFailed {
  std::string id;
  std::string detail;
};
// The money of a refund came back to the shop.
struct RefundReversed {
  std::string id;
  Money amount;
  std::string detail;
};
struct ResendAsked {
  Resend resend;
};
// The goods are reserved for the order, and are to be shipped as `shipment_id`. `reopened`: the order had ended.
struct ResendAccepted {
  std::string id;
  std::string shipment_id;
  bool reopened = false;
};
// `held`: stock has reserved the goods, but they are no longer needed.
struct ResendRefused {
  std::string id;
  std::string detail;
  bool held = false;
};
struct Returned {
  OrderReturn what;
  std::vector<LinePieces> pieces;
  bool refunded = false;  // their price is due
};
struct NoteAdded {
  OrderNote note;
};
struct TermsChanged {
  std::string id;
  ChangedTerms terms;
};
struct TagsChanged {
  ChangedTags tags;
};
struct Redacted {};
// Begins an order, or amends one that was imported before.
struct Imported {
  OrderId id;
  ImportedOrder content;
  std::string number;
};
// A client's request that the order's state does not allow.
struct RequestRefused {
  RefusedRequest refusal;
};

}  // namespace order_event

using OrderEvent =
    std::variant<order_event::Placed, order_event::Rejected, order_event::Reserved, order_event::Authorized,
                 order_event::Captured, order_event::Voided, order_event::Confirmed, order_event::DispatchRequested,
                 order_event::Expired, order_event::Cancelled, order_event::CancelAsked, order_event::CancelRefused,
                 order_event::PartCancelled, order_event::Shipped, order_event::Fulfilled, order_event::Delivered,
                 order_event::Completed, order_event::Lost, order_event::RefundRequested, order_event::Refunded,
                 order_event::RefundFailed, order_event::RefundReversed, order_event::ResendAsked,
                 order_event::ResendAccepted, order_event::ResendRefused, order_event::Returned, order_event::NoteAdded,
                 order_event::TermsChanged, order_event::Redacted, order_event::RequestRefused,
                 order_event::PaymentRecorded, order_event::StockHeld, order_event::Redeemed,
                 order_event::PromotionRefused, order_event::Imported, order_event::TagsChanged>;

// The events that follow from `command` for an order in the state `order` (null: there is none). No events means a
// no-op, such as a stock decision after a cancel, or a second capture. kNotFound "unknown_order". kConflict
// "illegal_transition" if the state does not allow the command, "idempotency_conflict" if another order has the same
// id, "refund_exceeds_payment", "lines_exceed_order", "lines_in_several_shipments", "amount_mismatch",
// "payment_not_expected", "redemption_not_expected", "refund_not_by_hand", "too_many_parts", "too_many_notes",
// "too_many_changes", "too_many_tags", "stale_revision", "price_would_change"; of orders of the past, "imported_order"
// for what only ordo's own orders take, "not_imported", "order_changed" with the members that differ, "order_moved_on".
// kInvalid for commands that are never possible
// ("bad_quantity", "bad_lines", "unknown_line", "currency_mismatch", "bad_amount", "invalid_fields").
Result<std::vector<OrderEvent>> decide(const Order* order, const OrderCommand& command);

// The note about a client's request that `decide` refused because of the order's state. Nothing for any other command:
// its refusal is a fault. A client that lost a race made no error.
std::optional<RefusedRequest> refusal_of(const OrderCommand& command, const Error& error);

// The origin of an event, for the history.
struct Cause {
  std::string type;
  Timestamp at;
  std::string source;
  std::optional<Timestamp> claimed = std::nullopt;  // the time that the record claimed, if it was not believed
  std::optional<Actor> by = std::nullopt;
};

// Applies one event of `decide`. Does not count `rev`.
void evolve(std::optional<Order>& order, const OrderEvent& event, const Cause& cause);

}  // namespace ordo
