// The records of order_events: all that happens to an order, in one total order an order.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "records/describe.h"

namespace ordo {

struct OrderCreated {
  OrderId order_id;
  std::string number;
  std::optional<std::string> reference;
  CustomerId customer_id;
  LocationId location;
  std::vector<OrderLine> lines;
  Money total;
  Timestamp placed_at;
  std::map<std::string, std::string> metadata;
  std::optional<std::string> request_hash;
  std::optional<std::string> rejection;  // intake could not price it: "unknown_product", ...
  std::optional<Decimal> claimed_total;  // a seed order's totalAmount where it differs from the catalogue's prices
  std::optional<std::string> payment_method;
  std::int64_t dispatch_hold_s = 0;  // how long after its payment the order waits for its dispatch
  bool fresh = false;
};
BOOST_DESCRIBE_STRUCT(OrderCreated, (),
                      (order_id, number, reference, customer_id, location, lines, total, placed_at, metadata,
                       request_hash, rejection, claimed_total, payment_method, dispatch_hold_s, fresh))

struct StockReserved {
  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(StockReserved, (), (order_id))

struct StockRejected {
  OrderId order_id;
  std::vector<Shortage> shortages;
};
BOOST_DESCRIBE_STRUCT(StockRejected, (), (order_id, shortages))

struct CancelRequested {
  OrderId order_id;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(CancelRequested, (), (order_id, reason))

// --- payment: of our processor, or of whoever takes its place --------------------------------------------------------

struct PaymentAuthorized {
  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(PaymentAuthorized, (), (order_id))

struct PaymentCaptured {
  OrderId order_id;
  Money amount;
};
BOOST_DESCRIBE_STRUCT(PaymentCaptured, (), (order_id, amount))

struct PaymentFailed {
  OrderId order_id;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(PaymentFailed, (), (order_id, reason))

struct PaymentVoided {
  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(PaymentVoided, (), (order_id))

struct PaymentRefunded {
  OrderId order_id;
  std::string refund_id;
  Money amount;
};
BOOST_DESCRIBE_STRUCT(PaymentRefunded, (), (order_id, refund_id, amount))

struct PaymentRefundFailed {
  OrderId order_id;
  std::string refund_id;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(PaymentRefundFailed, (), (order_id, refund_id, reason))

// --- logistics: of our processor, or of whoever takes its place ------------------------------------------------------

struct ShipmentShipped {
  OrderId order_id;
  std::string shipment_id;
  std::vector<StockLine> lines;
  std::optional<std::string> tracking;
};
BOOST_DESCRIBE_STRUCT(ShipmentShipped, (), (order_id, shipment_id, lines, tracking))

struct ShipmentDelivered {
  OrderId order_id;
  std::string shipment_id;
};
BOOST_DESCRIBE_STRUCT(ShipmentDelivered, (), (order_id, shipment_id))

struct ShipmentLost {
  OrderId order_id;
  std::string shipment_id;
};
BOOST_DESCRIBE_STRUCT(ShipmentLost, (), (order_id, shipment_id))

// The order is stopped: nothing of it has left, nothing of it will.
struct ShipmentCancelled {
  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(ShipmentCancelled, (), (order_id))

// The answer to a cancel that came too late.
struct ShipmentCancelRefused {
  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(ShipmentCancelRefused, (), (order_id))

// --- people ----------------------------------------------------------------------------------------------------------

// Without an amount: all that can be given back.
struct RefundRequested {
  OrderId order_id;
  std::string refund_id;
  std::optional<Money> amount;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(RefundRequested, (), (order_id, refund_id, amount, reason))

struct ReturnRequested {
  OrderId order_id;
  std::string return_id;
  std::vector<StockLine> lines;
  bool restock = false;
  bool refund = false;  // their price is given back
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReturnRequested, (), (order_id, return_id, lines, restock, refund, reason))

// --- time ------------------------------------------------------------------------------------------------------------

struct PaymentTimedOut {
  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(PaymentTimedOut, (), (order_id))

struct HoldElapsed {
  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(HoldElapsed, (), (order_id))

// The order is old enough for its personal data to go.
struct RetentionElapsed {
  OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(RetentionElapsed, (), (order_id))

// --- decisions of the orders processor -------------------------------------------------------------------------------

// Published for whoever listens; never input to one of ours.
struct OrderDecided {
  OrderId order_id;
  std::string number;
  CustomerId customer_id;
  OrderStatus status = OrderStatus::pending;
  PaymentStatus payment_status = PaymentStatus::none;
  FulfillmentStatus fulfillment_status = FulfillmentStatus::unfulfilled;
  std::optional<std::string> reason;
  Money total;
};
BOOST_DESCRIBE_STRUCT(OrderDecided, (),
                      (order_id, number, customer_id, status, payment_status, fulfillment_status, reason, total))

}  // namespace ordo
