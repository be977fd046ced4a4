#include "domain/order_lifecycle.h"

#include <algorithm>

#include "domain/money_text.h"

namespace ordo {
namespace {

using Events = std::vector<OrderEvent>;

tl::unexpected<Error> illegal(const Order& order, const char* what) {
  return fail(ErrorCode::kConflict, "illegal_transition",
              std::string(what) + " is not possible for an order that is " + std::string(to_string(order.status)));
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

template <class Part>
auto find_part(const std::vector<Part>& parts, std::string Part::*id, const std::string& wanted) {
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.*id == wanted; });
  return found == parts.end() ? nullptr : &*found;
}

// The lines as one a product, when each is a quantity that `allowed` still has.
Result<std::vector<StockLine>> within(const std::vector<StockLine>& lines, const std::vector<StockLine>& allowed,
                                      const char* what) {
  if (lines.empty()) return fail(ErrorCode::kInvalid, "bad_quantity", "there must be at least one line");
  for (const auto& line : lines) {
    if (line.quantity < 1 || line.quantity > kMaxStock) {
      return fail(ErrorCode::kInvalid, "bad_quantity", "quantities are whole numbers above zero");
    }
  }
  auto sums = sum_lines(lines);
  for (const auto& line : sums) {
    const auto found = std::find_if(allowed.begin(), allowed.end(),
                                    [&](const StockLine& there) { return there.product_id == line.product_id; });
    const std::int64_t left = found == allowed.end() ? 0 : found->quantity;
    if (line.quantity > left) {
      return fail(ErrorCode::kConflict, "lines_exceed_order",
                  std::to_string(line.quantity) + " of " + line.product_id.str() + " cannot be " + what + ": only " +
                      std::to_string(left) + " left");
    }
  }
  return sums;
}

Result<void> room_for(std::size_t parts, const char* what) {
  if (parts < Order::kMaxParts) return {};
  return fail(ErrorCode::kConflict, "too_many_parts",
              std::string("an order has at most ") + std::to_string(Order::kMaxParts) + " " + what);
}

bool has_shipped(const Order& order) {
  return !order.parcels.empty();
}

// What was paid for an order that has ended goes back by itself.
void refund_the_rest(const Order& order, Money left, const char* reason, Events& events) {
  if (left.amount <= 0 || order.refunds.size() >= Order::kMaxParts) return;
  events.push_back(order_event::RefundRequested{
      {std::string(kAutomaticRefund), left, reason, RefundStatus::requested, {}, Timestamp()}});
}

void confirm(const Order& order, Timestamp logged_at, Events& events) {
  events.push_back(order_event::Confirmed{logged_at});
  if (order.dispatch_hold_s == 0) events.push_back(order_event::DispatchRequested{logged_at});
}

// For an order that exists.
struct DecideOrder {
  const Order& order;

  Result<Events> operator()(const order_command::Place& command) const {
    // A retry under the same Idempotency-Key is the same order; anything else must not replace it.
    if (order.request_hash == command.order.request_hash) return Events{};
    return fail(ErrorCode::kConflict, "idempotency_conflict", "another order was placed under this id");
  }

  Result<Events> operator()(const order_command::Cancel& command) const {
    switch (order.status) {
      case OrderStatus::cancelled:
        return Events{};
      case OrderStatus::pending:
      case OrderStatus::reserved:
        return Events{order_event::Cancelled{command.reason}};
      case OrderStatus::confirmed:
        if (has_shipped(order)) return fail(ErrorCode::kConflict, "illegal_transition", "a part of the order has left");
        if (order.cancelling) return Events{};
        // Whether the goods can still be stopped only logistics knows; before it was asked for them, they can.
        if (order.dispatch_requested_at) return Events{order_event::CancelAsked{command.reason}};
        return cancelled(command.reason);
      default:
        return illegal(order, "a cancel");
    }
  }

