// A customer as the API shows one: the document with what follows from it. Pulls the descriptions in: for .cc files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "records/describe.h"

namespace ordo::cli {

struct ShownValue {
  Currency currency;
  std::int64_t captured = 0;
  std::int64_t refunded = 0;
  std::int64_t lifetime_value = 0;
};
BOOST_DESCRIBE_STRUCT(ShownValue, (), (currency, captured, refunded, lifetime_value))

struct ShownCustomer {
  CustomerId id;
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::map<std::string, std::string> metadata;
  std::string segment;
  OrderCounts orders;
  std::vector<ShownValue> value;
  std::optional<Timestamp> first_order_at;
  std::optional<Timestamp> last_order_at;
  std::optional<Timestamp> registered_at;
  std::optional<Timestamp> erased_at;
  Timestamp created_at;
  Timestamp updated_at;
  std::int64_t rev = 0;
};
BOOST_DESCRIBE_STRUCT(ShownCustomer, (),
                      (id, name, email, phone, metadata, segment, orders, value, first_order_at, last_order_at,
                       registered_at, erased_at, created_at, updated_at, rev))

}  // namespace ordo::cli
