// Prints each kind of document: as a row of a list, as a row of CSV, and as a detail view.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "client/output.h"
#include "domain/money_text.h"
#include "domain/order.h"
#include "domain/payment.h"
#include "domain/product.h"
#include "domain/promotion.h"
#include "domain/redemption.h"
#include "domain/shipment.h"
#include "domain/shipping_method.h"
#include "domain/tax_rate.h"
#include "records/customer_view.h"
#include "records/order_body.h"

namespace ordo::client {

using PrintedCells = std::vector<std::string>;

// The functions return kCorrupt when the JSON at `at` is not a document of that kind.
struct DocumentPrinting {
  std::vector<Table::Heading> (*headings)();
  PrintedCells (*columns)();  // columns of CSV
  Result<PrintedCells> (*row)(const JsonTape& tape, std::size_t at);
  Result<PrintedCells> (*csv)(const JsonTape& tape, std::size_t at);
  // The detail view; `related` may be null.
  Result<void> (*print)(const JsonTape& tape, const JsonTape* related, std::ostream& out);
};
const DocumentPrinting& printing_of(Listed listed);

// Detail views of one document. `history`, `stock` and `whole` are further answers of the server; null: none.
void print_details(const Order& order, const JsonTape* history, std::ostream& out);
void print_details(const Product& product, const JsonTape* stock, std::ostream& out);
void print_details(const Payment& payment, const JsonTape*, std::ostream& out);
void print_details(const Shipment& shipment, const JsonTape*, std::ostream& out);
void print_details(const Refund& refund, const JsonTape*, std::ostream& out);
void print_details(const OrderReturn& what, const JsonTape*, std::ostream& out);
void print_details(const Resend& resend, const JsonTape*, std::ostream& out);
void print_details(const OrderNote& note, const JsonTape*, std::ostream& out);
void print_details(const TaxRate& rate, const JsonTape*, std::ostream& out);
void print_details(const ShippingMethod& method, const JsonTape*, std::ostream& out);
void print_details(const Promotion& promotion, const JsonTape*, std::ostream& out);
void print_details(const RecordedPayment& payment, const JsonTape*, std::ostream& out);
void print_details(const Redemption& redemption, const JsonTape*, std::ostream& out);
void print_details(const QuoteView& quote, const JsonTape*, std::ostream& out);  // in price_details.cc
// `recent_orders` come from the same answer as the customer.
void print_customer_details(const CustomerView& customer, const std::vector<Order>& recent_orders, std::ostream& out);

// "2026-01-31 08:05:00".
std::string shown_time(Timestamp time);
std::string shown_time(const std::optional<Timestamp>& time);  // empty when there is none
// "rejected (out_of_stock)", shortened for a table.
std::string shown_status(std::string_view status, std::string_view reason);
std::string shown_status(const Order& order);
// "8.875 %" of 88,750 parts per million.
std::string shown_percent(std::int64_t ppm);
// "4.90 EUR", "4.90 EUR per item", "by weight".
std::string shown_price(const ShippingPrice& price);
// "10 % off", "buy 2, get 1".
std::string shown_action(const PromotionAction& action);

}  // namespace ordo::client
