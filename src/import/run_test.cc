#include "import/run.h"

#include "import/preview.h"
#include "import/testing/import_case.h"

namespace ordo::imports {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

class ImportRun : public ImportCase {
 protected:
  static std::string numbered_orders(int count) {
    std::string text = "order,sku,qty,customer,price\n";
    for (int i = 0; i < count; ++i) text += std::to_string(i) + ",a,1,c,2.55\n";
    return text;
  }
};

TEST_F(ImportRun, OrdersGoOutOnceEachAndTheSummaryAddsUp) {
  const auto import = options("order,sku,qty,customer,price\n1,a,1,c,2.55\n2,a,x,c,2.55\n1,b,2,c,9.99\n");
  ScriptedShop shop;
  const auto summary = run(import, shop);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->rows, 3U);
  EXPECT_EQ(summary->rows_accepted, 2U);
  EXPECT_EQ(summary->accepted, 1U);
  EXPECT_EQ(summary->refused, 1U);
  EXPECT_TRUE(is_partial(*summary));
  ASSERT_EQ(shop.requests.size(), 1U);
  const auto errors = content(import.errors_path);
  EXPECT_EQ(errors.find("line,record,field,reason,detail,value\n3,2,qty,not_a_number,"), 0U) << errors;
}

TEST_F(ImportRun, NoFileIsLeftWhenNothingIsRefused) {
  const auto import = options(numbered_orders(1));
  ScriptedShop shop;
  ASSERT_TRUE(run(import, shop));
  EXPECT_FALSE(std::filesystem::exists(import.errors_path));
  EXPECT_FALSE(std::filesystem::exists(import.progress_path));
}

TEST_F(ImportRun, TheReportOfAnEarlierImportGoesWhenNothingIsRefused) {
  const auto import = options(numbered_orders(1));
  write("x.csv.errors.csv", "line\n");
  ScriptedShop shop;
  ASSERT_TRUE(run(import, shop));
  EXPECT_FALSE(std::filesystem::exists(import.errors_path));
}

TEST_F(ImportRun, AReportThatCannotBeWrittenNamesTheFlag) {
  auto import = options("order,sku,qty,customer\n1,a,1,c\n2,a,x,c\n");
  import.errors_path = (folder_ / "no_such_folder" / "errors.csv").string();
  ScriptedShop shop;
  const auto summary = run(import, shop);
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code, ErrorCode::kIo);
  EXPECT_NE(summary.error().message.find("--errors FILE"), std::string::npos);
  // The place does not matter while nothing is refused.
  import = options(numbered_orders(1));
  import.errors_path = import.progress_path = (folder_ / "no_such_folder" / "x").string();
  EXPECT_TRUE(run(import, shop));
}

TEST_F(ImportRun, AnOrderIsTakenWithAllItsLinesOrNotAtAll) {
  const std::string file = "order,sku,qty,customer\n1,a,1,c\n1,unknown,1,c\n1,b,2,c\n2,unknown,1,c\n";
  const auto import = options(file);
  ScriptedShop shop;
  auto summary = run(import, shop);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->accepted, 0U);
  EXPECT_EQ(summary->refused, 2U);
  EXPECT_EQ(summary->by_reason, (Counts{{"incomplete_order", 1}, {"unknown_product", 2}}));
  EXPECT_TRUE(shop.orders.empty());
  const auto errors = content(import.errors_path);
  EXPECT_NE(errors.find("2,1,,incomplete_order,\"the server refuses 1 of 3 lines, so none is taken\","),
            std::string::npos)
      << errors;
  EXPECT_NE(errors.find("3,1,product_id,unknown_product,there is no such product,unknown"), std::string::npos);

  auto partial = options(file);
  partial.orders.partial = true;
  summary = run(partial, shop);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->accepted, 1U);
  EXPECT_EQ(summary->rows_accepted, 2U);
  EXPECT_EQ(summary->by_reason, (Counts{{"unknown_product", 2}}));
  ASSERT_EQ(shop.orders.size(), 1U);
  EXPECT_EQ(shop.orders.begin()->second.find("unknown"), std::string::npos);
}

