#include "processors/orders.h"

#include <algorithm>

#include "domain/money_text.h"
#include "domain/order_lifecycle.h"
#include "domain/pricing.h"
#include "domain/shipment.h"
#include "engine/record_time.h"
#include "processors/emit.h"
#include "processors/imported_orders.h"
#include "processors/intake.h"
#include "processors/message_key.h"
#include "records/derived_size.h"
#include "records/proof.h"

namespace ordo::processors {
namespace {

// The errors of an order that another service checked and priced in place of intake.
std::vector<Violation> check_created(const OrderCreated& created) {
  std::vector<Violation> found;
  const auto check_line = [&found](const char* pointer, const std::string& text, std::size_t most) {
    if (text.size() > most) found.push_back({pointer, "must be at most " + std::to_string(most) + " bytes"});
    if (const auto problem = line_problem(text); !problem.empty()) found.push_back({pointer, std::string(problem)});
  };
  check_order_fields(created.customer_id, "/customer_id", created.location, created, TextRule::enforced, found);
  check_line("/number", created.number, Shipment::kMaxOrderNumber);
  check_line("/rejection", created.rejection.value_or(""), 128);
  for (auto& violation : check_priced(created.lines, created, created.total, TextRule::enforced)) {
    found.push_back(std::move(violation));
  }
  return found;
}

std::vector<Violation> check_note(const NoteAdded& note, TextRule rule) {
  std::vector<Violation> found;
  if (const auto problem = id_problem(note.note_id); !problem.empty()) {
    found.push_back({"/note_id", std::string(problem)});
  }
  check_rules(note, rule, found);
  return found;
}

std::vector<Violation> check_change(const OrderChangeRequested& change, TextRule rule) {
  std::vector<Violation> found;
  if (const auto problem = id_problem(change.change_id); !problem.empty()) {
    found.push_back({"/change_id", std::string(problem)});
  }
  if (changed_terms_of(change) == ChangedTerms()) {
    found.push_back({"/shipping_address", "or contact or billing_address is required: nothing changes"});
  }
  check_rules(changed_terms_of(change), rule, found);
  return found;
}

std::vector<Violation> check_tags_change(const TagsChangeRequested& change, TextRule rule) {
  std::vector<Violation> found;
  if (const auto problem = id_problem(change.change_id); !problem.empty()) {
    found.push_back({"/change_id", std::string(problem)});
  }
  check_tags(change, rule, found);
  return found;
}

// Every import is checked, those of the API too: the fold of a wrong one could not go on.
std::vector<Violation> check_import(const OrderImported& past, const Record& record) {
  auto found = check_imported_order(past, text_rule_of(record.envelope));
  // guard: import-id-of-its-number
  if (past.order_id != imported_order_id(past.source, past.number)) {
    found.push_back({"/order_id", "must be " + imported_order_id(past.source, past.number).str() +
                                      ", which is made from source and number"});
  }
  const auto check_time = [&](const char* pointer, const std::optional<Timestamp>& time) {
    // guard: import-not-in-the-future
    if (time && bounded(*time, record).claimed) found.push_back({pointer, "must not be in the future"});
  };
  check_time("/placed_at", past.placed_at);
  check_time("/ended_at", past.ended_at);
  if (past.payment) check_time("/payment/received_at", past.payment->received_at);
  return found;
}

std::string placed_summary(const OrderCreated& created) {
  std::string summary = "placed, " + std::to_string(created.lines.size()) +
                        (created.lines.size() == 1 ? " line, " : " lines, ") + shown_money(created.total);
  if (created.claimed_total) summary += "; the client claimed " + created.claimed_total->text;
  return summary;
}

struct ToOrderCommand {
  const Record& record;
  const Fold& fold;
  const Timestamp logged_at = record.appended_at;

