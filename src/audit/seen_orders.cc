#include "audit/seen_orders.h"

#include <algorithm>

#include "base/fnv1a.h"

namespace ordo::audit {
namespace {

std::uint64_t mixed(std::uint64_t hash, std::string_view text) {
  return fnv1a("\xff", fnv1a(text, hash));  // ids never contain 0xff
}
std::uint64_t mixed(std::uint64_t hash, std::int64_t number) {
  return mixed(hash, std::to_string(number));
}

std::uint64_t fact_of_order(std::string_view order) {
  return mixed(kFnvBasis, order);
}
std::uint64_t fact_of_money(std::string_view order, std::int64_t captured, std::int64_t refunded) {
  return mixed(mixed(mixed(mixed(kFnvBasis, order), "money"), captured), refunded);
}
std::uint64_t fact_of_parcel(std::string_view order, std::string_view shipment, std::span<const StockLine> lines) {
  std::uint64_t hash = mixed(mixed(mixed(kFnvBasis, order), "parcel"), shipment);
  for (const auto& line : lines) hash = mixed(mixed(hash, line.product_id.str()), line.quantity);
  return hash;
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
