// The first pass over a file: what it holds, how its columns write numbers and times, and where each order ends. The
// person sees it before anything is sent; the second pass reads rows with it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cells/status_words.h"
#include "cells/values.h"
#include "columns/columns.h"
#include "import/order_index.h"

namespace ordo::imports {

// What the person says about values.
struct ValueChoices {
  char decimal = 0;                  // --decimal; 0: from the cells
  TimeStyle time;                    // --zone, --date-order, --time-format
  std::optional<Currency> currency;  // --currency: of rows that name none
  std::optional<Decimal> unit;       // --unit
  StatusChoices status;              // --status
  // The shop's own currency. It only says how many decimals to expect where neither the file nor `currency` names one.
  std::optional<Currency> shop_currency;
  bool json = false;  // the file is JSON: a point in a number separates decimals
};

struct UnusedColumn {
  std::string heading;
  std::uint64_t cells = 0;  // that are not empty
};

// What a person must answer before the first row is sent.
struct Question {
  std::optional<Role> role;  // of the column with an ambiguous number; absent: it is about times
  Error error;               // kInvalid "ambiguous_number", "ambiguous_date", "ambiguous_discount"
};

struct Survey {
  Columns columns;
  ValueChoices choices;
  std::array<NumberStyle, kRoles> numbers;  // by role
  TimeStyle time;
  std::uint64_t rows = 0;
  std::uint64_t rows_without_lines = 0;  // promotions, images, heads, footers, blank rows
  std::uint64_t records = 0;             // orders or products
  OrderIndex index;                      // of orders: the last row of each
  std::optional<Timestamp> first;
  std::optional<Timestamp> last;
  std::map<std::string, std::uint64_t> currencies;      // code -> orders, at most 200
  std::map<std::string, std::uint64_t> unknown_status;  // word -> orders, at most 100
  std::uint64_t past = 0;  // orders whose status, time or payment says that they are not new
  std::uint64_t open = 0;  // of those: not yet shipped
  std::vector<UnusedColumn> unused;
  std::vector<std::pair<std::string, std::uint64_t>> metadata;
  std::vector<Question> questions;  // see questions.h
};

// An order that was placed so long before the import counts as past, even if nothing else says so.
inline constexpr std::chrono::hours kNewFor{48};
inline constexpr std::size_t kMaxOrders = 16'000'000;  // of one file

// Reads the whole table. `today` is the time of the import. kInvalid "too_many_orders", "unknown_zone"; kIo when the
// table cannot be read. Values that can be read in two ways are no errors here, but questions.
Result<Survey> survey(Table& table, Columns columns, const ValueChoices& choices, Timestamp today = now());

}  // namespace ordo::imports