  std::optional<OrderCommand> operator()(const OrderCreated& created) const {
    order_command::Place command;
    Order& order = command.order;
    order.id = created.order_id;
    order.number = created.number;
    terms_of(order) = created;
    figures_of(order) = created;
    order.customer_id = created.customer_id;
    order.location = created.location;
    order.lines = order_lines(created.lines);
    order.total = created.total;
    order.dispatch_hold_s = created.dispatch_hold_s;
    order.placed_at = bounded(created.placed_at, record).at;
    order.request_hash = created.request_hash;
    command.rejection = created.rejection;
    command.summary = placed_summary(created);
    command.logged_at = logged_at;
    return command;
  }
  std::optional<OrderCommand> operator()(const OrderImported& message) const {
    auto number = imported_order_number(fold.topology(), fold.epoch(), record.at.partition, record.offset);
    return order_command::Import{message.order_id, message, std::move(number), message.replace.value_or(false)};
  }
  std::optional<OrderCommand> operator()(const CancelRequested& message) const {
    return order_command::Cancel{message.reason, message.cancel_id.value_or(""),
                                 message.lines.value_or(std::vector<OrderPieces>()), message.reason_code};
  }
  std::optional<OrderCommand> operator()(const RefundRequested& message) const {
    return order_command::RequestRefund{message.refund_id, message.amount, message.reason,
                                        message.lines.value_or(std::vector<OrderPieces>()),
                                        message.shipping.value_or(false)};
  }
  std::optional<OrderCommand> operator()(const ReturnRequested& message) const {
    return order_command::Return{message.return_id, message.lines, message.restock, message.refund, message.reason};
  }
  std::optional<OrderCommand> operator()(const ResendRequested& message) const {
    return order_command::RequestResend{message.resend_id, message.lines.value_or(std::vector<StockLine>()),
                                        message.reason};
  }
  std::optional<OrderCommand> operator()(const NoteAdded& message) const {
    return order_command::AddNote{message.note_id, message.text, message.public_.value_or(false)};
  }
  std::optional<OrderCommand> operator()(const OrderChangeRequested& message) const {
    return order_command::ChangeTerms{message.change_id, changed_terms_of(message), message.expected_rev};
  }
  std::optional<OrderCommand> operator()(const TagsChangeRequested& message) const {
    return order_command::ChangeTags{message.change_id, changed_tags_of(message)};
  }
  std::optional<OrderCommand> operator()(const ResendReserved& message) const {
    return order_command::NoteResendReserved{message.resend_id};
  }
  std::optional<OrderCommand> operator()(const ResendRejected& message) const {
    return order_command::NoteResendOutOfStock{message.resend_id, message.shortages};
  }
  std::optional<OrderCommand> operator()(const PaymentTimedOut&) const { return order_command::TimeOutPayment{}; }
  std::optional<OrderCommand> operator()(const HoldElapsed&) const { return order_command::ReleaseHold{logged_at}; }
  std::optional<OrderCommand> operator()(const RetentionElapsed&) const { return order_command::Redact{}; }
  std::optional<OrderCommand> operator()(const StockReserved&) const { return order_command::NoteReserved{logged_at}; }
  std::optional<OrderCommand> operator()(const StockRejected& message) const {
    return order_command::NoteOutOfStock{message.shortages};
  }
  std::optional<OrderCommand> operator()(const PaymentAuthorized&) const { return order_command::NoteAuthorized{}; }
  std::optional<OrderCommand> operator()(const PaymentCaptured& message) const {
    return order_command::NoteCaptured{message.amount, logged_at, message.capture_id};
  }
  std::optional<OrderCommand> operator()(const PaymentFailed& message) const {
    return order_command::NotePaymentFailed{message.reason};
  }
  std::optional<OrderCommand> operator()(const PaymentVoided&) const { return order_command::NoteVoided{}; }
  std::optional<OrderCommand> operator()(const PaymentRefunded& message) const {
    return order_command::NoteRefunded{message.refund_id, message.amount};
  }
  std::optional<OrderCommand> operator()(const PaymentRefundFailed& message) const {
    return order_command::NoteRefundFailed{message.refund_id, message.reason};
  }
  std::optional<OrderCommand> operator()(const ShipmentShipped& message) const {
    return order_command::NoteShipped{message.shipment_id, message.lines, message.tracking.value_or("")};
  }
  std::optional<OrderCommand> operator()(const ShipmentDelivered& message) const {
    return order_command::NoteDelivered{message.shipment_id};
  }
  std::optional<OrderCommand> operator()(const ShipmentLost& message) const {
    return order_command::NoteLost{message.shipment_id};
  }
  std::optional<OrderCommand> operator()(const ShipmentCancelled& message) const {
    return order_command::NoteShipmentCancelled{message.shipment_id, message.lines.value_or(std::vector<StockLine>()),
                                                message.cancel_id};
  }
  std::optional<OrderCommand> operator()(const ShipmentCancelRefused& message) const {
    return order_command::NoteCancelTooLate{message.shipment_id};
  }
  std::optional<OrderCommand> operator()(const PaymentRecorded& message) const {
    order_command::RecordPayment command{message.payment_id, message, logged_at};
    auto& received_at = command.payment.received_at;
    if (received_at) received_at = bounded(*received_at, record).at;
    return command;
  }
  std::optional<OrderCommand> operator()(const RefundPaid& message) const {
    return order_command::NoteRefundPaid{message.refund_id, message};
  }
  std::optional<OrderCommand> operator()(const PromotionRedeemed& message) const {
    return order_command::NoteRedeemed{message.promotion_id, logged_at};
  }
  std::optional<OrderCommand> operator()(const PromotionRefused& message) const {
    return order_command::NotePromotionRefused{message.promotion_id, message.reason};
  }
  template <class M>
  requires(!kIsOn<M, Topic::order_events>) std::optional<OrderCommand>
  operator()(const M&) const { return std::nullopt; }
};

// The messages that follow an event: facts and requests. `order` is the order after all events of the record.
struct Publish {
  Fold& fold;
  const Order& order;
  bool fresh;  // the order's id was never used before

