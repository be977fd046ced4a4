// What the columns show of orders, products and customers.
#include "export/columns.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "client/csv.h"

namespace ordo::exports {
namespace {

using Shown = std::map<std::string, std::string>;  // heading -> text, without empty ones

template <class Row>
Shown shown(const Columns<Row>& columns, const Row& row) {
  Shown cells;
  for (const auto& column : columns) {
    const auto text = column.cell(row).text;
    EXPECT_FALSE(cells.contains(column.heading)) << column.heading;
    if (!text.empty()) cells[column.heading] = text;
  }
  return cells;
}

template <class T>
T read(const std::string& text, Result<T> (*reader)(const JsonTape& tape, std::size_t at)) {
  const auto tape = *JsonTape::parse(text);
  auto document = reader(tape, 0);
  EXPECT_TRUE(document) << document.error().text();
  return std::move(*document);
}

Order order_of(const std::string& text) {
  return read(text, read_order);
}

Shown shown_line(const Order& read, std::size_t line) {
  return shown(order_columns(), OrderRow{read, &read.lines[line]});
}

// The plainest order: its lines say all.
const std::string kPlain =
    R"({"id":"o-1","number":"1042","customer_id":"ann","location":"main","lines":[{"product_id":"mug","name":"Mug",)"
    R"("quantity":2,"unit_price":{"amount":1250,"currency":"USD"},"total":{"amount":2500,"currency":"USD"},)"
    R"("shipped":2,"cancelled":0,"returned":1}],"total":{"amount":2500,"currency":"USD"},"status":"completed",)"
    R"("payment_status":"captured","fulfillment_status":"delivered","captured":{"amount":2500,"currency":"USD"},)"
    R"("placed_at":"2026-01-31T08:05:00.000Z","updated_at":"2026-01-31T08:05:01.000Z","metadata":{},"rev":2})";

TEST(OrderColumns, APlainOrderSaysNothingAboutTaxAndDiscounts) {
  EXPECT_EQ(shown_line(order_of(kPlain), 0), (Shown{{"number", "1042"},
                                                    {"id", "o-1"},
                                                    {"customer_id", "ann"},
                                                    {"status", "completed"},
                                                    {"payment_status", "captured"},
                                                    {"fulfillment_status", "delivered"},
                                                    {"placed_at", "2026-01-31T08:05:00.000Z"},
                                                    {"location", "main"},
                                                    {"currency", "USD"},
                                                    {"line_kind", "product"},
                                                    {"product_id", "mug"},
                                                    {"name", "Mug"},
                                                    {"quantity", "2"},
                                                    {"unit_price", "12.50"},
                                                    {"line_total", "25.00"},
                                                    {"shipped", "2"},
                                                    {"cancelled", "0"},
                                                    {"returned", "1"},
                                                    {"total", "25.00"},
                                                    {"captured", "25.00"},
                                                    {"refunded", "0.00"}}));
  EXPECT_FALSE(has_more_than_columns(order_of(kPlain)));
}

// The German invoice of docs/pricing.md, with a contact, addresses and a payment.
const std::string kInvoice =
    R"({"id":"o-2","number":"7","reference":"R-7","customer_id":"anna","location":"main",)"
    R"("imported":{"source":"old-shop","number":"#1001","at":"2026-01-31T08:05:00.000Z"},)"
    R"("lines":[{"id":"1","product_id":"kettle","sku":"K 1","name":"Kettle","quantity":2,)"
    R"("unit_price":{"amount":1999,"currency":"EUR"},"list_price":{"amount":2500,"currency":"EUR"},)"
    R"("price_includes_tax":true,"discounts":[{"id":"1","amount":{"amount":400,"currency":"EUR"}}],)"
    R"("tax":[{"code":"VAT","rate_ppm":190000,"amount":{"amount":574,"currency":"EUR"},"included":true}],)"
    R"("net":{"amount":3024,"currency":"EUR"},"tax_total":{"amount":574,"currency":"EUR"},)"
    R"("total":{"amount":3598,"currency":"EUR"},"metadata":{"engraving":"A \"B\""}},)"
    R"({"id":"2","kind":"fee","name":"Gift wrap","quantity":1,"unit_price":{"amount":1200,"currency":"EUR"},)"
    R"("price_includes_tax":true,"discounts":[{"id":"1","amount":{"amount":120,"currency":"EUR"}}],)"
    R"("tax":[{"code":"VAT","rate_ppm":88750,"reason":"reduced","amount":{"amount":71,"currency":"EUR"},)"
    R"("included":true}],"tax_total":{"amount":71,"currency":"EUR"},"total":{"amount":1080,"currency":"EUR"}}],)"
    R"("shipping":[{"id":"1","name":"Parcel","carrier":"DHL","price":{"amount":490,"currency":"EUR"},)"
    R"("price_includes_tax":true,"discounts":[{"id":"2","amount":{"amount":100,"currency":"EUR"}}],)"
    R"("tax":[{"code":"VAT","rate_ppm":190000,"amount":{"amount":62,"currency":"EUR"},"included":true}],)"
    R"("net":{"amount":328,"currency":"EUR"},"tax_total":{"amount":62,"currency":"EUR"},)"
    R"("total":{"amount":390,"currency":"EUR"}}],)"
    R"("discounts":[{"id":"1","kind":"coupon","code":"TEN","target":"order","value_type":"percent","value":100000,)"
    R"("amount":{"amount":520,"currency":"EUR"}}],)"
    R"("totals":{"items":{"amount":3998,"currency":"EUR"},"discounts":{"amount":620,"currency":"EUR"},)"
    R"("shipping":{"amount":490,"currency":"EUR"},"fees":{"amount":1200,"currency":"EUR"},)"
    R"("tax":{"amount":707,"currency":"EUR"},"tax_included":{"amount":707,"currency":"EUR"},)"
    R"("total":{"amount":5068,"currency":"EUR"}},"total":{"amount":5068,"currency":"EUR"},)"
    R"("contact":{"name":"Anna","email":"anna@example.com","phone":"+49 30 1"},"status":"cancelled",)"
    R"("status_reason":"changed her mind","payment_status":"refunded","fulfillment_status":"unfulfilled",)"
    R"("captured":{"amount":5068,"currency":"EUR"},"refunded":{"amount":5068,"currency":"EUR"},)"
    R"("payment_method":"tok_1","payments":[{"id":"p","amount":{"amount":5068,"currency":"EUR"},"method":"transfer",)"
    R"("reference":"T-9","at":"2026-01-31T08:05:00.000Z"}],"parcels":[{"shipment_id":"s","lines":[],)"
    R"("status":"shipped","tracking":"JJD1","at":"2026-01-31T08:05:00.000Z"}],)"
    R"("shipping_address":{"name":"Anna","line1":"Weg 1","city":"Berlin","postal_code":"01234","country":"DE"},)"
    R"("billing_address":{"name":"Anna GmbH","line1":"Weg 2","city":"Berlin","country":"DE","tax_id":"DE1"},)"
    R"("customer_note":"ring twice","channel":"web","locale":"de","tags":["new","gift"],)"
    R"("metadata":{"colour":"red"},"placed_at":"2026-01-31T08:05:00.000Z","ended_at":"2026-02-01T08:05:00.000Z",)"
    R"("updated_at":"2026-02-01T08:05:00.000Z","rev":9})";

