// The records of the topic `stock`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "records/describe.h"

namespace ordo {

struct ReserveRequested {
  OrderId order_id;
  LocationId location;
  std::vector<StockLine> lines;
  bool fresh = false;  // no reservation can exist for this order
};
BOOST_DESCRIBE_STRUCT(ReserveRequested, (), (order_id, location, lines, fresh))

// Gives back what the order's reservation holds. `lines` are those of the request, so that the levels are known
// beforehand.
struct ReleaseRequested {
  OrderId order_id;
  LocationId location;
  std::vector<StockLine> lines;
};
BOOST_DESCRIBE_STRUCT(ReleaseRequested, (), (order_id, location, lines))

// What the order's reservation holds of these lines has left the house.
struct ShipRequested {
  OrderId order_id;
  std::string shipment_id;
  LocationId location;
  std::vector<StockLine> lines;
};
BOOST_DESCRIBE_STRUCT(ShipRequested, (), (order_id, shipment_id, location, lines))

// Goods of the order are back and can be sold again.
struct RestockRequested {
  OrderId order_id;
  std::string return_id;
  LocationId location;
  std::vector<StockLine> lines;
};
BOOST_DESCRIBE_STRUCT(RestockRequested, (), (order_id, return_id, location, lines))

struct StockCounted {
  std::string movement_id;
  LocationId location;
  ProductId product_id;
  std::int64_t on_hand = 0;
  std::string reason;
  std::optional<bool> fresh;  // nobody can have used this movement_id before
};
BOOST_DESCRIBE_STRUCT(StockCounted, (), (movement_id, location, product_id, on_hand, reason, fresh))

struct StockAdjusted {
  std::string movement_id;
  LocationId location;
  ProductId product_id;
  std::int64_t change = 0;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(StockAdjusted, (), (movement_id, location, product_id, change, reason))

}  // namespace ordo