  void operator()(const order_event::Placed&) const {
    // Rejected by the same record, or without anything to wait for.
    if (order.status != OrderStatus::pending) return;
    if (auto lines = stock_lines(order); !lines.empty()) {
      ask(ReserveRequested{order.id, order.location, std::move(lines), fresh});
    }
    if (!order.redemptions) return;
    for (const auto& redemption : *order.redemptions) {
      ask_promotion(RedeemRequested{redemption.promotion_id, order.id, order.customer_id, fresh});
    }
  }
  // guard: orders-history-asks-for-nothing
  void operator()(const order_event::Imported&) const {}
  void operator()(const order_event::Rejected&) const {
    decided(type::kOrderRejected, OrderStatus::rejected);
    // The stock of an order that a promotion refused may be reserved at any time: the request is before this one.
    // guard: orders-release-rejected
    if (order.reserved_at || was_refused_a_promotion(order)) release();
    return_promotions();
  }
  void operator()(const order_event::StockHeld&) const {}
  void operator()(const order_event::Redeemed&) const {}
  void operator()(const order_event::PromotionRefused&) const {}
  void operator()(const order_event::Reserved&) const {
    decided(type::kOrderReserved, OrderStatus::reserved);
    // guard: orders-gateway-only
    if (order.total.amount == 0 || !is_paid_by_gateway(order)) return;
    ask_with_goods(AuthorizeRequested{order.id, order.customer_id, order.total, order.payment_method.value_or(""), true,
                                      order.billing_address, order.contact, order.totals,
                                      goods_of<OrderLine>(order.lines)});
  }
  void operator()(const order_event::Authorized&) const {
    // guard: orders-late-authorization
    if (is_terminal(order.status)) return void_payment();
    ask(CaptureRequested{order.id, order.total});
  }
  void operator()(const order_event::Captured&) const {}
  void operator()(const order_event::PaymentRecorded&) const {}
  void operator()(const order_event::Voided&) const {}
  void operator()(const order_event::Confirmed&) const { decided(type::kOrderConfirmed, OrderStatus::confirmed); }
  void operator()(const order_event::DispatchRequested&) const {
    auto lines = unshipped_lines(order);
    auto goods = shipped_goods(order, lines);
    ask_with_goods(ShipmentRequested{order, order.id, order.location, std::move(lines), std::nullopt, std::move(goods),
                                     order.number});
  }
  void operator()(const order_event::Expired&) const {
    // guard: orders-expired-release
    decided(type::kOrderExpired, OrderStatus::expired);
    release();
    return_promotions();
    void_payment();
  }
  void operator()(const order_event::Cancelled&) const {
    decided(type::kOrderCancelled, OrderStatus::cancelled);
    // guard: orders-cancelled-release
    // If the request to reserve is still in the inbox, it is before this one in the same partition.
    release();
    return_promotions();
    if (order.reserved_at && order.captured.amount < order.total.amount) void_payment();
  }
  void operator()(const order_event::CancelAsked& asked) const {
    ShipmentCancelRequested request{order.id, std::nullopt, std::nullopt, std::nullopt};
    if (!asked.lines.empty()) {
      request.cancel_id = asked.id;
      request.lines = goods_of(asked.lines);
    }
    for (const auto& shipment : asked.shipments) {
      request.shipment_id = shipment;
      ask(request);
    }
  }
  void operator()(const order_event::PartCancelled& cancelled) const {
    auto goods = goods_of(cancelled.what.lines);
    if (!goods.empty()) part_release(cancelled.what.id, std::move(goods));
    decided(type::kOrderPartlyCancelled, order.status);
  }
  void operator()(const order_event::CancelRefused&) const { decided(type::kOrderCancelRefused, order.status); }
  void operator()(const order_event::Shipped& shipped) const {
    ask(ShipRequested{order.id, shipped.parcel.shipment_id, order.location, shipped.parcel.lines});
    if (order.status == OrderStatus::confirmed) decided(type::kOrderPartlyShipped, order.status);
  }
  void operator()(const order_event::Fulfilled&) const { decided(type::kOrderFulfilled, OrderStatus::fulfilled); }
  void operator()(const order_event::Delivered&) const {}
  void operator()(const order_event::Completed&) const { decided(type::kOrderCompleted, OrderStatus::completed); }
  void operator()(const order_event::Lost&) const {}
  void operator()(const order_event::RefundRequested& requested) const {
    if (!is_paid_by_gateway(order)) return;  // people pay it out
    ask(PaymentRefundRequested{order.id, requested.refund.id, requested.refund.amount});
  }
  void operator()(const order_event::Refunded&) const { decided(type::kOrderRefunded, order.status); }
  void operator()(const order_event::RefundFailed&) const {}
  void operator()(const order_event::RefundReversed&) const {}
  void operator()(const order_event::ResendAsked& asked) const {
    ask(StockResendRequested{order.id, asked.resend.id, order.location, asked.resend.lines});
  }
  void operator()(const order_event::ResendAccepted& accepted) const {
    const auto& lines = resend(accepted.id).lines;
    ask_with_goods(ShipmentRequested{order, order.id, order.location, lines, accepted.shipment_id,
                                     shipped_goods(order, lines), order.number});
    decided(type::kOrderResent, order.status);
  }
  void operator()(const order_event::ResendRefused& refused) const {
    if (refused.held) part_release("resend:" + refused.id, resend(refused.id).lines);
    const OrderRequestRefused fact{order.id, refused.id, refused.held ? "not_wanted" : "out_of_stock", refused.detail};
    fold.emit({Topic::order_events, order.id.str(), order.id.str(), type::kResendRefused, encode(fact)});
  }
  void operator()(const order_event::Returned& returned) const {
    decided(type::kOrderReturned, order.status);
    if (!returned.what.restock) return;
    RestockRequested request{order.id, returned.what.id, order.location, goods_of(returned.what.lines)};
    if (order.imported) request.unreserved = true;
    ask(request);
  }
  void operator()(const order_event::NoteAdded&) const {}     // the record that brought it says so
  void operator()(const order_event::TermsChanged&) const {}  // nor does this: shipments copy the terms later
  void operator()(const order_event::TagsChanged&) const {}
  void operator()(const order_event::Redacted&) const {
    if (order.reserved_at && order.total.amount > 0 && is_paid_by_gateway(order)) {
      ask(PaymentRedactRequested{order.id});
    }
    for (const auto& shipment : all_shipments(order)) {
      ask(ShipmentRedactRequested{order.id, shipment});
    }
  }
  void operator()(const order_event::RequestRefused& refused) const {
    const auto& [request, id, reason, detail, at] = refused.refusal;
    if (request == "cancel") return decided(type::kOrderCancelRefused, order.status);
    const auto type = request == "refund"    ? type::kRefundRefused
                      : request == "return"  ? type::kReturnRefused
                      : request == "note"    ? type::kNoteRefused
                      : request == "tags"    ? type::kTagsRefused
                      : request == "change"  ? type::kChangeRefused
                      : request == "payment" ? type::kPaymentRefused
                      : request == "import"  ? type::kImportRefused
                                             : type::kResendRefused;
    fold.emit({Topic::order_events, order.id.str(), order.id.str(), type,
               encode(OrderRequestRefused{order.id, id, reason, detail})});
  }

