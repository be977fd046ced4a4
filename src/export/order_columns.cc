#include <algorithm>

#include "client/document_printing.h"
#include "client/read_document.h"
#include "domain/imported_order.h"
#include "export/cells.h"

namespace ordo::exports {
namespace {

using OfOrder = Cell (*)(const Order& order);
using OfLine = Cell (*)(const OrderLine& line);

Column<OrderRow> of_order(std::string heading, OfOrder cell) {
  return {std::move(heading), [cell](const OrderRow& row) { return cell(row.order); }};
}

Column<OrderRow> of_line(std::string heading, OfLine cell) {
  return {std::move(heading), [cell](const OrderRow& row) { return row.line != nullptr ? cell(*row.line) : Cell(); }};
}

// Amounts of an order have its currency. An amount that was never set has none.
Cell amount_of(const Order& order, const Money& money) {
  return amount_cell(money.amount, order.total.currency);
}

Cell contact_part(const Order& order, std::optional<std::string> Contact::*part) {
  return order.contact ? text_cell((*order.contact).*part) : Cell();
}

const Address* or_null(const std::optional<Address>& address) {
  return address ? &*address : nullptr;
}

template <class T>
const std::vector<T>& or_empty(const std::optional<std::vector<T>>& list) {
  static const std::vector<T> kNone;
  return list ? *list : kNone;
}

// Each text once, in the order of the list, with ", " between them.
template <class List, class Show>
Cell different(const List& list, const Show& show) {
  std::vector<std::string> texts;
  for (const auto& element : list) {
    std::string text = show(element);
    if (!text.empty() && std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
  }
  return text_cell(joined(texts, ", "));
}

std::int64_t sum_of(const std::vector<DiscountShare>& shares) {
  std::int64_t sum = 0;
  for (const auto& share : shares) sum += share.amount.amount;
  return sum;
}

// The only tax of a line; null when it has none or several.
const TaxLine* only_tax(const OrderLine& line) {
  return line.tax && line.tax->size() == 1 ? &line.tax->front() : nullptr;
}

// "8.875%"
std::string rate_text(std::int64_t ppm) {
  std::string text = client::shown_percent(ppm);
  std::erase(text, ' ');
  return text;
}

// The sum over the order's shipping charges; empty when it has none.
Cell shipping_sum(const Order& order, std::int64_t (*amount)(const ShippingCharge& charge)) {
  const auto& charges = or_empty(order.shipping);
  if (charges.empty()) return {};
  std::int64_t sum = 0;
  for (const auto& charge : charges) sum += amount(charge);
  return amount_cell(sum, order.total.currency);
}

// An order without totals has no discounts and says nothing about tax.
Cell total_part(const Order& order, Money OrderTotals::*part) {
  return order.totals ? amount_of(order, (*order.totals).*part) : Cell();
}

// --- the columns -----------------------------------------------------------------------------------------------------

Columns<OrderRow> columns_of_order() {
  return {
      of_order("number", [](const Order& order) { return text_cell(order.number); }),
      of_order("reference", [](const Order& order) { return text_cell(order.reference); }),
      of_order("id", [](const Order& order) { return text_cell(order.id.str()); }),
      of_order("source",
               [](const Order& order) { return order.imported ? text_cell(order.imported->source) : Cell(); }),
      of_order("source_number",
               [](const Order& order) { return order.imported ? text_cell(order.imported->number) : Cell(); }),
      of_order("customer_id", [](const Order& order) { return text_cell(order.customer_id.str()); }),
      of_order("contact_name", [](const Order& order) { return contact_part(order, &Contact::name); }),
      of_order("contact_email", [](const Order& order) { return contact_part(order, &Contact::email); }),
      of_order("contact_phone", [](const Order& order) { return contact_part(order, &Contact::phone); }),
      of_order("status", [](const Order& order) { return word_cell(order.status); }),
      of_order("status_reason", [](const Order& order) { return text_cell(order.status_reason); }),
      of_order("payment_status", [](const Order& order) { return word_cell(order.payment_status); }),
      of_order("fulfillment_status", [](const Order& order) { return word_cell(order.fulfillment_status); }),
      of_order("placed_at", [](const Order& order) { return time_cell(order.placed_at); }),
      of_order("ended_at", [](const Order& order) { return time_cell(order.ended_at); }),
      of_order("location", [](const Order& order) { return text_cell(order.location.str()); }),
      of_order("channel", [](const Order& order) { return text_cell(order.channel); }),
      of_order("locale", [](const Order& order) { return text_cell(order.locale); }),
      of_order("tags", [](const Order& order) { return text_cell(joined(or_empty(order.tags), ", ")); }),
      of_order("currency", [](const Order& order) { return text_cell(std::string(order.total.currency.code())); }),
  };
}

Columns<OrderRow> columns_of_line() {
  return {
      of_line("line_id", [](const OrderLine& line) { return text_cell(line.id); }),
      of_line("line_kind", [](const OrderLine& line) { return word_cell(line.kind.value_or(LineKind::product)); }),
      of_line("product_id",
              [](const OrderLine& line) { return line.product_id ? text_cell(line.product_id->str()) : Cell(); }),
      of_line("sku", [](const OrderLine& line) { return text_cell(line.sku); }),
      of_line("name", [](const OrderLine& line) { return text_cell(line.name); }),
      of_line("quantity", [](const OrderLine& line) { return number_cell(line.quantity); }),
      of_line("unit_price", [](const OrderLine& line) { return amount_cell(line.unit_price); }),
      of_line("list_price", [](const OrderLine& line) { return amount_cell(line.list_price); }),
      of_line(
          "price_includes_tax",
          [](const OrderLine& line) { return line.price_includes_tax ? flag_cell(*line.price_includes_tax) : Cell(); }),
      of_line("line_discount",
              [](const OrderLine& line) {
                return line.discounts ? amount_cell(sum_of(*line.discounts), line.total.currency) : Cell();
              }),
      of_line("line_tax", [](const OrderLine& line) { return amount_cell(line.tax_total); }),
      of_line("line_tax_rate",
              [](const OrderLine& line) {
                const auto* tax = only_tax(line);
                return tax != nullptr && tax->rate_ppm ? Cell{rate_text(*tax->rate_ppm), true} : Cell();
              }),
      of_line("line_tax_code",
              [](const OrderLine& line) {
                const auto* tax = only_tax(line);
                return tax != nullptr ? text_cell(tax->code) : Cell();
              }),
      of_line("line_tax_reason",
              [](const OrderLine& line) {
                const auto* tax = only_tax(line);
                return tax != nullptr ? word_cell(tax->reason.value_or(TaxReason::standard)) : Cell();
              }),
      of_line("line_total", [](const OrderLine& line) { return amount_cell(line.total); }),
      of_line("shipped", [](const OrderLine& line) { return number_cell(line.shipped); }),
      of_line("cancelled", [](const OrderLine& line) { return number_cell(line.cancelled); }),
      of_line("returned", [](const OrderLine& line) { return number_cell(line.returned); }),
      of_line("line_metadata",
              [](const OrderLine& line) { return line.metadata ? pairs_cell(*line.metadata) : Cell(); }),
  };
}

// What the recorded payments say; without any, the method that was agreed on. An imported payment without a method has
// none here either: another shop would take its name for one.
Cell payment_method(const Order& order) {
  const auto& payments = or_empty(order.payments);
  if (payments.empty()) return text_cell(order.payment_method);
  return different(payments, [](const RecordedPayment& payment) {
    return payment.method == kImportedPart ? std::string() : payment.method;
  });
}

Columns<OrderRow> columns_of_money() {
  return {
      of_order("shipping_method",
               [](const Order& order) {
                 return different(or_empty(order.shipping), [](const ShippingCharge& one) { return one.name; });
               }),
      of_order("shipping",
               [](const Order& order) {
                 return shipping_sum(order, [](const ShippingCharge& one) { return one.price.amount; });
               }),
      of_order("shipping_includes_tax",
               [](const Order& order) {
                 const auto& charges = or_empty(order.shipping);
                 const bool stated = !charges.empty() && charges.front().price_includes_tax.has_value();
                 return stated ? flag_cell(*charges.front().price_includes_tax) : Cell();
               }),
      of_order("shipping_discount",
               [](const Order& order) {
                 return shipping_sum(order, [](const ShippingCharge& one) { return sum_of(or_empty(one.discounts)); });
               }),
      of_order("shipping_tax",
               [](const Order& order) {
                 return shipping_sum(order, [](const ShippingCharge& one) { return one.tax_total.amount; });
               }),
      of_order("discount", [](const Order& order) { return total_part(order, &OrderTotals::discounts); }),
      of_order("discount_code",
               [](const Order& order) {
                 return different(or_empty(order.discounts), [](const Discount& one) { return one.code.value_or(""); });
               }),
      of_order("tax", [](const Order& order) { return total_part(order, &OrderTotals::tax); }),
      of_order("total", [](const Order& order) { return amount_of(order, order.total); }),
      of_order("captured", [](const Order& order) { return amount_of(order, order.captured); }),
      of_order("refunded", [](const Order& order) { return amount_of(order, order.refunded); }),
      of_order("payment_method", payment_method),
      of_order("payment_reference",
               [](const Order& order) {
                 return different(or_empty(order.payments),
                                  [](const RecordedPayment& one) { return one.reference.value_or(""); });
               }),
  };
}

Columns<OrderRow> columns_of_delivery() {
  Columns<OrderRow> columns;
  columns.push_back(of_order("carrier", [](const Order& order) {
    const auto carrier_of = [](const auto& one) { return one.carrier.value_or(""); };
    const bool is_known = std::any_of(order.parcels.begin(), order.parcels.end(),
                                      [](const Parcel& parcel) { return parcel.carrier.has_value(); });
    return is_known ? different(order.parcels, carrier_of) : different(or_empty(order.shipping), carrier_of);
  }));
  columns.push_back(of_order("tracking", [](const Order& order) {
    return different(order.parcels, [](const Parcel& parcel) { return parcel.tracking; });
  }));
  add_address_columns<OrderRow>(
      "ship_", [](const OrderRow& row) { return or_null(row.order.shipping_address); }, columns);
  add_address_columns<OrderRow>(
      "bill_", [](const OrderRow& row) { return or_null(row.order.billing_address); }, columns);
  columns.push_back(of_order("note", [](const Order& order) { return text_cell(order.customer_note); }));
  columns.push_back(of_order("metadata", [](const Order& order) { return pairs_cell(order.metadata); }));
  return columns;
}

bool has_several_taxes(const std::optional<std::vector<TaxLine>>& tax) {
  return or_empty(tax).size() > 1;
}

}  // namespace

Result<Order> read_order(const JsonTape& tape, std::size_t at) {
  return client::read_document<Order>(tape, at);
}

const Columns<OrderRow>& order_columns() {
  static const auto kColumns = [] {
    Columns<OrderRow> all;
    for (auto& part : {columns_of_order(), columns_of_line(), columns_of_money(), columns_of_delivery()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return kColumns;
}

bool has_more_than_columns(const Order& order) {
  const auto& shipping = or_empty(order.shipping);
  return shipping.size() > 1 || or_empty(order.discounts).size() > 1 ||
         std::any_of(shipping.begin(), shipping.end(), [](const auto& one) { return has_several_taxes(one.tax); }) ||
         std::any_of(order.lines.begin(), order.lines.end(),
                     [](const auto& one) { return has_several_taxes(one.tax); });
}

}  // namespace ordo::exports
