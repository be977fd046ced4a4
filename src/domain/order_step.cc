#include "domain/order_step.h"

#include <algorithm>
#include <limits>
#include <span>

namespace ordo {
namespace {

constexpr std::string_view kOther = "other";
constexpr std::string_view kPaymentTimeout = "payment_timeout";

constexpr std::string_view kRejections[] = {"out_of_stock",      "payment_failed",          "unknown_product",
                                            "currency_mismatch", "amount_overflow",         "promotion_used_up",
                                            "unknown_promotion", "promotion_customer_limit"};
// In the order of CancelReason.
constexpr std::string_view kCancels[] = {"customer", "inventory", "fraud", "declined", "staff", "expired", kOther};

}  // namespace

OrderStep whole_step(const Order& order) {
  OrderStep step;
  step.status = order.status;
  step.placed = true;
  step.ended = is_terminal(order.status);
  step.placed_at = order.placed_at;
  step.captured = {order.captured.amount, order.total.currency};
  step.refunded = {order.refunded.amount, order.total.currency};
  step.total = order.total;
  if (const auto reason = end_reason(order); !reason.empty()) step.reason = reason;
  return step;
}

void count_step(const OrderStep& step, OrderCounts& counts) {
  const std::int64_t sign = step.removed ? -1 : 1;
  if (step.placed) counts.placed += sign;
  if (step.ended) {
    if (step.status == OrderStatus::completed) counts.completed += sign;
    if (step.status == OrderStatus::rejected) counts.rejected += sign;
    if (step.status == OrderStatus::expired) counts.expired += sign;
    if (step.status == OrderStatus::cancelled) counts.cancelled += sign;
  }
  if (step.reopened) --counts.completed;
}

void add_to_sum(std::int64_t& sum, std::int64_t amount) {
  // guard: customer-sum-overflow
  if (__builtin_add_overflow(sum, amount, &sum)) sum = std::numeric_limits<std::int64_t>::max();
}

std::string_view end_reason(const Order& order) {
  switch (order.status) {
    case OrderStatus::rejected:
      return known_end_reason(order.status_reason.value_or(""));
    case OrderStatus::expired:
      return kPaymentTimeout;
    case OrderStatus::cancelled:
      // The text beside the code is what a person wrote.
      return order.status_reason_code ? kCancels[static_cast<int>(*order.status_reason_code)] : kOther;
    default:
      return {};
  }
}

std::string_view known_end_reason(std::string_view word) {
  if (word == kPaymentTimeout) return kPaymentTimeout;
  for (const std::span<const std::string_view> words :
       {std::span<const std::string_view>(kRejections), std::span<const std::string_view>(kCancels)}) {
    if (const auto known = std::find(words.begin(), words.end(), word); known != words.end()) return *known;
  }
  return kOther;
}

}  // namespace ordo
