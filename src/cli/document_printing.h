// How each kind of document is printed: as a row of a list, a row of CSV, and alone for people.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "cli/output.h"
#include "domain/money_text.h"
#include "domain/order.h"
#include "domain/payment.h"
#include "domain/product.h"
#include "domain/shipment.h"
#include "http/customer_view.h"

namespace ordo::cli {

using PrintedCells = std::vector<std::string>;

// The functions answer kCorrupt when the JSON at `at` is not such a document.
struct DocumentPrinting {
  std::vector<Table::Heading> (*headings)();
  PrintedCells (*columns)();  // of CSV
  Result<PrintedCells> (*row)(const JsonTape& tape, std::size_t at);
  Result<PrintedCells> (*csv)(const JsonTape& tape, std::size_t at);
  // For people; `related` may be null.
  Result<void> (*print)(const JsonTape& tape, const JsonTape* related, std::ostream& out);
};
const DocumentPrinting& printing_of(Listed listed);

// Of one document, for people. `history`, `stock` and `whole` are further answers of the server; null: none.
void print_sheet(const Order& order, const JsonTape* history, std::ostream& out);
void print_sheet(const Product& product, const JsonTape* stock, std::ostream& out);
void print_sheet(const Payment& payment, const JsonTape*, std::ostream& out);
void print_sheet(const Shipment& shipment, const JsonTape*, std::ostream& out);
void print_sheet(const Refund& refund, const JsonTape*, std::ostream& out);
void print_sheet(const OrderReturn& what, const JsonTape*, std::ostream& out);
// `recent_orders` are in the customer's own answer.
void print_customer_sheet(const http::CustomerView& customer, const std::vector<Order>& recent_orders,
                          std::ostream& out);

// "2026-01-31 08:05:00".
std::string shown_time(Timestamp time);
std::string shown_time(const std::optional<Timestamp>& time);  // empty when there is none
// "rejected (out_of_stock)", cut for a table.
std::string shown_status(std::string_view status, std::string_view reason);
std::string shown_status(const Order& order);

}  // namespace ordo::cli
