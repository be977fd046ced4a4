#include "domain/shipment.h"

#include <algorithm>

#include "base/number.h"

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
    return fail(ErrorCode::kInvalid, "bad_quantity",
                "there must be at least one line, and quantities must be whole numbers above zero");
  }
  return sum_lines(lines);
}

bool has_left(const Shipment& shipment) {
  return shipment.status != ShipmentStatus::requested && shipment.status != ShipmentStatus::cancelled;
}

void forget_people(Shipment& shipment) {
  // guard: shipment-redacts-address
  redact(delivery_of(shipment));
  shipment.tracking.clear();
  shipment.last_note.clear();
}

// For a shipment that exists.
struct DecideShipment {
  const Shipment& shipment;
  Timestamp at;
  Timestamp logged_at;

  Result<ShipmentDecision> operator()(const shipment_command::Request&) const {
    return ShipmentDecision{};
  }  // a repeat

  Result<ShipmentDecision> operator()(const shipment_command::Cancel& cancel) const {
    // guard: shipment-cancel-left
    if (has_left(shipment)) return ShipmentDecision{{}, {}, {shipment_fact::CancelRefused{}}};
    if (!cancel.lines.empty()) return cancel_part(cancel);
    if (shipment.status == ShipmentStatus::cancelled) {
      // Nothing is left if the last part was cancelled on its own. The order was notified of that under the part's id.
      if (shipment.lines.empty()) return ShipmentDecision{{}, {}, {shipment_fact::CancelRefused{}}};
      return ShipmentDecision{{}, {}, {shipment_fact::Cancelled{shipment.lines}}};
    }
    ShipmentDecision decision{shipment, {}, {shipment_fact::Cancelled{shipment.lines}}};
    decision.shipment->status = ShipmentStatus::cancelled;
    decision.shipment->updated_at = at;
    return decision;
  }

  Result<ShipmentDecision> cancel_part(const shipment_command::Cancel& cancel) const {
    const auto& done = shipment.cancels;
    // guard: shipment-part-cancelled-once
    if (std::find(done.begin(), done.end(), cancel.id) != done.end()) return ShipmentDecision{};  // a repeat
    if (shipment.status == ShipmentStatus::cancelled) return ShipmentDecision{{}, {}, {shipment_fact::CancelRefused{}}};
    if (done.size() >= Shipment::kMaxCancels) {
      return fail(ErrorCode::kConflict, "too_many_parts", "a shipment can be cancelled in at most 64 parts");
    }
    auto lines = checked(cancel.lines);
    if (!lines) return fail(std::move(lines.error()));
    bool enough = true;
    auto staying = subtract_lines(shipment.lines, *lines, enough);
    if (!enough) return ShipmentDecision{{}, {}, {shipment_fact::CancelRefused{}}};
    ShipmentDecision decision{shipment, {}, {shipment_fact::Cancelled{std::move(*lines)}}};
    decision.shipment->cancels.push_back(cancel.id);
    if (staying.empty()) decision.shipment->status = ShipmentStatus::cancelled;
    decision.shipment->lines = std::move(staying);
    decision.shipment->updated_at = at;
    return decision;
  }

  Result<ShipmentDecision> operator()(const shipment_command::Redact&) const {
    if (shipment.redacted_at) return ShipmentDecision{};
    ShipmentDecision decision{shipment, {}, {}};
    decision.shipment->redacted_at = at;
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
        // guard: shipment-lost-delivered
        if (shipment.status == ShipmentStatus::delivered) return illegal(shipment, "a loss");
        return move(update, shipment_fact::Lost{});
      case ShipmentStatus::cancelled:
        if (has_left(shipment)) return illegal(shipment, "a cancel");
        return (*this)(shipment_command::Cancel{});
      case ShipmentStatus::requested:
        break;
    }
    return fail(ErrorCode::kInvalid, "bad_status", "a carrier cannot report \"requested\"");
  }

  Result<ShipmentDecision> ship(const shipment_command::CarrierUpdate& update) const {
    // guard: shipment-ship-once
    if (has_left(shipment)) return ShipmentDecision{};  // a repeat, or an update that a later one overtook
    // guard: shipment-ship-cancelled
    if (shipment.status != ShipmentStatus::requested) return illegal(shipment, "a dispatch");
    ShipmentDecision decision{shipment, {}, {shipment_fact::Shipped{}}};
    if (update.lines) {
      auto leaving = checked(*update.lines);
      if (!leaving) return fail(std::move(leaving.error()));
      bool enough = true;
      auto staying = subtract_lines(shipment.lines, *leaving, enough);
      // guard: shipment-ship-within
      if (!enough) {
        return fail(ErrorCode::kConflict, "lines_exceed_shipment", "the lines exceed what the shipment holds");
      }
      if (!staying.empty()) {
        if (shipment.number >= Shipment::kMaxParts) {
          return fail(ErrorCode::kConflict, "too_many_parts",
                      "an order leaves in at most 64 parts, and goods that are sent again leave in one part");
        }
        decision.rest = shipment;
        decision.rest->number = shipment.number + 1;
        decision.rest->id = shipment_id(shipment.order_id, decision.rest->number);
        decision.rest->lines = std::move(staying);
        decision.rest->requested_at = logged_at;
        decision.rest->updated_at = at;
        decision.rest->cancels.clear();
        decision.rest->rev = 0;
        decision.shipment->lines = std::move(*leaving);
      }
    }
    decision.shipment->status = ShipmentStatus::shipped;
    decision.shipment->shipped_at = logged_at;
    tell(update, *decision.shipment);
    return decision;
  }

  // An update about goods in transit.
  Result<ShipmentDecision> move(const shipment_command::CarrierUpdate& update, std::optional<ShipmentFact> fact) const {
    // guard: shipment-no-news-before
    if (!has_left(shipment)) return illegal(shipment, "an update in transit");
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
  const auto number = digits.front() == '0' ? std::nullopt : parse_integer<std::int64_t>(digits);
  return number && *number >= 1 && *number <= Shipment::kMaxNumber ? number : std::nullopt;
}

Result<ShipmentDecision> decide(const Shipment* current, const ShipmentCommand& command, Timestamp at,
                                Timestamp logged_at) {
  if (current != nullptr) {
    auto decision = std::visit(DecideShipment{*current, at, logged_at}, command);
    // The carrier's texts after the redaction may be about people too.
    if (decision && decision->shipment && decision->shipment->redacted_at) forget_people(*decision->shipment);
    return decision;
  }
  if (std::holds_alternative<shipment_command::Redact>(command)) return ShipmentDecision{};  // nothing is kept
  const auto* request = std::get_if<shipment_command::Request>(&command);
  if (request == nullptr) return fail(ErrorCode::kNotFound, "unknown_shipment", "there is no such shipment");
  auto lines = checked(request->lines);
  if (!lines) return fail(std::move(lines.error()));
  ShipmentDecision decision;
  Shipment& shipment = decision.shipment.emplace();
  delivery_of(shipment) = delivery_of(*request);
  shipment.id = shipment_id(request->order_id, request->number);
  shipment.number = request->number;
  shipment.order_id = request->order_id;
  shipment.order_number = request->order_number;
  shipment.location = request->location;
  shipment.lines = std::move(*lines);
  shipment.requested_at = logged_at;
  shipment.updated_at = at;
  return decision;
}

}  // namespace ordo
