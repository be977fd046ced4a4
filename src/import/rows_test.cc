#include "import/rows.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "import/orders.h"
#include "import/products.h"

namespace ordo::imports {
namespace {

class ImportRows : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string("ordo_rows_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) {
    auto path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  std::vector<ImportRow> rows(const std::string& path, const RowOptions& options) {
    auto reader = open_rows(path, options);
    EXPECT_TRUE(reader.has_value()) << (reader ? "" : reader.error().text());
    std::vector<ImportRow> rows;
    ImportRow row;
    while (reader && *(*reader)->next(row)) rows.push_back(row);
    return rows;
  }

  // The orders of a file. Puts the refused rows into `refused_`.
  std::vector<PlannedOrder> orders(const std::string& text, OrderImportOptions options = {},
                                   ImportFormat format = ImportFormat::csv) {
    RowOptions row_options;
    row_options.format = format;
    const auto path = file("orders", text);
    OrderIndex index;
    std::uint64_t number = 0;
    for (const auto& row : rows(path, row_options)) {
      if (const auto order = order_of(row); !order.empty()) index.add(order, number);
      ++number;
    }
    index.seal();
    auto reader = *open_rows(path, row_options);
    refused_.clear();
    OrderPlanner planner(std::move(options), index, *reader, [this](const Refusal& it) { refused_.push_back(it); });
    std::vector<PlannedOrder> planned;
    ImportRow row;
    while (*reader->next(row)) {
      auto order = planner.add(row);
      EXPECT_TRUE(order.has_value());
      if (order && *order) planned.push_back(std::move(**order));
    }
    while (auto order = planner.finish()) planned.push_back(std::move(*order));
    return planned;
  }

  // "line field reason" of each refused row.
  std::vector<std::string> refusals() const {
    std::vector<std::string> out;
    for (const auto& it : refused_) {
      out.push_back(std::to_string(it.line) + " " + it.problem.field + " " + it.problem.reason);
    }
    return out;
  }

  std::filesystem::path folder_;
  std::vector<Refusal> refused_;
};

using Texts = std::vector<std::string>;

TEST_F(ImportRows, TheOnlineRetailHeaderNeedsNoMap) {
  const auto map = find_columns(
      ImportKind::orders, {},
      {"InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"});
  ASSERT_TRUE(map);
  EXPECT_EQ(*map, (ColumnMap{{Column::order, "InvoiceNo"},
                             {Column::product, "StockCode"},
                             {Column::quantity, "Quantity"},
                             {Column::customer, "CustomerID"},
                             {Column::time, "InvoiceDate"},
                             {Column::price, "UnitPrice"},
                             {Column::name, "Description"}}));
}

TEST_F(ImportRows, NamesAreFoundWhateverTheirCaseAndPunctuation) {
  const auto map = find_columns(ImportKind::orders, {}, {"ORDER_ID", "Sku", "qty"});
  ASSERT_TRUE(map);
  EXPECT_EQ(map->at(Column::order), "ORDER_ID");
  EXPECT_EQ(map->at(Column::product), "Sku");
}

TEST_F(ImportRows, AMapWinsAndItsMistakesAreNamed) {
  const auto given = parse_column_map("order=Beleg,product=Artikel,quantity=Menge");
  ASSERT_TRUE(given);
  const auto map = find_columns(ImportKind::orders, *given, {"Beleg", "Artikel", "Menge", "order"});
  ASSERT_TRUE(map);
  EXPECT_EQ(map->at(Column::order), "Beleg");
  const auto absent = find_columns(ImportKind::orders, *given, {"Beleg", "Menge"});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().reason, "unknown_column");
  EXPECT_NE(absent.error().message.find("Artikel"), std::string::npos);
  EXPECT_EQ(find_columns(ImportKind::orders, {}, {"order", "qty"}).error().reason, "missing_column");
  EXPECT_NE(parse_column_map("quantty=x").error().message.find("did you mean quantity?"), std::string::npos);
  EXPECT_FALSE(parse_column_map("order"));
}

TEST_F(ImportRows, ARowWithTooFewFieldsOrNoUtf8IsAProblemOfItsOwn) {
  const auto path = file("x.csv", "order,sku,qty\n1,a\n2,b,3\n3,\xff,3\n\"4\xff\n");
  const auto found = rows(path, {});
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].problem->reason, "wrong_field_count");
  EXPECT_FALSE(found[1].problem);
  EXPECT_EQ(found[2].problem->reason, "bad_encoding");
  EXPECT_EQ(found[2].problem->value, "?");
  EXPECT_EQ(found[2][Column::product], "");
  EXPECT_EQ(found[3].problem->reason, "malformed_row");
  EXPECT_TRUE(is_utf8(found[3].problem->value)) << found[3].problem->value;
  RowOptions latin1;
  latin1.latin1 = true;
  EXPECT_EQ(rows(path, latin1)[2][Column::product], "\u00ff");
}

