// The order: its document, what can be asked of it, what can happen to it. `decide` and `evolve` are the whole state
// machine.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"
#include "domain/money.h"
#include "domain/stock.h"

namespace ordo {

enum class OrderStatus { pending, reserved, confirmed, fulfilled, completed, rejected, expired, cancelled };
enum class PaymentStatus { none, authorized, captured, failed, partially_refunded, refunded, voided };
enum class FulfillmentStatus { unfulfilled, partially_shipped, shipped, delivered, partially_returned, returned };

// One line, priced when the order was placed. A line whose product nobody knew has no unit price and a total of zero.
struct OrderLine {
  ProductId product_id;
  std::string name;
  std::int64_t quantity = 0;
  std::optional<Money> unit_price;
  Money total;

  friend bool operator==(const OrderLine&, const OrderLine&) = default;
};

struct HistoryEntry {
  std::string type;  // of the record that did it: "ordo.order.created.v1"
  Timestamp at;
  std::string source;
  std::string summary;

  friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

struct Order {
  OrderId id;
  std::string number;                    // short, for people: "1042"
  std::optional<std::string> reference;  // the shop's own number for it
  CustomerId customer_id;
  LocationId location;
  std::vector<OrderLine> lines;
  Money total;
  OrderStatus status = OrderStatus::pending;
  std::optional<std::string> status_reason;  // why it was rejected or cancelled
  PaymentStatus payment_status = PaymentStatus::none;
  FulfillmentStatus fulfillment_status = FulfillmentStatus::unfulfilled;
  Timestamp placed_at;
  Timestamp updated_at;
  std::map<std::string, std::string> metadata;
  std::optional<std::string> request_hash;  // of the body, where the id was made from an Idempotency-Key
  std::vector<HistoryEntry> history;        // oldest first; the first entry and the newest ones, kMaxHistory in all
  std::int64_t rev = 0;                     // number of records that changed this document

  static constexpr std::size_t kMaxHistory = 64;

  friend bool operator==(const Order&, const Order&) = default;
};

bool is_terminal(OrderStatus status);
std::string_view to_string(OrderStatus status);

// --- commands: what is asked -----------------------------------------------------------------------------------------

// `order` as it shall begin, pending. With a `rejection` ("unknown_product") it is placed and rejected at once.
struct PlaceOrder {
  Order order;
  std::optional<std::string> rejection;
  std::string summary;
};
struct RecordReserved {};
struct RecordOutOfStock {
  std::vector<Shortage> shortages;
};
struct CancelOrder {
  std::string reason;
};
using OrderCommand = std::variant<PlaceOrder, RecordReserved, RecordOutOfStock, CancelOrder>;

// --- events: what happened -------------------------------------------------------------------------------------------

struct OrderPlaced {
  Order order;
  std::string summary;
};
struct OrderReserved {};
struct OrderRejected {
  std::string reason;  // "out_of_stock", "unknown_product", "currency_mismatch", "amount_overflow"
  std::string summary;
};
struct OrderCancelled {
  std::string reason;
};
using OrderEvent = std::variant<OrderPlaced, OrderReserved, OrderRejected, OrderCancelled>;

// What follows from `command` for an order that is in the state `order` (null: there is none). No events: a declared
// no-op, such as a verdict that arrives after a cancel. kNotFound "unknown_order"; kConflict "illegal_transition" where
// the state does not allow it, or "idempotency_conflict" when another order was placed under the same id.
Result<std::vector<OrderEvent>> decide(const Order* order, const OrderCommand& command);

// Where an event came from, for the history.
struct Cause {
  std::string type;
  Timestamp at;
  std::string source;
};

// Applies one event that `decide` gave. Does not count `rev`.
void evolve(std::optional<Order>& order, const OrderEvent& event, const Cause& cause);

}  // namespace ordo
