// The records of order_events: everything that happens to an order. The records of one order are totally ordered.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/imported_order.h"
#include "records/describe.h"
#include "records/message_info.h"

namespace ordo {

// Types of record that share a struct with others. The rest are kTypeOf<...>.
namespace type {
inline constexpr std::string_view kShipmentUpdateRefused = "ordo.shipment.update_refused.v1";
inline constexpr std::string_view kOrderReserved = "ordo.order.reserved.v1";
inline constexpr std::string_view kOrderConfirmed = "ordo.order.confirmed.v1";
inline constexpr std::string_view kOrderFulfilled = "ordo.order.fulfilled.v1";
inline constexpr std::string_view kOrderCompleted = "ordo.order.completed.v1";
inline constexpr std::string_view kOrderRejected = "ordo.order.rejected.v1";
inline constexpr std::string_view kOrderExpired = "ordo.order.expired.v1";
inline constexpr std::string_view kOrderCancelled = "ordo.order.cancelled.v1";
inline constexpr std::string_view kOrderCancelRefused = "ordo.order.cancel_refused.v1";
inline constexpr std::string_view kOrderPartlyShipped = "ordo.order.partly_shipped.v1";
inline constexpr std::string_view kOrderRefunded = "ordo.order.refunded.v1";
inline constexpr std::string_view kOrderReturned = "ordo.order.returned.v1";
inline constexpr std::string_view kOrderPartlyCancelled = "ordo.order.partly_cancelled.v1";
inline constexpr std::string_view kOrderResent = "ordo.order.resent.v1";
inline constexpr std::string_view kRefundRefused = "ordo.order.refund_refused.v1";
inline constexpr std::string_view kReturnRefused = "ordo.order.return_refused.v1";
inline constexpr std::string_view kNoteRefused = "ordo.order.note_refused.v1";
inline constexpr std::string_view kTagsRefused = "ordo.order.tags_refused.v1";
inline constexpr std::string_view kChangeRefused = "ordo.order.change_refused.v1";
inline constexpr std::string_view kResendRefused = "ordo.order.resend_refused.v1";
inline constexpr std::string_view kPaymentRefused = "ordo.order.payment_refused.v1";
inline constexpr std::string_view kImportRefused = "ordo.order.import_refused.v1";
// Not on any topic: an endpoint receives it on request.
inline constexpr std::string_view kWebhookTest = "ordo.webhook.test.v1";
}  // namespace type

struct OrderCreated : OrderTerms, OrderFigures {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.order.created.v1", "the order was checked, numbered and priced", {"intake"}};

  OrderId order_id;
  std::string number;
  CustomerId customer_id;
  LocationId location;
  std::vector<PricedLine> lines;
  Money total;
  Timestamp placed_at;
  std::optional<Timestamp> claimed_at;  // the time that the order claimed, if it was ahead of the log's clock
  std::optional<std::string> request_hash;
  std::optional<std::string> rejection;  // why intake could not price it: "unknown_product", ...
  std::optional<Decimal> claimed_total;  // a seed order's totalAmount, if it differs from the catalogue's prices
  std::int64_t dispatch_hold_s = 0;      // how long the order waits for its dispatch after its payment
  bool fresh = false;
};
BOOST_DESCRIBE_STRUCT(OrderCreated, (OrderTerms, OrderFigures),
                      (order_id, number, customer_id, location, lines, total, placed_at, claimed_at, request_hash,
                       rejection, claimed_total, dispatch_hold_s, fresh))

// An order of the past, as another system had it. The orders processor checks it and writes it as it was.
struct OrderImported : ImportedOrder {
  static constexpr MessageInfo kMessage{Topic::order_events,
                                        "ordo.order.imported.v1",
                                        "an order of the past was imported; nothing is charged, reserved or shipped",
                                        {"api", "outside"}};

  OrderId order_id;
  std::optional<bool> replace;   // amends the order if it was imported before with other content
  std::optional<bool> announce;  // webhooks receive this record
};
BOOST_DESCRIBE_STRUCT(OrderImported, (ImportedOrder), (order_id, replace, announce))

struct StockReserved {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.stock.reserved.v1", "all lines of the order are reserved", {"stock"}};

  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(StockReserved, (), (order_id))

struct StockRejected {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.stock.rejected.v1", "stock is short, so nothing was reserved", {"stock"}};

  OrderId order_id;
  std::vector<Shortage> shortages;
};
BOOST_DESCRIBE_STRUCT(StockRejected, (), (order_id, shortages))

// The order holds a use of the promotion.
struct PromotionRedeemed {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.promotion.redeemed.v1", "the order uses the promotion", {"promotions"}};

