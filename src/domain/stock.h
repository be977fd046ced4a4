// Stock: goods on hand at a location, reservations for orders, and the decisions about both.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/actor.h"
#include "domain/ids.h"

namespace ordo {

// One product at one location. on_hand = counted + adjusted - shipped + returned; available = on_hand - reserved.
struct StockLevel {
  std::string id;  // stock_level_id(location, product_id)
  LocationId location;
  ProductId product_id;
  std::int64_t on_hand = 0;
  std::int64_t reserved = 0;  // sum of the active reservations
  std::int64_t counted = 0;   // the last count; a count sets the four figures beside it to zero
  std::int64_t adjusted = 0;  // since the last count, like the next two
  std::int64_t shipped = 0;
  std::int64_t returned = 0;
  Timestamp updated_at;
  std::int64_t rev = 0;

  friend bool operator==(const StockLevel&, const StockLevel&) = default;
};

std::string stock_level_id(const LocationId& location, const ProductId& product);

inline std::int64_t available(const StockLevel& level) {
  return level.on_hand - level.reserved;
}

// Whether pieces of the product are available at the location.
enum class Availability { none, some };
inline Availability availability_of(const StockLevel& level) {
  return available(level) > 0 ? Availability::some : Availability::none;
}

struct StockLine {
  ProductId product_id;
  std::int64_t quantity = 0;

  friend bool operator==(const StockLine&, const StockLine&) = default;
};

// Why a reservation was refused: one entry per product.
struct Shortage {
  ProductId product_id;
  std::int64_t requested = 0;
  std::int64_t available = 0;

  friend bool operator==(const Shortage&, const Shortage&) = default;
};

enum class ReservationStatus { active, rejected, released, shipped };

// The decision on one order's request. It is kept so that a repeated request gets the same answer.
struct Reservation {
  OrderId id;  // of the order
  LocationId location;
  ReservationStatus status = ReservationStatus::active;
  std::vector<StockLine> lines;  // one per product, sorted by product; includes goods that are sent again
  std::vector<Shortage> shortages;
  std::vector<StockLine> shipped;  // the part of `lines` that has left and is no longer held
  // the part of `lines` that was cancelled while the order went on, and is no longer held
  std::vector<StockLine> released;
  std::vector<std::string> movements;  // ids of booked movements ("ship:", "return:", ...), at most kMaxMovements
  Timestamp created_at;
  Timestamp updated_at;
  std::int64_t rev = 0;

  // More than an order can request: its shipments, twice, and its returns, cancellations and resends (order.cc).
  static constexpr std::size_t kMaxMovements = 512;

  friend bool operator==(const Reservation&, const Reservation&) = default;
};

// The goods that an active reservation still holds: its lines without those shipped or released. Empty for any other
// reservation.
std::vector<StockLine> held_lines(const Reservation& reservation);

enum class MovementKind { count, adjust };
enum class MovementStatus { applied, refused };

// A count or adjustment requested from outside, with its outcome. Its id makes a repeat harmless.
struct StockMovement {
  std::string id;
  LocationId location;
  ProductId product_id;
  MovementKind kind = MovementKind::count;
  std::int64_t quantity = 0;  // the count, or the change
  std::string reason;
  MovementStatus status = MovementStatus::applied;
  std::string status_reason;  // why it was refused; empty when applied
  std::int64_t on_hand_after = 0;
  Timestamp at;
  std::optional<Actor> by;  // who counted or adjusted
  std::int64_t rev = 0;

  friend bool operator==(const StockMovement&, const StockMovement&) = default;
};

// Larger quantities are refused, so that sums stay far inside int64.
inline constexpr std::int64_t kMaxStock = 1'000'000'000'000;

// One line per product, quantities of the same product added, sorted by product.
std::vector<StockLine> sum_lines(std::vector<StockLine> lines);
// `lines` minus `taken`. Both have one line per product and are sorted. Products with nothing left are omitted. Never
// negative: `enough` becomes false if more was taken than there is.
std::vector<StockLine> subtract_lines(std::span<const StockLine> lines, std::span<const StockLine> taken, bool& enough);

// The products with too little stock. `level_of` returns null for a product that was never counted at the location.
// Empty: there is enough of all.
std::vector<Shortage> find_shortages(std::span<const StockLine> lines,
                                     const std::function<const StockLevel*(const ProductId&)>& level_of);

// Reserves one line, and releases it: exact inverses. The caller has found no shortage.
void reserve(StockLevel& level, std::int64_t quantity);
void release(StockLevel& level, std::int64_t quantity);

// ship: reserved goods leave. put_back: returned goods are on hand again.
void ship(StockLevel& level, std::int64_t quantity);
void put_back(StockLevel& level, std::int64_t quantity);

// The level after a count or an adjustment. kInvalid "bad_quantity" outside 0..kMaxStock (adjustments: +-kMaxStock).
// kConflict "negative_stock" if an adjustment would leave less than nothing. A count below the reserved quantity is
// accepted, because the warehouse knows better. Then `available` is negative until orders are cancelled or goods
// arrive.
Result<StockLevel> count_stock(const StockLevel& level, std::int64_t quantity);
Result<StockLevel> adjust_stock(const StockLevel& level, std::int64_t change);

}  // namespace ordo
