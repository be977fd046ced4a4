#include "columns/columns.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "base/text.h"
#include "columns/headings.h"
#include "columns/import_tables.h"
#include "records/json.h"

namespace ordo::imports {
namespace {

using HeadingList = std::vector<std::string>;

Columns columns_of_orders(HeadingList headings, const ColumnChoices& choices = {}) {
  auto found = find_columns(ImportKind::orders, choices, std::move(headings));
  EXPECT_TRUE(found) << (found ? "" : found.error().text());
  return found ? std::move(*found) : Columns{};
}

Columns columns_of_products(HeadingList headings, const ColumnChoices& choices = {}) {
  auto found = find_columns(ImportKind::products, choices, std::move(headings));
  EXPECT_TRUE(found) << (found ? "" : found.error().text());
  return found ? std::move(*found) : Columns{};
}

// The headings of a role, separated by ", ".
std::string headings_of(const Columns& columns, Role role) {
  return joined(columns.of_role[static_cast<std::size_t>(role)], ", ",
                [&](std::size_t column) { return columns.headings[column]; });
}

std::string headings_at(const Columns& columns, const std::vector<std::size_t>& indices) {
  return joined(indices, ", ", [&](std::size_t column) { return columns.headings[column]; });
}

Error refused_columns(ImportKind kind, HeadingList headings, const ColumnChoices& choices = {}) {
  auto found = find_columns(kind, choices, std::move(headings));
  EXPECT_FALSE(found);
  return found ? Error{} : found.error();
}

ColumnChoices choices_of(std::string_view map, std::string_view set = {}) {
  ColumnChoices choices;
  EXPECT_TRUE(map.empty() || add_map(map, choices));
  EXPECT_TRUE(set.empty() || add_set(set, choices));
  return choices;
}

Row row_with(std::vector<std::string> cells) {
  Row row;
  row.cells = std::move(cells);
  return row;
}

TEST(Headings, ArePlainInEveryScript) {
  EXPECT_EQ(plain_heading("Đơn giá"), "dongia");
  EXPECT_EQ(plain_heading("Mã đơn hàng"), "madonhang");
  EXPECT_EQ(plain_heading("Größe / Straße"), "grossestrasse");
  EXPECT_EQ(plain_heading("ORDER_ID #"), "orderid");
  EXPECT_EQ(plain_heading("Art.-Nr."), "artnr");
  EXPECT_EQ(plain_heading("Rabatt %"), "rabatt%");
  EXPECT_EQ(plain_heading("注文番号"), "注文番号");
  EXPECT_EQ(plain_heading("Заказ №"), "заказno");
  EXPECT_EQ(plain_heading(""), "");
  EXPECT_EQ(plain_heading("\xff price \xfe"), "price");
}

TEST(Headings, OfJsonKeepTheirPath) {
  EXPECT_EQ(plain_heading("line_items[].sku"), "lineitems[].sku");
  EXPECT_EQ(plain_heading("tax_lines.0.title"), "taxlines.0.title");
  EXPECT_EQ(heading_key("billing.first_name"), heading_key("Billing First Name"));
}

TEST(Headings, ArePatternsOfNumbersAndEndings) {
  const auto patterns = heading_patterns("Tax * Name");
  ASSERT_EQ(patterns.size(), 1U);
  EXPECT_TRUE(matches(patterns.front(), heading_key("Tax 12 Name")));
  EXPECT_FALSE(matches(patterns.front(), heading_key("Tax Name")));
  EXPECT_TRUE(matches("meta~", "metadata0key"));
  EXPECT_TRUE(matches("meta~", "meta"));
  EXPECT_FALSE(matches("meta", "metadata"));
  EXPECT_FALSE(matches("metadata", "meta"));
  EXPECT_EQ(heading_patterns("First Name + Last Name"), (std::vector<std::string>{"firstname", "lastname"}));
}

TEST(Headings, NameACurrencyAsTheirLastWord) {
  const auto read = read_headings({"Price (EUR)", "total_usd", "ALL", "Item tax", "PriceEUR"});
  ASSERT_TRUE(read[0].currency);
  EXPECT_EQ(read[0].currency->code(), "EUR");
  EXPECT_EQ(read[0].key_without_currency, "price");
  ASSERT_TRUE(read[1].currency);
  EXPECT_EQ(read[1].key_without_currency, "total");
  EXPECT_FALSE(read[2].currency);
  EXPECT_FALSE(read[3].currency);
  EXPECT_FALSE(read[4].currency);
}

TEST(Columns, OfAnOrdinaryFileAreFound) {
  const Columns columns = columns_of_orders(
      {"Order ID", "SKU", "Qty", "Customer", "Currency", "Price", "Total", "Shipping", "Notes", "Colour"});
  EXPECT_EQ(columns.profile, nullptr);
  EXPECT_EQ(headings_of(columns, Role::order), "Order ID");
  EXPECT_EQ(headings_of(columns, Role::product), "SKU");
  EXPECT_EQ(headings_of(columns, Role::quantity), "Qty");
  EXPECT_EQ(headings_of(columns, Role::customer), "Customer");
  EXPECT_EQ(headings_of(columns, Role::unit_price), "Price");
  EXPECT_EQ(headings_of(columns, Role::total), "Total");
  EXPECT_EQ(headings_of(columns, Role::line_total), "");
  EXPECT_EQ(headings_of(columns, Role::shipping), "Shipping");
  EXPECT_EQ(headings_of(columns, Role::note), "Notes");
  EXPECT_EQ(headings_at(columns, columns.unused), "Colour");
  EXPECT_EQ(columns.heading(Role::unit_price), "Price");
  EXPECT_EQ(columns.heading(Role::weight), "weight");
}

TEST(Columns, VietnameseHeadingsAreKnown) {
  const Columns columns =
      columns_of_orders({"Mã đơn hàng", "Ngày đặt hàng", "Mã sản phẩm", "Tên sản phẩm", "Số lượng", "Đơn giá",
                         "Thành tiền", "Phí vận chuyển", "Trạng thái", "Khách hàng", "Tổng tiền"});
  EXPECT_EQ(headings_of(columns, Role::order), "Mã đơn hàng");
  EXPECT_EQ(headings_of(columns, Role::time), "Ngày đặt hàng");
  EXPECT_EQ(headings_of(columns, Role::product), "Mã sản phẩm");
  EXPECT_EQ(headings_of(columns, Role::name), "Tên sản phẩm");
  EXPECT_EQ(headings_of(columns, Role::quantity), "Số lượng");
  EXPECT_EQ(headings_of(columns, Role::unit_price), "Đơn giá");
  EXPECT_EQ(headings_of(columns, Role::line_total), "Thành tiền");
  EXPECT_EQ(headings_of(columns, Role::shipping), "Phí vận chuyển");
  EXPECT_EQ(headings_of(columns, Role::status), "Trạng thái");
  EXPECT_EQ(headings_of(columns, Role::customer), "Khách hàng");
  EXPECT_EQ(headings_of(columns, Role::total), "Tổng tiền");
  EXPECT_TRUE(columns.unused.empty());
}

TEST(Columns, GermanFrenchAndSpanishHeadingsAreKnown) {
  const Columns german = columns_of_products({"Artikelnr", "Bezeichnung", "Einzelpreis", "Bestand", "Warengruppe"});
  EXPECT_EQ(headings_of(german, Role::product), "Artikelnr");
  EXPECT_EQ(headings_of(german, Role::name), "Bezeichnung");
  EXPECT_EQ(headings_of(german, Role::price), "Einzelpreis");
  EXPECT_EQ(headings_of(german, Role::stock), "Bestand");
  EXPECT_EQ(headings_of(german, Role::category), "Warengruppe");
  const Columns french = columns_of_orders({"N° commande", "Référence", "Désignation", "Quantité", "Prix unitaire",
                                            "Frais de port", "TVA", "Montant total", "Date de commande"});
  EXPECT_EQ(headings_of(french, Role::product), "Référence");
  EXPECT_EQ(headings_of(french, Role::quantity), "Quantité");
  EXPECT_EQ(headings_of(french, Role::shipping), "Frais de port");
  EXPECT_EQ(headings_of(french, Role::tax), "TVA");
  EXPECT_EQ(headings_of(french, Role::total), "Montant total");
  const Columns spanish =
      columns_of_orders({"Número de pedido", "Código producto", "Cantidad", "Precio unitario", "Fecha"});
  EXPECT_EQ(headings_of(spanish, Role::order), "Número de pedido");
  EXPECT_EQ(headings_of(spanish, Role::unit_price), "Precio unitario");
}

TEST(Columns, TheNumberOfALineIsNeitherOrderNorProduct) {
  const Columns columns = columns_of_orders({"order_item_id", "item_id", "order_id", "sku", "quantity", "seller_id"});
  EXPECT_EQ(headings_of(columns, Role::order), "order_id");
  EXPECT_EQ(headings_of(columns, Role::product), "sku");
  EXPECT_EQ(headings_of(columns, Role::line_id), "order_item_id");
  const Columns by_item = columns_of_orders({"item_id", "order_id", "sku", "quantity"});
  EXPECT_EQ(headings_of(by_item, Role::line_id), "item_id");
  const Columns only_item = columns_of_orders({"order_id", "item_id", "quantity"});
  EXPECT_EQ(headings_of(only_item, Role::product), "item_id");
}

TEST(Columns, AnIdOfTheProductCountsWhereTheSkuIsEmpty) {
  const Columns columns = columns_of_orders({"order_id", "product_id", "sku", "quantity", "customer_id"});
  EXPECT_EQ(headings_of(columns, Role::product), "sku, product_id");
  EXPECT_EQ(columns.value(row_with({"1", "77", "A-1", "2", "5"}), Role::product), "A-1");
  EXPECT_EQ(columns.value(row_with({"1", "77", "", "2", "5"}), Role::product), "77");
  EXPECT_EQ(columns.value(row_with({"1", "77", "0", "2", "0"}), Role::product), "77");
  EXPECT_EQ(columns.value(row_with({"1", "77", "0", "2", "0"}), Role::customer), "0");
  EXPECT_EQ(columns.value(row_with({"1"}), Role::product), "");
}

TEST(Columns, ATransactionBelongsToTheOrderOnlyIfThereIsNoOther) {
  EXPECT_EQ(headings_of(columns_of_orders({"Transaction ID", "SKU", "Qty"}), Role::order), "Transaction ID");
  const Columns line = columns_of_orders({"Order ID", "Transaction ID", "SKU", "Qty"});
  EXPECT_EQ(headings_of(line, Role::order), "Order ID");
  EXPECT_EQ(headings_of(line, Role::line_id), "Transaction ID");
  const Columns payment = columns_of_orders({"Order ID", "Transaction ID", "Payment method", "SKU", "Qty"});
  EXPECT_EQ(headings_of(payment, Role::payment_reference), "Transaction ID");
}

TEST(Columns, DateAndTimeOfDayMayStandInTwoColumns) {
  const Columns two = columns_of_orders({"Order ID", "Time", "Date", "SKU", "Qty"});
  EXPECT_EQ(headings_of(two, Role::date), "Date");
  EXPECT_EQ(headings_of(two, Role::time), "Time");
  const Columns one = columns_of_orders({"Order ID", "Order date", "SKU", "Qty"});
  EXPECT_EQ(headings_of(one, Role::time), "Order date");
  EXPECT_EQ(headings_of(one, Role::date), "");
  const Columns best = columns_of_orders({"Order ID", "Date", "Time", "Created at", "SKU", "Qty"});
  EXPECT_EQ(headings_of(best, Role::time), "Created at");
  EXPECT_EQ(headings_of(best, Role::date), "");
  const Columns shipped = columns_of_orders({"Order ID", "Ship date", "Shipping limit date", "SKU", "Qty"});
  EXPECT_EQ(headings_of(shipped, Role::time), "");
}

TEST(Columns, NameIsTheProductsOrThePersons) {
  EXPECT_EQ(headings_of(columns_of_orders({"order id", "sku", "qty", "name"}), Role::name), "name");
  const Columns person = columns_of_orders({"order id", "sku", "qty", "name", "email"});
  EXPECT_EQ(headings_of(person, Role::customer_name), "name");
  EXPECT_EQ(headings_of(person, Role::name), "");
}

TEST(Columns, NamesInTwoColumnsAreJoined) {
  const Columns columns = columns_of_orders({"order id", "sku", "qty", "first name", "last name"});
  EXPECT_EQ(headings_of(columns, Role::customer_name), "first name, last name");
  EXPECT_EQ(columns.text(row_with({"1", "A", "1", "Ann", "Lee"}), Role::customer_name), "Ann Lee");
  EXPECT_EQ(columns.text(row_with({"1", "A", "1", "", "Lee"}), Role::customer_name), "Lee");
}

TEST(Columns, OfALineComeFromTheLine) {
  const Columns columns = columns_of_orders({"_id",
                                             "number",
                                             "name",
                                             "status",
                                             "total",
                                             "currency",
                                             "customer.id",
                                             "customer.email",
                                             "billing.first_name",
                                             "billing.last_name",
                                             "shipping_lines.0.price",
                                             "shipping_lines.1.price",
                                             "lines[].id",
                                             "lines[].sku",
                                             "lines[].name",
                                             "lines[].quantity",
                                             "lines[].price",
                                             "lines[].total",
                                             "lines[].status",
                                             "parcels.0.items[].sku"});
  EXPECT_EQ(headings_of(columns, Role::order), "number");
  EXPECT_EQ(headings_of(columns, Role::status), "status");
  EXPECT_EQ(headings_of(columns, Role::line_status), "lines[].status");
  EXPECT_EQ(headings_of(columns, Role::total), "total");
  EXPECT_EQ(headings_of(columns, Role::line_total), "lines[].total");
  EXPECT_EQ(headings_of(columns, Role::unit_price), "lines[].price");
  EXPECT_EQ(headings_of(columns, Role::product), "lines[].sku");
  EXPECT_EQ(headings_of(columns, Role::name), "lines[].name");
  EXPECT_EQ(headings_of(columns, Role::line_id), "lines[].id");
  EXPECT_EQ(headings_of(columns, Role::customer), "customer.id");
  EXPECT_EQ(headings_of(columns, Role::email), "customer.email");
  EXPECT_EQ(headings_of(columns, Role::bill_name), "billing.first_name, billing.last_name");
  EXPECT_EQ(headings_of(columns, Role::shipping), "shipping_lines.0.price, shipping_lines.1.price");
  EXPECT_EQ(headings_at(columns, columns.unused), "_id, name, parcels.0.items[].sku");
}

TEST(Columns, TheIdOfALineIsNeverTheOrder) {
  const Columns columns = columns_of_orders({"_id", "userId", "items[]._id", "items[].productId", "items[].quantity"});
  EXPECT_EQ(headings_of(columns, Role::order), "_id");
  EXPECT_EQ(headings_of(columns, Role::product), "items[].productId");
  EXPECT_EQ(headings_of(columns, Role::customer), "userId");
  EXPECT_EQ(refused_columns(ImportKind::orders, {"items[].id", "items[].sku", "items[].quantity"}).reason,
            "missing_columns");
}

TEST(Columns, OneOuterMemberOfAllIsPassedOver) {
  const Columns columns = columns_of_orders({"order.number", "order.lines[].sku", "order.lines[].quantity"});
  EXPECT_EQ(headings_of(columns, Role::order), "order.number");
  EXPECT_EQ(headings_of(columns, Role::product), "order.lines[].sku");
}

TEST(Columns, InAFileOfSalesAQuantityIsNoStock) {
  const auto found =
      find_columns(ImportKind::products, {}, {"InvoiceNo", "StockCode", "Description", "Quantity", "UnitPrice"});
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_FALSE(found->has(Role::stock));
}

TEST(Columns, InAFileOfProductsAQuantityIsStock) {
  const Columns columns = columns_of_products({"sku", "name", "price", "Quantity", "product_type", "categories"});
  EXPECT_EQ(headings_of(columns, Role::stock), "Quantity");
  EXPECT_EQ(headings_of(columns, Role::category), "categories");
  EXPECT_EQ(headings_of(columns, Role::product_type), "product_type");
  const Columns plain = columns_of_products({"sku", "name", "price", "product_type"});
  EXPECT_EQ(headings_of(plain, Role::category), "");
}

TEST(Columns, APriceIsNeverATotal) {
  const Columns columns = columns_of_orders({"order id", "sku", "qty", "total price"});
  EXPECT_EQ(headings_of(columns, Role::unit_price), "");
  EXPECT_EQ(headings_of(columns, Role::total), "total price");
}

TEST(Columns, SayWhetherAYesMeansNotForSale) {
  const Columns columns = columns_of_products({"sku", "name", "price", "active", "discontinued"});
  EXPECT_EQ(headings_of(columns, Role::product_status), "active, discontinued");
  EXPECT_FALSE(columns.means_not_for_sale(3));
  EXPECT_TRUE(columns.means_not_for_sale(4));
  EXPECT_FALSE(columns.means_not_for_sale(99));
}

TEST(Columns, AmountsBesideACurrencyAreInMinorUnits) {
  const Columns columns = columns_of_products({"sku", "name", "price_amount", "price_currency", "discount_amount"});
  EXPECT_EQ(headings_of(columns, Role::price), "price_amount");
  EXPECT_EQ(headings_of(columns, Role::currency), "price_currency");
  EXPECT_TRUE(columns.in_minor_units(Role::price));
  EXPECT_FALSE(columns.in_minor_units(Role::stock));
  EXPECT_FALSE(columns.minor_units[4]);
}

TEST(Columns, AHeadingMayNameTheCurrencyAndTheUnitOfAWeight) {
  const Columns products = columns_of_products({"sku", "name", "Price (EUR)", "Weight (kg)"});
  EXPECT_EQ(headings_of(products, Role::price), "Price (EUR)");
  EXPECT_EQ(products.value({}, Role::currency), "EUR");
  EXPECT_EQ(products.value({}, Role::weight_unit), "kg");
  const Columns own = columns_of_products({"sku", "name", "Price (EUR)", "currency", "weight_g"});
  EXPECT_EQ(headings_of(own, Role::currency), "currency");
  EXPECT_FALSE(own.set.contains(Role::currency));
  EXPECT_EQ(own.value({}, Role::weight_unit), "g");
}

TEST(Columns, WhatPeopleWroteIsKeptAndTheRestIsNamed) {
  const Columns columns = columns_of_orders(
      {"order id", "sku", "qty", "Gift message", "PO Number", "Campaign code", "Risk level", "Vendor", "Item note"});
  EXPECT_EQ(headings_at(columns, columns.metadata), "Gift message, PO Number, Campaign code, Item note");
  EXPECT_EQ(headings_at(columns, columns.unused), "Risk level, Vendor");
  EXPECT_FALSE(columns.of_line[3]);
  EXPECT_TRUE(columns.of_line[8]);
  EXPECT_TRUE(columns.of_line[1]);
  HeadingList many = {"order id", "sku", "qty"};
  for (int i = 0; i < 50; ++i) many.push_back("campaign " + std::to_string(i));
  const Columns bounded = columns_of_orders(many);
  EXPECT_EQ(bounded.metadata.size(), kMaxMetadataColumns);
  EXPECT_EQ(bounded.unused.size(), 50 - kMaxMetadataColumns);
}

TEST(Columns, ARepeatedHeadingIsUsedOnlyIfNamed) {
  const HeadingList headings = {"order id", "sku", "qty", "price", "price#2"};
  const Columns first = columns_of_orders(headings);
  EXPECT_EQ(headings_of(first, Role::unit_price), "price");
  EXPECT_EQ(headings_at(first, first.unused), "price#2");
  EXPECT_EQ(headings_of(columns_of_orders(headings, choices_of("price=price#2")), Role::unit_price), "price#2");
}

TEST(Columns, ThePersonDecides) {
  const HeadingList headings = {"order id", "sku", "qty", "amount each", "Total"};
  const Columns columns = columns_of_orders(headings, choices_of("unit_price=Amount Each,line_total=total"));
  EXPECT_EQ(headings_of(columns, Role::unit_price), "amount each");
  EXPECT_EQ(headings_of(columns, Role::line_total), "Total");
  EXPECT_EQ(headings_of(columns, Role::total), "");
}

TEST(Columns, OneColumnMayHaveTwoRoles) {
  const Columns columns = columns_of_products({"sku", "price"}, choices_of("name=sku"));
  EXPECT_EQ(headings_of(columns, Role::name), "sku");
  EXPECT_EQ(headings_of(columns, Role::product), "sku");
  const Row row = row_with({"A-1", "4.00"});
  EXPECT_EQ(columns.value(row, Role::name), "A-1");
  EXPECT_EQ(columns.value(row, Role::product), "A-1");
}

TEST(Columns, AValueMayBeSetForRowsWithoutOne) {
  const Columns columns = columns_of_orders({"order id", "sku"}, choices_of("", "quantity=1"));
  EXPECT_EQ(columns.value(row_with({"1", "A"}), Role::quantity), "1");
  EXPECT_EQ(columns.values(row_with({"1", "A"}), Role::quantity), std::vector<std::string_view>{"1"});
  const Columns both = columns_of_orders({"order id", "sku", "qty"}, choices_of("", "quantity=1"));
  EXPECT_EQ(both.value(row_with({"1", "A", "3"}), Role::quantity), "3");
  EXPECT_EQ(both.value(row_with({"1", "A", ""}), Role::quantity), "1");
}

TEST(Columns, AllThatAreMissingAreNamedAtOnce) {
  const Error error = refused_columns(ImportKind::orders, {"order id", "Skuu", "Prduct name", "Don't know"});
  EXPECT_EQ(error.reason, "missing_columns");
  EXPECT_NE(error.message.find("found no column for product, quantity"), std::string::npos) << error.message;
  EXPECT_NE(error.message.find("--map 'product=Skuu' --map 'quantity=NAME'"), std::string::npos) << error.message;
  EXPECT_NE(error.message.find("--set quantity=1"), std::string::npos);
  EXPECT_NE(error.message.find("The file has order id, Skuu"), std::string::npos) << error.message;
  const Error products = refused_columns(ImportKind::products, {"sku", "Artikl's Name"});
  EXPECT_NE(products.message.find("name, price"), std::string::npos) << products.message;
  EXPECT_NE(products.message.find("--map 'name=Artikl'\\''s Name'"), std::string::npos) << products.message;
}

TEST(Columns, AnUpdateNeedsOnlyTheProduct) {
  ColumnChoices choices;
  choices.update = true;
  EXPECT_EQ(headings_of(columns_of_products({"sku", "stock"}, choices), Role::stock), "stock");
  EXPECT_EQ(refused_columns(ImportKind::products, {"stock", "price"}, choices).reason, "missing_columns");
}

TEST(Columns, AFileWithoutLinesIsNoFileOfOrders) {
  const Error heads = refused_columns(ImportKind::orders, {"Order ID", "Date", "Total", "Status"});
  EXPECT_EQ(heads.reason, "no_lines");
  EXPECT_NE(heads.message.find("--lines"), std::string::npos);
  const Error payments =
      refused_columns(ImportKind::orders, {"id", "Amount", "Amount Refunded", "Currency", "Created (UTC)"});
  EXPECT_EQ(payments.reason, "no_lines");
  EXPECT_NE(payments.message.find("Stripe"), std::string::npos) << payments.message;
  EXPECT_EQ(refused_columns(ImportKind::orders, {"a", "b"}).reason, "missing_columns");
}

TEST(Columns, AFileOfTheOtherKindIsRecognized) {
  const Error error = refused_columns(ImportKind::products, {"Name", "Lineitem quantity", "Lineitem sku"});
  EXPECT_NE(error.message.find("ordo import orders"), std::string::npos) << error.message;
}

TEST(Columns, TheOrdersNumberIsFoundForAJoin) {
  EXPECT_EQ(*find_order_column({}, {"customer_id", "order_id", "order_status"}), 1U);
  EXPECT_EQ(*find_order_column(choices_of("order=Nr,product=elsewhere"), {"order_id", "Nr"}), 1U);
  EXPECT_EQ(*find_order_column(choices_of("order=Nr"), {"order_id", "sku"}), 0U);
  EXPECT_EQ(find_order_column({}, {"a", "b"}).error().reason, "missing_columns");
}

TEST(ColumnChoices, AreReadFromMap) {
  const ColumnChoices choices = choices_of("order=InvoiceNo,product=StockCode,unit-price=Price, net");
  ASSERT_EQ(choices.map.size(), 3U);
  EXPECT_EQ(choices.map[0], (std::pair{Role::order, std::string("InvoiceNo")}));
  EXPECT_EQ(choices.map[2], (std::pair{Role::unit_price, std::string("Price, net")}));
  EXPECT_EQ(choices_of("category=Categories (x,y,z...)").map[0].second, "Categories (x,y,z...)");
  const ColumnChoices quoted = choices_of(R"(name="a,order=""b""",product=c)");
  ASSERT_EQ(quoted.map.size(), 2U);
  EXPECT_EQ(quoted.map[0].second, R"(a,order="b")");
  ColumnChoices again = choices_of("order=A");
  EXPECT_TRUE(add_map("order=B", again));
  EXPECT_EQ(again.map.size(), 2U);
}

TEST(ColumnChoices, ThatMakeNoSenseAreRefused) {
  ColumnChoices choices;
  for (const auto* text : {"", "order", "order=", "=x", "produkt=x", "order=A,qty=B", "name=\"a", "name=\"a\"b"}) {
    const auto added = add_map(text, choices);
    ASSERT_FALSE(added) << text;
    EXPECT_EQ(added.error().reason, "bad_map") << text;
  }
  EXPECT_NE(add_map("prduct=x", choices).error().message.find("did you mean product?"), std::string::npos);
  for (const auto* text : {"", "quantity", "quantity=", "pieces=1"}) {
    EXPECT_EQ(add_set(text, choices).error().reason, "bad_set") << text;
  }
}

TEST(ColumnChoices, ThatDoNotFitTheFileAreRefused) {
  const Error unknown = refused_columns(ImportKind::orders, {"order id", "sku", "qty"}, choices_of("price=prize"));
  EXPECT_EQ(unknown.reason, "unknown_column");
  EXPECT_NE(unknown.message.find("It has order id, sku, qty"), std::string::npos);
  EXPECT_EQ(refused_columns(ImportKind::orders, {"order id", "sku", "qty"}, choices_of("category=sku")).reason,
            "wrong_role");
  EXPECT_EQ(refused_columns(ImportKind::products, {"sku", "name", "price"}, choices_of("", "order=1")).reason,
            "wrong_role");
  ColumnChoices profile;
  profile.profile = find_profile("shopify-products");
  EXPECT_EQ(refused_columns(ImportKind::orders, {"order id", "sku", "qty"}, profile).reason, "wrong_profile");
}

TEST(ColumnChoices, KeepTheNamesOfEachOther) {
  EXPECT_EQ(headings_of(columns_of_orders({"nr", "sku", "qty", "p"}, choices_of("order=nr,price=p")), Role::unit_price),
            "p");
  EXPECT_EQ(headings_of(columns_of_products({"sku", "name", "price", "x"}, choices_of("quantity=x")), Role::stock),
            "x");
}

TEST(Roles, HaveTheirNamesBothWays) {
  for (const RoleInfo& info : roles()) {
    EXPECT_EQ(parse_role(info.name), info.role);
    EXPECT_TRUE(has_role(ImportKind::orders, info.role) || has_role(ImportKind::products, info.role)) << info.name;
  }
  EXPECT_EQ(parse_role("unit-price"), Role::unit_price);
  EXPECT_FALSE(parse_role("pieces"));
  EXPECT_TRUE(takes_many_columns(Role::note));
  EXPECT_FALSE(takes_many_columns(Role::product));
}

TEST(Vocabulary, IsWrittenAsHeadingsAreCompared) {
  for (const auto kind : {ImportKind::orders, ImportKind::products}) {
    std::vector<Role> seen;
    for (const VocabularyRow& row : vocabulary(kind)) {
      EXPECT_TRUE(has_role(kind, row.role)) << to_string(row.role);
      EXPECT_EQ(std::count(seen.begin(), seen.end(), row.role), 0) << to_string(row.role);
      seen.push_back(row.role);
      std::string words(row.headings);
      for (const std::string_view mark : {"[]", "^", "*", "+", "/"}) {
        for (auto at = words.find(mark); at != std::string::npos; at = words.find(mark))
          words.replace(at, mark.size(), " ");
      }
      std::istringstream in(words);
      for (std::string word; in >> word;) EXPECT_EQ(heading_key(word), word);
    }
  }
}

TEST(Tables, OfTheDocsAreJson) {
  const auto parsed = JsonTape::parse(import_tables_json());
  EXPECT_TRUE(parsed) << parsed.error().text();
}

}  // namespace
}  // namespace ordo::imports
