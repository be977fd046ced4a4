#include "process/orders.h"

#include "domain/money_text.h"
#include "domain/order_lifecycle.h"
#include "process/message_key.h"

namespace ordo {
namespace {

std::string placed_summary(const OrderCreated& created) {
  std::string summary = "placed, " + std::to_string(created.lines.size()) +
                        (created.lines.size() == 1 ? " line, " : " lines, ") + shown_money(created.total);
  if (created.claimed_total) summary += "; the client claimed " + created.claimed_total->text;
  return summary;
}

struct ToOrderCommand {
  Timestamp logged_at;

  std::optional<OrderCommand> operator()(const OrderCreated& created) const {
    order_command::Place command;
    Order& order = command.order;
    order.id = created.order_id;
    order.number = created.number;
    order.reference = created.reference;
    order.customer_id = created.customer_id;
    order.location = created.location;
    order.lines = created.lines;
    order.total = created.total;
    order.payment_method = created.payment_method;
    order.dispatch_hold_s = created.dispatch_hold_s;
    order.placed_at = created.placed_at;
    order.metadata = created.metadata;
    order.request_hash = created.request_hash;
    command.rejection = created.rejection;
    command.summary = placed_summary(created);
    return command;
  }
  std::optional<OrderCommand> operator()(const CancelRequested& message) const {
    return order_command::Cancel{message.reason};
  }
  std::optional<OrderCommand> operator()(const RefundRequested& message) const {
    return order_command::RequestRefund{message.refund_id, message.amount, message.reason};
  }
  std::optional<OrderCommand> operator()(const ReturnRequested& message) const {
    return order_command::Return{message.return_id, message.lines, message.restock, message.refund, message.reason};
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
    return order_command::NoteCaptured{message.amount, logged_at};
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
  std::optional<OrderCommand> operator()(const ShipmentCancelled&) const {
    return order_command::NoteShipmentCancelled{};
  }
  std::optional<OrderCommand> operator()(const ShipmentCancelRefused&) const {
    return order_command::NoteCancelTooLate{};
  }
  template <class Other>
  std::optional<OrderCommand> operator()(const Other&) const {
    return std::nullopt;
  }
};

// What the world is told and asked after an event. `order` is the order after all events of the record.
struct Publish {
  Fold& fold;
  const Order& order;
  bool fresh;  // the order's id was never used before

  void operator()(const order_event::Placed&) const {
    if (order.status != OrderStatus::pending) return;  // rejected in the same breath
    to_stock(type::kReserveRequested, ReserveRequested{order.id, order.location, stock_lines(order), fresh});
  }
  void operator()(const order_event::Rejected&) const {
    decided(type::kOrderRejected, OrderStatus::rejected);
    if (order.reserved_at) release();
  }
  void operator()(const order_event::Reserved&) const {
    decided(type::kOrderReserved, OrderStatus::reserved);
    if (order.total.amount == 0) return;
    to_payment(type::kAuthorizeRequested,
               AuthorizeRequested{order.id, order.customer_id, order.total, order.payment_method.value_or(""), true});
  }
  void operator()(const order_event::Authorized&) const {
    if (is_terminal(order.status)) return void_payment();
    to_payment(type::kCaptureRequested, CaptureRequested{order.id, order.total});
  }
  void operator()(const order_event::Captured&) const {}
  void operator()(const order_event::Voided&) const {}
  void operator()(const order_event::Confirmed&) const { decided(type::kOrderConfirmed, OrderStatus::confirmed); }
  void operator()(const order_event::DispatchRequested&) const {
    to_logistics(type::kShipmentRequested, ShipmentRequested{order.id, order.location, stock_lines(order)});
  }
  void operator()(const order_event::Expired&) const {
    decided(type::kOrderExpired, OrderStatus::expired);
    release();
    void_payment();
  }
  void operator()(const order_event::Cancelled&) const {
    decided(type::kOrderCancelled, OrderStatus::cancelled);
    // The request to reserve, if it is still on its way, is before this one in the same partition.
    release();
    if (order.reserved_at && order.captured.amount == 0) void_payment();
  }
  void operator()(const order_event::CancelAsked&) const {
    to_logistics(type::kShipmentCancelRequested, ShipmentCancelRequested{order.id});
  }
  void operator()(const order_event::CancelRefused&) const { decided(type::kOrderCancelRefused, order.status); }
  void operator()(const order_event::Shipped& shipped) const {
    to_stock(type::kShipRequested,
             ShipRequested{order.id, shipped.parcel.shipment_id, order.location, shipped.parcel.lines});
    if (order.status == OrderStatus::confirmed) decided(type::kOrderPartlyShipped, order.status);
  }
  void operator()(const order_event::Fulfilled&) const { decided(type::kOrderFulfilled, OrderStatus::fulfilled); }
  void operator()(const order_event::Delivered&) const {}
  void operator()(const order_event::Completed&) const { decided(type::kOrderCompleted, OrderStatus::completed); }
  void operator()(const order_event::Lost&) const {}
  void operator()(const order_event::RefundRequested& requested) const {
    to_payment(type::kPaymentRefundRequested,
               PaymentRefundRequested{order.id, requested.refund.id, requested.refund.amount});
  }
  void operator()(const order_event::Refunded&) const { decided(type::kOrderRefunded, order.status); }
  void operator()(const order_event::RefundFailed&) const {}
  void operator()(const order_event::Returned& returned) const {
    decided(type::kOrderReturned, order.status);
    if (!returned.what.restock) return;
    to_stock(type::kRestockRequested,
             RestockRequested{order.id, returned.what.id, order.location, returned.what.lines});
  }
  void operator()(const order_event::Redacted&) const {}