TEST(OrderColumns, FiguresAreInMajorUnits) {
  const auto read = order_of(kInvoice);
  auto cells = shown_line(read, 0);
  const Shown line = {{"line_id", "1"},
                      {"line_kind", "product"},
                      {"product_id", "kettle"},
                      {"sku", "K 1"},
                      {"name", "Kettle"},
                      {"quantity", "2"},
                      {"unit_price", "19.99"},
                      {"list_price", "25.00"},
                      {"price_includes_tax", "true"},
                      {"line_discount", "4.00"},
                      {"line_tax", "5.74"},
                      {"line_tax_rate", "19%"},
                      {"line_tax_code", "VAT"},
                      {"line_tax_reason", "standard"},
                      {"line_total", "35.98"},
                      {"line_metadata", R"({"engraving":"A \"B\""})"}};
  const Shown money = {{"shipping_method", "Parcel"}, {"shipping", "4.90"},     {"shipping_includes_tax", "true"},
                       {"shipping_discount", "1.00"}, {"shipping_tax", "0.62"}, {"discount", "6.20"},
                       {"discount_code", "TEN"},      {"tax", "7.07"},          {"total", "50.68"},
                       {"captured", "50.68"},         {"refunded", "50.68"}};
  for (const auto& part : {line, money}) {
    for (const auto& [heading, text] : part) EXPECT_EQ(cells[heading], text) << heading;
  }
  cells = shown_line(read, 1);
  EXPECT_EQ(cells["line_kind"], "fee");
  EXPECT_EQ(cells["line_tax_rate"], "8.875%");
  EXPECT_EQ(cells["line_tax_reason"], "reduced");
  EXPECT_EQ(cells["total"], "50.68") << "the row of each line repeats it";
  EXPECT_FALSE(cells.contains("product_id"));
}