  Result<Events> operator()(const order_command::NoteReserved& command) const {
    if (order.status == OrderStatus::pending) {
      Events events{order_event::Reserved{command.logged_at}};
      if (order.total.amount == 0) confirm(order, command.logged_at, events);  // nothing to pay
      return events;
    }
    // A repeated verdict, or one that crossed a cancel on its way: the cancel has asked for the release already.
    if (order.status != OrderStatus::rejected || order.reserved_at) return Events{};
    return illegal(order, "reserving stock");
  }

  Result<Events> operator()(const order_command::NoteOutOfStock& command) const {
    if (order.status == OrderStatus::pending) {
      return Events{order_event::Rejected{"out_of_stock", shortage_summary(command.shortages)}};
    }
    const bool repeated = order.status == OrderStatus::rejected && !order.reserved_at;
    if (repeated || order.status == OrderStatus::cancelled) return Events{};
    return illegal(order, "a refusal of stock");
  }

  // --- payment

  Result<Events> operator()(const order_command::NoteAuthorized&) const {
    if (order.status == OrderStatus::pending) return illegal(order, "an authorization");
    if (order.captured.amount > 0 || order.payment_status == PaymentStatus::authorized) return Events{};
    if (order.status == OrderStatus::confirmed || order.status == OrderStatus::fulfilled ||
        order.status == OrderStatus::completed) {
      return Events{};
    }
    return Events{order_event::Authorized{}};
  }

  Result<Events> operator()(const order_command::NoteCaptured& command) const {
    if (order.captured.amount > 0) return Events{};
    if (order.status == OrderStatus::pending) return illegal(order, "a capture");
    if (command.amount != order.total || command.amount.amount <= 0) {
      return fail(ErrorCode::kConflict, "amount_mismatch",
                  shown_money(command.amount) + " were captured for an order of " + shown_money(order.total));
    }
    Events events{order_event::Captured{command.amount}};
    if (order.status == OrderStatus::reserved) {
      confirm(order, command.logged_at, events);
    } else {
      refund_the_rest(order, command.amount, "paid after the order had ended", events);
    }
    return events;
  }

  Result<Events> operator()(const order_command::NotePaymentFailed& command) const {
    if (order.status == OrderStatus::reserved) {
      return Events{order_event::Rejected{"payment_failed", "payment failed: " + command.reason}};
    }
    const bool ended = is_terminal(order.status) && order.status != OrderStatus::completed;
    return ended ? Result<Events>(Events{}) : illegal(order, "a failed payment");
  }

  Result<Events> operator()(const order_command::NoteVoided&) const {
    if (order.status == OrderStatus::pending) return illegal(order, "voiding a payment");
    if (order.captured.amount > 0 || order.total.amount == 0) return Events{};
    if (order.payment_status == PaymentStatus::voided || order.payment_status == PaymentStatus::failed) return Events{};
    if (order.status == OrderStatus::reserved) {
      return Events{order_event::Rejected{"payment_failed", "the gateway voided the payment"}, order_event::Voided{}};
    }
    return Events{order_event::Voided{}};
  }

  Result<Events> operator()(const order_command::TimeOutPayment&) const {
    if (order.status == OrderStatus::reserved) return Events{order_event::Expired{}};
    if (order.status == OrderStatus::pending) return illegal(order, "a time-out of the payment");
    return Events{};  // the payment, or the end of the order, came first
  }

  // --- dispatch

  Result<Events> operator()(const order_command::ReleaseHold& command) const {
    if (order.status == OrderStatus::pending || order.status == OrderStatus::reserved) {
      return illegal(order, "the end of the hold");
    }
    if (order.status != OrderStatus::confirmed || order.dispatch_requested_at) return Events{};
    return Events{order_event::DispatchRequested{command.logged_at}};
  }

