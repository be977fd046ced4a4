// The records of the topic `customers`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "records/describe.h"
#include "records/message_info.h"

namespace ordo {

// A change of a customer's data, requested by the shop or the customer.
struct CustomerChanged : CustomerDetails {
  static constexpr MessageInfo kMessage{
      Topic::customers, "ordo.customer.changed.v1", "create, change or erase a customer", {"api", "outside"}};

  CustomerAction action = CustomerAction::create;
  CustomerId customer_id;
  std::optional<std::string> change_id;
  std::optional<std::int64_t> expected_rev;
};
BOOST_DESCRIBE_STRUCT(CustomerChanged, (CustomerDetails), (action, customer_id, change_id, expected_rev))

// A change of one of the customer's orders. The orders processor sends it when the change affects the customer's
// figures.
struct CustomerOrderChanged {
  static constexpr MessageInfo kMessage{
      Topic::customers, "ordo.customer.order_changed.v1", "an order of the customer changed", {"orders"}};

  CustomerId customer_id;
  OrderId order_id;
  OrderStatus status = OrderStatus::pending;
  bool placed = false;           // the order is new
  bool ended = false;            // the order has just reached a final status
  std::optional<bool> reopened;  // the order was completed, and lost goods of it are sent again
  // The order as it was counted before counts no longer: an import amended it.
  std::optional<bool> removed = std::nullopt;
  Timestamp placed_at;
  Money captured;  // added by this change, like `refunded`
  Money refunded;
  // Absent in the records of releases before 0.2.
  std::optional<Money> total = std::nullopt;         // of the order
  std::optional<std::string> reason = std::nullopt;  // why it ended without being completed, see end_reason()
};
BOOST_DESCRIBE_STRUCT(CustomerOrderChanged, (),
                      (customer_id, order_id, status, placed, ended, reopened, removed, placed_at, captured, refunded,
                       total, reason))

}  // namespace ordo
