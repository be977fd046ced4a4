// How lists and single documents are printed: as a table for people, as JSON, NDJSON or CSV for programs.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "records/json.h"

namespace ordo::cli {

enum class OutputFormat { table, json, ndjson, csv };
std::optional<OutputFormat> parse_output(std::string_view name);

enum class Listed { orders, products, payments, shipments, customers, refunds, returns };

// Rows of text under headings, aligned. Columns are as wide as the first rows need; a longer value later moves its row
// to the right rather than being cut.
class Table {
 public:
  enum class Align { left, right };
  struct Heading {
    std::string name;
    Align align = Align::left;
  };

  explicit Table(std::vector<Heading> headings) : headings_(std::move(headings)) {}

  void add(std::vector<std::string> cells);
  // Prints the rows added since the last call; the headings the first time.
  void print(std::ostream& out);

 private:
  void print_row(const std::vector<std::string>& cells, std::ostream& out) const;

  std::vector<Heading> headings_;
  std::vector<std::size_t> widths_;  // in characters; set by the first print
  std::vector<std::vector<std::string>> rows_;
};

// Prints the documents of a list page by page. Amounts are in minor units in JSON, NDJSON and CSV, in major units in
// the table. One thread.
class ListPrinter {
 public:
  // `out` outlives the printer.
  ListPrinter(Listed listed, OutputFormat format, std::ostream& out);

  // The elements of the array at `at`, no more than `most` of them. Returns how many; kCorrupt when the answer is not
  // what ordo answers.
  Result<std::size_t> page(const JsonTape& tape, std::size_t at, std::size_t most);
  void finish();

 private:
  Result<void> print(const JsonTape& tape, std::size_t at);

  const Listed listed_;
  const OutputFormat format_;
  std::ostream& out_;
  Table table_;
  std::size_t printed_ = 0;
};

// One document. `related` is another answer to show beside it in the table, null for none: an order's history, a
// product's stock levels.
Result<void> print_document(Listed listed, OutputFormat format, const JsonTape& tape, const JsonTape* related,
                            std::ostream& out);

// `text` without what would move the cursor of a terminal or colour it, cut to `most` characters.
std::string printable(std::string_view text, std::size_t most);

// The names of the columns of the CSV of a list, from the description of the documents.
std::vector<std::string> csv_columns(Listed listed);

// "1234567" as "1,234,567".
std::string grouped(std::uint64_t number);

}  // namespace ordo::cli
