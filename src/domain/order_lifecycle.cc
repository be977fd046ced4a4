#include "domain/order_lifecycle.h"

#include "domain/money_text.h"
#include "domain/order_decision.h"

namespace ordo {
namespace {

OrderEvents reserved(const Order& order, Timestamp logged_at) {
  OrderEvents events{order_event::Reserved{logged_at}};
  if (order.total.amount == 0) confirm(order, logged_at, events);  // nothing to pay
  return events;
}

}  // namespace

void confirm(const Order& order, Timestamp logged_at, OrderEvents& events) {
  events.push_back(order_event::Confirmed{logged_at});
  if (order.dispatch_hold_s == 0) dispatch(order, logged_at, events);
}

std::string shortage_summary(const std::vector<Shortage>& shortages) {
  std::string text = "too little stock:";
  for (std::size_t i = 0; i < shortages.size() && i < 5; ++i) {
    text += (i == 0 ? " " : ", ") + shortages[i].product_id.str() + " (" + std::to_string(shortages[i].requested) +
            " asked, " + std::to_string(shortages[i].available) + " available)";
  }
  if (shortages.size() > 5) text += " and " + std::to_string(shortages.size() - 5) + " more";
  return text;
}

tl::unexpected<Error> illegal(const Order& order, const char* what) {
  return fail(ErrorCode::kConflict, "illegal_transition",
              std::string(what) + " is not possible for an order that is " + std::string(to_string(order.status)));
}

order_event::RefundRequested refund_requested(std::string id, Money amount, std::string reason) {
  return {{std::move(id), amount, std::move(reason), RefundStatus::requested, {}, Timestamp()}};
}

void refund_the_rest(const Money& left, const char* reason, OrderEvents& events) {
  if (left.amount > 0) events.push_back(refund_requested(std::string(kAutomaticRefund), left, reason));
}

DecideOrder::Events DecideOrder::operator()(const order_command::Place& command) const {
  // A retry under the same Idempotency-Key is the same order. Any other order must not replace it.
  // guard: order-same-request
  if (order.request_hash == command.order.request_hash) return OrderEvents{};
  return fail(ErrorCode::kConflict, "idempotency_conflict", "another order was placed under this id");
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteReserved& command) const {
  if (order.status == OrderStatus::pending) {
    return reserved(order, command.logged_at);
  }
  // A repeated decision, or one that crossed a cancel, which has already requested the release.
  // guard: order-reserve-once
  if (order.status != OrderStatus::rejected || order.reserved_at) return OrderEvents{};
  return illegal(order, "reserving stock");
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteOutOfStock& command) const {
  if (order.status == OrderStatus::pending) {
    return OrderEvents{order_event::Rejected{"out_of_stock", shortage_summary(command.shortages)}};
  }
  const bool repeated = order.status == OrderStatus::rejected && !order.reserved_at;
  if (repeated || order.status == OrderStatus::cancelled) return OrderEvents{};
  return illegal(order, "a refusal of stock");
}

// --- payment

DecideOrder::Events DecideOrder::operator()(const order_command::NoteAuthorized&) const {
  if (order.status == OrderStatus::pending) return illegal(order, "an authorization");
  if (order.captured.amount > 0 || order.payment_status == PaymentStatus::authorized) return OrderEvents{};
  if (order.status == OrderStatus::confirmed || order.status == OrderStatus::fulfilled ||
      order.status == OrderStatus::completed) {
    return OrderEvents{};
  }
  return OrderEvents{order_event::Authorized{}};
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteCaptured& command) const {
  // guard: order-capture-once, order-capture-pending
  if (order.captured.amount > 0) return OrderEvents{};
  if (order.status == OrderStatus::pending) return illegal(order, "a capture");
  // guard: order-capture-amount
  if (command.amount != order.total || command.amount.amount <= 0) {
    return fail(ErrorCode::kConflict, "amount_mismatch",
                shown_money(command.amount) + " were captured for an order of " + shown_money(order.total));
  }
  OrderEvents events{order_event::Captured{command.amount}};
  if (order.status == OrderStatus::reserved) {
    confirm(order, command.logged_at, events);
  } else {
    // guard: order-late-capture-refunded
    refund_the_rest(command.amount, "paid after the order had ended", events);
  }
  return events;
}

DecideOrder::Events DecideOrder::operator()(const order_command::NotePaymentFailed& command) const {
  if (order.status == OrderStatus::reserved) {
    return OrderEvents{order_event::Rejected{"payment_failed", "payment failed: " + command.reason}};
  }
  const bool ended = is_terminal(order.status) && order.status != OrderStatus::completed;
  return ended ? Events(OrderEvents{}) : illegal(order, "a failed payment");
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteVoided&) const {
  if (order.status == OrderStatus::pending) return illegal(order, "voiding a payment");
  if (order.captured.amount > 0 || order.total.amount == 0) return OrderEvents{};
  if (order.payment_status == PaymentStatus::voided || order.payment_status == PaymentStatus::failed)
    return OrderEvents{};
  if (order.status == OrderStatus::reserved) {
    return OrderEvents{order_event::Rejected{"payment_failed", "the gateway voided the payment"},
                       order_event::Voided{}};
  }
  return OrderEvents{order_event::Voided{}};
}

DecideOrder::Events DecideOrder::operator()(const order_command::TimeOutPayment&) const {
  // guard: order-expires-reserved-only
  if (order.status == OrderStatus::reserved) return OrderEvents{order_event::Expired{}};
  if (order.status == OrderStatus::pending) return illegal(order, "a time-out of the payment");
  return OrderEvents{};  // the payment, or the end of the order, came first
}

DecideOrder::Events DecideOrder::operator()(const order_command::AddNote& command) const {
  const std::size_t count = order.notes ? order.notes->size() : 0;
  // guard: order-note-once
  if (count > 0 && find_part(*order.notes, &OrderNote::id, command.id) != nullptr) return OrderEvents{};
  // A later note would stay for good.
  // guard: order-note-after-redaction
  if (order.redacted_at) {
    return fail(ErrorCode::kConflict, "illegal_transition", "the personal data of the order is gone");
  }
  // guard: order-bounded-notes
  if (count >= Order::kMaxNotes) {
    return fail(ErrorCode::kConflict, "too_many_notes",
                "an order has at most " + std::to_string(Order::kMaxNotes) + " notes");
  }
  return OrderEvents{order_event::NoteAdded{{command.id, command.text, command.is_public, Timestamp()}}};
}

DecideOrder::Events DecideOrder::operator()(const order_command::Redact&) const {
  // The request came because of the order's age. The order may have been reopened since then.
  // guard: order-redact-ended-only
  if (order.redacted_at || !is_terminal(order.status)) return OrderEvents{};
  return OrderEvents{order_event::Redacted{}};
}

Result<std::vector<OrderEvent>> decide(const Order* order, const OrderCommand& command) {
  if (order != nullptr) return std::visit(DecideOrder{*order}, command);
  const auto* place = std::get_if<order_command::Place>(&command);
  if (place == nullptr) return fail(ErrorCode::kNotFound, "unknown_order", "there is no order with this id");
  OrderEvents events{order_event::Placed{place->order, place->summary}};
  if (place->rejection) {
    events.push_back(order_event::Rejected{*place->rejection, "rejected: " + *place->rejection});
  } else if (stock_lines(place->order).empty()) {
    // No stock is asked for custom lines and fees.
    for (auto& event : reserved(place->order, place->logged_at)) events.push_back(std::move(event));
  }
  return events;
}

std::optional<RefusedRequest> refusal_of(const OrderCommand& command, const Error& error) {
  if (error.code != ErrorCode::kConflict) return std::nullopt;
  RefusedRequest refusal;
  refusal.reason = error.reason;
  refusal.detail = error.message;
  if (const auto* cancel = std::get_if<order_command::Cancel>(&command)) {
    refusal.request = "cancel";
    refusal.id = cancel->id;
  } else if (const auto* refund = std::get_if<order_command::RequestRefund>(&command)) {
    refusal.request = "refund";
    refusal.id = refund->id;
  } else if (const auto* back = std::get_if<order_command::Return>(&command)) {
    refusal.request = "return";
    refusal.id = back->id;
  } else if (const auto* resend = std::get_if<order_command::RequestResend>(&command)) {
    refusal.request = "resend";
    refusal.id = resend->id;
  } else if (const auto* note = std::get_if<order_command::AddNote>(&command)) {
    refusal.request = "note";
    refusal.id = note->id;
  } else if (const auto* change = std::get_if<order_command::ChangeTerms>(&command)) {
    refusal.request = "change";
    refusal.id = change->id;
  } else {
    return std::nullopt;
  }
  return refusal;
}

}  // namespace ordo
