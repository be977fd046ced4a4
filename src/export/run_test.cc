// An export from the first page to the summary.
#include "export/run.h"

#include <gtest/gtest.h>

#include "export/testing/list_server.h"

namespace ordo::exports {
namespace {

std::string order(const std::string& number, int lines) {
  std::string text;
  for (int i = 0; i < lines; ++i) {
    text += (i == 0 ? "" : ",") + std::string(R"({"product_id":"p","name":"P","quantity":1,"total":{"amount":5,)") +
            R"("currency":"USD"}})";
  }
  return R"({"number":")" + number + R"(","lines":[)" + text + R"(],"total":{"amount":5,"currency":"USD"}})";
}

std::string product(const std::string& id, const std::string& status = "active") {
  return R"({"id":")" + id + R"(","name":"=N","category":"","price":{"amount":100,"currency":"EUR"},"status":")" +
         status + R"("})";
}

std::string stock(const std::string& levels) {
  return R"({"product_id":"x","on_hand":0,"levels":[)" + levels + "]}";
}

std::string page(const std::string& documents, const std::string& next = "null", const std::string& more = "") {
  return R"({"data":[)" + documents + R"(],"next_cursor":)" + next + more + "}";
}

struct Outcome {
  std::string text;
  ExportSummary summary;
  std::string problem;
};

Outcome exported(client::HttpCaller& server, const ExportOptions& options) {
  Outcome result;
  const auto summary = run_export(server, options, [&](std::string_view piece) -> Result<void> {
    result.text += piece;
    return {};
  });
  if (summary) {
    result.summary = *summary;
  } else {
    result.problem = summary.error().reason;
  }
  return result;
}

// The first cells of each line.
std::vector<std::string> first_cells(const std::string& text, std::size_t cells) {
  std::vector<std::string> lines;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    std::size_t end = 0;
    for (std::size_t i = 0; i < cells && end != std::string_view::npos; ++i)
      end = line.find(',', end + (i > 0 ? 1 : 0));
    lines.emplace_back(line.substr(0, end));
  }
  return lines;
}

TEST(Export, OrdersAreARowALine) {
  ListServer server(ListServer::Bodies{
      {"/v1/orders?limit=500&status=completed", page(order("2", 2) + "," + order("1", 1), R"("next")")},
      {"/v1/orders?limit=500&status=completed&cursor=next", page(order("0", 1))}});
  ExportOptions options;
  options.filters = {{"status", "completed"}};
  const auto done = exported(server, options);
  EXPECT_EQ(done.problem, "");
  EXPECT_EQ(first_cells(done.text, 1), (std::vector<std::string>{"number", "2", "2", "1", "0"}));
  EXPECT_EQ(done.summary.documents, 3U);
  EXPECT_EQ(done.summary.rows, 4U);
  EXPECT_EQ(summary_text(options, done.summary, "o.csv"), "3 orders in 4 rows written to o.csv\n");
}

TEST(Export, NdjsonHasTheDocumentsAsTheApiHasThem) {
  ListServer server(
      ListServer::Bodies{{"/v1/orders?limit=500", page(R"({"number":"1","new_member":{"a":1.10}},{"number":"2"})")}});
  ExportOptions options;
  options.format = ExportFormat::ndjson;
  const auto done = exported(server, options);
  EXPECT_EQ(done.text, "{\"number\":\"1\",\"new_member\":{\"a\":1.10}}\n{\"number\":\"2\"}\n");
  EXPECT_EQ(summary_text(options, done.summary, ""), "2 orders written\n");
}

TEST(Export, AnEmptyListHasItsHeadings) {
  ListServer server(ListServer::Bodies{{"/v1/customers?limit=500", page("")}});
  ExportOptions options;
  options.what = Exported::customers;
  options.byte_order_mark = true;
  const auto done = exported(server, options);
  EXPECT_EQ(first_cells(done.text, 2), (std::vector<std::string>{"\xef\xbb\xbfid,name"}));
  EXPECT_EQ(done.summary.rows, 0U);
}

