// The records of the topic `shipments`: what orders ask for, and what carriers report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "records/describe.h"

namespace ordo {

// A service that takes the place of our logistics reads this and appends shipment.shipped and shipment.delivered to
// order_events.
struct ShipmentRequested {
  OrderId order_id;
  LocationId location;
  std::vector<StockLine> lines;
};
BOOST_DESCRIBE_STRUCT(ShipmentRequested, (), (order_id, location, lines))

// Stop the order. The answer is shipment.cancelled, when nothing of it has left, or shipment.cancel_refused.
struct ShipmentCancelRequested {
  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(ShipmentCancelRequested, (), (order_id))

// `lines`: what left, where it is not all of the shipment.
struct CarrierUpdated {
  OrderId order_id;
  std::string shipment_id;
  ShipmentStatus status = ShipmentStatus::in_transit;
  std::optional<std::vector<StockLine>> lines;
  std::optional<std::string> carrier;
  std::optional<std::string> tracking;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(CarrierUpdated, (), (order_id, shipment_id, status, lines, carrier, tracking, note))

}  // namespace ordo
