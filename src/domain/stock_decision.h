// Decides what a request does to an order's reservation and to the stock of its goods. Reads no document by itself.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/stock.h"

namespace ordo {

enum class StockAction {
  reserve,       // all lines of an order, or none
  release,       // everything that the order still holds; `lines` are those of the reservation
  release_part,  // a part of it; the order goes on
  resend,        // reserve goods again that replace lost ones: all lines, or none
  ship,          // reserved goods have left
  restock,       // returned goods can be sold again
};

// A request for the goods of one order. Views of the message that asks: valid as long as it is.
struct StockRequest {
  StockAction action = StockAction::reserve;
  const OrderId& order_id;
  const LocationId& location;
  std::span<const StockLine> lines;
  // Of the cancellation, resend, shipment or return: makes a repeat harmless. Reserve and release have none.
  std::string_view id = {};
  // Of a restock: the goods were never reserved, as their order is of the past. Those that were never counted here stay
  // out of stock.
  bool unreserved = false;
};

// The answer to reserve and resend. Not reserved: `shortages` says which goods are missing.
struct StockAnswer {
  bool reserved = false;
  std::vector<Shortage> shortages;

  friend bool operator==(const StockAnswer&, const StockAnswer&) = default;
};

struct StockDecision {
  std::optional<Reservation> reservation;  // the new state; nullopt: unchanged
  std::vector<StockLevel> levels;          // the new states, one a product
  std::optional<StockAnswer> answer;
};

// The level of a product at the location of the request. Null: it was never counted there.
using LevelOf = std::function<const StockLevel*(const ProductId&)>;

// `known`: the order's reservation, null if there is none. An empty decision: it was done before, or there is nothing
// to release. Errors, which change nothing:
//   kInvalid   invalid_fields: an id that is none, no lines, or a quantity outside 1..kMaxStock
//   kNotFound  unknown_reservation
//   kConflict  lines_differ: the reservation is elsewhere, or does not hold these lines
Result<StockDecision> decide(const Reservation* known, const StockRequest& request, const LevelOf& level_of,
                             Timestamp at);

// A count or an adjustment. Views of the message: valid as long as it is.
struct StockMove {
  MovementKind kind = MovementKind::count;
  const std::string& id;
  const LocationId& location;
  const ProductId& product_id;
  std::int64_t quantity = 0;  // the count, or the change
  const std::string& reason;
};

struct MoveDecision {
  StockMovement movement;           // with its outcome
  std::optional<StockLevel> level;  // the new state; nullopt when the movement was refused
};

// `known`: the movement of this id, null if there is none; then nothing changes. `level`: null if the product was never
// counted there. A count or change that cannot be applied is a decision too: the movement says why.
// kInvalid "invalid_fields": a movement without an id, or with a product or location that is none.
Result<std::optional<MoveDecision>> decide(const StockMovement* known, const StockMove& move, const StockLevel* level,
                                           Timestamp at);

}  // namespace ordo