TEST(OrderColumns, AnOrderSaysWhoWhereAndHow) {
  auto cells = shown_line(order_of(kInvoice), 0);
  const Shown expected = {{"reference", "R-7"},
                          {"source", "old-shop"},
                          {"source_number", "#1001"},
                          {"contact_name", "Anna"},
                          {"contact_email", "anna@example.com"},
                          {"contact_phone", "+49 30 1"},
                          {"status_reason", "changed her mind"},
                          {"ended_at", "2026-02-01T08:05:00.000Z"},
                          {"channel", "web"},
                          {"locale", "de"},
                          {"tags", "new, gift"},
                          {"payment_method", "transfer"},
                          {"payment_reference", "T-9"},
                          {"carrier", "DHL"},
                          {"tracking", "JJD1"},
                          {"ship_name", "Anna"},
                          {"ship_postal_code", "01234"},
                          {"bill_name", "Anna GmbH"},
                          {"bill_tax_id", "DE1"},
                          {"note", "ring twice"},
                          {"metadata", R"({"colour":"red"})"}};
  for (const auto& [heading, text] : expected) EXPECT_EQ(cells[heading], text) << heading;
  EXPECT_FALSE(cells.contains("bill_postal_code"));

  auto read = order_of(kInvoice);
  read.payments.reset();
  EXPECT_EQ(shown_line(read, 0)["payment_method"], "tok_1") << "what was agreed on, as no one recorded a payment";
}

TEST(OrderColumns, AnAmountThatWasNeverSetHasTheDecimalsOfTheOrder) {
  auto read = order_of(kPlain);
  read.total.currency = *Currency::parse("VND");
  read.captured = Money();
  EXPECT_EQ(shown_line(read, 0)["captured"], "0");
}

TEST(OrderColumns, AnOrderWithoutLinesHasARow) {
  const auto read = order_of(kPlain);
  auto cells = shown(order_columns(), OrderRow{read});
  EXPECT_EQ(cells["number"], "1042");
  EXPECT_FALSE(cells.contains("quantity"));
}

TEST(OrderColumns, SeveralTaxesDiscountsAndChargesAreOnlySums) {
  auto taxes = order_of(kInvoice);
  EXPECT_FALSE(has_more_than_columns(taxes));
  taxes.lines[0].tax->push_back(taxes.lines[1].tax->front());
  EXPECT_TRUE(has_more_than_columns(taxes));
  auto cells = shown(order_columns(), OrderRow{taxes, taxes.lines.data()});
  EXPECT_FALSE(cells.contains("line_tax_rate")) << "it has two";

  auto charges = order_of(kInvoice);
  charges.shipping->push_back(charges.shipping->front());
  charges.shipping->back().name = "Gift box";
  EXPECT_TRUE(has_more_than_columns(charges));
  cells = shown(order_columns(), OrderRow{charges, charges.lines.data()});
  EXPECT_EQ(cells["shipping"], "9.80");
  EXPECT_EQ(cells["shipping_tax"], "1.24");
  EXPECT_EQ(cells["shipping_method"], "Parcel, Gift box");
  EXPECT_EQ(cells["carrier"], "DHL");

  auto discounts = order_of(kInvoice);
  discounts.discounts->push_back(discounts.discounts->front());
  discounts.discounts->back().code = "FREE";
  EXPECT_TRUE(has_more_than_columns(discounts));
  cells = shown(order_columns(), OrderRow{discounts, discounts.lines.data()});
  EXPECT_EQ(cells["discount_code"], "TEN, FREE");

  auto shipping_taxes = order_of(kInvoice);
  shipping_taxes.shipping->front().tax->push_back(shipping_taxes.lines[1].tax->front());
  EXPECT_TRUE(has_more_than_columns(shipping_taxes));
}

TEST(ProductColumns, AProductHasItsPriceAndItsStock) {
  const auto product =
      read(R"({"id":"0042","name":"Tea towel","category":"linens","price":{"amount":1350,"currency":"USD"},)"
           R"("tax_class":"reduced","weight_g":120,"requires_shipping":false,"status":"archived",)"
           R"("created_at":"2026-01-31T08:05:00.000Z","updated_at":"2026-01-31T08:05:00.000Z","rev":2})",
           read_product);
  EXPECT_EQ(shown(product_columns(), ProductRow{product, StockAt{"main", 0}}), (Shown{{"sku", "0042"},
                                                                                      {"name", "Tea towel"},
                                                                                      {"category", "linens"},
                                                                                      {"price", "13.50"},
                                                                                      {"currency", "USD"},
                                                                                      {"stock", "0"},
                                                                                      {"location", "main"},
                                                                                      {"status", "archived"},
                                                                                      {"tax_class", "reduced"},
                                                                                      {"weight_g", "120"},
                                                                                      {"requires_shipping", "false"}}));
  EXPECT_FALSE(shown(product_columns(), ProductRow{product}).contains("stock")) << "it was never counted";
}

