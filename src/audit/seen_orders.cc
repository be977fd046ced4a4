#include "audit/seen_orders.h"

#include <algorithm>

#include "audit/hash_parts.h"

namespace ordo::audit {
namespace {

std::uint64_t fact_of_order(std::string_view order) {
  return hash_with(kFnvBasis, order);
}
std::uint64_t fact_of_money(std::string_view order, std::int64_t captured, std::int64_t refunded) {
  return hash_with(hash_with(hash_with(hash_with(kFnvBasis, order), "money"), captured), refunded);
}
std::uint64_t fact_of_parcel(std::string_view order, std::string_view shipment, std::span<const StockLine> lines) {
  return hash_with(hash_with(hash_with(hash_with(kFnvBasis, order), "parcel"), shipment), lines);
}

}  // namespace

void SeenOrders::add(const Order& order) {
  if (facts_.size() + 2 + order.parcels.size() > most_) return;
  const std::string_view id = order.id.str();
  facts_.push_back(fact_of_order(id));
  facts_.push_back(fact_of_money(id, order.captured.amount, order.refunded.amount));
  for (const auto& parcel : order.parcels) facts_.push_back(fact_of_parcel(id, parcel.shipment_id, parcel.lines));
}

void SeenOrders::seal() {
  std::sort(facts_.begin(), facts_.end());
}

bool SeenOrders::contains(std::uint64_t fact) const {
  return std::binary_search(facts_.begin(), facts_.end(), fact);
}

bool SeenOrders::has(std::string_view order) const {
  return contains(fact_of_order(order));
}

bool SeenOrders::has_money(std::string_view order, std::int64_t captured, std::int64_t refunded) const {
  return contains(fact_of_money(order, captured, refunded));
}

bool SeenOrders::has_parcel(std::string_view order, std::string_view shipment, std::span<const StockLine> lines) const {
  return contains(fact_of_parcel(order, shipment, lines));
}

}  // namespace ordo::audit
