// The decisions of an existing order: one operator per command. Placing and stock are in order_lifecycle.cc, payment in
// order_payment.cc, goods in order_goods.cc, refunds and returns in order_money.cc, changes of the terms in
// order_change.cc, of the tags in order_tags.cc, orders of the past in imported_order.cc. Only these files include this
// header; other code uses order_lifecycle.h.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "domain/order_lifecycle.h"

namespace ordo {

using OrderEvents = std::vector<OrderEvent>;

struct DecideOrder {
  using Events = Result<OrderEvents>;

  const Order& order;

  Events operator()(const order_command::Place& command) const;

  Events operator()(const order_command::NoteReserved& command) const;
  Events operator()(const order_command::NoteOutOfStock& command) const;

  Events operator()(const order_command::NoteRedeemed& command) const;
  Events operator()(const order_command::NotePromotionRefused& command) const;

  Events operator()(const order_command::NoteAuthorized& command) const;
  Events operator()(const order_command::NoteCaptured& command) const;
  Events operator()(const order_command::NotePaymentFailed& command) const;
  Events operator()(const order_command::NoteVoided& command) const;
  Events operator()(const order_command::TimeOutPayment& command) const;
  Events operator()(const order_command::RecordPayment& command) const;

  Events operator()(const order_command::ReleaseHold& command) const;
  Events operator()(const order_command::NoteShipped& command) const;
  Events operator()(const order_command::NoteDelivered& command) const;
  Events operator()(const order_command::NoteLost& command) const;

  Events operator()(const order_command::Cancel& command) const;
  Events operator()(const order_command::NoteShipmentCancelled& command) const;
  Events operator()(const order_command::NoteCancelTooLate& command) const;

  Events operator()(const order_command::RequestResend& command) const;
  Events operator()(const order_command::NoteResendReserved& command) const;
  Events operator()(const order_command::NoteResendOutOfStock& command) const;

  Events operator()(const order_command::RequestRefund& command) const;
  Events operator()(const order_command::NoteRefunded& command) const;
  Events operator()(const order_command::NoteRefundFailed& command) const;
  Events operator()(const order_command::NoteRefundPaid& command) const;
  Events operator()(const order_command::Return& command) const;

  Events operator()(const order_command::AddNote& command) const;
  Events operator()(const order_command::ChangeTerms& command) const;
  Events operator()(const order_command::ChangeTags& command) const;
  Events operator()(const order_command::Redact& command) const;

  Events operator()(const order_command::Import& command) const;

 private:
  // kConflict "redemption_not_expected" if the order has not asked for this promotion.
  Result<OrderRedemptionStatus> redemption_of(const std::string& promotion) const;
  // The consequences of money that comes now. `id`: of the capture or payment, if it has one.
  void use_money(const Money& amount, const std::optional<std::string>& id, Timestamp logged_at,
                 OrderEvents& events) const;
  // kConflict "payment_not_expected" for a report of a gateway that ordo has not asked.
  Result<void> expects_gateway(const char* what) const;
  OrderEvents cancel_all(const std::string& reason, std::optional<CancelReason> code) const;
  Events cancel_part(const order_command::Cancel& command) const;
  // The cancel request to logistics for `lines`, or for everything that has not left if there are none. kConflict
  // "lines_in_several_shipments" if no single shipment holds all goods of the lines.
  Events ask_logistics(const std::string& reason, std::string id, std::vector<OrderPieces> lines,
                       std::optional<CancelReason> code = std::nullopt) const;
  // `everything`: nothing else is left of the order, but for what has been shipped.
  OrderEvents give_up(Cancellation what, const std::vector<LinePieces>& pieces, bool everything) const;
  // The pieces that logistics will not ship.
  Result<FoundPieces> stopped_pieces(const order_command::NoteShipmentCancelled& command) const;
  // What a refund of pieces or of shipping gives back.
  Result<Refund> refund_of_parts(const order_command::RequestRefund& command) const;
  const Resend* requested_resend(const std::string& id) const;
  bool is_still_wanted(const Resend& resend) const;
  // Whether the order ends once its goods have settled. An order of the past stays as it was.
  bool ends_when_settled() const { return order.status == OrderStatus::fulfilled && !order.imported; }
  // A refund of everything that is still paid stops the goods. `left` is the amount that stays paid after the refund.
  // If it is zero, the goods that have not left are stopped.
  void stop_unpaid(std::int64_t left, const std::string& reason, OrderEvents& events) const;
};

template <class Part>
const Part* find_part(const std::vector<Part>& parts, std::string Part::*id, const std::string& wanted) {
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.*id == wanted; });
  return found == parts.end() ? nullptr : &*found;
}

tl::unexpected<Error> illegal(const Order& order, const char* what);

// The order is covered, see is_covered(): it is confirmed, and dispatched unless it waits for a hold.
void confirm(const Order& order, Timestamp logged_at, OrderEvents& events);
// Goods that need no shipping are handed over at once. For the rest a shipment is requested; if there is none, the
// order has ended.
void dispatch(const Order& order, Timestamp logged_at, OrderEvents& events);

// "not enough stock: mug-red (3 requested, 1 available)"
std::string shortage_summary(const std::vector<Shortage>& shortages);

// The lines added up to one per product, if `allowed` has enough of each. `done` names the operation for the error
// ("shipped").
Result<std::vector<StockLine>> within(const std::vector<StockLine>& lines, const std::vector<StockLine>& allowed,
                                      const char* done);

order_event::RefundRequested refund_requested(std::string id, Money amount, std::string reason);

// The money of an order that has ended is refunded automatically. `late`: the id of money that came after the end.
void refund_the_rest(const Order& order, const Money& left, const char* reason, OrderEvents& events,
                     const std::optional<std::string>& late = std::nullopt);

}  // namespace ordo