TEST_F(ImportRun, AMendedOrderIsImported) {
  ScriptedShop shop;
  const auto first = run(options("order_id,sku,qty,customer\n7,a,1,c1\n7,b,x,c1\n"), shop);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->accepted, 0U);
  const auto second = run(options("order_id,sku,qty,customer\n7,a,1,c1\n7,b,2,c1\n"), shop);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->accepted, 1U);
  EXPECT_EQ(second->error_lines, 0U);
}

TEST_F(ImportRun, RunningAgainImportsNothingTwice) {
  ScriptedShop shop;
  ASSERT_TRUE(run(options(numbered_orders(20)), shop));
  // Under another name too: the source is the shop, not the file.
  const auto again = run(options(numbered_orders(20), ImportKind::orders, "x (1).csv"), shop);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->accepted, 20U);
  EXPECT_EQ(again->error_lines, 0U);
  EXPECT_EQ(shop.orders.size(), 20U);
  EXPECT_LE(shop.most_in_flight, shop.window());
  // Another source is another shop.
  auto other = options(numbered_orders(20));
  other.orders.source = "other";
  ASSERT_TRUE(run(other, shop));
  EXPECT_EQ(shop.orders.size(), 40U);
}

TEST_F(ImportRun, AnInterruptedImportGoesOnWhereItWas) {
  auto import = options("order,sku,qty,customer,price\nu,unknown,1,c,1\nv,a,x,c,1\n" + numbered_orders(50).substr(29));
  import.wait = std::chrono::seconds(5);
  ScriptedShop shop;
  shop.answers_left = 30;
  const auto broken = run(import, shop);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(std::filesystem::exists(import.progress_path));

  shop.answers_left = 1'000'000;
  shop.requests.clear();
  const auto summary = run(import, shop);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(shop.sent("POST", "/v1/orders").size(), 51U - 30U);
  EXPECT_EQ(summary->rows, 52U);
  EXPECT_EQ(summary->rows_accepted, 50U);
  EXPECT_EQ(summary->accepted, 50U);
  EXPECT_EQ(summary->earlier, 29U);
  EXPECT_EQ(summary->refused, 2U);
  EXPECT_EQ(summary->decided->by_status, (Counts{{"reserved", 50}}));
  EXPECT_EQ(shop.orders.size(), 50U);
  // The report also has the rows that the server refused before the interruption.
  EXPECT_EQ(summary->error_lines, 2U);
  EXPECT_NE(content(import.errors_path).find("2,u,product_id,unknown_product"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(import.progress_path));
}

TEST_F(ImportRun, TheProgressOfAnotherFileOrOtherFlagsIsNotTaken) {
  ScriptedShop shop;
  shop.answers_left = 5;
  ASSERT_FALSE(run(options(numbered_orders(10)), shop));
  shop.answers_left = 5;
  shop.requests.clear();
  ASSERT_FALSE(run(options(numbered_orders(11)), shop));
  EXPECT_EQ(shop.requests.size(), 5U + shop.window());
  shop.answers_left = 1'000'000;
  shop.requests.clear();
  auto other = options(numbered_orders(11));
  other.orders.location = "berlin";
  ASSERT_TRUE(run(other, shop));
  EXPECT_EQ(shop.sent("POST", "/v1/orders").size(), 11U);
}

TEST_F(ImportRun, ATornProgressLineIsDroppedAndSentAgain) {
  const auto import = options(numbered_orders(10));
  ScriptedShop shop;
  shop.answers_left = 5;
  ASSERT_FALSE(run(import, shop));
  std::filesystem::resize_file(import.progress_path, std::filesystem::file_size(import.progress_path) - 3);
  shop.answers_left = 1'000'000;
  shop.requests.clear();
  const auto summary = run(import, shop);
  ASSERT_TRUE(summary);
  EXPECT_EQ(shop.requests.size(), 6U);
  EXPECT_EQ(summary->accepted, 10U);
}

TEST_F(ImportRun, AnOrderImportedBeforeWithOtherLinesIsListedWithWhatDiffers) {
  ScriptedShop shop;
  ASSERT_TRUE(run(options("order,sku,qty,customer\n1,a,1,c\n"), shop));
  const auto import = options("order,sku,qty,customer\n1,a,2,c\n");
  const auto summary = run(import, shop);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->accepted, 0U);
  EXPECT_EQ(summary->orders.changed, 1U);
  EXPECT_EQ(summary->by_reason, (Counts{{"changed", 1}}));
  EXPECT_NE(content(import.errors_path)
                .find("was imported before with other content: the quantity of line 1 is 1, in the file 2"),
            std::string::npos);
}

