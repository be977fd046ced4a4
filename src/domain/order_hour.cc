#include "domain/order_hour.h"

#include <algorithm>
#include <tuple>

namespace ordo {
namespace {

void add_reason(std::vector<EndCount>& reasons, OrderStatus status, std::string_view reason, std::int64_t orders) {
  const auto at = std::lower_bound(reasons.begin(), reasons.end(), std::tuple(status, reason),
                                   [](const EndCount& known, const auto& wanted) {
                                     return std::tuple(known.status, std::string_view(known.reason)) < wanted;
                                   });
  if (at == reasons.end() || at->status != status || at->reason != reason) {
    reasons.insert(at, {status, std::string(reason), orders});
    return;
  }
  at->orders += orders;
  if (at->orders == 0) reasons.erase(at);
}

QuarterHour& quarter_in(OrderHour& hour, Timestamp placed_at) {
  const auto minute = std::chrono::duration_cast<std::chrono::minutes>(quarter_of(placed_at) - hour.hour).count();
  const auto at = std::lower_bound(hour.quarters.begin(), hour.quarters.end(), minute,
                                   [](const QuarterHour& known, auto wanted) { return known.minute < wanted; });
  if (at != hour.quarters.end() && at->minute == minute) return *at;
  return *hour.quarters.insert(at, QuarterHour{minute, {}});
}

}  // namespace

void count_step(const OrderStep& step, OrderSums& sums) {
  const std::int64_t sign = step.removed ? -1 : 1;
  count_step(step, sums.orders);
  add_to_sum(sums.captured, sign * step.captured.amount);
  add_to_sum(sums.refunded, sign * step.refunded.amount);
  if (step.placed && step.total) add_to_sum(sums.total, sign * step.total->amount);
  if (step.placed && !step.total) sums.without_total += sign;
  if (step.ended && step.status != OrderStatus::completed) {
    // guard: hours-reasons-are-words
    add_reason(sums.reasons, step.status, known_end_reason(step.reason.value_or("")), sign);
  }
}

void add_sums(const OrderSums& more, OrderSums& sums) {
  sums.orders.placed += more.orders.placed;
  sums.orders.completed += more.orders.completed;
  sums.orders.rejected += more.orders.rejected;
  sums.orders.expired += more.orders.expired;
  sums.orders.cancelled += more.orders.cancelled;
  add_to_sum(sums.total, more.total);
  add_to_sum(sums.captured, more.captured);
  add_to_sum(sums.refunded, more.refunded);
  for (const auto& one : more.reasons) add_reason(sums.reasons, one.status, one.reason, one.orders);
  sums.without_total += more.without_total;
}

bool is_nothing(const OrderSums& sums) {
  return sums == OrderSums();
}

std::string order_hour_prefix(Timestamp placed_at, const Currency& currency) {
  const auto hour = to_rfc3339(hour_of(placed_at));
  std::string prefix = hour.substr(0, hour.find(':'));
  prefix.append("/").append(currency.code()).append("/");
  return prefix;
}

std::string order_hour_id(Timestamp placed_at, const Currency& currency, int partition) {
  return order_hour_prefix(placed_at, currency) + std::to_string(partition);
}

const Currency& currency_of(const OrderStep& step) {
  if (step.total) return step.total->currency;
  if (step.captured.amount != 0 || step.refunded.amount == 0) return step.captured.currency;
  return step.refunded.currency;
}

bool has_one_currency(const OrderStep& step) {
  const auto fits = [&](const Money& money) { return money.amount == 0 || money.currency == currency_of(step); };
  return fits(step.captured) && fits(step.refunded);
}

OrderHour count_order(const OrderHour* current, const std::string& id, const OrderStep& step, Timestamp at) {
  OrderHour next = current != nullptr ? *current : OrderHour{};
  if (current == nullptr) {
    next.id = id;
    next.hour = hour_of(step.placed_at);
    next.currency = currency_of(step);
  }
  // guard: hours-count-quarters
  QuarterHour& quarter = quarter_in(next, step.placed_at);
  count_step(step, quarter.sums);
  std::erase_if(next.quarters, [](const QuarterHour& one) { return is_nothing(one.sums); });
  next.updated_at = at;
  return next;
}

}  // namespace ordo
