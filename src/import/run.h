// Runs an import from the first row to the summary: plans rows, sends requests, notes answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "client/http_client.h"
#include "import/orders.h"
#include "import/products.h"
#include "import/progress.h"
#include "import/refusals.h"
#include "import/rows.h"

namespace ordo::imports {

struct ImportOptions {
  std::string path;
  // Opens rows that do not come from a file; called once per pass. After an interruption, all requests are sent again.
  // The Idempotency-Keys make that safe.
  std::function<Result<std::unique_ptr<RowReader>>()> open;
  RowOptions rows;
  OrderImportOptions orders;
  ProductImportOptions products;
  bool update = false;  // existing products take the name and price of the file
  std::string source;   // name of the file in the Idempotency-Keys
  std::string errors_path;
  std::string progress_path;
  std::function<bool()> stop;  // true: end early and keep the progress; may be empty
  bool wait = false;           // keep the ids of the orders for wait_until_decided
};

struct ImportSummary {
  ImportKind kind = ImportKind::orders;
  std::uint64_t rows = 0;
  std::uint64_t refused_rows = 0;
  std::uint64_t accepted = 0;      // orders or products that the server acknowledged, in this run and earlier ones
  std::uint64_t earlier = 0;       // those of them that an earlier run had sent
  std::uint64_t existing = 0;      // those of them that existed before and stay unchanged
  std::uint64_t refused = 0;       // orders or products without an accepted row
  std::uint64_t other_prices = 0;  // lines whose price differs from the catalogue's; products with several prices
  std::uint64_t other_names = 0;   // products with several names
  std::map<std::string, std::uint64_t> by_reason;  // number of refused rows
  std::string errors_path;
  std::chrono::milliseconds took{0};
  std::vector<std::string> order_ids;  // with ImportOptions::wait; about 70 bytes per order
};

// Called at intervals, at most ten times a second.
struct ImportTick {
  std::uint64_t rows = 0;
  std::uint64_t sent = 0;
  std::uint64_t refused_rows = 0;
};
using OnTick = std::function<void(const ImportTick&)>;

// Imports the file. The report contains orders and products that the server refuses; they are not errors. An error ends
// the import; another run continues where it stopped. kUnavailable when the server does not answer; kInvalid and
// kNotFound for an unusable file; kIo for disk errors. Blocks. For one thread.
Result<ImportSummary> run_import(const ImportOptions& options, client::HttpCaller& server, const OnTick& on_tick);

// The Idempotency-Key of one order or product of an import.
std::string import_key(ImportKind kind, const std::string& source, const std::string& record);

struct DecidedOrders {
  std::map<std::string, std::uint64_t> by_status;  // "pending": not decided in time
  std::map<std::string, std::int64_t> totals;      // currency -> minor units, of orders that get delivered
  std::uint64_t missing = 0;                       // acknowledged, but not found
};

// Reads the orders until all are decided, or until `limit` is over.
Result<DecidedOrders> wait_until_decided(client::HttpCaller& server, std::vector<std::string> ids,
                                         std::chrono::milliseconds limit);

}  // namespace ordo::imports