// Active and archived products, counted at one location, at two, and never.
ListServer::Bodies shelves() {
  return {{"/v1/products?limit=500&status=active", page(product("a b") + "," + product("c") + "," + product("d"))},
          {"/v1/products?limit=500&status=archived", page(product("e", "archived"))},
          {"/v1/products/a%20b/stock", stock(R"({"location":"main","on_hand":5})")},
          {"/v1/products/c/stock", stock(R"({"location":"hue","on_hand":1},{"location":"main","on_hand":2})")},
          {"/v1/products/d/stock", stock("")},
          {"/v1/products/e/stock", stock(R"({"location":"main","on_hand":0})")}};
}

TEST(Export, ProductsHaveARowForEachLocation) {
  ListServer server(shelves());
  ExportOptions options;
  options.what = Exported::products;
  auto done = exported(server, options);
  EXPECT_EQ(done.problem, "");
  const std::vector<std::string> rows = {"sku,name,category,price,currency,stock,location,status",
                                         "a b,'=N,,1.00,EUR,5,main,active",
                                         "c,'=N,,1.00,EUR,1,hue,active",
                                         "c,'=N,,1.00,EUR,2,main,active",
                                         "d,'=N,,1.00,EUR,,,active",
                                         "e,'=N,,1.00,EUR,0,main,archived"};
  EXPECT_EQ(first_cells(done.text, 8), rows);
  EXPECT_LE(server.most_in_flight, server.window());
  EXPECT_EQ(summary_text(options, done.summary, ""), "4 products in 5 rows written\n");

  options.texts = CsvTexts::unchanged;
  done = exported(server, options);
  EXPECT_EQ(first_cells(done.text, 2)[1], "a b,=N");
}

TEST(Export, ProductsMayHaveTheSumOfTheirStockOrNone) {
  ListServer server(shelves());
  ExportOptions options;
  options.what = Exported::products;
  options.stock = StockShown::sum;
  EXPECT_EQ(first_cells(exported(server, options).text, 7)[2], "c,'=N,,1.00,EUR,3,");
  options.stock = StockShown::none;
  server.targets.clear();
  EXPECT_EQ(first_cells(exported(server, options).text, 7)[2], "c,'=N,,1.00,EUR,,");
  EXPECT_EQ(server.targets.size(), 2U) << "no stock is asked for";
}

TEST(Export, AProductAsJsonHasItsStockBesideIt) {
  ListServer server(shelves());
  ExportOptions options;
  options.what = Exported::products;
  options.format = ExportFormat::ndjson;
  options.filters = {{"status", "active"}};
  const auto document = [](const std::string& id, const std::string& more) {
    auto text = product(id);
    text.pop_back();
    return text + more + "}\n";
  };
  EXPECT_EQ(exported(server, options).text,
            document("a b", R"(,"stock":5,"location":"main")") +
                document("c", R"(,"stock_levels":[{"on_hand":1,"location":"hue"},{"on_hand":2,"location":"main"}])") +
                document("d", ""));
}

TEST(Export, SaysOfWhatCsvHasOnlyAPart) {
  const std::string charge = R"({"id":"1","name":"Parcel","price":{"amount":1,"currency":"USD"}})";
  const auto shipped_twice =
      R"({"number":"3","total":{"amount":5,"currency":"USD"},"shipping":[)" + charge + "," + charge + "]}";
  ListServer server(
      {{"/v1/orders?limit=500", page(order("1", 1) + "," + shipped_twice, "null", R"(,"unreadable":2)")}});
  ExportOptions options;
  auto done = exported(server, options);
  EXPECT_EQ(summary_text(options, done.summary, "o.csv"),
            "2 orders written to o.csv\n"
            "1 order has more than CSV shows (several taxes on a line, several discounts or several shipping "
            "charges); --format ndjson has all of it\n"
            "The server could not read 2 orders, which are missing here; its log says which\n");
  options.format = ExportFormat::ndjson;
  done = exported(server, options);
  EXPECT_EQ(done.summary.summarized, 0U);
  EXPECT_EQ(done.summary.unreadable, 2U);
}

