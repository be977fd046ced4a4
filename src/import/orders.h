// Makes orders from rows: groups the rows, refuses bad ones, and builds the request for each order.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "import/refusals.h"
#include "import/rows.h"

namespace ordo::imports {

struct OrderImportOptions {
  std::optional<std::string> guest;     // customer for orders that name none; absent: their rows are refused
  std::optional<std::string> currency;  // for orders that name none; absent: the currency of their products
  std::optional<std::string> location;  // for orders that name none; absent: the server's location
  std::string time_format;              // for strptime; empty: ISO 8601
};

// A row that is valid on its own.
struct OrderImportLine {
  std::size_t line = 0;  // line of the file
  std::string product;
  std::int64_t quantity = 0;
  std::string price;  // from the row; empty: the row has none
};

struct PlannedOrder {
  std::size_t ordinal = 0;
  std::string order;  // id of the order in the file
  std::string customer;
  std::optional<Timestamp> placed_at;
  std::string currency;  // empty: none
  std::string location;
  std::vector<OrderImportLine> lines;

  // The body of POST /v1/orders.
  std::string body() const;
};

// The last row of each order. A first pass finds them, so that the second pass can send an order as soon as it is
// complete. Needs 16 bytes per order.
class OrderIndex {
 public:
  void add(const std::string& order, std::uint64_t row);
  void seal();
  // The last row of the order, or a later row if another order has the same hash. Call it only after sealing.
  std::uint64_t last_row(const std::string& order) const;

 private:
  struct Entry {
    std::uint64_t hash;
    std::uint64_t row;
  };
  void compact();
  std::vector<Entry> entries_;
  std::size_t compacted_ = 0;
};

// The id of the row's order; empty without one. Both passes use it.
std::string order_of(const ImportRow& row);

// Turns rows into orders. The good rows of an order form it; its bad rows are refused. Keeps the rows of incomplete
// orders in memory, at most kMaxOpenLines. For one thread.
class OrderPlanner {
 public:
  static constexpr std::size_t kMaxOpenLines = 1'000'000;

  // `index`, `reader` and `refuse` outlive the planner.
  OrderPlanner(OrderImportOptions options, const OrderIndex& index, const RowReader& reader,
               std::function<void(const Refusal&)> refuse);

  // Takes the next row. Returns the order if this row completes one. kInvalid "too_scattered" when too many orders are
  // incomplete.
  Result<std::optional<PlannedOrder>> add(const ImportRow& row);
  // Call it at the end of the file: returns the remaining orders, one per call, then nullopt.
  std::optional<PlannedOrder> finish();

  std::size_t orders_refused() const { return orders_refused_; }  // orders without a good row

 private:
  struct Open {
    PlannedOrder order;
    std::vector<std::pair<std::size_t, std::string>> customers;  // per line; checked when the order is complete
  };

  std::optional<RowProblem> take(const ImportRow& row, Open& open);
  std::optional<RowProblem> take_shared(const ImportRow& row, Open& open);
  std::optional<PlannedOrder> complete(Open open);
  RowProblem problem(Column column, const ImportRow& row, std::string reason, std::string detail) const;

  OrderImportOptions options_;
  const OrderIndex& index_;
  const RowReader& reader_;
  std::function<void(const Refusal&)> refuse_;
  std::unordered_map<std::string, Open> open_;
  std::size_t open_lines_ = 0;
  std::uint64_t row_ = 0;
  std::size_t next_ordinal_ = 0;
  std::size_t orders_refused_ = 0;
};

// Reads "6" and "6.0"; nullopt for anything but a whole number.
std::optional<std::int64_t> parse_whole(std::string_view text);

// Reads ISO 8601, with or without seconds and offset (default: UTC), or `format` of strptime.
std::optional<Timestamp> parse_time(const std::string& text, const std::string& format);

}  // namespace ordo::imports