const std::string kCustomer =
    R"({"id":"ann","name":"Ann","email":"ann@example.com","phone":"1","metadata":{"vat":"x"},"note":"has a dog",)"
    R"("segment":"returning",)"
    R"("orders":{"placed":5,"completed":2,"rejected":1,"expired":1,"cancelled":1},"value":[{"currency":"EUR",)"
    R"("captured":5000,"refunded":1000,"lifetime_value":4000}],"addresses":[{"name":"Ann","line1":"1 Road",)"
    R"("city":"York","country":"GB"}],"first_order_at":"2026-01-31T08:05:00.000Z",)"
    R"("last_order_at":"2026-02-01T08:05:00.000Z","registered_at":"2026-01-30T08:05:00.000Z",)"
    R"("created_at":"2026-01-30T08:05:00.000Z","updated_at":"2026-02-01T08:05:00.000Z","rev":3})";

TEST(CustomerColumns, ACustomerHasFiguresAndTheFirstAddress) {
  EXPECT_EQ(shown(customer_columns(), read(kCustomer, read_customer)),
            (Shown{{"id", "ann"},
                   {"name", "Ann"},
                   {"email", "ann@example.com"},
                   {"phone", "1"},
                   {"segment", "returning"},
                   {"orders", "5"},
                   {"orders_completed", "2"},
                   {"orders_rejected", "1"},
                   {"orders_expired", "1"},
                   {"orders_cancelled", "1"},
                   {"currency", "EUR"},
                   {"captured", "50.00"},
                   {"refunded", "10.00"},
                   {"lifetime_value", "40.00"},
                   {"first_order_at", "2026-01-31T08:05:00.000Z"},
                   {"last_order_at", "2026-02-01T08:05:00.000Z"},
                   {"registered_at", "2026-01-30T08:05:00.000Z"},
                   {"address_name", "Ann"},
                   {"address_line1", "1 Road"},
                   {"address_city", "York"},
                   {"address_country", "GB"},
                   {"note", "has a dog"},
                   {"metadata", R"({"vat":"x"})"}}));
}

TEST(CustomerColumns, OneOfSeveralCurrenciesIsNotShownAsAll) {
  auto customer = read(kCustomer, read_customer);
  EXPECT_FALSE(has_more_than_columns(customer));
  customer.value.push_back({*Currency::parse("USD"), 1, 0, 1});
  EXPECT_TRUE(has_more_than_columns(customer));
  EXPECT_FALSE(shown(customer_columns(), customer).contains("captured"));

  customer = read(kCustomer, read_customer);
  customer.addresses->push_back(customer.addresses->front());
  EXPECT_TRUE(has_more_than_columns(customer));
}

// --- cells -----------------------------------------------------------------------------------------------------------

std::string cell(const Cell& cell, CsvTexts texts = CsvTexts::harmless) {
  std::string out;
  append_cell(cell, texts, out);
  return out;
}

TEST(Cells, NoTextIsAFormula) {
  EXPECT_EQ(cell({"=HYPERLINK(1,2)"}), "\"'=HYPERLINK(1,2)\"");
  for (const auto* text : {"-FX2", "+cmd", "@SUM(A1)", "-5", "\uff1d1"}) {
    EXPECT_EQ(cell({text}), "'" + std::string(text));
    EXPECT_EQ(cell({text}, CsvTexts::unchanged), text);
  }
  EXPECT_EQ(cell({"\t=1"}), "\"'\t=1\"");
  EXPECT_EQ(cell({"-12.50", true}), "-12.50") << "a number stays one";
}

TEST(Cells, NoTextObeysATerminal) {
  EXPECT_EQ(cell({"a\x1b[31mb"}), "a\\u001b[31mb");
  EXPECT_EQ(cell({"a\x1b[31mb"}, CsvTexts::unchanged), "a\x1b[31mb");
  EXPECT_EQ(cell({"a\rb"}), "a\\u000db");
  EXPECT_EQ(cell({"two\r\nlines\r\n"}), "\"two\nlines\n\"");
  EXPECT_EQ(cell({"two\r\nlines"}, CsvTexts::unchanged), "\"two\r\nlines\"");
}

TEST(Cells, ARowIsReadBack) {
  auto read = order_of(kInvoice);
  read.customer_note = "=1+1";
  read.reference = "a,b\n\"c\"";
  std::string text = heading_line(order_columns());
  append_line(order_columns(), OrderRow{read, read.lines.data()}, CsvTexts::harmless, text);
  std::istringstream in(text);
  client::CsvReader reader(in);
  client::CsvRecord headings;
  client::CsvRecord row;
  ASSERT_TRUE(reader.next(headings) && reader.next(row));
  ASSERT_EQ(headings.fields.size(), order_columns().size());
  ASSERT_EQ(row.fields.size(), headings.fields.size());
  for (std::size_t i = 0; i < row.fields.size(); ++i) {
    EXPECT_EQ(headings.fields[i], order_columns()[i].heading);
    EXPECT_EQ(client::without_guard(row.fields[i]), order_columns()[i].cell(OrderRow{read, read.lines.data()}).text);
  }
}

}  // namespace
}  // namespace ordo::exports
