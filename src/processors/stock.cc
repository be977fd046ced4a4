#include "processors/stock.h"

#include "domain/stock_decision.h"
#include "processors/emit.h"
#include "processors/message_key.h"

namespace ordo::processors {
namespace {

// What a message asks of stock, or nothing.
using Asked = std::variant<std::monostate, StockRequest, StockMove>;

struct ToAsked {
  Asked operator()(const ReserveRequested& message) const { return request(StockAction::reserve, message); }
  Asked operator()(const ReleaseRequested& message) const { return request(StockAction::release, message); }
  Asked operator()(const PartReleaseRequested& message) const {
    return request(StockAction::release_part, message, message.cancel_id);
  }
  Asked operator()(const StockResendRequested& message) const {
    return request(StockAction::resend, message, message.resend_id);
  }
  Asked operator()(const ShipRequested& message) const {
    return request(StockAction::ship, message, message.shipment_id);
  }
  Asked operator()(const RestockRequested& message) const {
    auto asked = request(StockAction::restock, message, message.return_id);
    asked.unreserved = message.unreserved.value_or(false);
    return asked;
  }
  Asked operator()(const StockCounted& message) const { return move(MovementKind::count, message, message.on_hand); }
  Asked operator()(const StockAdjusted& message) const { return move(MovementKind::adjust, message, message.change); }
  template <class M>
  requires(!kIsOn<M, Topic::stock>) Asked operator()(const M&) const { return {}; }

  template <class M>
  static StockRequest request(StockAction action, const M& message, std::string_view id = {}) {
    return {action, message.order_id, message.location, message.lines, id};
  }
  template <class M>
  static StockMove move(MovementKind kind, const M& message, std::int64_t quantity) {
    return {kind, message.movement_id, message.location, message.product_id, quantity, message.reason};
  }
};

// Whether the reservation or movement of the message cannot exist yet.
bool is_fresh(const Message& message) {
  if (const auto* reserve = std::get_if<ReserveRequested>(&message)) return reserve->fresh;
  if (const auto* counted = std::get_if<StockCounted>(&message)) return counted->fresh.value_or(false);
  return false;
}

void publish(const StockRequest& request, StockAnswer answer, Fold& fold) {
  const OrderId& order = request.order_id;
  const std::string id(request.id);
  const bool resend = request.action == StockAction::resend;
  if (resend && answer.reserved) return emit_to_order(fold, order, ResendReserved{order, id});
  if (resend) return emit_to_order(fold, order, ResendRejected{order, id, std::move(answer.shortages)});
  if (answer.reserved) return emit_to_order(fold, order, StockReserved{order});
  emit_to_order(fold, order, StockRejected{order, std::move(answer.shortages)});
}

struct StockFold {
  const Incoming& in;
  Fold& fold;

  void operator()(std::monostate) const {}

  void operator()(const StockRequest& request) const {
    const auto level_of = [&](const ProductId& product) {
      return find_as<StockLevel>(fold, stock_level_id(request.location, product));
    };
    const auto* known = find_as<Reservation>(fold, request.order_id.str());
    auto decision = decide(known, request, level_of, in.at);
    if (!decision) return fold.refuse(decision.error());
    if (decision->answer) publish(request, std::move(*decision->answer), fold);
    for (auto& level : decision->levels) fold.put(std::move(level));
    if (decision->reservation) fold.put(std::move(*decision->reservation));
  }

  void operator()(const StockMove& move) const {
    const auto* known = find_as<StockMovement>(fold, move.id);
    const auto* level = find_as<StockLevel>(fold, stock_level_id(move.location, move.product_id));
    auto decision = decide(known, move, level, in.at);
    if (!decision) return fold.refuse(decision.error());
    if (!*decision) return;
    if ((*decision)->level) fold.put(std::move(*(*decision)->level));
    auto& movement = (*decision)->movement;
    movement.by = in.record.envelope.by;
    fold.put(std::move(movement));
  }
};

struct CollectNeeds {
  Needs& needs;
  bool fresh;

  void operator()(std::monostate) const {}
  void operator()(const StockRequest& request) const {
    once(Collection::reservations, request.order_id.str());
    for (const auto& line : request.lines) level(request.location, line.product_id);
  }
  void operator()(const StockMove& move) const {
    once(Collection::stock_movements, move.id);
    level(move.location, move.product_id);
  }

  // The document that makes a repeat harmless.
  void once(Collection collection, std::string_view id) const {
    if (fresh) return needs.fresh(collection, id);
    needs.existing(collection, id);
  }
  void level(const LocationId& location, const ProductId& product) const {
    needs.existing(Collection::stock_levels, stock_level_id(location, product));
  }
};

}  // namespace

std::optional<std::string_view> Stock::home_key(const Message& message) const {
  return location_of(message);
}

void Stock::needs(const Incoming& in, Needs& needs) const {
  std::visit(CollectNeeds{needs, is_fresh(in.message)}, std::visit(ToAsked{}, in.message));
}

void Stock::fold(const Incoming& in, Fold& fold) {
  std::visit(StockFold{in, fold}, std::visit(ToAsked{}, in.message));
}

}  // namespace ordo::processors