TEST_F(ImportRows, NdjsonIsFlatRowsOrWholeOrders) {
  RowOptions options;
  options.format = ImportFormat::ndjson;
  const auto found =
      rows(file("x.ndjson",
                "{\"order\":\"1\",\"sku\":\"a\",\"qty\":2,\"price\":1.50}\n"
                "{\"id\":\"2\",\"customer_id\":\"c\",\"lines\":[{\"product_id\":\"a\",\"quantity\":1,"
                "\"unit_price\":{\"amount\":1999,\"currency\":\"USD\"}},{\"product_id\":\"b\",\"quantity\":3}]}\n"
                "\nnonsense\n"),
           options);
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0][Column::price], "1.50");
  EXPECT_EQ(found[1][Column::order], "2");
  EXPECT_EQ(found[1][Column::price], "19.99");
  EXPECT_EQ(found[1][Column::currency], "USD");
  EXPECT_EQ(found[2][Column::product], "b");
  EXPECT_EQ(found[2][Column::customer], "c");
  EXPECT_EQ(found[3].line, 4U);
  EXPECT_EQ(found[3].problem->reason, "malformed_json");
}

TEST_F(ImportRows, RowsOfAnOrderNeedNotBeAdjacent) {
  const auto planned = orders("order,sku,qty,customer\n1,a,1,c\n2,b,1,d\n1,c,2,c\n2,d,1,d\n");
  ASSERT_EQ(planned.size(), 2U);
  EXPECT_EQ(planned[0].order, "1");
  EXPECT_EQ(planned[0].lines.size(), 2U);
  EXPECT_EQ(planned[1].lines.size(), 2U);
  EXPECT_EQ(planned[1].ordinal, 1U);
  EXPECT_TRUE(refused_.empty());
}

TEST_F(ImportRows, EachKindOfBadRowIsRefusedAndTheGoodOnesOfItsOrderStay) {
  const auto planned = orders(
      "InvoiceNo,StockCode,Quantity,CustomerID,InvoiceDate,UnitPrice\n"
      "1,a,1,17850.0,2010-12-01 08:26:00,2.55\n"  // good
      "1,b,0,17850.0,2010-12-01 08:26:00,2.55\n"
      "1,b,x,17850.0,2010-12-01 08:26:00,2.55\n"
      "1,b/c,1,17850.0,2010-12-01 08:26:00,2.55\n"
      "1,,1,17850.0,2010-12-01 08:26:00,2.55\n"
      "1,b,1,17850.0,yesterday,2.55\n"
      "1,b,1,17850.0,2010-12-01 08:26:00,cheap\n"
      "1,b,1,99,2010-12-01 08:26:00,2.55\n"
      "1,b,6.0,,2010-12-01 08:26,0\n"  // good: whole, with the customer of the others
      "C2,b,-1,17850.0,2010-12-01 08:26:00,2.55\n"
      "3,b,1,,2010-12-01 08:26:00,2.55\n"
      ",b,1,5,2010-12-01 08:26:00,2.55\n");
  ASSERT_EQ(planned.size(), 1U);
  EXPECT_EQ(planned[0].body(), R"({"customer_id":"17850","reference":"1","placed_at":"2010-12-01T08:26:00.000Z",)"
                               R"("lines":[{"product_id":"a","quantity":1},{"product_id":"b","quantity":6}]})");
  EXPECT_EQ(refusals(),
            (Texts{"3 Quantity bad_quantity", "4 Quantity not_a_number", "5 StockCode bad_id", "6 StockCode missing",
                   "7 InvoiceDate bad_time", "8 UnitPrice not_a_number", "9 CustomerID differs",
                   "11 InvoiceNo cancelled_invoice", "12 CustomerID missing", "13 InvoiceNo missing"}));
}

