#include "process/logistics.h"

#include "process/message_key.h"

namespace ordo {
namespace {

struct ToShipmentCommand {
  std::optional<ShipmentCommand> operator()(const ShipmentRequested& message) const {
    return shipment_command::Request{message.order_id, message.location, message.lines};
  }
  std::optional<ShipmentCommand> operator()(const ShipmentCancelRequested&) const { return shipment_command::Cancel{}; }
  std::optional<ShipmentCommand> operator()(const CarrierUpdated& message) const {
    return shipment_command::CarrierUpdate{message.status, message.lines, message.carrier.value_or(""),
                                           message.tracking.value_or(""), message.note.value_or("")};
  }
  template <class Other>
  std::optional<ShipmentCommand> operator()(const Other&) const {
    return std::nullopt;
  }
};

// The shipment a message is about: the one a carrier names, else the order's first. Nothing when the carrier names one
// that the order cannot have.
std::optional<std::int64_t> number_of(const Message& message, const OrderId& order) {
  const auto* update = std::get_if<CarrierUpdated>(&message);
  return update != nullptr ? shipment_number(order, update->shipment_id) : 1;
}

struct TellOfShipment {
  Fold& fold;
  const Shipment& shipment;

  void operator()(const shipment_fact::Shipped&) const {
    ShipmentShipped message{shipment.order_id, shipment.id, shipment.lines, std::nullopt};
    if (!shipment.tracking.empty()) message.tracking = shipment.tracking;
    say(type::kShipmentShipped, message);
  }
  void operator()(const shipment_fact::Delivered&) const {
    say(type::kShipmentDelivered, ShipmentDelivered{shipment.order_id, shipment.id});
  }
  void operator()(const shipment_fact::Lost&) const {
    say(type::kShipmentLost, ShipmentLost{shipment.order_id, shipment.id});
  }
  void operator()(const shipment_fact::Cancelled&) const {
    say(type::kShipmentCancelled, ShipmentCancelled{shipment.order_id});
  }
  void operator()(const shipment_fact::CancelRefused&) const {
    say(type::kShipmentCancelRefused, ShipmentCancelRefused{shipment.order_id});
  }

  template <class M>
  void say(std::string_view type, const M& message) const {
    const auto& order = shipment.order_id.str();
    fold.emit({Topic::order_events, order, order, type, encode(message)});
  }
};

}  // namespace

std::string_view Logistics::home_key(const Message& message) const {
  return order_id_of(message);
}

void Logistics::needs(const Incoming& in, Needs& needs) const {
  const OrderId order(home_key(in.message));
  if (order.empty()) return;
  const auto number = number_of(in.message, order);
  if (!number) return;
  needs.existing(Collection::shipments, shipment_id(order, *number));
  // A partial dispatch leaves the rest as the next one, which nobody else makes.
  const auto* update = std::get_if<CarrierUpdated>(&in.message);
  if (update != nullptr && update->lines) needs.existing(Collection::shipments, shipment_id(order, *number + 1));
}

void Logistics::fold(const Incoming& in, Fold& fold) {
  const auto command = std::visit(ToShipmentCommand{}, in.message);
  if (!command) return;
  const OrderId order(home_key(in.message));
  if (const auto problem = id_problem(order.str()); !problem.empty()) {
    return fold.refuse(
        {ErrorCode::kInvalid, "invalid_fields", "the record has wrong fields", {{"/order_id", std::string(problem)}}});
  }
  const auto number = number_of(in.message, order);
  if (!number) {
    return fold.refuse({ErrorCode::kNotFound, "unknown_shipment", "the order has no such shipment", {}});
  }
  const auto* current = find_as<Shipment>(fold, Collection::shipments, shipment_id(order, *number));
  auto decision = decide(current, *command, in.at, in.record.appended_at);
  if (!decision) return fold.refuse(decision.error());
  const Shipment* told = decision->shipment ? &*decision->shipment : current;
  for (const auto& fact : decision->facts) std::visit(TellOfShipment{fold, *told}, fact);
  if (decision->rest) fold.put(std::move(*decision->rest));
  if (decision->shipment) fold.put(std::move(*decision->shipment));
}

}  // namespace ordo
