// Prints lists and single documents: as a table for people, or as JSON, NDJSON or CSV for programs.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "records/json.h"

namespace ordo::client {

enum class OutputFormat { table, json, ndjson, csv };
std::optional<OutputFormat> parse_output(std::string_view name);

struct OutputChoice {
  OutputFormat format = OutputFormat::table;
  bool spreadsheet = false;  // CSV: no cell that a spreadsheet reads as a formula
};

enum class Listed {
  orders,
  products,
  payments,
  shipments,
  customers,
  refunds,
  returns,
  resends,
  notes,
  tax_rates,
  shipping_methods,
  promotions,
  received,
  redemptions,
  quotes
};

// Aligned rows of text under headings. The first rows determine the widths of the columns. A longer value later moves
// the rest of its row to the right; it is not cut. Characters that move a terminal's cursor become spaces.
class Table {
 public:
  enum class Align { left, right };
  struct Heading {
    std::string name;
    Align align = Align::left;
  };

  explicit Table(std::vector<Heading> headings) : headings_(std::move(headings)) {}

  void add(std::vector<std::string> cells);
  // Prints the rows that were added since the last call. The first call also prints the headings.
  void print(std::ostream& out);

 private:
  void print_row(const std::vector<std::string>& cells, std::ostream& out) const;

  std::vector<Heading> headings_;
  std::vector<std::size_t> widths_;  // in characters; the first print sets them
  std::vector<std::vector<std::string>> rows_;
};

// Prints the documents of a list page by page. Amounts are in minor units in JSON, NDJSON and CSV, and in major units
// in the table. For one thread.
class ListPrinter {
 public:
  // `out` outlives the printer.
  ListPrinter(Listed listed, OutputChoice choice, std::ostream& out);

  // Prints at most `most` elements of the array at `at`. Returns their number; kCorrupt when the answer is not one of
  // ordo's.
  Result<std::size_t> page(const JsonTape& tape, std::size_t at, std::size_t most);
  void finish();

 private:
  Result<void> print(const JsonTape& tape, std::size_t at);

  const Listed listed_;
  const OutputChoice choice_;
  std::ostream& out_;
  Table table_;
  std::size_t printed_ = 0;
};

// Prints one document. `related` is another answer for the detail view: an order's history, or a product's stock
// levels. Null: none.
Result<void> print_document(Listed listed, OutputChoice choice, const JsonTape& tape, const JsonTape* related,
                            std::ostream& out);

// The names of the CSV columns of a list, from the description of its documents.
std::vector<std::string> csv_columns(Listed listed);

}  // namespace ordo::client
