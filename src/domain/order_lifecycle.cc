#include "domain/order_lifecycle.h"

#include <algorithm>

#include "domain/order_decision.h"

namespace ordo {
namespace {

// The stock of the order is reserved, or it needs none. Its promotions are redeemed.
OrderEvents reserved(const Order& order, Timestamp logged_at) {
  OrderEvents events{order_event::Reserved{logged_at}};
  if (is_covered(order)) confirm(order, logged_at, events);
  return events;
}

// What an order of the past takes. Everything else would do business of today with it.
using ForHistory = boost::mp11::mp_list<order_command::Import, order_command::RequestRefund,
                                        order_command::NoteRefundPaid, order_command::Return, order_command::AddNote,
                                        order_command::ChangeTags, order_command::Redact>;

bool is_for_history(const OrderCommand& command) {
  return std::visit([]<class C>(const C&) { return boost::mp11::mp_contains<ForHistory, C>::value; }, command);
}

void ask_for_promotions(Order& order) {
  auto promotions = promotions_of(order);
  if (promotions.empty()) return;
  auto& redemptions = order.redemptions.emplace();
  for (auto& promotion : promotions) redemptions.push_back({std::move(promotion)});
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

void refund_the_rest(const Order& order, const Money& left, const char* reason, OrderEvents& events,
                     const std::optional<std::string>& late) {
  if (left.amount <= 0) return;
  std::string id(kAutomaticRefund);
  if (late) id += ":late:" + *late;
  // guard: order-automatic-refund-ids
  while (find_part(order.refunds, &Refund::id, id) != nullptr) id += "+";
  events.push_back(refund_requested(std::move(id), left, reason));
}

DecideOrder::Events DecideOrder::operator()(const order_command::Place& command) const {
  // A retry under the same Idempotency-Key is the same order. Any other order must not replace it.
  // guard: order-same-request
  if (order.request_hash == command.order.request_hash) return OrderEvents{};
  return fail(ErrorCode::kConflict, "idempotency_conflict", "another order was placed under this id");
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteReserved& command) const {
  if (order.status == OrderStatus::pending) {
    if (!waits_for_stock(order)) return OrderEvents{};
    // guard: order-waits-for-promotions
    if (waits_for_promotions(order)) return OrderEvents{order_event::StockHeld{command.logged_at}};
    return reserved(order, command.logged_at);
  }
  // A decision that crossed the refusal of a promotion, which has already requested the release.
  if (was_refused_a_promotion(order)) return OrderEvents{};
  // A repeated decision, or one that crossed a cancel, which has already requested the release too.
  // guard: order-reserve-once
  if (order.status != OrderStatus::rejected || order.reserved_at) return OrderEvents{};
  return illegal(order, "reserving stock");
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteOutOfStock& command) const {
  if (order.status == OrderStatus::pending && waits_for_stock(order)) {
    OrderEvents events{order_event::Rejected{"out_of_stock", shortage_summary(command.shortages)}};
    refund_the_rest(order, refundable(order), "the order was rejected", events);
    return events;
  }
  const bool repeated = order.status == OrderStatus::rejected && !order.reserved_at;
  if (repeated || order.status == OrderStatus::cancelled) return OrderEvents{};
  return illegal(order, "a refusal of stock");
}

Result<OrderRedemptionStatus> DecideOrder::redemption_of(const std::string& promotion) const {
  const auto* known =
      order.redemptions ? find_part(*order.redemptions, &OrderRedemption::promotion_id, promotion) : nullptr;
  if (known != nullptr) return known->status;
  return fail(ErrorCode::kConflict, "redemption_not_expected",
              "the order has not asked for the promotion " + promotion);
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteRedeemed& command) const {
  const auto status = redemption_of(command.promotion_id);
  if (!status) return fail(status.error());
  // A repeated decision, or one that crossed the end of the order, which has already asked to give it back.
  // guard: order-redeemed-once
  if (*status != OrderRedemptionStatus::requested) return OrderEvents{};
  OrderEvents events{order_event::Redeemed{command.promotion_id}};
  const auto waiting =
      std::count_if(order.redemptions->begin(), order.redemptions->end(),
                    [](const OrderRedemption& one) { return one.status == OrderRedemptionStatus::requested; });
  // guard: order-waits-for-stock
  if (waiting > 1 || waits_for_stock(order)) return events;
  for (auto& event : reserved(order, command.logged_at)) events.push_back(std::move(event));
  return events;
}

DecideOrder::Events DecideOrder::operator()(const order_command::NotePromotionRefused& command) const {
  const auto status = redemption_of(command.promotion_id);
  if (!status) return fail(status.error());
  if (*status == OrderRedemptionStatus::redeemed) return illegal(order, "the refusal of a redeemed promotion");
  if (*status != OrderRedemptionStatus::requested) return OrderEvents{};
  const std::string reason(to_string(command.reason));
  OrderEvents events{order_event::PromotionRefused{command.promotion_id},
                     order_event::Rejected{reason, "promotion " + command.promotion_id + " refused: " + reason}};
  refund_the_rest(order, refundable(order), "the order was rejected", events);
  return events;
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
  // The request came because of the order's age. The order may have been reopened since then. An order of the past
  // never ends in ordo.
  // guard: order-redact-ended-only
  if (order.redacted_at || (!order.imported && !is_terminal(order.status))) return OrderEvents{};
  return OrderEvents{order_event::Redacted{}};
}

Result<std::vector<OrderEvent>> decide(const Order* order, const OrderCommand& command) {
  if (order != nullptr) {
    // guard: order-imported-is-history
    if (order->imported && !is_for_history(command)) {
      return fail(ErrorCode::kConflict, "imported_order",
                  "the order was imported from another system: it takes notes, tags, refunds and returns only");
    }
    return std::visit(DecideOrder{*order}, command);
  }
  if (const auto* past = std::get_if<order_command::Import>(&command)) {
    return OrderEvents{order_event::Imported{past->id, past->content, past->number}};
  }
  const auto* place = std::get_if<order_command::Place>(&command);
  if (place == nullptr) return fail(ErrorCode::kNotFound, "unknown_order", "there is no order with this id");
  order_event::Placed placed{place->order, place->summary};
  // guard: order-rejected-redeems-nothing
  if (!place->rejection) ask_for_promotions(placed.order);
  OrderEvents events{std::move(placed)};
  if (place->rejection) {
    events.push_back(order_event::Rejected{*place->rejection, "rejected: " + *place->rejection});
  } else if (stock_lines(place->order).empty() && promotions_of(place->order).empty()) {
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
  } else if (const auto* payment = std::get_if<order_command::RecordPayment>(&command)) {
    refusal.request = "payment";
    refusal.id = payment->id;
  } else if (const auto* change = std::get_if<order_command::ChangeTerms>(&command)) {
    refusal.request = "change";
    refusal.id = change->id;
  } else if (const auto* tags = std::get_if<order_command::ChangeTags>(&command)) {
    refusal.request = "tags";
    refusal.id = tags->id;
  } else if (std::holds_alternative<order_command::Import>(command)) {
    refusal.request = "import";
  } else {
    return std::nullopt;
  }
  return refusal;
}

}  // namespace ordo