  OrderId order_id;
  std::string promotion_id;
};
BOOST_DESCRIBE_STRUCT(PromotionRedeemed, (), (order_id, promotion_id))

struct PromotionRefused {
  static constexpr MessageInfo kMessage{Topic::order_events,
                                        "ordo.promotion.refused.v1",
                                        "a limit of the promotion leaves no room for the order",
                                        {"promotions"}};

  OrderId order_id;
  std::string promotion_id;
  RedemptionRefusal reason = RedemptionRefusal::promotion_used_up;
};
BOOST_DESCRIBE_STRUCT(PromotionRefused, (), (order_id, promotion_id, reason))

// The stock for sending lost goods again is reserved.
struct ResendReserved {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.stock.resend_reserved.v1", "the stock for the resend is reserved", {"stock"}};

  OrderId order_id;
  std::string resend_id;
};
BOOST_DESCRIBE_STRUCT(ResendReserved, (), (order_id, resend_id))

struct ResendRejected {
  static constexpr MessageInfo kMessage{Topic::order_events,
                                        "ordo.stock.resend_rejected.v1",
                                        "stock is short, so the goods cannot be sent again",
                                        {"stock"}};

  OrderId order_id;
  std::string resend_id;
  std::vector<Shortage> shortages;
};
BOOST_DESCRIBE_STRUCT(ResendRejected, (), (order_id, resend_id, shortages))

// Without lines: cancel everything that has not been shipped. With lines: cancel only these; then `cancel_id` makes a
// repeat harmless.
struct CancelRequested {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.order.cancel_requested.v1", "a client asks to cancel the order", {"api", "outside"}};

  OrderId order_id;
  std::string reason;
  std::optional<std::string> cancel_id = std::nullopt;
  std::optional<std::vector<OrderPieces>> lines = std::nullopt;
  std::optional<CancelReason> reason_code = std::nullopt;
};
BOOST_DESCRIBE_STRUCT(CancelRequested, (), (order_id, reason, cancel_id, lines, reason_code))

// --- payment: from the payment processor, or from a service that replaces it -----------------------------------------

struct PaymentAuthorized {
  static constexpr MessageInfo kMessage{Topic::order_events,
                                        "ordo.payment.authorized.v1",
                                        "the payment was authorized; ordo requests the capture next",
                                        {"payment", "outside"}};

  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(PaymentAuthorized, (), (order_id))

// Captures with different ids add up. One without an id counts once for each order.
struct PaymentCaptured {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.payment.captured.v1", "the payment was captured", {"payment", "outside"}};

  OrderId order_id;
  Money amount;
  std::optional<std::string> capture_id = std::nullopt;
};
BOOST_DESCRIBE_STRUCT(PaymentCaptured, (), (order_id, amount, capture_id))

struct PaymentFailed {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.payment.failed.v1", "the payment failed", {"payment", "outside"}};

  OrderId order_id;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(PaymentFailed, (), (order_id, reason))

struct PaymentVoided {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.payment.voided.v1", "the authorization was voided", {"payment", "outside"}};

  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(PaymentVoided, (), (order_id))

struct PaymentRefunded {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.payment.refunded.v1", "a refund was made", {"payment", "outside"}};

  OrderId order_id;
  std::string refund_id;
  Money amount;
};
BOOST_DESCRIBE_STRUCT(PaymentRefunded, (), (order_id, refund_id, amount))

struct PaymentRefundFailed {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.payment.refund_failed.v1", "a refund failed", {"payment", "outside"}};

  OrderId order_id;
  std::string refund_id;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(PaymentRefundFailed, (), (order_id, refund_id, reason))

// --- logistics: from the logistics processor, or from a service that replaces it -------------------------------------

struct ShipmentShipped {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.shipment.shipped.v1", "goods of the order were shipped", {"logistics", "outside"}};

  OrderId order_id;
  std::string shipment_id;
  std::vector<StockLine> lines;
  std::optional<std::string> tracking;
};
BOOST_DESCRIBE_STRUCT(ShipmentShipped, (), (order_id, shipment_id, lines, tracking))

struct ShipmentDelivered {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.shipment.delivered.v1", "a shipment was delivered", {"logistics", "outside"}};

  OrderId order_id;
  std::string shipment_id;
};
BOOST_DESCRIBE_STRUCT(ShipmentDelivered, (), (order_id, shipment_id))

struct ShipmentLost {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.shipment.lost.v1", "a shipment was lost", {"logistics", "outside"}};

  OrderId order_id;
  std::string shipment_id;
};
BOOST_DESCRIBE_STRUCT(ShipmentLost, (), (order_id, shipment_id))

// These lines will not be shipped. Without lines: nothing of the order that has not been shipped yet. `cancel_id` is
// the id in the cancel request that this answers, if it had one.
struct ShipmentCancelled {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.shipment.cancelled.v1", "these goods will not be shipped", {"logistics", "outside"}};

