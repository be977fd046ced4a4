// What shops send: the records of the two seed topics, order_created and product_events. Names of members are names on
// the wire, and the seed's (userId, products, _id, ...).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "records/describe.h"

namespace ordo {

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
  std::optional<std::string> requestHash;    // set when orderId was made from an Idempotency-Key
  std::optional<std::string> paymentMethod;  // the gateway's token
  std::optional<bool> fresh;  // orderId is a UUIDv7 made for this request: nobody can have used it before
};
BOOST_DESCRIBE_STRUCT(NewOrder, (),
                      (orderId, userId, products, totalAmount, currency, location, reference, metadata, placedAt,
                       requestHash, paymentMethod, fresh))

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

}  // namespace ordo
