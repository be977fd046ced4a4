// The sums of orders by the hour, counted here in the plainest way.
#include <array>
#include <map>
#include <string>
#include <utility>

#include "domain/order_hour.h"
#include "world.h"

namespace ordo::simulation {
namespace {

using HourFigures = std::array<std::int64_t, 8>;

void add(HourFigures& sum, const HourFigures& more) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += more[i];
}

HourFigures figures_of(const Order& order) {
  const auto is = [&](OrderStatus status) { return order.status == status ? 1 : 0; };
  return {1,
          is(OrderStatus::completed),
          is(OrderStatus::rejected),
          is(OrderStatus::expired),
          is(OrderStatus::cancelled),
          order.total.amount,
          order.captured.amount,
          order.refunded.amount};
}

HourFigures figures_of(const OrderSums& sums) {
  const auto& orders = sums.orders;
  return {orders.placed,    orders.completed, orders.rejected, orders.expired,
          orders.cancelled, sums.total,       sums.captured,   sums.refunded};
}

}  // namespace

void check_hours(World& world) {
  constexpr std::int64_t kQuarterMs = 15 * 60 * 1000;
  std::map<std::pair<std::int64_t, std::string>, std::pair<HourFigures, HourFigures>>
      sums;  // of the orders, of the hours
  for (const auto& [id, document] : world.database.all(Collection::orders)) {
    const auto& order = std::get<Order>(document);
    const auto quarter = to_unix_ms(order.placed_at) / kQuarterMs;
    add(sums[{quarter, std::string(order.total.currency.code())}].first, figures_of(order));
  }
  for (const auto& [id, document] : world.database.all(Collection::order_hours)) {
    const auto& hour = std::get<OrderHour>(document);
    for (const auto& quarter : hour.quarters) {
      const auto begin = to_unix_ms(hour.hour) / kQuarterMs + quarter.minute / 15;
      add(sums[{begin, std::string(hour.currency.code())}].second, figures_of(quarter.sums));
      std::int64_t ended = 0;
      for (const auto& reason : quarter.sums.reasons) ended += reason.orders;
      const auto& orders = quarter.sums.orders;
      if (ended != orders.rejected + orders.expired + orders.cancelled)
        world.report("a day does not know why orders ended", id);
    }
  }
  for (const auto& [at, figures] : sums) {
    if (figures.first != figures.second) {
      world.report("a day's figures are not the sums over the orders", to_rfc3339(from_unix_ms(at.first * kQuarterMs)));
    }
  }
}

}  // namespace ordo::simulation
