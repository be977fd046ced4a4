// What an import did, for people and for programs.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "import/order_upload.h"
#include "import/product_upload.h"
#include "import/wait.h"

namespace ordo::imports {

struct ImportSummary {
  ImportKind kind = ImportKind::orders;
  OrderMode mode = OrderMode::new_business;
  std::uint64_t rows = 0;
  std::uint64_t rows_accepted = 0;
  std::uint64_t rows_without_lines = 0;
  std::uint64_t accepted = 0;  // orders or products that the server acknowledged, in this run and earlier ones
  std::uint64_t earlier = 0;   // those of them that an earlier run had sent
  std::uint64_t refused = 0;   // orders or products, by the import or by the server
  OrderOutcome orders;
  ProductOutcome products;
  std::uint64_t orders_without_lines = 0;      // all of whose lines were cancelled before anything was sold
  std::uint64_t shortened = 0;                 // cells that did not fit into an order whole
  std::uint64_t rounded = 0;                   // amounts of lines with more decimals than the currency
  std::map<std::string, std::int64_t> totals;  // currency -> minor units, of the orders sent with the file's figures
  std::uint64_t other_prices = 0;              // products with several prices
  std::uint64_t other_names = 0;               // products with several names
  std::uint64_t negative_stock = 0;            // products whose stock was below 0, and counts as 0
  std::uint64_t without_weight_unit = 0;       // products whose weight was not used
  std::map<std::string, std::uint64_t> by_reason;  // lines of the errors file
  std::uint64_t error_lines = 0;
  std::string errors_path;  // empty: nothing was refused
  std::string unused;       // the columns that were not used, as the preview shows them
  std::chrono::milliseconds took{0};
  std::optional<DecidedOrders> decided;  // with --wait
  std::optional<std::uint64_t> waiting;  // accepted orders that wait to be processed; without --wait
};

// Whether something of the file did not get in: the exit code is 3.
bool is_partial(const ImportSummary& summary);
// Orders that were still to be decided, or found, when the time of --wait was over. History is decided from the start,
// also where it says pending.
std::uint64_t orders_not_decided(const ImportSummary& summary);

std::string summary_text(const ImportSummary& summary);
// One JSON object; totals in minor units. `preview`: that of preview_json(); empty: none.
std::string summary_json(const ImportSummary& summary, const std::string& preview);

}  // namespace ordo::imports
