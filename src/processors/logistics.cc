#include "processors/logistics.h"

#include "processors/emit.h"
#include "processors/keyed_processor.h"
#include "processors/message_key.h"
#include "records/proof.h"

namespace ordo::processors {
namespace {

struct ToShipmentCommand {
  std::optional<ShipmentCommand> operator()(const ShipmentRequested& message) const {
    const auto number = message.shipment_id ? shipment_number(message.order_id, *message.shipment_id) : 1;
    return shipment_command::Request{message,       message.order_id,   message.location,
                                     message.lines, number.value_or(1), message.order_number};
  }
  std::optional<ShipmentCommand> operator()(const ShipmentCancelRequested& message) const {
    return shipment_command::Cancel{message.lines.value_or(std::vector<StockLine>()), message.cancel_id.value_or("")};
  }
  std::optional<ShipmentCommand> operator()(const ShipmentRedactRequested&) const { return shipment_command::Redact{}; }
  std::optional<ShipmentCommand> operator()(const CarrierUpdated& message) const {
    return shipment_command::CarrierUpdate{message.status, message.lines, message.carrier.value_or(""),
                                           message.tracking.value_or(""), message.note.value_or("")};
  }
  template <class M>
  requires(!kIsOn<M, Topic::shipments>) std::optional<ShipmentCommand>
  operator()(const M&) const { return std::nullopt; }
};

// The number of the message's shipment: the one that it names, else the order's first. Nothing if the order cannot have
// the named one.
std::optional<std::int64_t> number_of(const Message& message, const OrderId& order) {
  return std::visit(
      [&]<class M>(const M& one) -> std::optional<std::int64_t> {
        if constexpr (requires { one.shipment_id.has_value(); }) {
          return one.shipment_id ? shipment_number(order, *one.shipment_id) : 1;
        } else if constexpr (requires { one.shipment_id; }) {
          return shipment_number(order, one.shipment_id);
        } else {
          return 1;
        }
      },
      message);
}

std::optional<std::string> cancel_id_of(const Message& message) {
  const auto* request = std::get_if<ShipmentCancelRequested>(&message);
  return request != nullptr ? request->cancel_id : std::nullopt;
}

struct PublishShipmentFact {
  Fold& fold;
  const Shipment& shipment;
  std::optional<std::string> cancel_id;  // of the cancel request

  void operator()(const shipment_fact::Shipped&) const {
    ShipmentShipped message{shipment.order_id, shipment.id, shipment.lines, std::nullopt};
    if (!shipment.tracking.empty()) message.tracking = shipment.tracking;
    publish(message);
  }
  void operator()(const shipment_fact::Delivered&) const { publish(ShipmentDelivered{shipment.order_id, shipment.id}); }
  void operator()(const shipment_fact::Lost&) const { publish(ShipmentLost{shipment.order_id, shipment.id}); }
  void operator()(const shipment_fact::Cancelled& cancelled) const {
    publish(ShipmentCancelled{shipment.order_id, shipment.id, cancelled.lines, cancel_id});
  }
  void operator()(const shipment_fact::CancelRefused&) const {
    publish(ShipmentCancelRefused{shipment.order_id, shipment.id});
  }

  template <class M>
  void publish(const M& message) const {
    emit_to_order(fold, shipment.order_id, message);
  }
};

// A carrier's late update is not an error. The carrier receives the refusal, and the record publishes it.
void note_refusal(const Shipment& shipment, const CarrierUpdated& update, const Error& error, Timestamp at,
                  Fold& fold) {
  const auto& order = shipment.order_id.str();
  fold.emit(
      {Topic::order_events, order, order, type::kShipmentUpdateRefused,
       encode(ShipmentUpdateRefused{shipment.order_id, shipment.id, update.status, error.reason, error.message})});
  Shipment noted = shipment;
  noted.last_refused = UpdateRefusal{update.status, error.reason, at};
  fold.put(std::move(noted));
}

}  // namespace

std::optional<std::string_view> Logistics::home_key(const Message& message) const {
  return order_id_of(message);
}

void Logistics::needs(const Incoming& in, Needs& needs) const {
  const auto key = home_key(in.message);
  if (!key) return;
  const OrderId order(*key);
  const auto number = number_of(in.message, order);
  if (!number) return;
  needs.existing(Collection::shipments, shipment_id(order, *number));
  // The rest of a partial dispatch becomes the next shipment, which no other record creates.
  const auto* update = std::get_if<CarrierUpdated>(&in.message);
  if (update != nullptr && update->lines) needs.existing(Collection::shipments, shipment_id(order, *number + 1));
}

void Logistics::fold(const Incoming& in, Fold& fold) {
  const auto command = std::visit(ToShipmentCommand{}, in.message);
  if (!command) return;
  const OrderId order(*home_key(in.message));
  if (refuse_bad_id(fold, "/order_id", order.str())) return;
  if (const auto* request = std::get_if<ShipmentRequested>(&in.message)) {
    std::vector<Violation> violations;
    check_rules(delivery_of(*request), text_rule_of(in.record.envelope), violations);
    const auto order_number = request->order_number.value_or("");
    if (order_number.size() > Shipment::kMaxOrderNumber || !line_problem(order_number).empty()) {
      violations.push_back({"/order_number", "must be a line of at most 64 bytes"});
    }
    if (!violations.empty()) {
      return fold.refuse({ErrorCode::kInvalid, "invalid_fields", "the record has wrong fields", std::move(violations)});
    }
  }
  const auto number = number_of(in.message, order);
  // A parcel of an outside logistics service has an id of that service, and no document here.
  if (!number && std::holds_alternative<ShipmentRedactRequested>(in.message)) return;
  if (!number) {
    return fold.refuse({ErrorCode::kNotFound, "unknown_shipment", "the order has no such shipment", {}});
  }
  const auto* current = find_as<Shipment>(fold, shipment_id(order, *number));
  auto decision = decide(current, *command, in.at, in.record.appended_at);
  if (!decision) {
    const auto* update = std::get_if<CarrierUpdated>(&in.message);
    const bool lost_a_race = current != nullptr && update != nullptr && decision.error().code == ErrorCode::kConflict;
    // guard: logistics-late-updates-are-told
    return lost_a_race ? note_refusal(*current, *update, decision.error(), in.at, fold) : fold.refuse(decision.error());
  }
  const Shipment* shipment = decision->shipment ? &*decision->shipment : current;
  if (shipment == nullptr) return;  // a redaction of a shipment that is not here
  for (const auto& fact : decision->facts) {
    std::visit(PublishShipmentFact{fold, *shipment, cancel_id_of(in.message)}, fact);
  }
  if (decision->rest) fold.put(std::move(*decision->rest));
  if (decision->shipment) fold.put(std::move(*decision->shipment));
}

}  // namespace ordo::processors
