#include "client/document_printing.h"

#include <numeric>

#include "base/printable.h"
#include "client/document_cells.h"
#include "client/read_document.h"
#include "records/json_pick.h"

namespace ordo::client {
namespace {

using Align = Table::Align;

template <class Line>
std::int64_t pieces(const std::vector<Line>& lines) {
  return std::accumulate(lines.begin(), lines.end(), std::int64_t{0},
                         [](std::int64_t sum, const Line& line) { return sum + line.quantity; });
}

// --- rows of a table -------------------------------------------------------------------------------------------------

template <class T>
std::vector<Table::Heading> headings();

template <>
std::vector<Table::Heading> headings<Order>() {
  return {{"NUMBER", Align::right}, {"ID"},    {"REFERENCE"}, {"CUSTOMER"}, {"STATUS"}, {"LINES", Align::right},
          {"TOTAL", Align::right},  {"PLACED"}};
}
Cells row_of(const Order& order) {
  return {order.number,
          order.id.str(),
          printable(order.reference.value_or(""), 24),
          order.customer_id.str(),
          shown_status(order),
          std::to_string(order.lines.size()),
          shown_money(order.total),
          shown_time(order.placed_at)};
}

template <>
std::vector<Table::Heading> headings<Product>() {
  return {{"ID"}, {"NAME"}, {"CATEGORY"}, {"PRICE", Align::right}, {"STATUS"}, {"UPDATED"}};
}
Cells row_of(const Product& product) {
  return {product.id.str(),
          printable(product.name, 40),
          printable(product.category, 24),
          shown_money(product.price),
          std::string(enum_name(product.status)),
          shown_time(product.updated_at)};
}

template <>
std::vector<Table::Heading> headings<Payment>() {
  return {{"ORDER"},
          {"CUSTOMER"},
          {"STATUS"},
          {"AMOUNT", Align::right},
          {"REFUNDED", Align::right},
          {"OPEN", Align::right},
          {"METHOD"},
          {"UPDATED"}};
}
Cells row_of(const Payment& payment) {
  return {payment.id.str(),
          payment.customer_id.str(),
          shown_status(enum_name(payment.status), payment.status_reason),
          shown_money(payment.amount),
          shown_money(payment.refunded),
          std::to_string(payment.calls.size()),
          printable(payment.method, 24),
          shown_time(payment.updated_at)};
}

template <>
std::vector<Table::Heading> headings<Shipment>() {
  return {{"ID"}, {"STATUS"}, {"PIECES", Align::right}, {"LOCATION"}, {"CARRIER"}, {"TRACKING"}, {"REQUESTED"}};
}
Cells row_of(const Shipment& shipment) {
  return {shipment.id,
          std::string(enum_name(shipment.status)),
          std::to_string(pieces(shipment.lines)),
          shipment.location.str(),
          printable(shipment.carrier, 24),
          printable(shipment.tracking, 32),
          shown_time(shipment.requested_at)};
}

std::string shown_value(const CustomerView& customer) {
  std::string text;
  for (const auto& value : customer.value) {
    text += (text.empty() ? "" : ", ") + shown_money(Money{value.lifetime_value, value.currency});
  }
  return printable(text, 40);
}

template <>
std::vector<Table::Heading> headings<CustomerView>() {
  return {{"ID"}, {"NAME"}, {"EMAIL"}, {"SEGMENT"}, {"ORDERS", Align::right}, {"VALUE", Align::right}, {"LAST ORDER"}};
}
Cells row_of(const CustomerView& customer) {
  return {customer.id.str(),
          printable(customer.name.value_or(""), 40),
          printable(customer.email.value_or(""), 40),
          customer.segment,
          std::to_string(customer.orders.placed),
          shown_value(customer),
          shown_time(customer.last_order_at)};
}

template <>
std::vector<Table::Heading> headings<Refund>() {
  return {{"ID"}, {"AMOUNT", Align::right}, {"STATUS"}, {"REASON"}, {"TIME"}};
}
Cells row_of(const Refund& refund) {
  return {refund.id, shown_money(refund.amount), shown_status(enum_name(refund.status), refund.detail),
          printable(refund.reason, 60), shown_time(refund.at)};
}

template <>
std::vector<Table::Heading> headings<OrderReturn>() {
  return {{"ID"}, {"PIECES", Align::right}, {"RESTOCKED"}, {"REFUND"}, {"REASON"}, {"TIME"}};
}
Cells row_of(const OrderReturn& what) {
  return {what.id,
          std::to_string(pieces(what.lines)),
          what.restock ? "yes" : "no",
          what.refund_id.value_or(""),
          printable(what.reason, 60),
          shown_time(what.at)};
}

template <>
std::vector<Table::Heading> headings<Resend>() {
  return {{"ID"}, {"PIECES", Align::right}, {"STATUS"}, {"SHIPMENT"}, {"REASON"}, {"TIME"}};
}
Cells row_of(const Resend& resend) {
  return {
      resend.id,          std::to_string(pieces(resend.lines)), shown_status(enum_name(resend.status), resend.detail),
      resend.shipment_id, printable(resend.reason, 60),         shown_time(resend.at)};
}

template <>
std::vector<Table::Heading> headings<OrderNote>() {
  return {{"ID"}, {"PUBLIC"}, {"NOTE"}, {"TIME"}};
}
Cells row_of(const OrderNote& note) {
  return {note.id, note.public_ ? "yes" : "no", printable(note.text, 60), shown_time(note.at)};
}

template <>
std::vector<Table::Heading> headings<TaxRate>() {
  return {{"ID"}, {"COUNTRY"}, {"REGION"}, {"CLASS"}, {"RATE", Align::right}, {"LABEL"}, {"STATUS"}};
}
Cells row_of(const TaxRate& rate) {
  return {rate.id,
          rate.country,
          printable(rate.region.value_or(""), 24),
          printable(rate.tax_class, 24),
          shown_percent(rate.rate_ppm),
          printable(rate.label, 40),
          std::string(enum_name(rate.status))};
}

template <>
std::vector<Table::Heading> headings<ShippingMethod>() {
  return {{"ID"}, {"NAME"}, {"COUNTRIES"}, {"PRICE", Align::right}, {"STATUS"}};
}
Cells row_of(const ShippingMethod& method) {
  return {method.id, printable(method.name, 40),
          method.countries ? printable(joined(*method.countries, ","), 24) : std::string("all"),
          shown_price(method.price), std::string(enum_name(method.status))};
}

template <>
std::vector<Table::Heading> headings<Promotion>() {
  return {{"ID"}, {"CODE"}, {"LABEL"}, {"ACTION"}, {"USED", Align::right}, {"ENDS"}, {"STATUS"}};
}
Cells row_of(const Promotion& promotion) {
  return {promotion.id,
          printable(promotion.code.value_or(""), 24),
          printable(promotion.label, 40),
          shown_action(promotion.action),
          std::to_string(promotion.used),
          shown_time(promotion.ends),
          std::string(enum_name(promotion.status))};
}

template <>
std::vector<Table::Heading> headings<RecordedPayment>() {
  return {{"ID"}, {"AMOUNT", Align::right}, {"METHOD"}, {"REFERENCE"}, {"RECEIVED"}, {"RECORDED"}};
}
Cells row_of(const RecordedPayment& payment) {
  return {payment.id,
          shown_money(payment.amount),
          printable(payment.method, 40),
          printable(payment.reference.value_or(""), 60),
          shown_time(payment.received_at),
          shown_time(payment.at)};
}

template <>
std::vector<Table::Heading> headings<Redemption>() {
  return {{"ORDER"}, {"CUSTOMER"}, {"STATUS"}, {"CREATED"}};
}
Cells row_of(const Redemption& redemption) {
  const auto reason = redemption.reason ? enum_name(*redemption.reason) : std::string_view();
  return {redemption.order_id.str(), printable(redemption.customer_id.str(), 40),
          shown_status(enum_name(redemption.status), reason), shown_time(redemption.created_at)};
}

template <>
std::vector<Table::Heading> headings<QuoteView>() {
  return {{"LINES", Align::right}, {"TOTAL", Align::right}, {"VALID UNTIL"}};
}
Cells row_of(const QuoteView& quote) {
  return {std::to_string(quote.lines.size()), shown_money(quote.total), shown_time(quote.expires_at)};
}

// --- one kind --------------------------------------------------------------------------------------------------------

template <class T>
Result<void> print_one(const JsonTape& tape, const JsonTape* related, std::ostream& out) {
  const auto document = read_document<T>(tape, 0);
  if (!document) return fail(document.error());
  print_details(*document, related, out);
  return {};
}

Result<void> print_customer(const JsonTape& tape, const JsonTape*, std::ostream& out) {
  const auto customer = read_document<CustomerView>(tape, 0);
  if (!customer) return fail(customer.error());
  std::vector<Order> recent;
  const auto orders = member(tape, 0, "recent_orders");
  for (std::size_t at = orders.value_or(0) + 1; orders && at < tape[*orders].end; at = tape[at].end) {
    auto order = read_document<Order>(tape, at);
    if (!order) return fail(std::move(order.error()));
    recent.push_back(std::move(*order));
  }
  print_customer_details(*customer, recent, out);
  return {};
}

template <class T>
DocumentPrinting printing(Result<void> (*print)(const JsonTape&, const JsonTape*, std::ostream&)) {
  DocumentPrinting how{};
  how.headings = headings<T>;
  how.columns = column_names<T>;
  how.row = [](const JsonTape& tape, std::size_t at) {
    return read_document<T>(tape, at).map([](const T& document) { return row_of(document); });
  };
  how.csv = [](const JsonTape& tape, std::size_t at) {
    return read_document<T>(tape, at).map([](const T& document) { return cells_of(document); });
  };
  how.print = print;
  return how;
}

}  // namespace

const DocumentPrinting& printing_of(Listed listed) {
  static const DocumentPrinting kAll[] = {printing<Order>(print_one<Order>),
                                          printing<Product>(print_one<Product>),
                                          printing<Payment>(print_one<Payment>),
                                          printing<Shipment>(print_one<Shipment>),
                                          printing<CustomerView>(print_customer),
                                          printing<Refund>(print_one<Refund>),
                                          printing<OrderReturn>(print_one<OrderReturn>),
                                          printing<Resend>(print_one<Resend>),
                                          printing<OrderNote>(print_one<OrderNote>),
                                          printing<TaxRate>(print_one<TaxRate>),
                                          printing<ShippingMethod>(print_one<ShippingMethod>),
                                          printing<Promotion>(print_one<Promotion>),
                                          printing<RecordedPayment>(print_one<RecordedPayment>),
                                          printing<Redemption>(print_one<Redemption>),
                                          printing<QuoteView>(print_one<QuoteView>)};
  return kAll[static_cast<std::size_t>(listed)];
}

std::string shown_time(Timestamp time) {
  std::string text = to_rfc3339(time).substr(0, 19);
  text[10] = ' ';
  return text;
}

std::string shown_time(const std::optional<Timestamp>& time) {
  return time ? shown_time(*time) : std::string();
}

std::string shown_status(std::string_view status, std::string_view reason) {
  std::string text(status);
  if (!reason.empty()) text.append(" (").append(reason).append(")");
  return printable(text, 40);
}

std::string shown_percent(std::int64_t ppm) {
  std::string decimals = std::to_string(1'000'000 + ppm % 10'000).substr(3);
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return std::to_string(ppm / 10'000) + (decimals.empty() ? "" : ".") + decimals + " %";
}

std::string shown_price(const ShippingPrice& price) {
  if (price.kind == ShippingPriceKind::by_weight) return "by weight";
  if (price.kind == ShippingPriceKind::by_value) return "by value";
  return shown_money(price.amount.value_or(Money())) + (price.kind == ShippingPriceKind::per_item ? " per item" : "");
}

std::string shown_action(const PromotionAction& action) {
  const auto off = shown_percent(action.percent_ppm.value_or(0)) + " off";
  const auto of_lines = action.target == PromotionTarget::line ? " each line" : "";
  switch (action.kind) {
    case PromotionKind::percent:
      return off + of_lines;
    case PromotionKind::fixed:
      return shown_money(action.amount.value_or(Money())) + " off" + of_lines;
    case PromotionKind::free_shipping:
      return "free shipping";
    case PromotionKind::buy_x_get_y:
      return "buy " + std::to_string(action.buy.value_or(0)) + ", get " + std::to_string(action.get.value_or(0)) +
             (action.percent_ppm ? " at " + off : "");
  }
  return {};
}

std::string shown_status(const Order& order) {
  return shown_status(to_string(order.status), order.status_reason.value_or(std::string()));
}

}  // namespace ordo::client
