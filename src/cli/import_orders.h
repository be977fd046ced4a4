// Orders out of rows: which rows belong together, which are refused, and the request for each order.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "cli/import_refusals.h"
#include "cli/import_rows.h"

namespace ordo::cli {

struct OrderImportOptions {
  std::optional<std::string> guest;     // customer of orders that name none; absent: their rows are refused
  std::optional<std::string> currency;  // of orders that name none; absent: as their products are priced
  std::optional<std::string> location;  // of orders that name none; absent: the server's
  std::string time_format;              // as strptime takes it; empty: ISO 8601
};

// One row that was found good by itself.
struct OrderImportLine {
  std::size_t line = 0;  // of the file
  std::string product;
  std::int64_t quantity = 0;
  std::string price;  // as the row says; empty: it does not
};

struct PlannedOrder {
  std::size_t ordinal = 0;
  std::string order;  // as the file calls it
  std::string customer;
  std::optional<Timestamp> placed_at;
  std::string currency;  // empty: none
  std::string location;
  std::vector<OrderImportLine> lines;

  // The body of POST /v1/orders.
  std::string body() const;
};

// Where each order's last row is: found in a first pass, so that the second one can let go of an order as soon as it is
// complete. 16 bytes an order.
class OrderIndex {
 public:
  void add(const std::string& order, std::uint64_t row);
  void seal();
  // The last row of the order, or a later one when another order has the same hash. Sealed only.
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

// The name of the order a row belongs to; empty when it has none. The same for both passes.
std::string order_of(const ImportRow& row);

// Turns rows into orders. The good rows of an order make it, its bad ones are refused. Memory: the rows of orders that
// have begun and not ended, at most kMaxOpenLines of them. One thread.
class OrderPlanner {
 public:
  static constexpr std::size_t kMaxOpenLines = 1'000'000;

  // `index`, `reader` and `refuse` outlive the planner.
  OrderPlanner(OrderImportOptions options, const OrderIndex& index, const RowReader& reader,
               std::function<void(const Refusal&)> refuse);

  // Takes the next row and gives an order that is complete with it. kInvalid "too_scattered" when too many orders are
  // open.
  Result<std::optional<PlannedOrder>> add(const ImportRow& row);
  // At the end of the file: an order that is left, until there is none.
  std::optional<PlannedOrder> finish();

  std::size_t orders_refused() const { return orders_refused_; }  // none of their rows was good

 private:
  struct Open {
    PlannedOrder order;
    std::vector<std::pair<std::size_t, std::string>> customers;  // of each line; checked when the order is complete
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

// "6" and "6.0"; nothing for anything that is no whole number.
std::optional<std::int64_t> parse_whole(std::string_view text);

// ISO 8601 with or without seconds and offset (none: UTC), or `format` as strptime takes it.
std::optional<Timestamp> parse_time(const std::string& text, const std::string& format);

}  // namespace ordo::cli
