#include "domain/order.h"

#include <algorithm>

namespace ordo {
namespace {

template <class Quantity>
std::vector<StockLine> lines_with(const Order& order, Quantity quantity) {
  std::vector<StockLine> lines;
  lines.reserve(order.lines.size());
  for (const auto& line : order.lines) {
    if (const std::int64_t count = quantity(line); count > 0) lines.push_back({line.product_id, count});
  }
  return sum_lines(std::move(lines));
}

PaymentStatus payment_status_of(const Order& order) {
  if (order.captured.amount == 0) return order.payment_status;
  if (order.refunded.amount == 0) return PaymentStatus::captured;
  return order.refunded.amount < order.captured.amount ? PaymentStatus::partially_refunded : PaymentStatus::refunded;
}

FulfillmentStatus fulfillment_status_of(const Order& order) {
  std::int64_t ordered = 0;
  std::int64_t shipped = 0;
  std::int64_t returned = 0;
  for (const auto& line : order.lines) {
    ordered += line.quantity;
    shipped += line.shipped;
    returned += line.returned;
  }
  if (shipped == 0) return FulfillmentStatus::unfulfilled;
  if (returned > 0) return returned < ordered ? FulfillmentStatus::partially_returned : FulfillmentStatus::returned;
  if (shipped < ordered) return FulfillmentStatus::partially_shipped;
  const bool all_there = std::all_of(order.parcels.begin(), order.parcels.end(),
                                     [](const Parcel& parcel) { return parcel.status == ParcelStatus::delivered; });
  return all_there ? FulfillmentStatus::delivered : FulfillmentStatus::shipped;
}

}  // namespace

bool is_terminal(OrderStatus status) {
  return status == OrderStatus::completed || status == OrderStatus::rejected || status == OrderStatus::expired ||
         status == OrderStatus::cancelled;
}

std::string_view to_string(OrderStatus status) {
  static constexpr std::string_view kNames[] = {"pending",   "reserved", "confirmed", "fulfilled",
                                                "completed", "rejected", "expired",   "cancelled"};
  return kNames[static_cast<int>(status)];
}

std::vector<StockLine> stock_lines(const Order& order) {
  return lines_with(order, [](const OrderLine& line) { return line.quantity; });
}

std::vector<StockLine> unshipped_lines(const Order& order) {
  return lines_with(order, [](const OrderLine& line) { return line.quantity - line.shipped; });
}

std::vector<StockLine> returnable_lines(const Order& order) {
  return lines_with(order, [](const OrderLine& line) { return line.shipped - line.returned; });
}

Money refundable(const Order& order) {
  Money left = order.captured;
  left.amount -= order.refunded.amount;
  for (const auto& refund : order.refunds) {
    if (refund.status == RefundStatus::requested) left.amount -= refund.amount.amount;
  }
  return left;
}

void derive_statuses(Order& order) {
  order.payment_status = payment_status_of(order);
  order.fulfillment_status = fulfillment_status_of(order);
}

Result<Money> price_of(const Order& order, std::span<const StockLine> lines) {
  Result<Money> sum = Money{0, order.total.currency};
  for (const auto& wanted : lines) {
    std::int64_t left = wanted.quantity;
    for (const auto& line : order.lines) {
      if (line.product_id != wanted.product_id || !line.unit_price) continue;
      const std::int64_t count = std::min(left, line.quantity);
      const auto price = multiply(*line.unit_price, count);
      if (!price || !sum) return price ? sum : price;
      sum = add(*sum, *price);
      left -= count;
    }
  }
  return sum;
}

}  // namespace ordo
