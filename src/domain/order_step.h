// Steps in the life of orders, as the figures about customers and days count them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "domain/money.h"
#include "domain/order.h"

namespace ordo {

// The number of orders, and how many of them ended in which status.
struct OrderCounts {
  std::int64_t placed = 0;
  std::int64_t completed = 0;
  std::int64_t rejected = 0;
  std::int64_t expired = 0;
  std::int64_t cancelled = 0;

  friend bool operator==(const OrderCounts&, const OrderCounts&) = default;
};

// One step in the life of an order.
struct OrderStep {
  OrderStatus status = OrderStatus::pending;
  bool placed = false;  // the order's first step
  bool ended = false;   // it has just reached a terminal status
  Timestamp placed_at;
  Money captured;         // in this step
  Money refunded;         // in this step; below zero if a refund was reversed
  bool reopened = false;  // it was completed and is no longer
  bool removed = false;   // all of the step counts no longer: it is taken off the figures
  // Records of releases before 0.2 have neither.
  std::optional<Money> total = std::nullopt;         // of the order
  std::optional<std::string> reason = std::nullopt;  // of an order that ended without being completed, see end_reason()
};

// All that an order adds to the figures, as one step.
OrderStep whole_step(const Order& order);

// Adds the step's order.
void count_step(const OrderStep& step, OrderCounts& counts);

// Adds to a sum that stops at the largest number instead of wrapping. It is a figure for people, not a balance.
void add_to_sum(std::int64_t& sum, std::int64_t amount);

// Why an order ended without being completed, as one word for figures: the code of a rejection, "payment_timeout", or
// the code of a cancel. "other" without a code that ordo knows. Empty for every other order.
std::string_view end_reason(const Order& order);
// The same word, "other" unless it is one of those.
std::string_view known_end_reason(std::string_view word);

}  // namespace ordo
