// An import from the first row to the summary: rows are planned, requests sent, answers noted.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/http_client.h"
#include "cli/import_orders.h"
#include "cli/import_products.h"
#include "cli/import_progress.h"
#include "cli/import_refusals.h"
#include "cli/import_rows.h"

namespace ordo::cli {

struct ImportOptions {
  std::string path;
  RowOptions rows;
  OrderImportOptions orders;
  ProductImportOptions products;
  bool update = false;  // products that exist take the name and price of the file
  std::string source;   // names the file in the Idempotency-Keys
  std::string errors_path;
  std::string progress_path;
  std::function<bool()> stop;  // true: come to an end, the progress is kept; may be empty
  bool wait = false;           // keep the ids of the orders, for wait_until_decided
};

struct ImportSummary {
  ImportKind kind = ImportKind::orders;
  std::uint64_t rows = 0;
  std::uint64_t refused_rows = 0;
  std::uint64_t accepted = 0;      // orders or products the server acknowledged, in this run and those before
  std::uint64_t earlier = 0;       // of them, those an earlier run of this import had sent
  std::uint64_t existing = 0;      // of them, products that were there already and stay as they are
  std::uint64_t refused = 0;       // orders or products of which nothing was taken
  std::uint64_t other_prices = 0;  // lines whose price differs from the catalogue's; products with several prices
  std::uint64_t other_names = 0;   // products with several names
  std::map<std::string, std::uint64_t> by_reason;  // refused rows
  std::string errors_path;
  std::chrono::milliseconds took{0};
  std::vector<std::string> order_ids;  // with ImportOptions::wait: about 70 bytes an order
};

// Called now and then, at most ten times a second.
struct ImportTick {
  std::uint64_t rows = 0;
  std::uint64_t sent = 0;
  std::uint64_t refused_rows = 0;
};
using OnTick = std::function<void(const ImportTick&)>;

// Imports the file. Orders and products that the server refuses are in the report, not an error. An error ends the
// import; run it again and it goes on where it was: kUnavailable when the server is away, kInvalid and kNotFound for a
// file that cannot be understood, kIo for disks. Blocks; one thread.
Result<ImportSummary> run_import(const ImportOptions& options, HttpCaller& server, const OnTick& on_tick);

// The Idempotency-Key of one order or product of an import.
std::string import_key(ImportKind kind, const std::string& source, const std::string& record);

struct DecidedOrders {
  std::map<std::string, std::uint64_t> by_status;  // "pending" for those not decided in time
  std::map<std::string, std::int64_t> totals;      // currency -> minor units, of the orders that hold
  std::uint64_t missing = 0;                       // acknowledged, and not to be found
};

// Reads the orders until all are decided or `limit` is over.
Result<DecidedOrders> wait_until_decided(HttpCaller& server, std::vector<std::string> ids,
                                         std::chrono::milliseconds limit);

}  // namespace ordo::cli