  OrderId order_id;
  std::optional<std::string> shipment_id = std::nullopt;
  std::optional<std::vector<StockLine>> lines = std::nullopt;
  std::optional<std::string> cancel_id = std::nullopt;
};
BOOST_DESCRIBE_STRUCT(ShipmentCancelled, (), (order_id, shipment_id, lines, cancel_id))

// The answer to a cancel request that came too late.
struct ShipmentCancelRefused {
  static constexpr MessageInfo kMessage{Topic::order_events,
                                        "ordo.shipment.cancel_refused.v1",
                                        "it is too late to stop the shipment",
                                        {"logistics", "outside"}};

  OrderId order_id;
  std::optional<std::string> shipment_id = std::nullopt;
};
BOOST_DESCRIBE_STRUCT(ShipmentCancelRefused, (), (order_id, shipment_id))

// A carrier's update that the shipment's status does not allow. Published for readers outside ordo.
struct ShipmentUpdateRefused {
  static constexpr std::array kMessages = {
      MessageInfo{Topic::order_events,
                  type::kShipmentUpdateRefused,
                  "a carrier's update was refused: the shipment's status does not allow it",
                  {"logistics"}}};

  OrderId order_id;
  std::string shipment_id;
  ShipmentStatus status = ShipmentStatus::in_transit;  // that the carrier reported
  std::string reason;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(ShipmentUpdateRefused, (), (order_id, shipment_id, status, reason, detail))

// --- requests of people ----------------------------------------------------------------------------------------------

// An amount, or lines and shipping. None of them: refund everything that can be refunded.
struct RefundRequested {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.order.refund_requested.v1", "a client asks for a refund", {"api", "outside"}};

  OrderId order_id;
  std::string refund_id;
  std::optional<Money> amount;
  std::string reason;
  std::optional<std::vector<OrderPieces>> lines = std::nullopt;
  std::optional<bool> shipping = std::nullopt;  // the rest of its price
};
BOOST_DESCRIBE_STRUCT(RefundRequested, (), (order_id, refund_id, amount, reason, lines, shipping))

struct ReturnRequested {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.order.return_requested.v1", "goods of the order were returned", {"api", "outside"}};

  OrderId order_id;
  std::string return_id;
  std::vector<OrderPieces> lines;
  bool restock = false;
  bool refund = false;  // whether their price is refunded
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReturnRequested, (), (order_id, return_id, lines, restock, refund, reason))

// Send lost goods again; without lines, all that are lost.
struct ResendRequested {
  static constexpr MessageInfo kMessage{Topic::order_events,
                                        "ordo.order.resend_requested.v1",
                                        "a client asks to send lost goods again",
                                        {"api", "outside"}};

  OrderId order_id;
  std::string resend_id;
  std::optional<std::vector<StockLine>> lines;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ResendRequested, (), (order_id, resend_id, lines, reason))

struct NoteAdded {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.order.note_added.v1", "the staff wrote a note about the order", {"api", "outside"}};

  OrderId order_id;
  std::string note_id;
  std::string text;
  std::optional<bool> public_;  // whether the customer may read it
};
BOOST_DESCRIBE_STRUCT(NoteAdded, (), (order_id, note_id, text, public_))
constexpr auto rules(RulesOf<NoteAdded>) {
  return std::array{kNoteText};
}

struct TagsChangeRequested : ChangedTags {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.order.tags_change_requested.v1", "the tags of the order change", {"api", "outside"}};

  OrderId order_id;
  std::string change_id;
};
BOOST_DESCRIBE_STRUCT(TagsChangeRequested, (ChangedTags), (order_id, change_id))

// A person received money for an order with payment_terms manual.
struct PaymentRecorded : StatedPayment {
  static constexpr MessageInfo kMessage{Topic::order_events,
                                        "ordo.order.payment_recorded.v1",
                                        "a payment of a manual order was received",
                                        {"api", "outside"}};

  OrderId order_id;
  std::string payment_id;
};
BOOST_DESCRIBE_STRUCT(PaymentRecorded, (StatedPayment), (order_id, payment_id))

// A person paid a refund of an order with payment_terms manual.
struct RefundPaid : Payout {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.order.refund_paid.v1", "a refund of a manual order was paid", {"api", "outside"}};

  OrderId order_id;
  std::string refund_id;
};
BOOST_DESCRIBE_STRUCT(RefundPaid, (Payout), (order_id, refund_id))
// Members that are absent stay as they are.
struct OrderChangeRequested : ChangedTerms {
  static constexpr MessageInfo kMessage{Topic::order_events,
                                        "ordo.order.change_requested.v1",
                                        "a client changes the address or the contact of the order",
                                        {"api", "outside"}};

