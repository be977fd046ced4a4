// How many orders were placed when, and what became of them. An hour begins at a full hour in UTC and is counted by its
// quarters, because the days of every time zone begin at a quarter. So the figures of a day are exact in each of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/money.h"
#include "domain/order_step.h"

namespace ordo {

// How many orders ended in a status for this reason.
struct EndCount {
  OrderStatus status = OrderStatus::rejected;
  std::string reason;  // see end_reason()
  std::int64_t orders = 0;

  friend bool operator==(const EndCount&, const EndCount&) = default;
};

// Figures about orders, of one currency, in minor units.
struct OrderSums {
  OrderCounts orders;
  std::int64_t total = 0;
  std::int64_t captured = 0;
  std::int64_t refunded = 0;
  std::vector<EndCount> reasons;  // of the orders that ended without being completed; by status and reason
  // Placed orders whose record is of a release that did not say the total, nor later the reason.
  std::int64_t without_total = 0;

  friend bool operator==(const OrderSums&, const OrderSums&) = default;
};

// `step` may be of any order, and its money is in the currency of the sums.
void count_step(const OrderStep& step, OrderSums& sums);
// Adds the figures of other orders.
void add_sums(const OrderSums& more, OrderSums& sums);
// Whether no order is counted.
bool is_nothing(const OrderSums& sums);

struct QuarterHour {
  std::int64_t minute = 0;  // it begins at: 0, 15, 30 or 45
  OrderSums sums;

  friend bool operator==(const QuarterHour&, const QuarterHour&) = default;
};

// The orders that were placed in one hour in one currency, as one partition counts them. The partitions' figures add
// up.
struct OrderHour {
  std::string id;  // see order_hour_id()
  Timestamp hour;  // its beginning
  Currency currency;
  std::vector<QuarterHour> quarters;  // those with orders, by minute
  Timestamp updated_at;
  std::int64_t rev = 0;

  friend bool operator==(const OrderHour&, const OrderHour&) = default;
};

// The beginning of the hour, and of the quarter of an hour, of `time`.
inline Timestamp hour_of(Timestamp time) {
  return std::chrono::floor<std::chrono::hours>(time);
}
inline Timestamp quarter_of(Timestamp time) {
  return Timestamp(
      std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<15 * 60>>>(time.time_since_epoch()));
}

// "2026-11-30T18/EUR/3": the hour, the currency and the partition. All ids of an hour and currency begin with the
// prefix.
std::string order_hour_prefix(Timestamp placed_at, const Currency& currency);
std::string order_hour_id(Timestamp placed_at, const Currency& currency, int partition);

// The currency in which a step counts.
const Currency& currency_of(const OrderStep& step);
// Whether all amounts of a step are in it. An amount of zero may have no currency.
bool has_one_currency(const OrderStep& step);

// The hour after `step`, which has one currency. Makes an unknown hour, with this id.
OrderHour count_order(const OrderHour* current, const std::string& id, const OrderStep& step, Timestamp at);

}  // namespace ordo