TEST_F(ImportRun, AnAnswerThatIsNoneOfOrdoEndsTheImport) {
  class Stranger final : public ScriptedShop {
    void start(client::HttpRequest request, client::OnResponse on_response) override {
      request.target = "/elsewhere";
      ScriptedShop::start(std::move(request), std::move(on_response));
    }
  } shop;
  const auto summary = run(options(numbered_orders(10)), shop);
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().reason, "http_404");
}

// --- ways of orders

constexpr const char* kPast =
    "order,customer,sku,qty,price,total,currency,date,status\n"
    "1,c,a,2,5.00,10.00,USD,2024-03-05,completed\n"
    "2,c,a,1,5.00,5.00,USD,2024-03-05,cancelled\n"
    "3,c,a,1,5.00,5.00,USD,2024-03-06,processing\n"
    "4,c,a,1,5.00,5.00,USD,2024-03-06,pending\n";

TEST_F(ImportRun, OrdersOfThePastAreNotSentWithoutAWord) {
  ScriptedShop shop;
  const auto import = options(kPast);
  const auto prepared = prepare_import(import);
  ASSERT_TRUE(prepared) << prepared.error().text();
  ASSERT_EQ(prepared->questions.size(), 1U);
  const auto& question = prepared->questions.front();
  EXPECT_EQ(question.reason, "past_orders");
  EXPECT_NE(question.message.find("4 of 4 orders are not new"), std::string::npos) << question.message;
  ASSERT_EQ(question.violations.size(), 3U);
  EXPECT_NE(question.violations[0].detail.find("ordo import orders " + import.path + " --as history"),
            std::string::npos);
  EXPECT_NE(question.violations[1].detail.find(" --as open"), std::string::npos);
  EXPECT_EQ(prepared->survey.open, 2U);
  EXPECT_TRUE(shop.requests.empty());
}

TEST_F(ImportRun, HistoryIsWrittenOnceAndChangesAreListed) {
  ScriptedShop shop;
  auto import = history(kPast);
  auto summary = run(import, shop);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->accepted, 4U) << content(import.errors_path);
  EXPECT_EQ(shop.history.size(), 4U);
  EXPECT_EQ(shop.sent("POST", "/v1/imported-orders").size(), shop.requests.size());
  EXPECT_NE(shop.history["import\n2"].find(R"("status":"cancelled")"), std::string::npos);
  EXPECT_EQ(summary->totals, (std::map<std::string, std::int64_t>{{"USD", 2'500}}));

  summary = run(import, shop);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->orders.same, 4U);
  EXPECT_EQ(summary->accepted, 4U);

  std::string changed = kPast;
  changed.replace(changed.find("2024-03-05,completed"), 20, "2024-03-05,refunded");
  import = history(changed);
  summary = run(import, shop);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->orders.same, 3U);
  EXPECT_EQ(summary->orders.changed, 1U);
  EXPECT_EQ(summary->by_reason, (Counts{{"changed", 1}}));
  EXPECT_NE(content(import.errors_path).find("total: is 1.00, was 2.00; --replace takes that of the file"),
            std::string::npos);

  import.orders.replace = true;
  summary = run(import, shop);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->accepted, 4U);
  EXPECT_EQ(summary->error_lines, 0U);
  EXPECT_NE(shop.history["import\n1"].find(R"("refunded":{"amount":1000)"), std::string::npos)
      << shop.history["import\n1"];
}

