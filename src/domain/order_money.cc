// Decisions about refunds and returns.
#include <algorithm>

#include "domain/money_text.h"
#include "domain/order_decision.h"

namespace ordo {
namespace {

// A client's refund that was made or will be made.
bool counts(const Refund& refund) {
  return refund.status != RefundStatus::failed && !is_own_refund_id(refund.id);
}

}  // namespace

DecideOrder::Events DecideOrder::operator()(const order_command::RequestRefund& command) const {
  // guard: order-own-refund-ids
  if (is_own_refund_id(command.id)) {
    return fail(ErrorCode::kInvalid, "bad_id", "a refund " + command.id + " is one that ordo makes itself");
  }
  // guard: order-refund-once
  if (find_part(order.refunds, &Refund::id, command.id) != nullptr) return OrderEvents{};
  if (order.total.amount == 0) {
    return fail(ErrorCode::kConflict, "refund_exceeds_payment", "the order is free: there is nothing to give back");
  }
  if (payment_terms_of(order) == PaymentTerms::none) {
    return fail(ErrorCode::kConflict, "refund_exceeds_payment",
                "the order is not paid through ordo: there is nothing to give back");
  }
  if (order.captured.amount == 0) return illegal(order, "a refund before a payment");
  // A part of the price is given back by a cancel.
  const bool waits = !order.imported && (order.status == OrderStatus::pending || order.status == OrderStatus::reserved);
  // guard: order-refund-unconfirmed
  if (waits) return illegal(order, "a refund before the whole payment");
  const Money left = refundable(order);
  auto refund = refund_of_parts(command);
  if (!refund) return fail(std::move(refund.error()));
  const bool of_parts = refund->lines || refund->shipping;
  if (!of_parts) refund->amount = command.amount.value_or(left);
  const Money amount = refund->amount;
  // guard: order-refund-currency
  if (amount.currency != left.currency) {
    return fail(ErrorCode::kInvalid, "currency_mismatch", "the order was paid in " + std::string(left.currency.code()));
  }
  if (command.amount && amount.amount <= 0) return fail(ErrorCode::kInvalid, "bad_amount", "a refund is above zero");
  if (of_parts && amount.amount == 0) {
    return fail(ErrorCode::kConflict, "refund_exceeds_payment", "these pieces cost nothing");
  }
  // guard: order-refund-within
  if (amount.amount <= 0 || amount.amount > left.amount) {
    return fail(ErrorCode::kConflict, "refund_exceeds_payment", "only " + shown_money(left) + " are left to give back");
  }
  const auto refunds = std::count_if(order.refunds.begin(), order.refunds.end(), counts);
  // guard: order-bounded-parts, order-last-refund-has-room
  if (refunds >= static_cast<std::ptrdiff_t>(Order::kMaxRefunds) && amount != left) {
    return fail(ErrorCode::kConflict, "too_many_parts",
                "an order has at most " + std::to_string(Order::kMaxRefunds) + " refunds; one of all that is left, " +
                    shown_money(left) + ", can still be made");
  }
  OrderEvents events{order_event::RefundRequested{std::move(*refund)}};
  stop_unpaid(left.amount - amount.amount, command.reason, events);
  // For an order of 0.1.0 that a lost parcel kept open.
  if (ends_when_settled() && goods_have_settled(order)) events.push_back(order_event::Completed{});
  return events;
}

Result<Refund> DecideOrder::refund_of_parts(const order_command::RequestRefund& command) const {
  Refund refund = refund_requested(command.id, {0, order.total.currency}, command.reason).refund;
  if (command.lines.empty() && !command.shipping) return refund;
  // guard: order-refund-of-one-kind
  if (command.amount) {
    return fail(ErrorCode::kInvalid, "bad_amount", "a refund has an amount, or lines and shipping, but not both");
  }
  if (!command.lines.empty()) {
    const auto found = find_pieces(order, command.lines, GivenBack::refunded);
    if (!found) return fail(found.error());
    refund.lines = refunded_pieces(order, found->pieces);
    for (const auto& line : *refund.lines) refund.amount.amount += line.amount.amount;
  }
  if (command.shipping) {
    refund.shipping = refundable_shipping(order);
    if (refund.shipping->amount == 0) {
      return fail(ErrorCode::kConflict, "refund_exceeds_payment",
                  "nothing is left to give back for shipping: it costs nothing, or was refunded before");
    }
    refund.amount.amount += refund.shipping->amount;
  }
  return refund;
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteRefunded& command) const {
  const auto* refund = find_part(order.refunds, &Refund::id, command.id);
  // guard: order-refunded-once
  if (refund != nullptr && (refund->status == RefundStatus::succeeded || refund->corrected)) return OrderEvents{};
  if (refund != nullptr && refund->amount != command.amount) {
    return fail(
        ErrorCode::kConflict, "amount_mismatch",
        shown_money(command.amount) + " were given back where " + shown_money(refund->amount) + " were asked for");
  }
  const Money left = refundable(order);
  // This includes a refund that had failed. Its money is gone, even if another refund was made in its place and more
  // was refunded than was paid.
  if (refund != nullptr) {
    OrderEvents events{order_event::Refunded{command.id, command.amount}};
    const bool was_failed = refund->status == RefundStatus::failed;
    stop_unpaid(was_failed ? left.amount - command.amount.amount : left.amount, "all money was given back", events);
    return events;
  }
  // A refund that the gateway made without our request, in its own console. The money is gone, whatever other refunds
  // are open. If those exceed the rest, the payment refuses them.
  if (order.captured.amount == 0) return illegal(order, "a refund before a payment");
  if (command.amount.currency != left.currency || command.amount.amount <= 0 ||
      command.amount.amount > order.captured.amount) {
    return fail(ErrorCode::kConflict, "refund_exceeds_payment",
                "only " + shown_money(order.captured) + " were ever paid for the order");
  }
  if (order.refunds.size() >= Order::kMaxRefundsInAll) {
    return fail(ErrorCode::kConflict, "too_many_parts", "an order remembers at most 512 refunds");
  }
  OrderEvents events{refund_requested(command.id, command.amount, "given back by the gateway"),
                     order_event::Refunded{command.id, command.amount}};
  stop_unpaid(left.amount - command.amount.amount, "all money was given back", events);
  return events;
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteRefundPaid& command) const {
  const auto* refund = find_part(order.refunds, &Refund::id, command.id);
  if (refund == nullptr) return fail(ErrorCode::kNotFound, "unknown_refund", "the order has no such refund");
  // guard: order-refund-by-hand-only
  if (!refund->by_hand.value_or(false)) {
    return fail(ErrorCode::kConflict, "refund_not_by_hand", "the payment gateway makes this refund, no person");
  }
  std::vector<Violation> found;
  check_rules(command.payout, TextRule::enforced, found);
  if (!found.empty()) {
    return fail(Error{ErrorCode::kInvalid, "invalid_fields", "the payout has wrong fields", std::move(found)});
  }
  auto events = (*this)(order_command::NoteRefunded{command.id, refund->amount});
  if (!events) return events;
  for (auto& event : *events) {
    if (auto* refunded = std::get_if<order_event::Refunded>(&event)) refunded->reference = command.payout.reference;
  }
  return events;
}

DecideOrder::Events DecideOrder::operator()(const order_command::NoteRefundFailed& command) const {
  const auto* refund = find_part(order.refunds, &Refund::id, command.id);
  if (refund == nullptr) return fail(ErrorCode::kNotFound, "unknown_refund", "the order has no such refund");
  // guard: order-corrected-once
  if (refund->status == RefundStatus::failed || refund->corrected) return OrderEvents{};
  if (refund->status == RefundStatus::succeeded) {
    return OrderEvents{order_event::RefundReversed{command.id, refund->amount, command.detail}};
  }
  return OrderEvents{order_event::RefundFailed{command.id, command.detail}};
}

DecideOrder::Events DecideOrder::operator()(const order_command::Return& command) const {
  // guard: order-return-once
  if (find_part(order.returns, &OrderReturn::id, command.id) != nullptr) return OrderEvents{};
  const auto returnable = returnable_lines(order);
  if (order.parcels.empty()) return illegal(order, "a return");
  const auto how = command.refund ? GivenBack::returned : GivenBack::returned_unrefunded;
  auto found = find_pieces(order, command.lines, how);
  if (!found) return fail(std::move(found.error()));
  const auto goods = goods_of(order, found->pieces);
  if (order.returns.size() >= Order::kMaxReturns && goods != returnable) {
    return fail(ErrorCode::kConflict, "too_many_parts",
                "an order has at most " + std::to_string(Order::kMaxReturns) +
                    " returns; one of all that can still come back is taken");
  }
  OrderReturn what{command.id, std::move(found->named), command.restock, std::nullopt, command.reason, Timestamp()};
  OrderEvents events;
  if (command.refund) {
    Money price = price_of(order, found->pieces, how);
    const std::int64_t left = refundable(order).amount;
    price = refund_for_pieces(order, price);
    if (price.amount > 0) {
      what.refund_id = std::string(kRefundOfReturn) + command.id;
      events.push_back(refund_requested(*what.refund_id, price, command.reason));
      stop_unpaid(left - price.amount, command.reason, events);
    }
  }
  const bool settled = ends_when_settled() && goods_have_settled(order, {.returned = goods});
  events.insert(events.begin(), order_event::Returned{std::move(what), std::move(found->pieces), command.refund});
  if (settled) events.push_back(order_event::Completed{});
  return events;
}

}  // namespace ordo
