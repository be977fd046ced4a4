// Stock: what is on hand at a location, what is promised to orders, and the decisions about both.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"

namespace ordo {

// One product at one location. on_hand = counted + adjusted - shipped + returned; available = on_hand - reserved.
struct StockLevel {
  std::string id;  // stock_level_id(location, product_id)
  LocationId location;
  ProductId product_id;
  std::int64_t on_hand = 0;
  std::int64_t reserved = 0;  // sum of the active reservations
  std::int64_t counted = 0;   // the last count; it sets the four figures beside it to zero
  std::int64_t adjusted = 0;  // since the last count, as are the next two
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

struct StockLine {
  ProductId product_id;
  std::int64_t quantity = 0;

  friend bool operator==(const StockLine&, const StockLine&) = default;
};

// Why a reservation was refused, product by product.
struct Shortage {
  ProductId product_id;
  std::int64_t requested = 0;
  std::int64_t available = 0;

  friend bool operator==(const Shortage&, const Shortage&) = default;
};

enum class ReservationStatus { active, rejected, released, shipped };

// The verdict on one order's request, kept so that a repeated request gets the same answer.
struct Reservation {
  OrderId id;  // of the order
  LocationId location;
  ReservationStatus status = ReservationStatus::active;
  std::vector<StockLine> lines;  // one a product, sorted by product
  std::vector<Shortage> shortages;
  std::vector<StockLine> shipped;      // of `lines`, what has left: no longer held
  std::vector<std::string> movements;  // ids of the shipments and returns that were booked, kMaxMovements at most
  Timestamp created_at;
  Timestamp updated_at;
  std::int64_t rev = 0;

  static constexpr std::size_t kMaxMovements = 128;

  friend bool operator==(const Reservation&, const Reservation&) = default;
};

// What an active reservation still holds: its lines without what was shipped. Empty for any other.
std::vector<StockLine> held_lines(const Reservation& reservation);

enum class MovementKind { count, adjust };
enum class MovementStatus { applied, refused };

// A count or adjustment asked for from outside, with what became of it; its id makes a repeat harmless.
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
  std::int64_t rev = 0;

  friend bool operator==(const StockMovement&, const StockMovement&) = default;
};

// Quantities beyond this are refused: sums of them stay far inside int64.
inline constexpr std::int64_t kMaxStock = 1'000'000'000'000;

// One line a product, quantities of the same product added, sorted by product.
std::vector<StockLine> sum_lines(std::vector<StockLine> lines);
// `lines` less `taken`, both one a product and sorted; products of which nothing is left are left out. Never negative:
// false in `enough` where more was taken than there is.
std::vector<StockLine> subtract_lines(std::span<const StockLine> lines, std::span<const StockLine> taken, bool& enough);

// The products of which there is too little. `level_of` gives null for a product never counted here. Empty: all can be
// had.
std::vector<Shortage> find_shortages(std::span<const StockLine> lines,
                                     const std::function<const StockLevel*(const ProductId&)>& level_of);

// Takes one line out of what is available, and puts it back: exact inverses. The caller has found no shortage.
void reserve(StockLevel& level, std::int64_t quantity);
void release(StockLevel& level, std::int64_t quantity);

// What was reserved leaves the house; what comes back is on hand again.
void ship(StockLevel& level, std::int64_t quantity);
void put_back(StockLevel& level, std::int64_t quantity);

// The level after a count or an adjustment. kInvalid "bad_quantity" outside 0..kMaxStock (adjustments: +-kMaxStock);
// kConflict "negative_stock" when an adjustment would leave less than nothing. A count below what is reserved is taken
// as true: the warehouse knows better, and `available` is negative until orders are cancelled or goods arrive.
Result<StockLevel> count_stock(const StockLevel& level, std::int64_t quantity);
Result<StockLevel> adjust_stock(const StockLevel& level, std::int64_t change);

}  // namespace ordo
