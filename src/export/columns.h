// The columns of each kind of CSV file, as tables: a heading, and how its cell follows from the document. The import
// knows these headings, and docs/exporting.md explains them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/order.h"
#include "domain/product.h"
#include "export/product_stock.h"
#include "records/customer_view.h"
#include "records/json.h"

namespace ordo::exports {

struct Cell {
  std::string text;
  // A number that ordo wrote. A spreadsheet may calculate with it: "-1.50" is no formula.
  bool is_number = false;
};

template <class Row>
struct Column {
  std::string heading;
  std::function<Cell(const Row& row)> cell;
};
template <class Row>
using Columns = std::vector<Column<Row>>;

// The document at `at` of an answer. kCorrupt "bad_answer" when it is none.
Result<Order> read_order(const JsonTape& tape, std::size_t at);
Result<Product> read_product(const JsonTape& tape, std::size_t at);
Result<CustomerView> read_customer(const JsonTape& tape, std::size_t at);

// One line of an order. The row of each line repeats the figures and texts of the order.
struct OrderRow {
  const Order& order;
  const OrderLine* line = nullptr;  // null: the order has no lines
};
const Columns<OrderRow>& order_columns();
// Whether CSV has only sums of some of the order's figures: of several taxes on a line, several discounts, several
// shipping charges.
bool has_more_than_columns(const Order& order);

// A product, or its stock at one location.
struct ProductRow {
  const Product& product;
  std::optional<StockAt> stock = std::nullopt;
};
const Columns<ProductRow>& product_columns();

const Columns<CustomerView>& customer_columns();
// Whether CSV leaves out figures, because they are in several currencies, or all addresses but the first.
bool has_more_than_columns(const CustomerView& customer);

enum class CsvTexts {
  harmless,   // no spreadsheet runs them, no terminal obeys them
  unchanged,  // as they are
};

template <class Row>
std::string heading_line(const Columns<Row>& columns);
template <class Row>
void append_line(const Columns<Row>& columns, const Row& row, CsvTexts texts, std::string& out);

// The text of the cell, as CSV has it.
void append_cell(const Cell& cell, CsvTexts texts, std::string& out);

template <class Row>
std::string heading_line(const Columns<Row>& columns) {
  std::string line;
  for (const auto& column : columns) line += (line.empty() ? "" : ",") + column.heading;
  return line + "\n";
}

template <class Row>
void append_line(const Columns<Row>& columns, const Row& row, CsvTexts texts, std::string& out) {
  bool first = true;
  for (const auto& column : columns) {
    if (!first) out.push_back(',');
    first = false;
    append_cell(column.cell(row), texts, out);
  }
  out.push_back('\n');
}

}  // namespace ordo::exports