  void release() const {
    to_stock(type::kReleaseRequested, ReleaseRequested{order.id, order.location, stock_lines(order)});
  }
  void void_payment() const {
    if (order.total.amount > 0) to_payment(type::kVoidRequested, VoidRequested{order.id});
  }

  void decided(std::string_view type, OrderStatus status) const {
    const OrderDecided fact{order.id,
                            order.number,
                            order.customer_id,
                            status,
                            order.payment_status,
                            order.fulfillment_status,
                            order.status_reason,
                            order.total};
    fold.emit({Topic::order_events, order.id.str(), order.id.str(), type, encode(fact)});
  }
  template <class M>
  void to_stock(std::string_view type, const M& message) const {
    fold.emit({Topic::stock, order.location.str(), order.id.str(), type, encode(message)});
  }
  template <class M>
  void to_payment(std::string_view type, const M& message) const {
    fold.emit({Topic::payments, order.id.str(), order.id.str(), type, encode(message)});
  }
  template <class M>
  void to_logistics(std::string_view type, const M& message) const {
    fold.emit({Topic::shipments, order.id.str(), order.id.str(), type, encode(message)});
  }
};

// What the events of one record mean for the customer's figures.
struct CountForCustomer {
  CustomerOrderChanged& step;

  void operator()(const order_event::Placed&) const { step.placed = true; }
  void operator()(const order_event::Rejected&) const { step.ended = true; }
  void operator()(const order_event::Expired&) const { step.ended = true; }
  void operator()(const order_event::Cancelled&) const { step.ended = true; }
  void operator()(const order_event::Completed&) const { step.ended = true; }
  void operator()(const order_event::Captured& captured) const { step.captured = captured.amount; }
  void operator()(const order_event::Refunded& refunded) const { step.refunded = refunded.amount; }
  template <class Other>
  void operator()(const Other&) const {}
};

void tell_customer(const Order& order, const std::vector<OrderEvent>& events, Fold& fold) {
  CustomerOrderChanged step;
  step.captured.currency = step.refunded.currency = order.total.currency;
  for (const auto& event : events) std::visit(CountForCustomer{step}, event);
  if (!step.placed && !step.ended && step.captured.amount == 0 && step.refunded.amount == 0) return;
  step.customer_id = order.customer_id;
  step.order_id = order.id;
  step.status = order.status;
  step.placed_at = order.placed_at;
  fold.emit({Topic::customers, order.customer_id.str(), order.id.str(), type::kCustomerOrderChanged, encode(step)});
}

}  // namespace

std::string_view Orders::home_key(const Message& message) const {
  return order_id_of(message);
}

void Orders::needs(const Incoming& in, Needs& needs) const {
  const auto id = home_key(in.message);
  if (id.empty()) return;
  const auto* created = std::get_if<OrderCreated>(&in.message);
  if (created != nullptr && created->fresh) {
    needs.fresh(Collection::orders, id);
  } else {
    needs.existing(Collection::orders, id);
  }
}

void Orders::fold(const Incoming& in, Fold& fold) {
  const auto command = std::visit(ToOrderCommand{in.record.appended_at}, in.message);
  if (!command) return;
  const auto* current = find_as<Order>(fold, Collection::orders, home_key(in.message));
  const auto events = decide(current, *command);
  if (!events) return fold.refuse(events.error());
  if (events->empty()) return;

  std::optional<Order> order;
  if (current != nullptr) order = *current;
  const auto& envelope = in.record.envelope;
  const Cause cause{envelope.type, in.at, envelope.source};
  for (const auto& event : *events) evolve(order, event, cause);
  const auto* created = std::get_if<OrderCreated>(&in.message);
  const Publish publish{fold, *order, created != nullptr && created->fresh};
  for (const auto& event : *events) std::visit(publish, event);
  tell_customer(*order, *events, fold);
  fold.put(std::move(*order));
}

}  // namespace ordo