  OrderId order_id;
  std::string change_id;
  std::optional<std::int64_t> expected_rev;
};
BOOST_DESCRIBE_STRUCT(OrderChangeRequested, (ChangedTerms), (order_id, change_id, expected_rev))

// --- timers ----------------------------------------------------------------------------------------------------------

struct PaymentTimedOut {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.order.payment_timed_out.v1", "the payment timeout has passed", {"timers"}};

  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(PaymentTimedOut, (), (order_id))

struct HoldElapsed {
  static constexpr MessageInfo kMessage{
      Topic::order_events, "ordo.order.hold_elapsed.v1", "the dispatch hold is over", {"timers"}};

  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(HoldElapsed, (), (order_id))

// The retention period of the order's personal data has passed.
struct RetentionElapsed {
  static constexpr MessageInfo kMessage{Topic::order_events,
                                        "ordo.order.retention_elapsed.v1",
                                        "the retention of personal data has passed; remove it from the order",
                                        {"timers"}};

  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(RetentionElapsed, (), (order_id))

// --- decisions of the orders processor -------------------------------------------------------------------------------

// Published for readers outside ordo; no processor of ordo takes it as input.
struct OrderDecided {
  static constexpr std::array kMessages = {
      MessageInfo{Topic::order_events, type::kOrderReserved, "the stock of the order is reserved", {"orders"}},
      MessageInfo{Topic::order_events, type::kOrderConfirmed, "the order is paid, or is paid later", {"orders"}},
      MessageInfo{Topic::order_events, type::kOrderFulfilled, "the order was shipped completely", {"orders"}},
      MessageInfo{Topic::order_events, type::kOrderCompleted, "the order was delivered completely", {"orders"}},
      MessageInfo{Topic::order_events, type::kOrderRejected, "the order was rejected", {"orders"}},
      MessageInfo{Topic::order_events, type::kOrderExpired, "the order was not paid in time", {"orders"}},
      MessageInfo{Topic::order_events, type::kOrderCancelled, "the order was cancelled", {"orders"}},
      MessageInfo{Topic::order_events, type::kOrderCancelRefused, "the cancel request came too late", {"orders"}},
      MessageInfo{Topic::order_events, type::kOrderPartlyShipped, "a part of the order was shipped", {"orders"}},
      MessageInfo{Topic::order_events, type::kOrderRefunded, "money was refunded", {"orders"}},
      MessageInfo{Topic::order_events, type::kOrderReturned, "goods were returned", {"orders"}},
      MessageInfo{Topic::order_events, type::kOrderPartlyCancelled, "a part of the order was cancelled", {"orders"}},
      MessageInfo{Topic::order_events, type::kOrderResent, "lost goods of the order are sent again", {"orders"}}};

  OrderId order_id;
  std::string number;
  CustomerId customer_id;
  OrderStatus status = OrderStatus::pending;
  PaymentStatus payment_status = PaymentStatus::none;
  FulfillmentStatus fulfillment_status = FulfillmentStatus::unfulfilled;
  std::optional<std::string> reason;
  Money total;
  std::optional<CancelReason> reason_code;  // of a cancel that had one
};
BOOST_DESCRIBE_STRUCT(OrderDecided, (),
                      (order_id, number, customer_id, status, payment_status, fulfillment_status, reason, total,
                       reason_code))

// A client's request that the order's state does not allow. Published for readers outside ordo.
struct OrderRequestRefused {
  static constexpr std::array kMessages = {
      MessageInfo{Topic::order_events, type::kRefundRefused, "a refund request was refused", {"orders"}},
      MessageInfo{Topic::order_events, type::kReturnRefused, "a return request was refused", {"orders"}},
      MessageInfo{Topic::order_events, type::kResendRefused, "a request to send goods again was refused", {"orders"}},
      MessageInfo{Topic::order_events, type::kNoteRefused, "a note was refused", {"orders"}},
      MessageInfo{Topic::order_events, type::kTagsRefused, "a change of the tags was refused", {"orders"}},
      MessageInfo{Topic::order_events, type::kChangeRefused, "a change of the order was refused", {"orders"}},
      MessageInfo{Topic::order_events, type::kPaymentRefused, "a recorded payment was refused", {"orders"}},
      MessageInfo{Topic::order_events, type::kImportRefused, "an order of the past was not replaced", {"orders"}}};

  OrderId order_id;
  std::string id;  // of the request; empty for a cancel of the whole order, and for an import
  std::string reason;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(OrderRequestRefused, (), (order_id, id, reason, detail))

}  // namespace ordo
