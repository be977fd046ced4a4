// The records of the topic `shipments`: the requests of orders, and the reports of carriers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "records/describe.h"
#include "records/message_info.h"
#include "records/ordered_goods.h"

namespace ordo {

// A service that replaces the logistics processor reads this and appends shipment.shipped and shipment.delivered to
// order_events.
struct ShipmentRequested : DeliveryTerms {
  static constexpr MessageInfo kMessage{
      Topic::shipments, "ordo.shipment.create_requested.v1", "ship the goods of an order", {"orders"}};

  OrderId order_id;
  LocationId location;
  std::vector<StockLine> lines;
  // of goods that are sent again; absent: the order's first shipment
  std::optional<std::string> shipment_id = std::nullopt;
  // the same pieces by the order's lines, with their weight and value; absent in records of older releases
  std::optional<std::vector<OrderedGoods>> goods = std::nullopt;
  std::optional<std::string> order_number = std::nullopt;  // for people; absent in records of older releases
};
BOOST_DESCRIBE_STRUCT(ShipmentRequested, (DeliveryTerms), (order_id, location, lines, shipment_id, goods, order_number))

// Stop the part of the shipment that has not left; with lines, only these. The answer is shipment.cancelled or
// shipment.cancel_refused, with the same shipment_id and cancel_id. A service that handles whole orders only reads it
// as a request for everything that has not left.
struct ShipmentCancelRequested {
  static constexpr MessageInfo kMessage{
      Topic::shipments, "ordo.shipment.cancel_requested.v1", "stop the shipment if possible", {"orders"}};

  OrderId order_id;
  std::optional<std::string> shipment_id = std::nullopt;  // absent: the order's first shipment
  std::optional<std::string> cancel_id = std::nullopt;
  std::optional<std::vector<StockLine>> lines = std::nullopt;
};
BOOST_DESCRIBE_STRUCT(ShipmentCancelRequested, (), (order_id, shipment_id, cancel_id, lines))

// Remove the address and the carrier's texts, as part of the removal of the order's personal data.
struct ShipmentRedactRequested {
  static constexpr MessageInfo kMessage{
      Topic::shipments, "ordo.shipment.redact_requested.v1", "remove the shipment's personal data", {"orders"}};

  OrderId order_id;
  std::string shipment_id;
};
BOOST_DESCRIBE_STRUCT(ShipmentRedactRequested, (), (order_id, shipment_id))

// `lines`: the lines that left, if they are not the whole shipment.
struct CarrierUpdated {
  static constexpr MessageInfo kMessage{Topic::shipments,
                                        "ordo.shipment.carrier_updated.v1",
                                        "an update from the carrier",
                                        {"api", "logistics", "outside"}};

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
