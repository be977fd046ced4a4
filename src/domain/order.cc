#include "domain/order.h"

#include "base/check.h"

namespace ordo {
namespace {

using Events = std::vector<OrderEvent>;

tl::unexpected<Error> illegal(const Order& order, const char* what) {
  return fail(ErrorCode::kConflict, "illegal_transition",
              std::string(what) + " is not possible for an order that is " + std::string(to_string(order.status)));
}

tl::unexpected<Error> unknown_order() {
  return fail(ErrorCode::kNotFound, "unknown_order", "there is no order with this id");
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

struct Decide {
  const Order* order;

  Result<Events> operator()(const PlaceOrder& command) const {
    if (order != nullptr) {
      // A retry under the same Idempotency-Key is the same order; anything else must not replace it.
      if (order->request_hash == command.order.request_hash) return Events{};
      return fail(ErrorCode::kConflict, "idempotency_conflict", "another order was placed under this id");
    }
    Events events{OrderPlaced{command.order, command.summary}};
    if (command.rejection) events.push_back(OrderRejected{*command.rejection, "rejected: " + *command.rejection});
    return events;
  }

  Result<Events> operator()(const RecordReserved&) const {
    if (order == nullptr) return unknown_order();
    if (order->status == OrderStatus::pending) return Events{OrderReserved{}};
    // A repeated verdict, or one that crossed a cancel on its way: the cancel has asked for the release already.
    if (order->status != OrderStatus::rejected) return Events{};
    return illegal(*order, "reserving stock");
  }

  Result<Events> operator()(const RecordOutOfStock& command) const {
    if (order == nullptr) return unknown_order();
    if (order->status == OrderStatus::pending) {
      return Events{OrderRejected{"out_of_stock", shortage_summary(command.shortages)}};
    }
    if (order->status == OrderStatus::rejected || order->status == OrderStatus::cancelled) return Events{};
    return illegal(*order, "a refusal of stock");
  }

  Result<Events> operator()(const CancelOrder& command) const {
    if (order == nullptr) return unknown_order();
    if (order->status == OrderStatus::cancelled) return Events{};
    if (order->status == OrderStatus::pending || order->status == OrderStatus::reserved) {
      return Events{OrderCancelled{command.reason}};
    }
    return illegal(*order, "a cancel");
  }
};

struct Evolve {
  std::optional<Order>& order;
  const Cause& cause;

  void operator()(const OrderPlaced& event) {
    order = event.order;
    order->status = OrderStatus::pending;
    note(event.summary);
  }
  void operator()(const OrderReserved&) {
    order->status = OrderStatus::reserved;
    note("all lines reserved");
  }
  void operator()(const OrderRejected& event) {
    order->status = OrderStatus::rejected;
    order->status_reason = event.reason;
    note(event.summary);
  }
  void operator()(const OrderCancelled& event) {
    order->status = OrderStatus::cancelled;
    order->status_reason = event.reason;
    note(event.reason.empty() ? "cancelled" : "cancelled: " + event.reason);
  }

  void note(std::string summary) {
    order->updated_at = cause.at;
    // The first entry says how the order began; it stays.
    if (order->history.size() >= Order::kMaxHistory) order->history.erase(order->history.begin() + 1);
    order->history.push_back({cause.type, cause.at, cause.source, std::move(summary)});
  }
};

}  // namespace

bool is_terminal(OrderStatus status) {
  return status == OrderStatus::completed || status == OrderStatus::rejected || status == OrderStatus::expired ||
         status == OrderStatus::cancelled;
}

std::string_view to_string(OrderStatus status) {
  static constexpr std::string_view kNames[] = {"pending",   "reserved", "confirmed", "fulfilled",
                                                "completed", "rejected", "expired",   "cancelled"};
  return kNames[static_cast<int>(status)];
}

Result<std::vector<OrderEvent>> decide(const Order* order, const OrderCommand& command) {
  return std::visit(Decide{order}, command);
}

void evolve(std::optional<Order>& order, const OrderEvent& event, const Cause& cause) {
  ORDO_CHECK(order.has_value() || std::holds_alternative<OrderPlaced>(event), "event ", event.index());
  std::visit(Evolve{order, cause}, event);
}

}  // namespace ordo
