#include "domain/shipment.h"

#include <algorithm>
#include <charconv>

namespace ordo {
namespace {

constexpr std::string_view kStatusNames[] = {"requested", "shipped", "in_transit", "delivered", "lost", "cancelled"};

tl::unexpected<Error> illegal(const Shipment& shipment, const std::string& what) {
  return fail(
      ErrorCode::kConflict, "illegal_transition",
      what + " is not possible for a shipment that is " + std::string(kStatusNames[static_cast<int>(shipment.status)]));
}

Result<std::vector<StockLine>> checked(const std::vector<StockLine>& lines) {
  const bool right = std::all_of(lines.begin(), lines.end(), [](const StockLine& line) {
    return line.quantity >= 1 && line.quantity <= kMaxStock;
  });
  if (lines.empty() || !right) {
    return fail(ErrorCode::kInvalid, "bad_quantity", "lines are not empty, their quantities whole numbers above zero");
  }
  return sum_lines(lines);
}

bool has_left(const Shipment& shipment) {
  return shipment.status != ShipmentStatus::requested && shipment.status != ShipmentStatus::cancelled;
}

// For a shipment that exists.
struct DecideShipment {
  const Shipment& shipment;
  Timestamp at;
  Timestamp logged_at;

  Result<ShipmentDecision> operator()(const shipment_command::Request&) const {
    return ShipmentDecision{};
  }  // a repeat

  Result<ShipmentDecision> operator()(const shipment_command::Cancel&) const {
    if (has_left(shipment)) return ShipmentDecision{{}, {}, {shipment_fact::CancelRefused{}}};
    if (shipment.status == ShipmentStatus::cancelled) return ShipmentDecision{{}, {}, {shipment_fact::Cancelled{}}};
    ShipmentDecision decision{shipment, {}, {shipment_fact::Cancelled{}}};
    decision.shipment->status = ShipmentStatus::cancelled;
    decision.shipment->updated_at = at;
    return decision;
  }

  Result<ShipmentDecision> operator()(const shipment_command::CarrierUpdate& update) const {
    switch (update.status) {
      case ShipmentStatus::shipped:
        return ship(update);
      case ShipmentStatus::in_transit:
        if (shipment.status == ShipmentStatus::delivered || shipment.status == ShipmentStatus::lost)
          return ShipmentDecision{};
        return move(update, {});
      case ShipmentStatus::delivered:
        if (shipment.status == ShipmentStatus::delivered) return ShipmentDecision{};
        return move(update, shipment_fact::Delivered{});
      case ShipmentStatus::lost:
        if (shipment.status == ShipmentStatus::lost) return ShipmentDecision{};
        if (shipment.status == ShipmentStatus::delivered) return illegal(shipment, "a loss");
        return move(update, shipment_fact::Lost{});
      case ShipmentStatus::cancelled:
        if (has_left(shipment)) return illegal(shipment, "a cancel");
        return (*this)(shipment_command::Cancel{});
      case ShipmentStatus::requested:
        break;
    }
    return fail(ErrorCode::kInvalid, "bad_status", "a carrier does not say \"requested\"");
  }

  Result<ShipmentDecision> ship(const shipment_command::CarrierUpdate& update) const {
    if (has_left(shipment)) return ShipmentDecision{};  // a repeat, or one that later news overtook
    if (shipment.status != ShipmentStatus::requested) return illegal(shipment, "a dispatch");
    ShipmentDecision decision{shipment, {}, {shipment_fact::Shipped{}}};
    if (update.lines) {
      auto leaving = checked(*update.lines);
      if (!leaving) return fail(std::move(leaving.error()));
      bool enough = true;
      auto staying = subtract_lines(shipment.lines, *leaving, enough);
      if (!enough) {
        return fail(ErrorCode::kConflict, "lines_exceed_shipment", "more would leave than the shipment holds");
      }
      if (!staying.empty()) {
        if (shipment.number >= Shipment::kMaxNumber) {
          return fail(ErrorCode::kConflict, "too_many_parts", "an order has at most 64 shipments");
        }
        decision.rest = shipment;
        decision.rest->number = shipment.number + 1;
        decision.rest->id = shipment_id(shipment.order_id, decision.rest->number);
        decision.rest->lines = std::move(staying);
        decision.rest->requested_at = logged_at;
        decision.rest->updated_at = at;
        decision.rest->rev = 0;
        decision.shipment->lines = std::move(*leaving);
      }
    }
    decision.shipment->status = ShipmentStatus::shipped;
    decision.shipment->shipped_at = logged_at;
    tell(update, *decision.shipment);
    return decision;
  }

  // News of goods that are on their way.
  Result<ShipmentDecision> move(const shipment_command::CarrierUpdate& update, std::optional<ShipmentFact> fact) const {
    if (!has_left(shipment)) return illegal(shipment, "news from the way");
    ShipmentDecision decision{shipment, {}, {}};
    decision.shipment->status = update.status;
    if (update.status == ShipmentStatus::delivered) decision.shipment->delivered_at = logged_at;
    tell(update, *decision.shipment);
    if (fact) decision.facts.push_back(*fact);
    return decision;
  }

  void tell(const shipment_command::CarrierUpdate& update, Shipment& changed) const {
    if (!update.carrier.empty()) changed.carrier = update.carrier;
    if (!update.tracking.empty()) changed.tracking = update.tracking;
    if (!update.note.empty()) changed.last_note = update.note;
    changed.updated_at = at;
  }
};

}  // namespace

std::string shipment_id(const OrderId& order, std::int64_t number) {
  return order.str() + ":" + std::to_string(number);
}

std::optional<std::int64_t> shipment_number(const OrderId& order, std::string_view id) {
  if (!id.starts_with(order.str()) || id.size() < order.str().size() + 2 || id[order.str().size()] != ':') return {};
  const auto digits = id.substr(order.str().size() + 1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = error == std::errc() && end == digits.data() + digits.size() && digits.front() != '0';
  if (!whole || number < 1 || number > Shipment::kMaxNumber) return {};
  return number;
}

Result<ShipmentDecision> decide(const Shipment* current, const ShipmentCommand& command, Timestamp at,
                                Timestamp logged_at) {
  if (current != nullptr) return std::visit(DecideShipment{*current, at, logged_at}, command);
  const auto* request = std::get_if<shipment_command::Request>(&command);
  if (request == nullptr) return fail(ErrorCode::kNotFound, "unknown_shipment", "there is no such shipment");
  auto lines = checked(request->lines);
  if (!lines) return fail(std::move(lines.error()));
  ShipmentDecision decision;
  Shipment& shipment = decision.shipment.emplace();
  shipment.id = shipment_id(request->order_id, 1);
  shipment.order_id = request->order_id;
  shipment.location = request->location;
  shipment.lines = std::move(*lines);
  shipment.requested_at = logged_at;
  shipment.updated_at = at;
  return decision;
}

}  // namespace ordo
