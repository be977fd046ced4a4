// The records of the topic `stock`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "records/describe.h"
#include "records/message_info.h"

namespace ordo {

struct ReserveRequested {
  static constexpr MessageInfo kMessage{
      Topic::stock, "ordo.stock.reserve_requested.v1", "reserve all lines of an order, or none", {"orders"}};

  OrderId order_id;
  LocationId location;
  std::vector<StockLine> lines;
  bool fresh = false;  // no reservation can exist for this order
};
BOOST_DESCRIBE_STRUCT(ReserveRequested, (), (order_id, location, lines, fresh))

// Gives back everything that the order's reservation holds. `lines` are those of the request, so that the levels are
// known beforehand.
struct ReleaseRequested {
  static constexpr MessageInfo kMessage{
      Topic::stock, "ordo.stock.release_requested.v1", "release the order's reservation", {"orders"}};

  OrderId order_id;
  LocationId location;
  std::vector<StockLine> lines;
};
BOOST_DESCRIBE_STRUCT(ReleaseRequested, (), (order_id, location, lines))

// Gives back a part of the order's reservation. The order goes on.
struct PartReleaseRequested {
  static constexpr MessageInfo kMessage{
      Topic::stock, "ordo.stock.part_release_requested.v1", "release a part of the order's reservation", {"orders"}};

  OrderId order_id;
  std::string cancel_id;  // makes a repeat harmless
  LocationId location;
  std::vector<StockLine> lines;
};
BOOST_DESCRIBE_STRUCT(PartReleaseRequested, (), (order_id, cancel_id, location, lines))

// Reserves goods for the order again, to replace lost ones: all lines or none.
struct StockResendRequested {
  static constexpr MessageInfo kMessage{Topic::stock,
                                        "ordo.stock.resend_requested.v1",
                                        "reserve goods again to replace lost ones, all lines or none",
                                        {"orders"}};

  OrderId order_id;
  std::string resend_id;
  LocationId location;
  std::vector<StockLine> lines;
};
BOOST_DESCRIBE_STRUCT(StockResendRequested, (), (order_id, resend_id, location, lines))

// These lines of the order's reservation have left the warehouse.
struct ShipRequested {
  static constexpr MessageInfo kMessage{
      Topic::stock, "ordo.stock.ship_requested.v1", "reserved goods were shipped", {"orders"}};

  OrderId order_id;
  std::string shipment_id;
  LocationId location;
  std::vector<StockLine> lines;
};
BOOST_DESCRIBE_STRUCT(ShipRequested, (), (order_id, shipment_id, location, lines))

// Returned goods of the order can be sold again.
struct RestockRequested {
  static constexpr MessageInfo kMessage{
      Topic::stock, "ordo.stock.restock_requested.v1", "returned goods can be sold again", {"orders"}};

  OrderId order_id;
  std::string return_id;
  LocationId location;
  std::vector<StockLine> lines;
  std::optional<bool> unreserved = std::nullopt;  // stock never reserved them: the order is of the past
};
BOOST_DESCRIBE_STRUCT(RestockRequested, (), (order_id, return_id, location, lines, unreserved))

struct StockCounted {
  static constexpr MessageInfo kMessage{
      Topic::stock, "ordo.stock.counted.v1", "stock was counted", {"api", "catalog", "outside"}};

  std::string movement_id;
  LocationId location;
  ProductId product_id;
  std::int64_t on_hand = 0;
  std::string reason;
  std::optional<bool> fresh;  // no earlier record can have used this movement_id
};
BOOST_DESCRIBE_STRUCT(StockCounted, (), (movement_id, location, product_id, on_hand, reason, fresh))

struct StockAdjusted {
  static constexpr MessageInfo kMessage{
      Topic::stock, "ordo.stock.adjusted.v1", "stock was added or removed", {"api", "outside"}};

  std::string movement_id;
  LocationId location;
  ProductId product_id;
  std::int64_t change = 0;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(StockAdjusted, (), (movement_id, location, product_id, change, reason))

}  // namespace ordo
