// What the records say: one struct a type, described beside it. Names of members are names on the wire; those of the
// two seed topics (userId, products, _id, ...) are the seed's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "domain/order.h"
#include "domain/stock.h"
#include "records/describe.h"
#include "records/envelope.h"

namespace ordo {

// --- order_created ---------------------------------------------------------------------------------------------------

struct NewOrderLine {
  ProductId productId;
  std::int64_t quantity = 0;
  std::optional<std::string> name;  // with unitPrice: the snapshot the API took
  std::optional<Money> unitPrice;
};
BOOST_DESCRIBE_STRUCT(NewOrderLine, (), (productId, quantity, name, unitPrice))

// An order as placed. A foreign producer writes userId, products and totalAmount only; the API writes all it knows.
struct NewOrder {
  std::optional<OrderId> orderId;
  CustomerId userId;
  std::vector<NewOrderLine> products;
  std::optional<Decimal> totalAmount;  // major units; the seed's claim, or the API's own sum
  std::optional<std::string> currency;
  std::optional<LocationId> location;
  std::optional<std::string> reference;
  std::optional<std::map<std::string, std::string>> metadata;
  std::optional<Timestamp> placedAt;
  std::optional<std::string> requestHash;  // set when orderId was made from an Idempotency-Key
  std::optional<bool> fresh;               // orderId is a UUIDv7 made for this request: nobody can have used it before
};
BOOST_DESCRIBE_STRUCT(NewOrder, (),
                      (orderId, userId, products, totalAmount, currency, location, reference, metadata, placedAt,
                       requestHash, fresh))

// --- product_events --------------------------------------------------------------------------------------------------

struct ProductFields {
  ProductId _id;
  std::optional<std::string> name;
  std::optional<Decimal> price;  // major units
  std::optional<std::int64_t> stock;
  std::optional<std::string> category;
  std::optional<std::string> currency;
};
BOOST_DESCRIBE_STRUCT(ProductFields, (), (_id, name, price, stock, category, currency))

struct ProductEvent {
  std::string action;  // "create", "update" or "delete"
  ProductFields product;
  std::optional<std::string> changeId;
  std::optional<std::int64_t> expectedRev;
  std::optional<LocationId> location;  // where `stock` was counted
};
BOOST_DESCRIBE_STRUCT(ProductEvent, (), (action, product, changeId, expectedRev, location))

// --- order_events ----------------------------------------------------------------------------------------------------

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
  bool fresh = false;
};
BOOST_DESCRIBE_STRUCT(OrderCreated, (),
                      (order_id, number, reference, customer_id, location, lines, total, placed_at, metadata,
                       request_hash, rejection, claimed_total, fresh))

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

// A decision of the orders processor, published for whoever listens; it is never input to one of ours.
struct OrderDecided {
  OrderId order_id;
  CustomerId customer_id;
  OrderStatus status = OrderStatus::pending;
  std::optional<std::string> reason;
  Money total;
};
BOOST_DESCRIBE_STRUCT(OrderDecided, (), (order_id, customer_id, status, reason, total))

// --- stock -----------------------------------------------------------------------------------------------------------

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

// --- types -----------------------------------------------------------------------------------------------------------

namespace type {
inline constexpr std::string_view kOrderPlaced = "ordo.order.placed.v1";        // order_created: as it came in
inline constexpr std::string_view kProductChanged = "ordo.product.changed.v1";  // product_events
inline constexpr std::string_view kOrderCreated = "ordo.order.created.v1";
inline constexpr std::string_view kOrderReserved = "ordo.order.reserved.v1";
inline constexpr std::string_view kOrderRejected = "ordo.order.rejected.v1";
inline constexpr std::string_view kOrderCancelled = "ordo.order.cancelled.v1";
inline constexpr std::string_view kCancelRequested = "ordo.order.cancel_requested.v1";
inline constexpr std::string_view kStockReserved = "ordo.stock.reserved.v1";
inline constexpr std::string_view kStockRejected = "ordo.stock.rejected.v1";
inline constexpr std::string_view kReserveRequested = "ordo.stock.reserve_requested.v1";
inline constexpr std::string_view kReleaseRequested = "ordo.stock.release_requested.v1";
inline constexpr std::string_view kStockCounted = "ordo.stock.counted.v1";
inline constexpr std::string_view kStockAdjusted = "ordo.stock.adjusted.v1";
}  // namespace type

// A decoded record. OrderDecided stands for the three facts that orders publishes; it is not decoded further.
using Message = std::variant<NewOrder, ProductEvent, OrderCreated, StockReserved, StockRejected, CancelRequested,
                             OrderDecided, ReserveRequested, ReleaseRequested, StockCounted, StockAdjusted>;

// The message in `record`, by its type and topic; on a seed topic a record without a type is taken for the seed's.
// kInvalid "unknown_type", "malformed_json" or "invalid_fields": the reasons a record goes to the dead-letter topic.
Result<Message> decode(const Record& record);

// All that decode() knows: a type and the topic it belongs on.
std::vector<std::pair<Topic, std::string_view>> decodable_types();

// The value of a record that carries `message`.
std::string encode(const NewOrder& message);
std::string encode(const ProductEvent& message);
std::string encode(const OrderCreated& message);
std::string encode(const StockReserved& message);
std::string encode(const StockRejected& message);
std::string encode(const CancelRequested& message);
std::string encode(const OrderDecided& message);
std::string encode(const ReserveRequested& message);
std::string encode(const ReleaseRequested& message);
std::string encode(const StockCounted& message);
std::string encode(const StockAdjusted& message);

}  // namespace ordo
