// Orders from their rows: who bought, where it goes, what was bought, and what became of it. See order_totals.h for the
// money.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/order_grouping.h"
#include "import/order_plan.h"
#include "import/order_totals.h"

namespace ordo::imports {

// What orders of one file are read with. All of it outlives the reader.
struct ReadContext {
  const OrderPlanOptions& options;
  const Survey& survey;
  const CellPlaces& places;

  bool is_history() const { return options.mode == OrderMode::history; }
  // Whether the file's prices count, or are only compared.
  bool takes_prices() const { return options.mode != OrderMode::new_business; }
};

template <class T>
using Read = tl::expected<T, RowProblem>;

RowProblem problem_of(const CellPlaces& places, CellPlace place, std::string_view text, std::string reason,
                      std::string detail);
// `error` of a cell.
RowProblem problem_of(const CellPlaces& places, CellPlace place, std::string_view text, const Error& error);

// --- order_terms_reading.cc

// Leaves out rows that name another customer, currency or location than the first row. Each is a bad row.
void drop_differing(const ReadContext& context, OrderRows& rows);

// Number, customer, currency, times, contact, addresses, texts, metadata.
Read<void> read_terms(const ReadContext& context, const OrderRows& rows, PlannedOrder& order);
// What became of it, and what the mode demands of that.
Read<void> read_state(const ReadContext& context, const OrderRows& rows, PlannedOrder& order);

// --- order_lines.cc

// The lines of an order. Rows that hold none are counted.
struct ReadLines {
  std::vector<LineMoney> money;  // one for each line of the order
  std::int64_t returned = 0;     // the price of the pieces in rows of returns
  std::int64_t discounts = 0;    // of rows that are discounts
  std::int64_t shipping = 0;     // of rows that are shipping
  std::size_t passed_over = 0;   // rows of pieces that were cancelled before they were sold
  std::size_t heads = 0;         // rows that only sum up the others
  bool has_prices = false;
};

// Adds the lines to `order`. Bad rows are left out of `rows`.
ReadLines read_lines(const ReadContext& context, OrderRows& rows, PlannedOrder& order);

// --- order_money.cc

// Reads the amounts of the order, finds their meaning and states it in `order`. `is_partial`: rows are missing, so that
// no total of the file can be compared. Does nothing for new business, whose prices are those of the catalogue.
Read<void> read_money(const ReadContext& context, const OrderRows& rows, const ReadLines& lines, bool is_partial,
                      PlannedOrder& order);

// Amounts in one currency, in minor units. Absent for a cell without a value.
class AmountReader {
 public:
  AmountReader(const ReadContext& context, Currency currency) : context_(context), currency_(currency) {}

  Read<std::optional<std::int64_t>> read(Role role, CellPlace place, std::string_view text) const;
  // The sum over the columns of the role, in one row.
  Read<std::optional<std::int64_t>> read(Role role, const HeldRow& row) const;
  // As read(). An amount with more decimals than the currency has is rounded to it, half up, and counted in `rounded`:
  // programs that compute with fractions write those of lines so. A currency without decimals allows none: its amounts
  // are more likely those of another currency.
  Read<std::optional<std::int64_t>> read_rounded(Role role, const HeldRow& row, std::size_t& rounded) const;
  // The amounts of all rows.
  Read<SharedMoney> read_shared(Role role, const OrderRows& rows) const;
  // Unit price times quantity, where the price may have more decimals than the currency.
  Read<std::optional<std::int64_t>> read_product(Role role, const HeldRow& row, std::int64_t pieces) const;

 private:
  const ReadContext& context_;
  const Currency currency_;
};

}  // namespace ordo::imports