TEST_F(ImportRun, OpenOrdersAreNeverChargedByOrdo) {
  ScriptedShop shop;
  shop.payments_not_ready = 2;
  auto import = options(kPast);
  import.mode = OrderMode::open;
  auto summary = run(import, shop);
  ASSERT_TRUE(summary) << summary.error().text();
  // Only the third is paid and not sent.
  EXPECT_EQ(summary->accepted, 1U);
  EXPECT_EQ(summary->orders.paid, 1U);
  EXPECT_EQ(summary->by_reason, (Counts{{"not_open", 2}, {"unpaid", 1}}));
  ASSERT_EQ(shop.orders.size(), 1U);
  EXPECT_NE(shop.orders.begin()->second.find(R"("payment_terms":"manual")"), std::string::npos);
  ASSERT_EQ(shop.payments.size(), 1U);
  EXPECT_EQ(shop.payments.begin()->first, shop.orders.begin()->first);
  EXPECT_NE(shop.payments.begin()->second.find(R"("amount":{"amount":500,"currency":"USD"})"), std::string::npos);

  import.orders.collect = true;
  summary = run(import, shop);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->accepted, 2U);
  EXPECT_EQ(shop.payments.size(), 1U);
  int charged = 0;
  for (const auto& [id, body] : shop.orders) charged += body.find("payment_terms") == std::string::npos ? 1 : 0;
  EXPECT_EQ(charged, 1);
}

TEST_F(ImportRun, WhatHasEndedIsNotPlacedAsNew) {
  ScriptedShop shop;
  auto import = options(kPast);
  import.mode = OrderMode::new_business;
  const auto summary = run(import, shop);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->accepted, 2U);
  EXPECT_EQ(summary->by_reason, (Counts{{"not_new", 2}}));
}

TEST_F(ImportRun, UnknownWordsAreAskedAllAtOnce) {
  ScriptedShop shop;
  auto import = history(
      "order,customer,sku,qty,price,currency,date,status\n"
      "1,c,a,1,5,USD,2024-03-05,Foo\n1,c,b,1,5,USD,2024-03-05,Foo\n2,c,a,1,5,USD,2024-03-05,foo\n"
      "3,c,a,1,5,USD,2024-03-05,Bar Baz\n");
  const auto prepared = prepare_import(import);
  ASSERT_TRUE(prepared) << prepared.error().text();
  EXPECT_EQ(prepared->survey.unknown_status, (Counts{{"Bar Baz", 1}, {"Foo", 2}}));
  ASSERT_EQ(prepared->questions.size(), 1U);
  const auto& question = prepared->questions.front();
  EXPECT_EQ(question.message, "unknown_status \"Bar Baz\" (1 order): --status 'Bar Baz=completed'");
  EXPECT_EQ(question.violations[0].detail, "unknown_status \"Foo\" (2 orders): --status Foo=completed");
  EXPECT_EQ(question.violations[1].detail, "all of them: --status 'Bar Baz=completed' --status Foo=completed");

  ASSERT_TRUE(add_status("Foo=cancelled", import.values.status));
  ASSERT_TRUE(add_status("Bar Baz=completed", import.values.status));
  const auto summary = run(import, shop);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->accepted, 3U);
  EXPECT_NE(shop.history["import\n2"].find(R"("status":"cancelled")"), std::string::npos);
}

// --- waiting