  Result<Events> operator()(const order_command::NoteShipped& command) const {
    if (find_part(order.parcels, &Parcel::shipment_id, command.shipment_id) != nullptr) return Events{};
    const auto status = order.status;
    if (status != OrderStatus::confirmed && status != OrderStatus::fulfilled && status != OrderStatus::completed) {
      return illegal(order, "a dispatch");
    }
    const auto left = unshipped_lines(order);
    auto lines = within(command.lines, left, "shipped");
    if (!lines) return fail(std::move(lines.error()));
    if (auto room = room_for(order.parcels.size(), "shipments"); !room) return fail(std::move(room.error()));
    Events events;
    if (order.cancelling) events.push_back(order_event::CancelRefused{});
    const bool all = *lines == left;
    events.push_back(order_event::Shipped{
        {command.shipment_id, std::move(*lines), ParcelStatus::shipped, command.tracking, Timestamp()}});
    if (all) events.push_back(order_event::Fulfilled{});
    return events;
  }

  Result<Events> operator()(const order_command::NoteDelivered& command) const {
    const auto* parcel = find_part(order.parcels, &Parcel::shipment_id, command.shipment_id);
    if (parcel == nullptr) return illegal(order, "the delivery of a shipment that never left");
    if (parcel->status == ParcelStatus::delivered) return Events{};
    Events events{order_event::Delivered{command.shipment_id}};
    const bool others = std::all_of(order.parcels.begin(), order.parcels.end(), [&](const Parcel& other) {
      return &other == parcel || other.status == ParcelStatus::delivered;
    });
    if (order.status == OrderStatus::fulfilled && others) events.push_back(order_event::Completed{});
    return events;
  }

  Result<Events> operator()(const order_command::NoteLost& command) const {
    const auto* parcel = find_part(order.parcels, &Parcel::shipment_id, command.shipment_id);
    if (parcel == nullptr) return illegal(order, "the loss of a shipment that never left");
    if (parcel->status == ParcelStatus::lost) return Events{};
    if (parcel->status == ParcelStatus::delivered) return illegal(order, "the loss of a delivered shipment");
    return Events{order_event::Lost{command.shipment_id}};
  }

  Result<Events> operator()(const order_command::NoteShipmentCancelled&) const {
    if (order.status == OrderStatus::cancelled) return Events{};
    if (order.status != OrderStatus::confirmed || has_shipped(order)) return illegal(order, "cancelling a shipment");
    return cancelled(order.cancelling.value_or("the shipment was cancelled"));
  }

  Result<Events> operator()(const order_command::NoteCancelTooLate&) const {
    if (order.cancelling) return Events{order_event::CancelRefused{}};
    if (has_shipped(order)) return Events{};
    return illegal(order, "refusing a cancel");
  }

  // --- money and goods that come back

  Result<Events> operator()(const order_command::RequestRefund& command) const {
    if (find_part(order.refunds, &Refund::id, command.id) != nullptr) return Events{};
    if (order.captured.amount == 0) return illegal(order, "a refund before a payment");
    const Money left = refundable(order);
    const Money amount = command.amount.value_or(left);
    if (amount.currency != left.currency) {
      return fail(ErrorCode::kInvalid, "currency_mismatch",
                  "the order was paid in " + std::string(left.currency.code()));
    }
    if (command.amount && amount.amount <= 0) return fail(ErrorCode::kInvalid, "bad_amount", "a refund is above zero");
    if (amount.amount <= 0 || amount.amount > left.amount) {
      return fail(ErrorCode::kConflict, "refund_exceeds_payment",
                  "only " + shown_money(left) + " are left to give back");
    }
    if (auto room = room_for(order.refunds.size(), "refunds"); !room) return fail(std::move(room.error()));
    return Events{
        order_event::RefundRequested{{command.id, amount, command.reason, RefundStatus::requested, {}, Timestamp()}}};
  }