TEST(Export, APieceIsWrittenBeforeTheNextIsMade) {
  std::string documents;
  for (int i = 0; i < 100; ++i) documents += (i == 0 ? "" : ",") + order(std::to_string(i), 100);
  ListServer server(ListServer::Bodies{{"/v1/orders?limit=500", page(documents)}});
  std::size_t longest = 0;
  std::size_t pieces = 0;
  const auto summary = run_export(server, ExportOptions(), [&](std::string_view piece) -> Result<void> {
    longest = std::max(longest, piece.size());
    ++pieces;
    return {};
  });
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->rows, 10'000U);
  EXPECT_GT(pieces, 2U);
  EXPECT_LT(longest, 300U * 1024);
}

TEST(Export, EndsAtTheFirstProblem) {
  ExportOptions options;
  ListServer absent(ListServer::Bodies{});
  EXPECT_EQ(exported(absent, options).problem, "unknown_thing");
  ListServer no_orders(ListServer::Bodies{{"/v1/orders?limit=500", page(R"({"number":5})")}});
  EXPECT_EQ(exported(no_orders, options).problem, "bad_answer");

  ListServer two(ListServer::Bodies{{"/v1/orders?limit=500", page(order("1", 1), R"("next")")}});
  int asked = 0;
  options.stop = [&] { return ++asked > 1; };
  EXPECT_EQ(exported(two, options).problem, "unknown_thing") << "of the second page";
  ListServer stopped(ListServer::Bodies{{"/v1/orders?limit=500", page(order("1", 1))}});
  EXPECT_EQ(exported(stopped, options).problem, "interrupted");

  ListServer full(ListServer::Bodies{{"/v1/orders?limit=500", page(order("1", 1))}});
  const auto summary = run_export(full, ExportOptions(), [](std::string_view) -> Result<void> {
    return fail(ErrorCode::kIo, "cannot_write", "a test");
  });
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().reason, "cannot_write");
}

TEST(Export, AProductWhoseStockCannotBeReadEndsIt) {
  auto bodies = shelves();
  bodies.erase("/v1/products/c/stock");
  ListServer server(bodies);
  ExportOptions options;
  options.what = Exported::products;
  EXPECT_EQ(exported(server, options).problem, "unknown_thing");
  EXPECT_EQ(server.in_flight(), 0U) << "no answer comes later";

  bodies["/v1/products/c/stock"] = R"({"levels":[{"location":"main"}]})";
  ListServer odd(bodies);
  EXPECT_EQ(exported(odd, options).problem, "bad_answer");
}

TEST(Export, TheEndingOfTheNameSaysTheFormat) {
  EXPECT_EQ(format_of("a/orders.csv"), ExportFormat::csv);
  EXPECT_EQ(format_of("orders.ndjson"), ExportFormat::ndjson);
  EXPECT_EQ(format_of("orders.jsonl"), ExportFormat::ndjson);
  for (const auto* other : {"orders", "orders.json", "orders.txt", "csv"}) EXPECT_EQ(format_of(other), std::nullopt);
}

TEST(Export, RecordsThatWaitAreCounted) {
  ListServer server(ListServer::Bodies{
      {"/metrics",
       "# HELP ordo_processor_lag Records\nordo_processor_lag{processor=\"orders\",partition=\"0\"} 3\n"
       "ordo_processor_lag{processor=\"stock\",partition=\"1\"} 4\nother 9\n"}});
  EXPECT_EQ(records_waiting(server), 7U);
  ListServer quiet(ListServer::Bodies{{"/metrics", "other 9"}});
  EXPECT_EQ(records_waiting(quiet), std::nullopt);
  ListServer forbidden(ListServer::Bodies{});
  EXPECT_EQ(records_waiting(forbidden), std::nullopt);
}

}  // namespace
}  // namespace ordo::exports
