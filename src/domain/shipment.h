// A shipment: goods of one order on their way to the customer, and the decisions about them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"
#include "domain/stock.h"

namespace ordo {

enum class ShipmentStatus { requested, shipped, in_transit, delivered, lost, cancelled };

// An order's first shipment holds all of it. Where a part leaves alone, the rest is the next one.
struct Shipment {
  std::string id;  // shipment_id(order, number)
  OrderId order_id;
  std::int64_t number = 1;  // within the order
  LocationId location;
  std::vector<StockLine> lines;  // one a product, sorted by product
  ShipmentStatus status = ShipmentStatus::requested;
  std::string carrier;
  std::string tracking;
  std::string last_note;   // of the carrier
  Timestamp requested_at;  // by the log's clock, as are the next two: the simulated carrier's time runs from here
  std::optional<Timestamp> shipped_at;
  std::optional<Timestamp> delivered_at;
  Timestamp updated_at;
  std::int64_t rev = 0;

  static constexpr std::int64_t kMaxNumber = 64;

  friend bool operator==(const Shipment&, const Shipment&) = default;
};

std::string shipment_id(const OrderId& order, std::int64_t number);
// The number in the id of one of the order's shipments; nothing when it is not one.
std::optional<std::int64_t> shipment_number(const OrderId& order, std::string_view id);

// --- commands --------------------------------------------------------------------------------------------------------

namespace shipment_command {

struct Request {
  OrderId order_id;
  LocationId location;
  std::vector<StockLine> lines;
};
struct Cancel {};

// What the carrier says. `lines`: only these left, the rest stays as a shipment of its own; absent: all.
struct CarrierUpdate {
  ShipmentStatus status = ShipmentStatus::in_transit;
  std::optional<std::vector<StockLine>> lines;
  std::string carrier;
  std::string tracking;
  std::string note;
};

}  // namespace shipment_command

using ShipmentCommand =
    std::variant<shipment_command::Request, shipment_command::Cancel, shipment_command::CarrierUpdate>;

// --- facts: what the order is told -----------------------------------------------------------------------------------

namespace shipment_fact {

struct Shipped {};
struct Delivered {};
struct Lost {};
struct Cancelled {};
struct CancelRefused {};

}  // namespace shipment_fact

using ShipmentFact = std::variant<shipment_fact::Shipped, shipment_fact::Delivered, shipment_fact::Lost,
                                  shipment_fact::Cancelled, shipment_fact::CancelRefused>;

struct ShipmentDecision {
  std::optional<Shipment> shipment;  // as it is now; nullopt: nothing changes
  std::optional<Shipment> rest;      // what stays behind of a partial dispatch, a new shipment
  std::vector<ShipmentFact> facts;   // about `shipment`, or, where nothing changes, about the one there was
};

// What follows from `command` for a shipment (null: there is none). A cancel is for an order's first shipment: whether
// the order can still be stopped shows there. kNotFound "unknown_shipment"; kConflict "illegal_transition",
// "lines_exceed_shipment", "too_many_parts"; kInvalid "bad_quantity".
Result<ShipmentDecision> decide(const Shipment* current, const ShipmentCommand& command, Timestamp at,
                                Timestamp logged_at);

}  // namespace ordo
