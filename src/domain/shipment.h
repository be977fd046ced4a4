// A shipment of an order's goods to the customer, and the decisions about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"
#include "domain/order_terms.h"
#include "domain/stock.h"

namespace ordo {

enum class ShipmentStatus { requested, shipped, in_transit, delivered, lost, cancelled };

// A carrier's update that the shipment's status did not allow.
struct UpdateRefusal {
  ShipmentStatus status = ShipmentStatus::in_transit;  // that the carrier reported
  std::string reason;                                  // the code: "illegal_transition"
  Timestamp at;

  friend bool operator==(const UpdateRefusal&, const UpdateRefusal&) = default;
};

// An order's first shipment holds all of its goods. After a partial dispatch, the rest becomes the next shipment.
struct Shipment : DeliveryTerms {
  std::string id;  // shipment_id(order, number)
  OrderId order_id;
  std::optional<std::string> order_number;  // for people, at most kMaxOrderNumber bytes
  std::int64_t number = 1;                  // within the order
  LocationId location;
  std::vector<StockLine> lines;  // one per product, sorted by product; none if all of it was cancelled in parts
  ShipmentStatus status = ShipmentStatus::requested;
  std::string carrier;
  std::string tracking;
  std::string last_note;  // the carrier's text
  std::optional<UpdateRefusal> last_refused;
  std::vector<std::string> cancels;  // ids of its partial cancels, at most kMaxCancels
  Timestamp requested_at;            // log time, like the next two; starts the simulated carrier's time
  std::optional<Timestamp> shipped_at;
  std::optional<Timestamp> delivered_at;
  std::optional<Timestamp> redacted_at;  // the address and the carrier's texts were removed
  Timestamp updated_at;
  std::int64_t rev = 0;

  // The numbers of an order's parts. Higher numbers belong to goods that are sent again, which leave in one part.
  static constexpr std::int64_t kMaxParts = 64;
  static constexpr std::int64_t kMaxNumber = 80;
  static constexpr std::size_t kMaxOrderNumber = 64;
  static constexpr std::size_t kMaxCancels = 64;  // more than an order requests, see Order::kMaxCancellations

  friend bool operator==(const Shipment&, const Shipment&) = default;
};

std::string shipment_id(const OrderId& order, std::int64_t number);
// The number in the id of one of the order's shipments; nothing if the id has another form.
std::optional<std::int64_t> shipment_number(const OrderId& order, std::string_view id);

// --- commands --------------------------------------------------------------------------------------------------------

namespace shipment_command {

struct Request : DeliveryTerms {
  OrderId order_id;
  LocationId location;
  std::vector<StockLine> lines;
  std::int64_t number = 1;
  std::optional<std::string> order_number = std::nullopt;
};
// Without lines: cancel all of it. With lines: cancel a part, once per id.
struct Cancel {
  std::vector<StockLine> lines = {};
  std::string id = {};
};
// Removes the address and the carrier's texts.
struct Redact {};

// A carrier's update. `lines`: only these left, and the rest becomes a new shipment; absent: all left.
struct CarrierUpdate {
  ShipmentStatus status = ShipmentStatus::in_transit;
  std::optional<std::vector<StockLine>> lines;
  std::string carrier;
  std::string tracking;
  std::string note;
};

}  // namespace shipment_command

using ShipmentCommand = std::variant<shipment_command::Request, shipment_command::Cancel,
                                     shipment_command::CarrierUpdate, shipment_command::Redact>;

// --- facts: reports to the order -------------------------------------------------------------------------------------

namespace shipment_fact {

struct Shipped {};
struct Delivered {};
struct Lost {};
struct Cancelled {
  std::vector<StockLine> lines;  // the lines that will not be shipped
};
struct CancelRefused {};

}  // namespace shipment_fact

using ShipmentFact = std::variant<shipment_fact::Shipped, shipment_fact::Delivered, shipment_fact::Lost,
                                  shipment_fact::Cancelled, shipment_fact::CancelRefused>;

struct ShipmentDecision {
  std::optional<Shipment> shipment;  // the new state; nullopt: no change
  std::optional<Shipment> rest;      // the rest of a partial dispatch, a new shipment
  std::vector<ShipmentFact> facts;   // about `shipment`, or, if nothing changes, about the existing one
};

// The decision that follows from `command` for a shipment (null: there is none). kNotFound "unknown_shipment";
// kConflict "illegal_transition", "lines_exceed_shipment", "too_many_parts"; kInvalid "bad_quantity".
Result<ShipmentDecision> decide(const Shipment* current, const ShipmentCommand& command, Timestamp at,
                                Timestamp logged_at);

}  // namespace ordo
