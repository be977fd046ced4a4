// What a check has seen of the orders, so that it need not read an order again for its payment, its shipments and its
// records. On a database, each of these reads is a round trip.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "domain/order.h"

namespace ordo::audit {

// Keeps 64 bits for each order, its money and each of its parcels: about 24 bytes an order. One thread.
class SeenOrders {
 public:
  // Beyond this, an order is not kept, and all that is asked about it is answered with false.
  static constexpr std::size_t kMostFacts = 16'000'000;  // 128 MB

  explicit SeenOrders(std::size_t most = kMostFacts) : most_(most) {}

  void add(const Order& order);
  // Call it once, between the last add() and the first question.
  void seal();

  // Each is true only if an order was added for which it holds. False says nothing: the order must be read.
  bool has(std::string_view order) const;
  bool has_money(std::string_view order, std::int64_t captured, std::int64_t refunded) const;
  bool has_parcel(std::string_view order, std::string_view shipment, std::span<const StockLine> lines) const;

 private:
  bool contains(std::uint64_t fact) const;

  const std::size_t most_;
  std::vector<std::uint64_t> facts_;  // hashes; in order once sealed
};

}  // namespace ordo::audit
