// What an event changes in an order; which events there are is decided in order_lifecycle.cc.
#include <algorithm>

#include "base/check.h"
#include "domain/money_text.h"
#include "domain/order_lifecycle.h"

namespace ordo {
namespace {

// Gives `quantity` of the lines to the order's lines of that product, in their order, as far as `limit` allows.
void allocate(Order& order, const std::vector<StockLine>& lines, std::int64_t OrderLine::*taken,
              std::int64_t OrderLine::*limit) {
  for (const auto& wanted : lines) {
    std::int64_t left = wanted.quantity;
    for (auto& line : order.lines) {
      if (line.product_id != wanted.product_id) continue;
      const std::int64_t count = std::min(left, line.*limit - line.*taken);
      line.*taken += count;
      left -= count;
    }
    ORDO_CHECK(left == 0, order.id, " ", wanted.product_id, " too many by ", left);
  }
}

std::int64_t pieces(const std::vector<StockLine>& lines) {
  std::int64_t sum = 0;
  for (const auto& line : lines) sum += line.quantity;
  return sum;
}

struct EvolveOrder {
  Order& order;
  const Cause& cause;

  void operator()(const order_event::Placed& placed) {
    order = placed.order;
    order.status = OrderStatus::pending;
    order.captured.currency = order.refunded.currency = order.total.currency;
    note(placed.summary);
  }
  void operator()(const order_event::Rejected& rejected) {
    end(OrderStatus::rejected, rejected.reason);
    if (rejected.reason == "payment_failed") order.payment_status = PaymentStatus::failed;
    note(rejected.summary);
  }
  void operator()(const order_event::Reserved& reserved) {
    order.status = OrderStatus::reserved;
    order.reserved_at = reserved.logged_at;
    note("all lines reserved");
  }
  void operator()(const order_event::Authorized&) {
    order.payment_status = PaymentStatus::authorized;
    note("payment authorized");
  }
  void operator()(const order_event::Captured& captured) {
    order.captured = captured.amount;
    note("paid " + shown_money(captured.amount));
  }
  void operator()(const order_event::Voided&) {
    order.payment_status = PaymentStatus::voided;
    note("payment voided");
  }
  void operator()(const order_event::Confirmed& confirmed) {
    order.status = OrderStatus::confirmed;
    order.confirmed_at = confirmed.logged_at;
    if (order.captured.amount == 0) note("confirmed, nothing to pay");
  }
  void operator()(const order_event::DispatchRequested& requested) {
    order.dispatch_requested_at = requested.logged_at;
    if (order.dispatch_hold_s > 0) note("the hold is over, shipment asked for");
  }
  void operator()(const order_event::Expired&) {
    end(OrderStatus::expired, "payment_timeout");
    note("expired: not paid in time");
  }
  void operator()(const order_event::Cancelled& cancelled) {
    end(OrderStatus::cancelled, cancelled.reason);
    note(cancelled.reason.empty() ? "cancelled" : "cancelled: " + cancelled.reason);
  }
  void operator()(const order_event::CancelAsked& asked) {
    order.cancelling = asked.reason;
    note("cancel asked for: " + asked.reason);
  }
  void operator()(const order_event::CancelRefused&) {
    order.cancelling.reset();
    note("the cancel came too late");
  }
  void operator()(const order_event::Shipped& shipped) {
    allocate(order, shipped.parcel.lines, &OrderLine::shipped, &OrderLine::quantity);
    order.parcels.push_back(shipped.parcel);
    order.parcels.back().at = cause.at;
    note("shipped " + shipped.parcel.shipment_id + ", pieces: " + std::to_string(pieces(shipped.parcel.lines)));
  }
  void operator()(const order_event::Fulfilled&) { order.status = OrderStatus::fulfilled; }
  void operator()(const order_event::Delivered& delivered) {
    change_parcel(delivered.shipment_id, ParcelStatus::delivered);
    note("delivered " + delivered.shipment_id);
  }
  void operator()(const order_event::Completed&) { order.status = OrderStatus::completed; }
  void operator()(const order_event::Lost& lost) {
    change_parcel(lost.shipment_id, ParcelStatus::lost);
    note("lost " + lost.shipment_id);
  }
  void operator()(const order_event::RefundRequested& requested) {
    order.refunds.push_back(requested.refund);
    order.refunds.back().at = cause.at;
    note("refund of " + shown_money(requested.refund.amount) + " asked for");
  }
  void operator()(const order_event::Refunded& refunded) {
    change_refund(refunded.id, RefundStatus::succeeded, {});
    order.refunded.amount += refunded.amount.amount;
    note("refunded " + shown_money(refunded.amount));
  }
  void operator()(const order_event::RefundFailed& failed) {
    change_refund(failed.id, RefundStatus::failed, failed.detail);
    note("refund failed: " + failed.detail);
  }
  void operator()(const order_event::Returned& returned) {
    allocate(order, returned.what.lines, &OrderLine::returned, &OrderLine::shipped);
    order.returns.push_back(returned.what);
    order.returns.back().at = cause.at;
    note("returned, pieces: " + std::to_string(pieces(returned.what.lines)));
  }
  void operator()(const order_event::Redacted&) {
    order.metadata.clear();
    order.reference.reset();
    order.payment_method.reset();
    order.redacted_at = cause.at;
    note("personal data removed");
  }

  void end(OrderStatus status, const std::string& reason) {
    order.status = status;
    order.status_reason = reason;
    order.cancelling.reset();
  }
  void change_parcel(const std::string& id, ParcelStatus status) {
    for (auto& parcel : order.parcels) {
      if (parcel.shipment_id == id) {
        parcel.status = status;
        parcel.at = cause.at;
      }
    }
  }
  void change_refund(const std::string& id, RefundStatus status, const std::string& detail) {
    for (auto& refund : order.refunds) {
      if (refund.id == id) {
        refund.status = status;
        refund.detail = detail;
        refund.at = cause.at;
      }
    }
  }
  void note(std::string summary) {
    // The first entry says how the order began; it stays.
    if (order.history.size() >= Order::kMaxHistory) order.history.erase(order.history.begin() + 1);
    order.history.push_back({cause.type, cause.at, cause.source, std::move(summary)});
  }
};

}  // namespace

void evolve(std::optional<Order>& order, const OrderEvent& event, const Cause& cause) {
  if (!order) {
    ORDO_CHECK(std::holds_alternative<order_event::Placed>(event), "event ", event.index());
    order.emplace();
  }
  std::visit(EvolveOrder{*order, cause}, event);
  order->updated_at = cause.at;
  derive_statuses(*order);
}

}  // namespace ordo