  const Resend& resend(const std::string& id) const {
    return *std::find_if(order.resends.begin(), order.resends.end(), [&](const Resend& one) { return one.id == id; });
  }
  void part_release(const std::string& cancel_id, std::vector<StockLine> lines) const {
    ask(PartReleaseRequested{order.id, cancel_id, order.location, std::move(lines)});
  }
  void release() const {
    auto lines = stock_lines(order);
    if (!lines.empty()) ask(ReleaseRequested{order.id, order.location, std::move(lines)});
  }
  // The requests to redeem are before these in the same partitions, too.
  void return_promotions() const {
    if (!order.redemptions) return;
    for (const auto& redemption : *order.redemptions) {
      if (redemption.status != OrderRedemptionStatus::returned) continue;
      // guard: orders-return-promotions
      ask_promotion(RedemptionReleaseRequested{redemption.promotion_id, order.id, order.customer_id});
    }
  }
  template <class M>
  void ask_promotion(const M& message) const {
    emit(fold, message.promotion_id, order.id.str(), message);
  }
  void void_payment() const {
    if (order.total.amount > 0 && is_paid_by_gateway(order)) ask(VoidRequested{order.id});
  }

  void decided(std::string_view type, OrderStatus status) const {
    const OrderDecided fact{order.id,
                            order.number,
                            order.customer_id,
                            status,
                            order.payment_status,
                            order.fulfillment_status,
                            order.status_reason,
                            order.total,
                            order.status_reason_code};
    fold.emit({Topic::order_events, order.id.str(), order.id.str(), type, encode(fact)});
  }
  // Stock requests are keyed by location, payment and logistics requests by order.
  template <class M>
  void ask(const M& message) const {
    emit(fold, kIsOn<M, Topic::stock> ? order.location.str() : order.id.str(), order.id.str(), message);
  }
  // The sizes of a new order were checked with its goods, those of an order of an older release without them.
  template <class M>
  void ask_with_goods(M message) const {
    const auto topic = M::kMessage.topic;
    const bool bounded = fold.limits().of({topic, 0, false}) != RecordLimits::kNone;
    // guard: orders-goods-have-room
    if (bounded && !has_room(encode(message).size(), topic, fold.limits())) message.goods.reset();
    ask(message);
  }
};

// The effect of one record's events on the customer's figures.
struct CountForCustomer {
  OrderStep& step;

