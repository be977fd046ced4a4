#include "process/orders.h"

#include "base/check.h"

namespace ordo {
namespace {

std::string placed_summary(const OrderCreated& created) {
  std::string summary = "placed, " + std::to_string(created.lines.size()) +
                        (created.lines.size() == 1 ? " line, " : " lines, ") + format_decimal(created.total) + " " +
                        std::string(created.total.currency.code());
  if (created.claimed_total) summary += "; the client claimed " + created.claimed_total->text;
  return summary;
}

// The order that a message is about; empty for the facts that orders published itself.
struct OrderOf {
  std::string_view operator()(const OrderCreated& message) const { return message.order_id.str(); }
  std::string_view operator()(const StockReserved& message) const { return message.order_id.str(); }
  std::string_view operator()(const StockRejected& message) const { return message.order_id.str(); }
  std::string_view operator()(const CancelRequested& message) const { return message.order_id.str(); }
  template <class Other>
  std::string_view operator()(const Other&) const {
    return {};
  }
};

struct ToCommand {
  std::optional<OrderCommand> operator()(const OrderCreated& created) const {
    PlaceOrder command;
    Order& order = command.order;
    order.id = created.order_id;
    order.number = created.number;
    order.reference = created.reference;
    order.customer_id = created.customer_id;
    order.location = created.location;
    order.lines = created.lines;
    order.total = created.total;
    order.placed_at = created.placed_at;
    order.metadata = created.metadata;
    order.request_hash = created.request_hash;
    command.rejection = created.rejection;
    command.summary = placed_summary(created);
    return command;
  }
  std::optional<OrderCommand> operator()(const StockReserved&) const { return RecordReserved{}; }
  std::optional<OrderCommand> operator()(const StockRejected& message) const {
    return RecordOutOfStock{message.shortages};
  }
  std::optional<OrderCommand> operator()(const CancelRequested& message) const { return CancelOrder{message.reason}; }
  template <class Other>
  std::optional<OrderCommand> operator()(const Other&) const {
    return std::nullopt;
  }
};

std::vector<StockLine> stock_lines(const Order& order) {
  std::vector<StockLine> lines;
  lines.reserve(order.lines.size());
  for (const auto& line : order.lines) lines.push_back({line.product_id, line.quantity});
  return sum_lines(std::move(lines));
}

// What the world is told and asked after an event. `order` is the order after it.
struct Publish {
  Fold& fold;
  const Order& order;
  bool fresh;  // the order's id was never used before

  void operator()(const OrderPlaced&) const {
    if (order.status != OrderStatus::pending) return;  // rejected in the same breath
    const ReserveRequested request{order.id, order.location, stock_lines(order), fresh};
    fold.emit({Topic::stock, order.location.str(), order.id.str(), type::kReserveRequested, encode(request)});
  }
  void operator()(const OrderReserved&) const { decided(type::kOrderReserved); }
  void operator()(const OrderRejected&) const { decided(type::kOrderRejected); }
  void operator()(const OrderCancelled&) const {
    decided(type::kOrderCancelled);
    // The request to reserve, if it is still on its way, is before this one in the same partition.
    const ReleaseRequested request{order.id, order.location, stock_lines(order)};
    fold.emit({Topic::stock, order.location.str(), order.id.str(), type::kReleaseRequested, encode(request)});
  }

  void decided(std::string_view type) const {
    const OrderDecided fact{order.id, order.customer_id, order.status, order.status_reason, order.total};
    fold.emit({Topic::order_events, order.id.str(), order.id.str(), type, encode(fact)});
  }
};

}  // namespace

std::string_view Orders::home_key(const Message& message) const {
  return std::visit(OrderOf{}, message);
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
  const auto command = std::visit(ToCommand{}, in.message);
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
  fold.put(std::move(*order));
}

}  // namespace ordo
