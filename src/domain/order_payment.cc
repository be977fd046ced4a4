// Decisions about the payment of an order: reports of a gateway, recorded payments, the payment timeout.
#include <algorithm>

#include "domain/money_text.h"
#include "domain/order_decision.h"
#include "domain/text_rule.h"

namespace ordo {
namespace {

// Whether the order shows this capture already.
bool is_counted(const Order& order, const order_command::NoteCaptured& command) {
  std::int64_t with_ids = 0;
  if (order.captures) {
    if (command.id && find_part(*order.captures, &OrderCapture::id, *command.id) != nullptr) return true;
    for (const auto& capture : *order.captures) with_ids += capture.amount.amount;
  }
  return !command.id && order.captured.amount > with_ids;
}

bool has_ended_without_goods(const Order& order) {
  return is_terminal(order.status) && order.status != OrderStatus::completed;
}

// The order ends unpaid. What was paid of it goes back.
OrderEvents end_unpaid(const Order& order, OrderEvent end) {
  OrderEvents events{std::move(end)};
  // guard: order-part-payment-refunded
  refund_the_rest(order, refundable(order), "the order was not paid in full", events);
  return events;
}

Result<void> check_payment(const Order& order, const order_command::RecordPayment& command) {
  const auto& payment = command.payment;
  std::vector<Violation> found;
  if (const auto problem = id_problem(command.id); !problem.empty()) {
    found.push_back({"/payment_id", std::string(problem)});
  }
  // guard: order-payment-texts
  check_rules(payment, TextRule::enforced, found);
  if (!found.empty()) {
    return fail(Error{ErrorCode::kInvalid, "invalid_fields", "the payment has wrong fields", std::move(found)});
  }
  // guard: order-payment-currency
  if (payment.amount.currency != order.total.currency) {
    const std::string code(order.total.currency.code());
    return fail(Error{ErrorCode::kInvalid,
                      "currency_mismatch",
                      "the order is paid in " + code,
                      {{"/amount/currency", "must be " + code}}});
  }
  // guard: order-payment-amount
  if (payment.amount.amount <= 0 || payment.amount.amount > kMaxAmount) {
    return fail(Error{ErrorCode::kInvalid,
                      "bad_amount",
                      "a payment is above zero",
                      {{"/amount/amount", "must be 1 to " + std::to_string(kMaxAmount) + " minor units"}}});
  }
  return {};
}

}  // namespace

Result<void> DecideOrder::expects_gateway(const char* what) const {
  // guard: order-expects-gateway
  if (is_paid_by_gateway(order)) return {};
  return fail(ErrorCode::kConflict, "payment_not_expected",
              std::string(what) + " is not expected: ordo asked no gateway to pay for the order");
}

void DecideOrder::use_money(const Money& amount, const std::optional<std::string>& id, Timestamp logged_at,
                            OrderEvents& events) const {
  if (order.status == OrderStatus::reserved) {
    if (is_covered(order, amount.amount)) confirm(order, logged_at, events);
  } else if (has_ended_without_goods(order)) {
    // guard: order-late-capture-refunded
    refund_the_rest(order, amount, "paid after the order had ended", events, id);
  }
}

// --- reports of a gateway

DecideOrder::Events DecideOrder::operator()(const order_command::NoteAuthorized&) const {
  if (auto expected = expects_gateway("an authorization"); !expected) return fail(std::move(expected.error()));
  if (order.status == OrderStatus::pending) return illegal(order, "an authorization");
  const bool captured_all = order.captured.amount > 0 && order.captured.amount >= order.total.amount;
  if (captured_all || order.payment_status == PaymentStatus::authorized) return OrderEvents{};
  // The capture that brought a part was made from this authorization. After the end, the rest must be voided.
  if (order.captured.amount > 0 && order.status == OrderStatus::reserved) return OrderEvents{};
  if (order.status == OrderStatus::confirmed || order.status == OrderStatus::fulfilled ||
      order.status == OrderStatus::completed) {
    return OrderEvents{};
  }
  return OrderEvents{order_event::Authorized{}};
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteCaptured& command) const {
  // guard: order-capture-once
  if (is_counted(order, command)) return OrderEvents{};
  if (auto expected = expects_gateway("a capture"); !expected) return fail(std::move(expected.error()));
  // guard: order-capture-pending
  if (order.status == OrderStatus::pending) return illegal(order, "a capture");
  const bool fits = command.amount.amount > 0 && order.total.amount > 0;
  // guard: order-capture-amount
  if (!fits || command.amount.currency != order.total.currency) {
    return fail(ErrorCode::kConflict, "amount_mismatch",
                shown_money(command.amount) + " were captured for an order of " + shown_money(order.total));
  }
  if (command.id && !id_problem(*command.id).empty()) {
    return fail(ErrorCode::kInvalid, "bad_id", "capture_id " + std::string(id_problem(*command.id)));
  }
  const auto sum = add(order.captured, command.amount);
  if (!sum) return fail(sum.error());
  const bool full = order.captures && order.captures->size() >= Order::kMaxCaptures;
  // guard: order-bounded-captures
  if (command.id && full && (order.captured.amount >= order.total.amount || sum->amount < order.total.amount)) {
    return fail(ErrorCode::kConflict, "too_many_parts",
                "an order is captured in at most " + std::to_string(Order::kMaxCaptures) +
                    " parts; one of all that is missing is still accepted");
  }
  OrderEvents events{order_event::Captured{command.amount, command.id}};
  use_money(command.amount, command.id, command.logged_at, events);
  return events;
}

DecideOrder::Events DecideOrder::operator()(const order_command::NotePaymentFailed& command) const {
  if (auto expected = expects_gateway("a failed payment"); !expected) return fail(std::move(expected.error()));
  if (order.status == OrderStatus::reserved) {
    return end_unpaid(order, order_event::Rejected{"payment_failed", "payment failed: " + command.reason});
  }
  return has_ended_without_goods(order) ? Events(OrderEvents{}) : illegal(order, "a failed payment");
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteVoided&) const {
  if (auto expected = expects_gateway("a void"); !expected) return fail(std::move(expected.error()));
  if (order.status == OrderStatus::pending) return illegal(order, "voiding a payment");
  const bool known = order.payment_status == PaymentStatus::voided || order.payment_status == PaymentStatus::failed;
  if (known || order.total.amount == 0) return OrderEvents{};
  if (order.status == OrderStatus::reserved) {
    auto events = end_unpaid(order, order_event::Rejected{"payment_failed", "the gateway voided the payment"});
    events.insert(events.begin() + 1, order_event::Voided{});
    return events;
  }
  if (order.captured.amount > 0) return OrderEvents{};
  return OrderEvents{order_event::Voided{}};
}

// --- payments that people record

DecideOrder::Events DecideOrder::operator()(const order_command::RecordPayment& command) const {
  // guard: order-payment-once
  if (order.payments && find_part(*order.payments, &RecordedPayment::id, command.id) != nullptr) return OrderEvents{};
  if (auto checked = check_payment(order, command); !checked) return fail(std::move(checked.error()));
  // guard: order-payment-manual-only
  if (payment_terms_of(order) != PaymentTerms::manual || order.total.amount == 0) {
    return fail(ErrorCode::kConflict, "payment_not_expected",
                "payments are recorded only of orders with payment_terms manual that cost something");
  }
  const auto sum = add(order.captured, command.payment.amount);
  if (!sum) return fail(sum.error());
  const std::int64_t missing = payable(order).amount - order.captured.amount;
  const bool full = order.payments && order.payments->size() >= Order::kMaxPayments;
  // guard: order-bounded-payments, order-last-payment-has-room
  if (full && (missing <= 0 || command.payment.amount.amount < missing)) {
    return fail(ErrorCode::kConflict, "too_many_parts",
                "an order is paid in at most " + std::to_string(Order::kMaxPayments) +
                    " parts; one last payment of all that is missing is still accepted");
  }
  OrderEvents events{order_event::PaymentRecorded{command.id, command.payment}};
  use_money(command.payment.amount, command.id, command.logged_at, events);
  return events;
}

// --- the payment timeout

DecideOrder::Events DecideOrder::operator()(const order_command::TimeOutPayment&) const {
  // guard: order-expires-reserved-only
  if (order.status == OrderStatus::reserved) return end_unpaid(order, order_event::Expired{});
  if (order.status == OrderStatus::pending) return illegal(order, "a time-out of the payment");
  return OrderEvents{};  // the payment, or the end of the order, came first
}

}  // namespace ordo