  void operator()(const order_event::Placed&) const { step.placed = true; }
  void operator()(const order_event::Rejected&) const { step.ended = true; }
  void operator()(const order_event::Expired&) const { step.ended = true; }
  void operator()(const order_event::Cancelled&) const { step.ended = true; }
  void operator()(const order_event::Completed&) const { step.ended = true; }
  void operator()(const order_event::Captured& captured) const { step.captured.amount += captured.amount.amount; }
  void operator()(const order_event::PaymentRecorded& recorded) const {
    step.captured.amount += recorded.payment.amount.amount;
  }
  // guard: orders-customer-told
  void operator()(const order_event::Refunded& refunded) const { step.refunded.amount += refunded.amount.amount; }
  void operator()(const order_event::RefundReversed& reversed) const { step.refunded.amount -= reversed.amount.amount; }
  void operator()(const order_event::ResendAccepted& accepted) const {
    if (accepted.reopened) step.reopened = true;
  }
  template <class Other>
  void operator()(const Other&) const {}
};

// What `step` says about the order.
CustomerOrderChanged about(const Order& order, OrderStep step) {
  CustomerOrderChanged message;
  message.customer_id = order.customer_id;
  message.order_id = order.id;
  message.status = step.status;
  message.placed = step.placed;
  message.ended = step.ended;
  if (step.reopened) message.reopened = true;
  if (step.removed) message.removed = true;
  message.placed_at = step.placed_at;
  message.captured = step.captured;
  message.refunded = step.refunded;
  message.total = step.total;
  if (step.ended) message.reason = std::move(step.reason);
  return message;
}

// An import counts as a whole. If it amends another one, the order as it was before counts no longer.
void count_import(const Order* before, const Order& order, Fold& fold) {
  const auto after = about(order, whole_step(order));
  if (before != nullptr) {
    auto removed = about(*before, whole_step(*before));
    if (encode(removed) == encode(after)) return;
    removed.removed = true;
    // guard: orders-amended-counts-once
    emit(fold, removed.customer_id.str(), order.id.str(), removed);
  }
  emit(fold, after.customer_id.str(), order.id.str(), after);
}

void tell_customer(const Order& order, const std::vector<OrderEvent>& events, Fold& fold) {
  OrderStep step = whole_step(order);
  step.placed = step.ended = false;
  step.captured.amount = step.refunded.amount = 0;
  for (const auto& event : events) std::visit(CountForCustomer{step}, event);
  if (!step.placed && !step.ended && !step.reopened && step.captured.amount == 0 && step.refunded.amount == 0) return;
  emit(fold, order.customer_id.str(), order.id.str(), about(order, std::move(step)));
}

// Why a request's values are wrong, if they are.
std::optional<Error> wrong_fields(const Incoming& in) {
  const auto rule = text_rule_of(in.record.envelope);
  const auto wrong = [](const char* what, std::vector<Violation> found) -> std::optional<Error> {
    if (found.empty()) return std::nullopt;
    return Error{ErrorCode::kInvalid, "invalid_fields", what, std::move(found)};
  };
  // guard: order-created-checked
  if (const auto* created = std::get_if<OrderCreated>(&in.message); created && !is_by_ordo(in.record.envelope)) {
    return wrong("the order has wrong fields", check_created(*created));
  }
  // guard: order-import-checked
  if (const auto* past = std::get_if<OrderImported>(&in.message)) {
    return wrong("the order has wrong fields", check_import(*past, in.record));
  }
  // guard: order-note-checked
  if (const auto* note = std::get_if<NoteAdded>(&in.message)) {
    return wrong("the note has wrong fields", check_note(*note, rule));
  }
  // guard: order-tags-checked
  if (const auto* tags = std::get_if<TagsChangeRequested>(&in.message)) {
    return wrong("the change has wrong fields", check_tags_change(*tags, rule));
  }
  // guard: order-change-checked
  if (const auto* change = std::get_if<OrderChangeRequested>(&in.message)) {
    return wrong("the change has wrong fields", check_change(*change, rule));
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> Orders::home_key(const Message& message) const {
  return order_id_of(message);
}

bool Orders::is_new(const Incoming& in) const {
  const auto* created = std::get_if<OrderCreated>(&in.message);
  return created != nullptr && created->fresh && is_by_ordo(in.record.envelope);
}

void Orders::fold_into(const Order* current, const Incoming& in, Fold& fold) {
  const auto command = std::visit(ToOrderCommand{in.record, fold}, in.message);
  if (!command) return;
  if (current == nullptr && refuse_bad_id(fold, "/order_id", *home_key(in.message))) return;
  if (const auto wrong = wrong_fields(in)) return fold.refuse(*wrong);
  const auto* created = std::get_if<OrderCreated>(&in.message);
  auto events = decide(current, *command);
  if (!events) {
    auto refusal = current != nullptr ? refusal_of(*command, events.error()) : std::nullopt;
    // guard: orders-late-requests-are-told
    if (!refusal) return fold.refuse(events.error());
    events = std::vector<OrderEvent>{order_event::RequestRefused{std::move(*refusal)}};
  }
  if (events->empty()) return;

  std::optional<Order> order;
  if (current != nullptr) order = *current;
  const auto& envelope = in.record.envelope;
  Cause cause{envelope.type, in.at, envelope.source, created != nullptr ? created->claimed_at : in.claimed,
              envelope.by};
  for (const auto& event : *events) {
    evolve(order, event, cause);
    cause.claimed.reset();  // noted once
  }
  const Publish publish{fold, *order, is_new(in)};
  for (const auto& event : *events) std::visit(publish, event);
  if (std::holds_alternative<order_event::Imported>(events->front())) {
    count_import(current, *order, fold);
  } else {
    tell_customer(*order, *events, fold);
  }
  fold.put(std::move(*order));
}

}  // namespace ordo::processors