TEST_F(ImportRun, WaitingListsEachRejectedOrderWithItsReason) {
  ScriptedShop shop;
  auto import = options("order,sku,qty,customer\n1,a,1,c\n2,a,1,c\n");
  import.wait = std::chrono::seconds(5);
  shop.statuses[uuid_v5("idempotency", order_import_key("import", "2"))] = "rejected";
  const auto summary = run(import, shop);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->decided->by_status, (Counts{{"rejected", 1}, {"reserved", 1}}));
  EXPECT_EQ(summary->decided->totals, (std::map<std::string, std::int64_t>{{"GBP", 150}}));
  EXPECT_TRUE(is_partial(*summary));
  EXPECT_NE(content(import.errors_path).find("3,2,,out_of_stock,\"the order was accepted, and is rejected now\","),
            std::string::npos)
      << content(import.errors_path);
}

TEST_F(ImportRun, WithoutWaitingTheSummarySaysWhatWaits) {
  ScriptedShop shop;
  shop.metrics =
      "# HELP ordo_processor_lag x\nordo_processor_lag{processor=\"intake\",partition=\"0\"} 3\n"
      "ordo_processor_lag{processor=\"orders\",partition=\"1\"} 4\nordo_processor_lag{processor=\"crm\"} 9\n";
  auto import = options(numbered_orders(1));
  import.asks_waiting = true;
  const auto summary = run(import, shop);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->waiting, 7U);
  EXPECT_NE(summary_text(*summary).find("7  records of orders wait to be processed"), std::string::npos);
  EXPECT_EQ(waiting_orders("nothing of it\n"), std::nullopt);
}

TEST(ImportWait, WaitsForWhatIsPendingUntilTheEndOfTheTime) {
  class Slow final : public ScriptedShop {
   public:
    void wait() override {
      if (++waits == 8) statuses["late"] = "confirmed";
      ScriptedShop::wait();
    }
    int waits = 0;
  } shop;
  for (const auto* id : {"a", "late", "stuck"}) shop.orders[id] = R"({"reference":"r"})";
  shop.statuses = {{"late", "pending"}, {"stuck", "pending"}};
  OrderIds ids;
  for (const auto* id : {"a", "late", "stuck", "gone"}) ids.add(id, 2);
  EXPECT_EQ(ids.size(), 4U);
  std::vector<Refusal> refused;
  const auto decided = wait_until_decided(shop, std::move(ids), std::chrono::milliseconds(300), true,
                                          [&](const Refusal& refusal) { refused.push_back(refusal); });
  ASSERT_TRUE(decided) << decided.error().text();
  EXPECT_EQ(decided->by_status, (Counts{{"confirmed", 1}, {"pending", 1}, {"reserved", 1}}));
  EXPECT_EQ(decided->missing, 1U);
  EXPECT_TRUE(refused.empty());
}

