#include "tables/csv_table.h"

#include <gtest/gtest.h>

#include "tables/testing/whole_table.h"

namespace ordo::imports {
namespace {

using Texts = std::vector<std::string>;

TEST(CsvTable, HeadingsAreUniqueAndNoneIsEmpty) {
  const auto table = read_whole(" sku ,price,price,,price#2,\n1,2,3,4,5,6\n");
  EXPECT_EQ(table.headings, (Texts{"sku", "price", "price#2", "column 4", "price#2#2", "column 6"}));
  EXPECT_EQ(table.cell(0, "price#2"), "3");
  EXPECT_EQ(table.cell(0, "column 6"), "6");
}

TEST(CsvTable, AMissingTailIsEmptyAndAnEmptySurplusIsIgnored) {
  const auto table = read_whole("a,b,c\n1\n2,3,4, ,\n5,6,7,8\n");
  EXPECT_EQ(table.column("a"), "1 2 5");
  EXPECT_EQ(table.column("c"), "- 4 7");
  EXPECT_EQ(table.problems(), (Texts{"4  wrong_field_count"}));
}

TEST(CsvTable, RowsWithoutTextAndRepeatedHeadingsArePassedOver) {
  const auto table = read_whole(",,\n\na,b\n1,2\n , \n\na,b\n3,4\n");
  EXPECT_EQ(table.headings, (Texts{"a", "b"}));
  EXPECT_EQ(table.column("a"), "1 3");
  EXPECT_EQ(table.rows[1].line, 8U);
  EXPECT_EQ(table.blank_rows, 3U);
}

TEST(CsvTable, TheFirstLineMayNameTheDelimiter) {
  const auto table = read_whole("sep=;\r\nsku;name;price\r\n0042;Tee, gr\u00fcn;12,50\r\n");
  EXPECT_EQ(table.headings, (Texts{"sku", "name", "price"}));
  EXPECT_EQ(table.cell(0, "name"), "Tee, gr\u00fcn");
  EXPECT_EQ(table.rows[0].line, 3U);
  TableOptions options;
  options.delimiter = ';';
  EXPECT_EQ(read_whole("sep=,\na;b,c\n1;2\n", "file.csv", options).headings, (Texts{"a", "b,c"}));
}

TEST(CsvTable, CellsOfSeveralLinesKeepTheLineNumbersRight) {
  const auto table = read_whole("a,b\r\"x\ry\",1\r2,3\r");
  EXPECT_EQ(table.cell(0, "a"), "x\ry");
  EXPECT_EQ(table.rows[0].line, 2U);
  EXPECT_EQ(table.rows[1].line, 4U);
}

TEST(CsvTable, ABrokenRowKeepsTheCellsBeforeTheProblem) {
  const auto table = read_whole("order,sku,name\n7,A,\"Mug 3\" tall\n7,B,\"Cup\n8,C,Bag\n");
  EXPECT_EQ(table.problems(), (Texts{"2  malformed_row", "3  malformed_row"}));
  EXPECT_EQ(table.column("order"), "7 7 8");
  EXPECT_EQ(table.column("name"), "- - Bag");
  EXPECT_EQ(table.rows[1].problem->value, "\"Cup");
}

TEST(CsvTable, ABadQuoteInTheHeadingsEndsTheImport) {
  EXPECT_EQ(read_whole("a,\"b\nc,d\n").error, "malformed_headings");
}

TEST(CsvTable, WithUtf8SaidOnlyRowsWithOddCellsAreRefused) {
  TableOptions options;
  options.encoding = Encoding::utf_8;
  const auto table = read_whole("sku,name\n1,caf\xe9\n2,caf\u00e9\n3,x,\xff\n", "file.csv", options);
  EXPECT_EQ(table.problems(), (Texts{"2 name bad_encoding", "4  wrong_field_count"}));
  EXPECT_EQ(table.rows[0].problem->value, "caf?");
  EXPECT_EQ(table.column("sku"), "1 2 3");
  EXPECT_EQ(table.column("name"), "- caf\u00e9 x");
}

TEST(CsvTable, ZeroBytesAroundAValueAreNoText) {
  using namespace std::string_literals;
  const auto table = read_whole("a,b\n1\0\0,\0\n"s);
  EXPECT_EQ(table.cell(0, "a"), "1");
  EXPECT_EQ(table.cell(0, "b"), "");
}

TEST(CsvTable, TooManyColumnsEndTheImport) {
  EXPECT_EQ(read_whole(std::string(kMaxHeadings, ',') + "\n" + std::string(kMaxHeadings, ',') + "x\n").error,
            "too_many_columns");
}

TEST(CsvTable, ALongCellIsCut) {
  const auto table = read_whole("a,b\n1," + std::string(kMaxCell + 5, 'x') + "\n");
  EXPECT_EQ(table.cell(0, "b").size(), kMaxCell);
  EXPECT_TRUE(table.problems().empty());
}

TEST(CsvTable, TheGuardsOfSpreadsheetsAreTakenAway) {
  const auto table =
      read_whole("a\n'0042\n\"=\"\"0043\"\"\"\n=\"0044\"\n'=1+1\n'+49 30\n'2024-03-05\n'90s shirt\n'\n=A1\n");
  Texts cells;
  for (const auto& row : table.rows) cells.push_back(row.cells[0]);
  EXPECT_EQ(cells, (Texts{"0042", "0043", "0044", "=1+1", "+49 30", "2024-03-05", "'90s shirt", "'", "=A1"}));
}

TEST(CsvTable, TheIdsOfMongoexportAreUnwrapped) {
  const auto table = read_whole(
      "_id,user\nObjectId(65e7b2f0c0ffee0000000101),\"{\"\"$oid\"\":\"\"65e7\"\"}\"\nObjectId(1),{\"a\":1}\n");
  EXPECT_EQ(table.cell(0, "_id"), "65e7b2f0c0ffee0000000101");
  EXPECT_EQ(table.cell(0, "user"), "65e7");
  EXPECT_EQ(table.cell(1, "_id"), "ObjectId(1)");
  EXPECT_EQ(table.cell(1, "user"), "{\"a\":1}");
}

TEST(CsvTable, PackedLinesBecomeRows) {
  const auto table = read_whole(
      "order_id,total,line_items,tax_items\n"
      "2101,65.28,id:1|name:Candle|sku:CND-1|quantity:2;id:2|name:Holder|sku:HLD-9|quantity:1,id:10|code:VAT|total:1\n"
      "2102,9.00,id:3|name:Cup|sku:CUP|quantity:4|refunded:1,\n"
      "2103,1.00,,\n"
      "2104,2.00,id:4|name:Bo,\n");
  EXPECT_EQ(table.headings,
            (Texts{"order_id", "total", "line_items", "tax_items", "line_items[].id", "line_items[].name",
                   "line_items[].sku", "line_items[].quantity", "line_items[].refunded"}));
  EXPECT_EQ(table.column("order_id"), "2101 2101 2102 2103 2104");
  EXPECT_EQ(table.column("total"), "65.28 65.28 9.00 1.00 2.00");
  EXPECT_EQ(table.column("line_items[].sku"), "CND-1 HLD-9 CUP - -");
  EXPECT_EQ(table.column("line_items[].quantity"), "2 1 4 - -");
  EXPECT_EQ(table.column("line_items[].refunded"), "- - 1 - -");
  EXPECT_EQ(table.cell(0, "line_items"), "");
  EXPECT_EQ(table.cell(1, "tax_items"), "id:10|code:VAT|total:1");
  std::vector<bool> begins;
  for (const auto& row : table.rows) begins.push_back(row.begins_record);
  EXPECT_EQ(begins, (std::vector<bool>{true, false, true, true, true}));
  EXPECT_EQ(table.rows[1].line, 2U);
  EXPECT_EQ(table.problems(), (Texts{"5 line_items malformed_lines"}));
}

TEST(CsvTable, PackedLinesMayHaveAColumnEach) {
  const auto table =
      read_whole("order,line_item_1,line_item_2\n1,name:A|quantity:1,name:B|quantity:2\n2,name:C|quantity:3,\n");
  EXPECT_EQ(table.column("order"), "1 1 2");
  EXPECT_EQ(table.column("line_item[].name"), "A B C");
  EXPECT_EQ(table.column("line_item[].quantity"), "1 2 3");
}

TEST(CsvTable, JsonInACellBecomesRows) {
  const auto table = read_whole(
      "_id,products,status\n65e7,\"[{\"\"productId\"\":{\"\"$oid\"\":\"\"a\"\"},\"\"quantity\"\":1},"
      "{\"\"productId\"\":\"\"b\"\",\"\"quantity\"\":2}]\",completed\n65e8,[],pending\n");
  EXPECT_EQ(table.column("_id"), "65e7 65e7 65e8");
  EXPECT_EQ(table.column("products[].productId"), "a b -");
  EXPECT_EQ(table.column("products[].quantity"), "1 2 -");
}

TEST(CsvTable, ASecondPassNeedsTheSameHeadings) {
  const std::vector<std::string> others = {"a", "c"};
  const auto table = read_table("a,b\n1,2\n", "file.csv", {}, &others);
  ASSERT_FALSE(table.has_value());
  EXPECT_EQ(table.error().reason, "file_changed");
}

}  // namespace
}  // namespace ordo::imports