  Result<Events> operator()(const order_command::NoteRefunded& command) const {
    const auto* refund = find_part(order.refunds, &Refund::id, command.id);
    if (refund != nullptr && refund->status == RefundStatus::succeeded) return Events{};
    if (refund != nullptr && refund->amount != command.amount) {
      return fail(
          ErrorCode::kConflict, "amount_mismatch",
          shown_money(command.amount) + " were given back where " + shown_money(refund->amount) + " were asked for");
    }
    if (refund != nullptr && refund->status == RefundStatus::requested) {
      return Events{order_event::Refunded{command.id, command.amount}};
    }
    // Given back without our asking, at the gateway's own desk, or after it had said that it could not.
    if (order.captured.amount == 0) return illegal(order, "a refund before a payment");
    const Money left = refundable(order);
    if (command.amount.currency != left.currency || command.amount.amount <= 0 || command.amount.amount > left.amount) {
      return fail(ErrorCode::kConflict, "refund_exceeds_payment",
                  "only " + shown_money(left) + " are left to give back");
    }
    Events events;
    if (refund == nullptr) {
      if (auto room = room_for(order.refunds.size(), "refunds"); !room) return fail(std::move(room.error()));
      events.push_back(order_event::RefundRequested{
          {command.id, command.amount, "given back by the gateway", RefundStatus::requested, {}, Timestamp()}});
    }
    events.push_back(order_event::Refunded{command.id, command.amount});
    return events;
  }

  Result<Events> operator()(const order_command::NoteRefundFailed& command) const {
    const auto* refund = find_part(order.refunds, &Refund::id, command.id);
    if (refund == nullptr) return fail(ErrorCode::kNotFound, "unknown_refund", "the order has no such refund");
    if (refund->status == RefundStatus::failed) return Events{};
    if (refund->status == RefundStatus::succeeded) return illegal(order, "the failure of a refund that was made");
    return Events{order_event::RefundFailed{command.id, command.detail}};
  }

  Result<Events> operator()(const order_command::Return& command) const {
    if (find_part(order.returns, &OrderReturn::id, command.id) != nullptr) return Events{};
    if (!has_shipped(order)) return illegal(order, "a return");
    auto lines = within(command.lines, returnable_lines(order), "returned");
    if (!lines) return fail(std::move(lines.error()));
    if (auto room = room_for(order.returns.size(), "returns"); !room) return fail(std::move(room.error()));
    OrderReturn what{command.id, std::move(*lines), command.restock, std::nullopt, command.reason, Timestamp()};
    Events events;
    if (command.refund) {
      auto price = price_of(order, what.lines);
      if (!price) return fail(std::move(price.error()));
      price->amount = std::min(price->amount, refundable(order).amount);
      if (price->amount > 0) {
        if (auto room = room_for(order.refunds.size(), "refunds"); !room) return fail(std::move(room.error()));
        what.refund_id = "return:" + command.id;
        events.push_back(order_event::RefundRequested{
            {*what.refund_id, *price, command.reason, RefundStatus::requested, {}, Timestamp()}});
      }
    }
    events.insert(events.begin(), order_event::Returned{std::move(what)});
    return events;
  }

  Result<Events> operator()(const order_command::Redact&) const {
    if (order.redacted_at) return Events{};
    if (!is_terminal(order.status)) return illegal(order, "removing personal data");
    return Events{order_event::Redacted{}};
  }

  Events cancelled(const std::string& reason) const {
    Events events{order_event::Cancelled{reason}};
    refund_the_rest(order, refundable(order), "the order was cancelled", events);
    return events;
  }
};

}  // namespace

Result<std::vector<OrderEvent>> decide(const Order* order, const OrderCommand& command) {
  if (order != nullptr) return std::visit(DecideOrder{*order}, command);
  const auto* place = std::get_if<order_command::Place>(&command);
  if (place == nullptr) return fail(ErrorCode::kNotFound, "unknown_order", "there is no order with this id");
  Events events{order_event::Placed{place->order, place->summary}};
  if (place->rejection) events.push_back(order_event::Rejected{*place->rejection, "rejected: " + *place->rejection});
  return events;
}

}  // namespace ordo
