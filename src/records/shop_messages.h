// Records that shops send, on the two seed topics order_created and product_events. The names of members are the names
// on the wire. They come from the seed (userId, products, _id, ...).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "records/describe.h"
#include "records/message_info.h"

namespace ordo {

// The name that 0.1.0 used in records of order_created.
inline constexpr Alias kOldPaymentMethod{"payment_method", "paymentMethod"};

struct NewOrderLine : LineDetails {
  std::optional<ProductId> productId;  // of a line of kind product
  std::int64_t quantity = 0;
  std::optional<std::string> name;  // with unitPrice: the values that the API saw when it took the order
  std::optional<Money> unitPrice;
  std::optional<Money> total = std::nullopt;  // if the order has totals
};
BOOST_DESCRIBE_STRUCT(NewOrderLine, (LineDetails), (productId, quantity, name, unitPrice, total))

// An order as placed. A foreign producer writes userId, products and totalAmount only. The API writes all that it
// knows.
struct NewOrder : OrderTerms, OrderFigures {
  static constexpr MessageInfo kMessage{
      Topic::order_created, "ordo.order.placed.v1", "an order was placed", {"api", "outside"}};

  std::optional<OrderId> orderId;
  CustomerId userId;
  std::vector<NewOrderLine> products;
  std::optional<Decimal> totalAmount;  // major units; the seed's claim, or the sum that the API computed
  std::optional<std::string> currency;
  std::optional<LocationId> location;
  std::optional<Timestamp> placedAt;
  std::optional<std::string> requestHash;  // set when orderId was made from an Idempotency-Key
  // orderId is a UUIDv7 made for this request: no earlier request can have used it
  std::optional<bool> fresh;
};
BOOST_DESCRIBE_STRUCT(NewOrder, (OrderTerms, OrderFigures),
                      (orderId, userId, products, totalAmount, currency, location, placedAt, requestHash, fresh))
constexpr auto aliases(AliasesOf<NewOrder>) {
  return std::array{kOldPaymentMethod};
}

struct ProductFields : ProductTraits {
  ProductId _id;
  std::optional<std::string> name;
  std::optional<Decimal> price;  // major units
  std::optional<std::int64_t> stock;
  std::optional<std::string> category;
  std::optional<std::string> currency;
};
BOOST_DESCRIBE_STRUCT(ProductFields, (ProductTraits), (_id, name, price, stock, category, currency))

struct ProductEvent {
  static constexpr MessageInfo kMessage{
      Topic::product_events, "ordo.product.changed.v1", "a change of the catalogue", {"api", "outside"}};

  std::string action;  // "create", "update" or "delete"
  ProductFields product;
  std::optional<std::string> changeId;
  std::optional<std::int64_t> expectedRev;
  std::optional<LocationId> location;  // where `stock` was counted
};
BOOST_DESCRIBE_STRUCT(ProductEvent, (), (action, product, changeId, expectedRev, location))

}  // namespace ordo
