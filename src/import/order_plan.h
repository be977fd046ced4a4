// Orders from the rows of a file: all rows of an order, or none of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/order_terms.h"
#include "domain/stated_order.h"
#include "import/refusals.h"
#include "import/survey.h"

namespace ordo::imports {

// new_business: orders of today, which ordo collects and ships. open: paid elsewhere, not yet shipped. history: as they
// were.
enum class OrderMode { new_business, open, history };
BOOST_DESCRIBE_ENUM(OrderMode, new_business, open, history)

struct OrderPlanOptions {
  OrderMode mode = OrderMode::new_business;
  std::string source = "import";        // --source: the shop
  std::optional<std::string> guest;     // customer for orders that name none; absent: they are refused
  std::optional<std::string> location;  // for orders that name none; absent: the server's location
  bool partial = false;                 // --partial: an order is taken with its good rows
  bool accept_totals = false;           // --accept-totals: a difference to the file's total becomes `rounding`
  bool announce = false;                // --announce: webhooks of history
  bool replace = false;                 // --replace: amends orders of history
  bool collect = false;                 // --collect: unpaid open orders are charged by ordo
};

// The rows of one order, read: its content in the types of the domain, and what became of it.
struct PlannedOrder {
  std::size_t ordinal = 0;
  std::string number;             // in the file, as people know it
  std::vector<std::size_t> rows;  // lines of the file, one for each of `lines`
  std::string customer;           // an id
  std::optional<Timestamp> placed_at;
  std::optional<Timestamp> ended_at;  // of history: delivered or cancelled
  std::string currency;               // empty: that of the products
  std::string location;
  OrderTerms terms;
  std::vector<StatedLine> lines;
  StatedFigures figures;
  std::optional<Money> total;  // of the file, if it has one: what the order must come to
  std::optional<Money> sum;    // what its figures come to; absent where the catalogue prices it
  std::optional<PastState> state;
  std::optional<Money> captured;  // of the file; absent: from the state
  std::optional<Money> refunded;
  std::string payment_method;
  std::string payment_reference;
  std::optional<Timestamp> paid_at;
  std::string carrier;
  std::string tracking;
  std::vector<std::int64_t> returned;   // pieces of each line that came back
  std::vector<std::int64_t> cancelled;  // pieces of each line that were cancelled
  Metadata metadata;                    // of the order: columns without another place
  std::size_t shortened = 0;            // cells that did not fit into it whole
  std::size_t rounded = 0;              // amounts of lines with more decimals than the currency
};

// What the order's state says about money, where the file has no figure. nullopt: neither the file nor the state says
// it.
std::optional<Money> captured_of(const PlannedOrder& order);
std::optional<Money> refunded_of(const PlannedOrder& order);

// For an open order or history without `sum`, because the file has no prices: states those of the catalogue, one for
// each line, in the order's currency. kInvalid "total_mismatch" if they do not come to the order's total in the file,
// and `options` do not accept that.
Result<void> take_catalogue_prices(PlannedOrder& order, std::span<const Money> prices, const OrderPlanOptions& options);

// Whether the row has a product, a name or a quantity in the file. Others belong to no line: promotions, heads,
// footers, blank rows.
bool carries_line(const Columns& columns, const Row& row);

// Turns rows into orders. An order that is refused has one refusal that names it, with the reason "incomplete_order" or
// that of the whole order, and one for each bad row. An order of one row has only that of the row. Keeps the rows of
// incomplete orders in memory, at most kMaxOpenLines. For one thread.
class OrderPlanner {
 public:
  static constexpr std::size_t kMaxOpenLines = 1'000'000;

  // `survey` and `refuse` outlive the planner.
  OrderPlanner(OrderPlanOptions options, const Survey& survey, std::function<void(const Refusal&)> refuse);
  ~OrderPlanner();

  // Takes the next row. Returns the order if this row completes one. kInvalid "too_scattered" when too many orders are
  // incomplete.
  Result<std::optional<PlannedOrder>> add(const Row& row);
  // Call it at the end of the file: returns the remaining orders, one per call, then nullopt.
  std::optional<PlannedOrder> finish();

  std::size_t orders_refused() const;
  std::uint64_t rows_without_lines() const;
  // Orders whose rows are all cancelled before anything was sold.
  std::size_t orders_without_lines() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The key of the row's order: what its rows have in common. Both passes use it. `above`: the key of the row before, for
// files that leave it out in further rows. Empty for a row that belongs to no order.
std::string order_key(const Columns& columns, const Row& row, std::string_view above);

// The bodies of the requests. See docs/api.md: POST /v1/orders and POST /v1/imported-orders.
std::string order_body(const PlannedOrder& order, const OrderPlanOptions& options);
std::string imported_order_body(const PlannedOrder& order, const OrderPlanOptions& options);
// Of POST /v1/orders/{id}/payments, for an open order that was paid elsewhere.
std::string payment_body(const PlannedOrder& order);

}  // namespace ordo::imports
