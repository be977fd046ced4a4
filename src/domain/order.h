// The order: its document, and what its figures say. What can happen to it stands in order_lifecycle.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
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
  std::int64_t shipped = 0;   // of `quantity`
  std::int64_t returned = 0;  // of `shipped`

  friend bool operator==(const OrderLine&, const OrderLine&) = default;
};

struct HistoryEntry {
  std::string type;  // of the record that did it: "ordo.order.created.v1"
  Timestamp at;
  std::string source;
  std::string summary;

  friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

enum class RefundStatus { requested, succeeded, failed };

// Money on its way back. Its id makes a repeated request harmless.
struct Refund {
  std::string id;
  Money amount;
  std::string reason;
  RefundStatus status = RefundStatus::requested;
  std::string detail;  // why it failed; empty otherwise
  Timestamp at;        // of the last change

  friend bool operator==(const Refund&, const Refund&) = default;
};

// Goods that came back.
struct OrderReturn {
  std::string id;
  std::vector<StockLine> lines;
  bool restock = false;                  // the goods are in stock again
  std::optional<std::string> refund_id;  // of the refund it caused
  std::string reason;
  Timestamp at;

  friend bool operator==(const OrderReturn&, const OrderReturn&) = default;
};

enum class ParcelStatus { shipped, delivered, lost };

// What left the house in one shipment, as far as the order is concerned.
struct Parcel {
  std::string shipment_id;
  std::vector<StockLine> lines;
  ParcelStatus status = ParcelStatus::shipped;
  std::string tracking;
  Timestamp at;  // of the last change

  friend bool operator==(const Parcel&, const Parcel&) = default;
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
  std::optional<std::string> status_reason;                               // why it was rejected, expired or cancelled
  PaymentStatus payment_status = PaymentStatus::none;                     // derived, see derive_statuses()
  FulfillmentStatus fulfillment_status = FulfillmentStatus::unfulfilled;  // derived as well
  std::optional<std::string> payment_method;                              // the gateway's token
  Money captured;                                                         // got from the customer
  Money refunded;                                                         // given back, for certain
  std::vector<Refund> refunds;                                            // oldest first, at most kMaxParts
  std::vector<OrderReturn> returns;                                       // at most kMaxParts
  std::vector<Parcel> parcels;                                            // at most kMaxParts
  std::int64_t dispatch_hold_s = 0;       // how long after the payment its shipment is asked for
  std::optional<std::string> cancelling;  // the reason of a cancel that waits for logistics' word
  Timestamp placed_at;
  std::optional<Timestamp> reserved_at;   // when the log took the verdict: the payment's time runs from here
  std::optional<Timestamp> confirmed_at;  // as above: the hold runs from here
  std::optional<Timestamp> dispatch_requested_at;
  std::optional<Timestamp> redacted_at;  // personal data was removed
  Timestamp updated_at;
  std::map<std::string, std::string> metadata;
  std::optional<std::string> request_hash;  // of the body, where the id was made from an Idempotency-Key
  std::vector<HistoryEntry> history;        // oldest first; the first entry and the newest ones, kMaxHistory in all
  std::int64_t rev = 0;                     // number of records that changed this document

  static constexpr std::size_t kMaxHistory = 64;
  static constexpr std::size_t kMaxParts = 64;

  friend bool operator==(const Order&, const Order&) = default;
};

bool is_terminal(OrderStatus status);
std::string_view to_string(OrderStatus status);

// One line a product: what the order wants of the stock, and what of it may still be shipped or sent back.
std::vector<StockLine> stock_lines(const Order& order);
std::vector<StockLine> unshipped_lines(const Order& order);
std::vector<StockLine> returnable_lines(const Order& order);

// Captured, and neither given back nor about to be.
Money refundable(const Order& order);

// Sets payment_status (once money was captured; before, the events set it) and fulfillment_status from the figures.
void derive_statuses(Order& order);

// The prices of these quantities, as they were charged. For lines that the order has; kInvalid "amount_overflow".
Result<Money> price_of(const Order& order, std::span<const StockLine> lines);

}  // namespace ordo