// Thousands of orders wait: they are not all read again and again. The first one holds the others up; once it is
// decided, all are.
TEST(ImportWait, ReadsInTheOrderOfTheFileAndNoFurtherThanOrdersAreDecided) {
  class Counting final : public ScriptedShop {
   public:
    void wait() override {
      ++waits;
      ScriptedShop::wait();
    }
    std::size_t waits = 0;
  } shop;
  OrderIds ids;
  constexpr std::size_t kOrders = 20'000;
  for (std::size_t i = 0; i < kOrders; ++i) ids.add("o" + std::to_string(i), i);
  std::size_t sweeps = 0;
  const auto on_waiting = [&](std::uint64_t waiting) {
    if (++sweeps != 3) return;
    EXPECT_EQ(waiting, kOrders);
    EXPECT_LT(shop.waits, 3 * 2'000U);
    for (std::size_t i = 0; i < kOrders; ++i) shop.orders["o" + std::to_string(i)] = R"({"reference":"r"})";
  };
  const auto decided = wait_until_decided(
      shop, std::move(ids), std::chrono::minutes(5), true, [](const Refusal&) {}, on_waiting);
  ASSERT_TRUE(decided) << decided.error().text();
  EXPECT_EQ(decided->by_status, (Counts{{"reserved", kOrders}}));
  EXPECT_EQ(sweeps, 4U);
}

TEST(ImportWait, ManyIdsKeepTheirLines) {
  OrderIds ids;
  for (std::size_t i = 0; i < 5'000; ++i) ids.add("0194a000-0000-7000-8000-" + std::to_string(100'000'000'000 + i), i);
  std::size_t next = 0;
  ids.each([&](std::string_view id, std::size_t line) {
    EXPECT_EQ(line, next);
    EXPECT_EQ(id, "0194a000-0000-7000-8000-" + std::to_string(100'000'000'000 + next));
    ++next;
  });
  EXPECT_EQ(next, 5'000U);
}

// --- products, and the texts

TEST_F(ImportRun, ProductsAreMadeOnceAndExistingOnesAreCounted) {
  ScriptedShop shop;
  shop.products["old"] = "{}";
  const auto import = options("sku,name,price\nnew,Lamp,1\nold,Cup,2\n", ImportKind::products);
  const auto summary = run(import, shop);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->accepted, 2U);
  EXPECT_EQ(summary->products.created, 1U);
  EXPECT_EQ(summary->products.existing, 1U);
  EXPECT_EQ(summary->rows_accepted, 2U);
  const auto text = summary_text(*summary);
  EXPECT_NE(text.find("existed before and stay unchanged; --update changes them"), std::string::npos) << text;
}

TEST_F(ImportRun, TheSummaryIsJsonForPrograms) {
  const auto import = options("order,sku,qty,customer,colour\n1,a,1,c,\"re\"\"d\"\n2,a,x,c,\n");
  const auto prepared = prepare_import(import);
  ASSERT_TRUE(prepared) << prepared.error().text();
  ScriptedShop shop;
  const auto summary = run_import(import, *prepared, shop);
  ASSERT_TRUE(summary);
  const auto json = summary_json(*summary, preview_json(prepared->survey, {}));
  const auto tape = JsonTape::parse(json);
  ASSERT_TRUE(tape) << json;
  EXPECT_EQ(whole_of(*tape, 0, "orders_accepted"), 1);
  EXPECT_EQ(whole_of(*tape, 0, "rows_refused"), 1);
  EXPECT_EQ(text_of(*tape, 0, "as"), "new");
  EXPECT_EQ(whole_of(*tape, *member(*tape, 0, "refused_by_reason"), "not_a_number"), 1);
  EXPECT_EQ(whole_of(*tape, *member(*tape, 0, "preview"), "orders"), 2);
}

TEST(ImportProgressText, NamesRateTimeLeftAndWhatWaits) {
  ImportTick tick;
  tick.rows = 12'345;
  tick.all_rows = 50'000;
  tick.accepted = 4'000;
  tick.refused_rows = 2;
  tick.waiting = 300;
  tick.took = std::chrono::seconds(10);
  EXPECT_EQ(progress_text(tick),
            "rows 12,345 of 50,000 (24%), orders 4,000, 400/s, 2 rows refused, 0:30 left, 300 wait to be decided");
  EXPECT_EQ(progress_json(tick),
            R"({"rows":12345,"all_rows":50000,"orders_accepted":4000,"per_second":400,"rows_refused":2,)"
            R"("seconds_left":30,"waiting":300})");
  EXPECT_EQ(progress_text({}), "rows 0, orders 0, 0/s");
}

TEST(ImportProgressText, ALogOfADayHasSomeDozensOfLines) {
  ProgressSchedule schedule;
  int lines = 0;
  for (int second = 0; second < 86'400; ++second) lines += schedule.due(std::chrono::seconds(second)) ? 1 : 0;
  EXPECT_GT(lines, 20);
  EXPECT_LT(lines, 120);
}

}  // namespace
}  // namespace ordo::imports
