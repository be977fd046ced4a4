// Orders of the past, as another system had them. Such an order is written as it was, in one record. ordo asks no
// gateway, takes no stock and requests no shipment for it. See docs/api.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/order.h"

namespace ordo {

// How the order was paid elsewhere.
struct ImportedPayment {
  std::optional<std::string> method;
  std::optional<std::string> reference;
  std::optional<Timestamp> received_at;

  friend bool operator==(const ImportedPayment&, const ImportedPayment&) = default;
};
BOOST_DESCRIBE_STRUCT(ImportedPayment, (), (method, reference, received_at))
constexpr auto rules(RulesOf<ImportedPayment>) {
  return std::array{one_line("method", 1, 64, Privacy::personal, "how the money came: card, cash, bank transfer"),
                    one_line("reference", 1, 128, Privacy::personal, "of the receipt, the transfer or the gateway")};
}

// What had become of the order.
struct ImportedState {
  std::string source;
  std::string number;
  Timestamp placed_at;
  OrderStatus status = OrderStatus::completed;
  std::optional<Timestamp> ended_at;
  std::optional<Money> captured;
  std::optional<Money> refunded;
  std::optional<bool> shipped;
  std::optional<bool> delivered;
  std::optional<std::string> tracking;
  std::optional<std::string> carrier;
  std::optional<ImportedPayment> payment;

  friend bool operator==(const ImportedState&, const ImportedState&) = default;
};
BOOST_DESCRIBE_STRUCT(ImportedState, (),
                      (source, number, placed_at, status, ended_at, captured, refunded, shipped, delivered, tracking,
                       carrier, payment))
constexpr auto rules(RulesOf<ImportedState>) {
  return std::array{one_line("source", 1, 64, Privacy::kept, "the system that the order comes from, such as a shop"),
                    one_line("number", 1, 128, Privacy::personal,
                             "the order's number there; the same source and number are the same order"),
                    one_line("tracking", 1, 128, Privacy::personal, "number of the parcel"),
                    one_line("carrier", 1, 64, Privacy::kept, "who took the parcel"),
                    parts("payment", Privacy::personal, "how the order was paid; only if money was captured")};
}
inline const ImportedState& state_of(const ImportedState& carrier) {
  return carrier;
}

// Pieces of a line.
struct ImportedPieces {
  std::optional<std::int64_t> shipped;    // absent: all that were not cancelled, if the order was shipped
  std::optional<std::int64_t> cancelled;  // part of those that were not shipped
  std::optional<std::int64_t> returned;   // of `shipped`

  friend bool operator==(const ImportedPieces&, const ImportedPieces&) = default;
};
BOOST_DESCRIBE_STRUCT(ImportedPieces, (), (shipped, cancelled, returned))

struct ImportedLine : PricedLine, ImportedPieces {
  friend bool operator==(const ImportedLine&, const ImportedLine&) = default;
};
BOOST_DESCRIBE_STRUCT(ImportedLine, (PricedLine, ImportedPieces), ())

// All that is known of the order, with every figure.
struct ImportedOrder : OrderTerms, OrderFigures, ImportedState {
  CustomerId customer_id;
  LocationId location;
  std::vector<ImportedLine> lines;
  Money total;

  friend bool operator==(const ImportedOrder&, const ImportedOrder&) = default;
};
BOOST_DESCRIBE_STRUCT(ImportedOrder, (OrderTerms, OrderFigures, ImportedState), (customer_id, location, lines, total))
inline const ImportedOrder& imported_of(const ImportedOrder& carrier) {
  return carrier;
}

// The id of the order. The same source and number are the same order, however often they are imported.
OrderId imported_order_id(std::string_view source, std::string_view number);

// The id of all parts of an order that were imported with it: its payment, its refund, its returns and cancellations.
inline constexpr std::string_view kImportedPart = "imported";

// Adds the problems of the state and of the pieces. The terms and the figures are checked elsewhere.
void check_imported_state(const ImportedOrder& content, TextRule texts, std::vector<Violation>& found);

// The order as its document shows it, without number and history. `content` was checked. `at`: when it is imported.
Order imported_order(const OrderId& id, const ImportedOrder& content, Timestamp at);

// The members of `content` that differ from what `order` was when it was imported, at most 20. What ordo did since does
// not count. Of an order whose personal data was removed, only the rest is compared.
std::vector<Violation> differences(const Order& order, const ImportedOrder& content);

// Whether money was refunded or goods came back in ordo since the import.
bool has_moved_on(const Order& order);

}  // namespace ordo
