#include "import/joined_table.h"

#include "import/testing/import_case.h"

namespace ordo::imports {
namespace {

class ImportJoin : public ImportCase {};

std::unique_ptr<Table> table_of(const std::string& text) {
  auto table = read_table(text, "x.csv", {});
  EXPECT_TRUE(table) << table.error().text();
  return table ? std::move(*table) : nullptr;
}

TEST_F(ImportJoin, EachLineHasTheCellsOfItsHead) {
  const auto joined =
      JoinedTable::join(table_of("order_id,customer_id,order_number,note\n1,c1,7,\"x, y\"\n2,c2,8,\n3,c3,9,\n"),
                        table_of("order_id,product_id,note\n2,p,n\n1,q,\n9,r,\n1,s,\n"), {});
  ASSERT_TRUE(joined) << joined.error().text();
  // The column that both have joins them, though order_number has the better name.
  EXPECT_EQ((*joined)->order_heading(), "order_id");
  EXPECT_EQ((*joined)->headings(),
            (std::vector<std::string>{"order_id", "customer_id", "order_number", "note", "product_id", "note#2"}));
  using Cells = std::vector<std::string>;
  std::vector<Cells> rows;
  std::vector<std::string> problems;
  Row row;
  while (*(*joined)->next(row)) {
    rows.push_back(row.cells);
    problems.push_back(row.problem ? row.problem->reason : "");
  }
  EXPECT_EQ(rows, (std::vector<Cells>{{"2", "c2", "8", "", "p", "n"},
                                      {"1", "c1", "7", "x, y", "q", ""},
                                      {"9", "", "", "", "r", ""},
                                      {"1", "c1", "7", "x, y", "s", ""},
                                      {"3", "c3", "9", "", "", ""}}));
  EXPECT_EQ(problems, (std::vector<std::string>{"", "", "no_head", "", "no_lines"}));
}

TEST_F(ImportJoin, FilesWithoutACommonNumberAreRefused) {
  const auto joined = JoinedTable::join(table_of("a,b\n1,2\n"), table_of("c,d\n1,2\n"), {});
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, ErrorCode::kInvalid);
}

TEST_F(ImportJoin, HeadsAndLinesOfTwoFilesAreOrders) {
  auto import = history(
      "order_id,customer_id,order_status,order_purchase_timestamp,order_delivered_customer_date\n"
      "o1,c1,delivered,2017-10-02 10:56:33,2017-10-10 21:25:13\no2,c2,canceled,2018-07-24 20:41:37,\n"
      "o3,c3,delivered,2018-07-24 20:41:37,\n",
      "olist_orders.csv");
  import.lines_path = write("olist_items.csv",
                            "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value\n"
                            "o1,1,p1,s1,2017-10-06 11:07:15,29.99,8.72\no2,1,p2,s1,2018-07-30 03:24:27,118.70,22.76\n"
                            "o1,2,p1,s1,2017-10-06 11:07:15,29.99,8.72\n");
  import.values.currency = *Currency::parse("BRL");
  import.columns.set[Role::quantity] = "1";
  ScriptedShop shop;
  const auto summary = run(import, shop);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->accepted, 2U) << content(import.errors_path);
  EXPECT_EQ(summary->by_reason, (std::map<std::string, std::uint64_t>{{"no_lines", 1}})) << content(import.errors_path);
  const auto first = shop.history["import\no1"];
  EXPECT_NE(first.find(R"("customer_id":"c1")"), std::string::npos) << first;
  EXPECT_NE(first.find(R"("status":"completed")"), std::string::npos) << first;
  EXPECT_NE(first.find(R"("expected_total":{"amount":7742,"currency":"BRL"})"), std::string::npos) << first;
}

}  // namespace
}  // namespace ordo::imports