TEST_F(ImportRows, AGuestTakesTheOrdersWithoutACustomer) {
  OrderImportOptions options;
  options.guest = "guest";
  const auto planned = orders("order,sku,qty\n1,a,1\n", options);
  ASSERT_EQ(planned.size(), 1U);
  EXPECT_EQ(planned[0].customer, "guest");
}

TEST_F(ImportRows, AnOrderHasAtMostAThousandLines) {
  std::string text = "order,sku,qty,customer\n";
  for (int i = 0; i < 1'001; ++i) text += "1,a,1,c\n";
  const auto planned = orders(text);
  ASSERT_EQ(planned.size(), 1U);
  EXPECT_EQ(planned[0].lines.size(), 1'000U);
  EXPECT_EQ(refusals(), Texts{"1002 order too_many_lines"});
}

TEST_F(ImportRows, TimesMayHaveAFormOfTheirOwn) {
  EXPECT_EQ(to_rfc3339(*parse_time("12/1/2010 8:26", "%m/%d/%Y %H:%M")), "2010-12-01T08:26:00.000Z");
  EXPECT_FALSE(parse_time("2010-12-01", "%m/%d/%Y %H:%M"));
  EXPECT_EQ(to_rfc3339(*parse_time("2010-12-01 08:26", "")), "2010-12-01T08:26:00.000Z");
  EXPECT_EQ(to_rfc3339(*parse_time("2010-12-01T08:26:00+02:00", "")), "2010-12-01T06:26:00.000Z");
  EXPECT_FALSE(parse_time("12/1/2010 8:26", ""));
}

TEST_F(ImportRows, NumbersOfDataFramesAreWhole) {
  EXPECT_EQ(without_decimals("17850.0"), "17850");
  EXPECT_EQ(without_decimals("1.5"), "1.5");
  EXPECT_EQ(without_decimals("a.0"), "a.0");
  EXPECT_EQ(parse_whole("-3"), -3);
  EXPECT_EQ(parse_whole("6.0"), 6);
  EXPECT_FALSE(parse_whole("6.5"));
  EXPECT_FALSE(parse_whole("--5"));
  EXPECT_FALSE(parse_whole(""));
  EXPECT_FALSE(parse_whole("99999999999999999999"));
}

TEST_F(ImportRows, TheFirstGoodRowMakesAProduct) {
  RowOptions row_options;
  row_options.kind = ImportKind::products;
  const auto path =
      file("p.csv", "sku,name,price\na,Lamp,0\na,Lamp,2.55\na,Lamp,3.00\na,Light,2.55\nb,,1\nc,Cup,1.234\nd,Mug,-1\n");
  auto reader = *open_rows(path, row_options);
  ProductImportOptions options;
  options.currency = *Currency::parse("GBP");
  options.stock = 100;
  ProductPlanner planner(options, *reader, [this](const Refusal& it) { refused_.push_back(it); });
  std::vector<PlannedProduct> planned;
  ImportRow row;
  while (*reader->next(row)) {
    if (auto product = planner.add(row)) planned.push_back(std::move(*product));
  }
  ASSERT_EQ(planned.size(), 1U);
  EXPECT_EQ(planned[0].body(), R"({"id":"a","name":"Lamp","price":{"amount":255,"currency":"GBP"},"stock":100})");
  EXPECT_EQ(planner.products_with_other_prices(), 1U);
  EXPECT_EQ(planner.products_with_other_names(), 1U);
  EXPECT_EQ(refusals(), (Texts{"2 price bad_price", "6 name missing", "7 price bad_amount", "8 price bad_price"}));
}

}  // namespace
}  // namespace ordo::imports
