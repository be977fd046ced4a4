// Exports a list of the API as a file, page by page.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "client/http_client.h"
#include "export/columns.h"

namespace ordo::exports {

enum class Exported { orders, products, customers };
std::string_view to_string(Exported what);

enum class ExportFormat { csv, ndjson };
// By the ending of a file's name: .csv, .ndjson, .jsonl. Nothing for another one.
std::optional<ExportFormat> format_of(std::string_view path);

// How products show their stock: a row for each location, one row with the sum, or not at all.
enum class StockShown { locations, sum, none };

struct ExportOptions {
  Exported what = Exported::orders;
  ExportFormat format = ExportFormat::csv;
  std::vector<std::pair<std::string, std::string>> filters;  // of the list: name and value
  StockShown stock = StockShown::locations;
  CsvTexts texts = CsvTexts::harmless;
  bool byte_order_mark = false;  // at the start of CSV
  std::function<bool()> stop;    // true: end early; may be empty
};

struct ExportSummary {
  std::uint64_t documents = 0;
  std::uint64_t rows = 0;        // lines of the file, without the headings
  std::uint64_t summarized = 0;  // documents of which CSV has only a part
  std::uint64_t unreadable = 0;  // documents that the server could not read, and left out
};

// Takes the next piece of the file, about 256 KiB.
using Sink = std::function<Result<void>(std::string_view piece)>;

// Reads the list to its end, and passes the file to `write`. Holds one page at a time. Errors: those of the server,
// kUnavailable, kCorrupt for an answer that cannot be read, kIo "interrupted" after `stop`, and those of `write`.
Result<ExportSummary> run_export(client::HttpCaller& server, const ExportOptions& options, const Sink& write);

// The number of records that the system has accepted and not yet processed. What they change is not in the lists.
// Nothing when the server does not say it.
std::optional<std::uint64_t> records_waiting(client::HttpCaller& server);

// "3 orders in 5 rows written to orders.csv", and a line for each thing that the file does not have. `path`: empty for
// standard output.
std::string summary_text(const ExportOptions& options, const ExportSummary& summary, const std::string& path);

}  // namespace ordo::exports
