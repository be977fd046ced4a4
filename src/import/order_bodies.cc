#include <utility>

#include "import/order_plan.h"
#include "import/order_text.h"
#include "records/imported_order_body.h"
#include "records/json_codec.h"
#include "records/order_body.h"

namespace ordo::imports {

namespace {

std::optional<std::string> text_if_any(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

OrderTerms terms_for(const PlannedOrder& order) {
  OrderTerms terms = order.terms;
  terms.metadata.insert(order.metadata.begin(), order.metadata.end());
  return terms;
}

Money nothing_of(const Money& money) {
  return {0, money.currency};
}

bool was_paid(PaymentStatus payment) {
  return payment == PaymentStatus::captured || payment == PaymentStatus::partially_refunded ||
         payment == PaymentStatus::refunded;
}

bool is_charged_by_ordo(const PlannedOrder& order, const OrderPlanOptions& options) {
  return options.mode == OrderMode::open && options.collect &&
         !(order.state && order.state->payment == PaymentStatus::captured);
}

bool was_sent(FulfillmentStatus fulfillment) {
  return fulfillment != FulfillmentStatus::unfulfilled && fulfillment != FulfillmentStatus::partially_shipped;
}

}  // namespace

std::optional<Money> captured_of(const PlannedOrder& order) {
  const auto whole = order.sum ? order.sum : order.total;
  if (order.captured || !order.state || !whole) return order.captured;
  if (was_paid(order.state->payment)) return whole;
  if (order.state->payment == PaymentStatus::partially_captured) return std::nullopt;
  return nothing_of(*whole);
}

std::optional<Money> refunded_of(const PlannedOrder& order) {
  const auto captured = captured_of(order);
  if (order.refunded || !order.state || !captured) return order.refunded;
  if (order.state->payment == PaymentStatus::refunded) return captured;
  if (order.state->payment == PaymentStatus::partially_refunded) return std::nullopt;
  return nothing_of(*captured);
}

std::string order_body(const PlannedOrder& order, const OrderPlanOptions& options) {
  OrderBody body;
  static_cast<OrderTerms&>(body) = terms_for(order);
  body.customer_id = CustomerId(order.customer);
  body.currency = text_if_any(order.currency);
  if (!order.location.empty()) body.location = LocationId(order.location);
  body.placed_at = order.placed_at;
  if (options.mode == OrderMode::new_business) {
    for (const auto& line : order.lines) {
      StatedLine& asked = body.lines.emplace_back();
      asked.product_id = line.product_id;
      asked.quantity = line.quantity;
      asked.sku = line.sku;
      asked.metadata = line.metadata;
    }
    return to_json(body);
  }
  static_cast<StatedFigures&>(body) = order.figures;
  body.lines = order.lines;
  body.expected_total = order.sum;
  if (!order.sum && !options.accept_totals) body.expected_total = order.total;
  // guard: import-shop-rules-kept-out
  if (order.sum) {
    // The file says all that is charged. An empty list keeps the shop's own rules out.
    for (auto& line : body.lines) {
      if (!line.tax) line.tax.emplace();
    }
    if (!body.shipping) body.shipping.emplace();
    if (!body.discounts) body.discounts.emplace();
  }
  if (!is_charged_by_ordo(order, options)) body.payment_terms = PaymentTerms::manual;
  return to_json(body);
}

namespace {

// Only goods that have left have a parcel. What the file says of others is kept.
void add_parcel(const PlannedOrder& order, bool has_left, ImportedOrderBody& body) {
  if (has_left) {
    body.tracking = text_if_any(order.tracking);
    body.carrier = text_if_any(order.carrier);
    return;
  }
  if (!order.tracking.empty()) add_metadata(body.metadata, "tracking", order.tracking);
  if (!order.carrier.empty()) add_metadata(body.metadata, "carrier", order.carrier);
}

// Only money that came has a payment.
void add_payment(const PlannedOrder& order, ImportedOrderBody& body) {
  ImportedPayment payment{text_if_any(order.payment_method), text_if_any(order.payment_reference), order.paid_at};
  if (body.captured.value_or(Money()).amount > 0) {
    if (payment.method || payment.reference || payment.received_at) body.payment = std::move(payment);
    return;
  }
  if (payment.method) add_metadata(body.metadata, "payment_method", *payment.method);
  if (payment.reference) add_metadata(body.metadata, "payment_reference", *payment.reference);
}

}  // namespace

std::string imported_order_body(const PlannedOrder& order, const OrderPlanOptions& options) {
  ImportedOrderBody body;
  static_cast<OrderTerms&>(body) = terms_for(order);
  static_cast<StatedFigures&>(body) = order.figures;
  body.source = options.source;
  body.number = order.number;
  body.customer_id = CustomerId(order.customer);
  body.currency = order.currency;
  if (!order.location.empty()) body.location = LocationId(order.location);
  body.placed_at = *order.placed_at;
  body.ended_at = order.ended_at;
  const bool sent = order.state && was_sent(order.state->fulfillment);
  bool has_left = false;
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    ImportedLineBody& line = body.lines.emplace_back();
    static_cast<StatedLine&>(line) = order.lines[i];
    if (order.returned[i] > 0) line.returned = order.returned[i];
    if (order.cancelled[i] > 0) line.cancelled = order.cancelled[i];
    // Pieces that came back had left, whatever the state says.
    if (!sent && line.returned) line.shipped = line.returned;
    has_left = has_left || line.shipped || (sent && line.product_id && order.cancelled[i] < line.quantity);
  }
  body.expected_total = order.total ? order.total : order.sum;
  body.captured = captured_of(order);
  body.refunded = refunded_of(order);
  if (order.state) body.status = order.state->status;
  body.shipped = sent;
  body.delivered = has_left && sent && order.state->fulfillment != FulfillmentStatus::shipped;
  add_parcel(order, has_left, body);
  add_payment(order, body);
  if (options.announce) body.announce = true;
  if (options.replace) body.replace = true;
  return to_json(body);
}

std::string payment_body(const PlannedOrder& order) {
  StatedPayment payment;
  payment.amount = captured_of(order).value_or(Money());
  payment.method = order.payment_method.empty() ? "elsewhere" : order.payment_method;
  payment.reference = text_if_any(order.payment_reference);
  payment.received_at = order.paid_at;
  return to_json(payment);
}

}  // namespace ordo::imports
