// The records of the topic `customers`.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "records/describe.h"

namespace ordo {

// Who a customer is, as the shop's people or the customer say.
struct CustomerChanged {
  CustomerAction action = CustomerAction::create;
  CustomerId customer_id;
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::optional<std::map<std::string, std::string>> metadata;
  std::optional<std::string> change_id;
  std::optional<std::int64_t> expected_rev;
};
BOOST_DESCRIBE_STRUCT(CustomerChanged, (), (action, customer_id, name, email, phone, metadata, change_id, expected_rev))

// One step of one of the customer's orders, told by orders where it changes a figure.
struct CustomerOrderChanged {
  CustomerId customer_id;
  OrderId order_id;
  OrderStatus status = OrderStatus::pending;
  bool placed = false;  // the order is new
  bool ended = false;   // it has just reached a status that is final
  Timestamp placed_at;
  Money captured;  // by this step, as is the next
  Money refunded;
};
BOOST_DESCRIBE_STRUCT(CustomerOrderChanged, (),
                      (customer_id, order_id, status, placed, ended, placed_at, captured, refunded))

}  // namespace ordo
