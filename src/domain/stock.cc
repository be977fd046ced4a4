#include "domain/stock.h"

#include <algorithm>

#include "base/check.h"

namespace ordo {

std::string stock_level_id(const LocationId& location, const ProductId& product) {
  return location.str() + "/" + product.str();
}

std::vector<StockLine> sum_lines(std::vector<StockLine> lines) {
  std::sort(lines.begin(), lines.end(),
            [](const StockLine& a, const StockLine& b) { return a.product_id < b.product_id; });
  std::vector<StockLine> sums;
  sums.reserve(lines.size());
  for (auto& line : lines) {
    // guard: stock-lines-summed
    if (!sums.empty() && sums.back().product_id == line.product_id) {
      sums.back().quantity += line.quantity;
    } else {
      sums.push_back(std::move(line));
    }
  }
  return sums;
}

std::vector<StockLine> subtract_lines(std::span<const StockLine> lines, std::span<const StockLine> taken,
                                      bool& enough) {
  std::vector<StockLine> left;
  enough = true;
  auto next = taken.begin();
  for (const auto& line : lines) {
    std::int64_t quantity = line.quantity;
    // guard: stock-lines-subtracted-by-product
    for (; next != taken.end() && next->product_id < line.product_id; ++next) enough = false;
    if (next != taken.end() && next->product_id == line.product_id) quantity -= (next++)->quantity;
    // guard: stock-subtract-enough
    enough = enough && quantity >= 0;
    if (quantity > 0) left.push_back({line.product_id, quantity});
  }
  enough = enough && next == taken.end();
  return left;
}

std::vector<StockLine> held_lines(const Reservation& reservation) {
  if (reservation.status != ReservationStatus::active) return {};
  bool enough = true;
  auto held = subtract_lines(reservation.lines, reservation.shipped, enough);
  ORDO_CHECK(enough, reservation.id, " shipped more than it had");
  if (reservation.released.empty()) return held;
  held = subtract_lines(held, reservation.released, enough);
  ORDO_CHECK(enough, reservation.id, " released more than it had");
  return held;
}

std::vector<Shortage> find_shortages(std::span<const StockLine> lines,
                                     const std::function<const StockLevel*(const ProductId&)>& level_of) {
  std::vector<Shortage> found;
  for (const auto& line : lines) {
    const StockLevel* level = level_of(line.product_id);
    const std::int64_t there = level != nullptr ? available(*level) : 0;
    // guard: stock-shortage
    if (there < line.quantity) found.push_back({line.product_id, line.quantity, there});
  }
  return found;
}

void reserve(StockLevel& level, std::int64_t quantity) {
  ORDO_CHECK(quantity > 0 && available(level) >= quantity, level.id, " available ", available(level), " asked ",
             quantity);
  level.reserved += quantity;
}

void release(StockLevel& level, std::int64_t quantity) {
  ORDO_CHECK(quantity > 0 && level.reserved >= quantity, level.id, " reserved ", level.reserved, " released ",
             quantity);
  level.reserved -= quantity;
}

void ship(StockLevel& level, std::int64_t quantity) {
  // guard: stock-ship-releases
  release(level, quantity);
  level.on_hand -= quantity;
  level.shipped += quantity;
}

void put_back(StockLevel& level, std::int64_t quantity) {
  ORDO_CHECK(quantity > 0, level.id, " put back ", quantity);
  level.on_hand += quantity;
  level.returned += quantity;
}

Result<StockLevel> count_stock(const StockLevel& level, std::int64_t quantity) {
  if (quantity < 0 || quantity > kMaxStock) {
    return fail(ErrorCode::kInvalid, "bad_quantity", "a count must be a whole number from 0 to 1000000000000");
  }
  StockLevel next = level;
  next.on_hand = next.counted = quantity;
  // guard: stock-count-resets-shipped
  next.adjusted = next.shipped = next.returned = 0;
  return next;
}

Result<StockLevel> adjust_stock(const StockLevel& level, std::int64_t change) {
  // guard: stock-adjust-bound
  if (change < -kMaxStock || change > kMaxStock || level.on_hand + change > kMaxStock) {
    return fail(ErrorCode::kInvalid, "bad_quantity", "stock must stay between 0 and 1000000000000");
  }
  // Goods that arrive are there, even if more was shipped than the shelf had.
  // guard: stock-adjust-negative, stock-delivery-below-nothing
  if (change < 0 && level.on_hand + change < 0) {
    return fail(ErrorCode::kConflict, "negative_stock",
                "only " + std::to_string(level.on_hand) + " on hand, cannot remove " + std::to_string(-change));
  }
  StockLevel next = level;
  next.on_hand += change;
  next.adjusted += change;
  return next;
}

}  // namespace ordo
