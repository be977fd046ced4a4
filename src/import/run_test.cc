#include "import/run.h"

#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "import/report.h"
#include "records/json_pick.h"

namespace ordo::imports {
namespace {

// Answers like a server, one request per wait(). Keeps the requests.
class FakeServer : public client::HttpCaller {
 public:
  using Answer = std::function<Result<client::HttpResponse>(const client::HttpRequest&)>;
  explicit FakeServer(Answer answer) : answer_(std::move(answer)) {}

  void start(client::HttpRequest request, client::OnResponse on_response) override {
    requests.push_back(request);
    waiting_.emplace_back(std::move(request), std::move(on_response));
    most_in_flight = std::max(most_in_flight, waiting_.size());
  }
  std::size_t in_flight() const override { return waiting_.size(); }
  std::size_t window() const override { return 4; }
  void wait() override {
    if (waiting_.empty()) return;
    auto [request, on_response] = std::move(waiting_.front());
    waiting_.pop_front();
    on_response(answer_(request));
  }

  std::vector<client::HttpRequest> requests;
  std::size_t most_in_flight = 0;

 private:
  Answer answer_;
  std::deque<std::pair<client::HttpRequest, client::OnResponse>> waiting_;
};

std::string key_of(const client::HttpRequest& request) {
  for (const auto& [name, value] : request.headers) {
    if (name == "Idempotency-Key") return value;
  }
  return {};
}

// A shop that knows every product except `unknown`, at 2.55 each. It accepts an order with the same key only once.
class Shop {
 public:
  Result<client::HttpResponse> operator()(const client::HttpRequest& request) {
    if (fail_after == 0) return fail(ErrorCode::kUnavailable, "no_answer", "the server is away");
    --fail_after;
    const auto tape = *JsonTape::parse(request.body);
    const auto lines = *member(tape, 0, "lines");
    std::string errors;
    std::string priced;
    int index = 0;
    for (std::size_t at = lines + 1; at < tape[lines].end; at = tape[at].end, ++index) {
      if (text_of(tape, at, "product_id") == "unknown") {
        errors += std::string(errors.empty() ? "" : ",") + R"({"pointer":"/lines/)" + std::to_string(index) +
                  R"(/product_id","detail":"there is no product unknown"})";
      }
      priced += std::string(priced.empty() ? "" : ",") + R"({"unit_price":{"amount":255,"currency":"GBP"}})";
    }
    if (!errors.empty()) {
      return client::HttpResponse{422, R"({"code":"unknown_product","detail":"no","errors":[)" + errors + "]}"};
    }
    const auto [order, made] = orders.emplace(key_of(request), request.body);
    if (!made && order->second != request.body)
      return client::HttpResponse{422, R"({"code":"idempotency_key_reused"})"};
    return client::HttpResponse{201, R"({"id":")" + key_of(request) + R"(","lines":[)" + priced + "]}"};
  }

  std::map<std::string, std::string> orders;  // key -> body
  int fail_after = 1'000'000;
};

class ImportRun : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string("ordo_import_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  ImportOptions options(const std::string& text, ImportKind kind = ImportKind::orders) {
    ImportOptions options;
    options.path = (folder_ / "x.csv").string();
    std::ofstream(options.path, std::ios::binary) << text;
    options.rows.kind = kind;
    options.source = "x.csv";
    options.errors_path = options.path + ".errors.csv";
    options.progress_path = options.path + ".progress";
    options.products.currency = *Currency::parse("GBP");
    return options;
  }

  static std::string content(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  static std::string numbered_orders(int count) {
    std::string text = "order,sku,qty,customer,price\n";
    for (int i = 0; i < count; ++i) text += std::to_string(i) + ",a,1,c,2.55\n";
    return text;
  }

  FakeServer server() {
    return FakeServer([this](const client::HttpRequest& request) { return shop_(request); });
  }

  std::filesystem::path folder_;
  Shop shop_;
};

TEST_F(ImportRun, OrdersGoOutOnceEachAndTheSummaryAddsUp) {
  const auto import = options("order,sku,qty,customer,price\n1,a,1,c,2.55\n2,a,0,c,2.55\n1,b,2,c,9.99\n");
  auto fake = server();
  const auto summary = run_import(import, fake, {});
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->rows, 3U);
  EXPECT_EQ(summary->refused_rows, 1U);
  EXPECT_EQ(summary->accepted, 1U);
  EXPECT_EQ(summary->refused, 1U);
  EXPECT_EQ(summary->other_prices, 1U);
  EXPECT_EQ(content(import.errors_path),
            "line,record,field,reason,detail,value\n3,2,qty,bad_quantity,must be from 1 to 1000000,0\n");
  EXPECT_FALSE(std::filesystem::exists(import.progress_path));
}

TEST_F(ImportRun, NoReportIsLeftWhenNothingIsRefused) {
  const auto import = options(numbered_orders(1));
  auto fake = server();
  ASSERT_TRUE(run_import(import, fake, {}));
  EXPECT_FALSE(std::filesystem::exists(import.errors_path));
}

TEST_F(ImportRun, LinesTheServerRefusesAreReportedAndTheOthersImported) {
  const auto import = options("order,sku,qty,customer\n1,a,1,c\n1,unknown,1,c\n1,b,2,c\n2,unknown,1,c\n");
  auto fake = server();
  const auto summary = run_import(import, fake, {});
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->accepted, 1U);
  EXPECT_EQ(summary->refused, 1U);
  EXPECT_EQ(summary->by_reason, (std::map<std::string, std::uint64_t>{{"unknown_product", 2}}));
  ASSERT_EQ(shop_.orders.size(), 1U);
  EXPECT_EQ(shop_.orders.begin()->second.find("unknown"), std::string::npos);
  EXPECT_NE(content(import.errors_path).find("3,1,product_id,unknown_product"), std::string::npos);
}

TEST_F(ImportRun, RunningAgainImportsNothingTwice) {
  const auto import = options(numbered_orders(20));
  auto fake = server();
  ASSERT_TRUE(run_import(import, fake, {}));
  const auto again = run_import(import, fake, {});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->accepted, 20U);
  EXPECT_EQ(again->refused_rows, 0U);
  EXPECT_EQ(shop_.orders.size(), 20U);
  EXPECT_LE(fake.most_in_flight, fake.window());
}

TEST_F(ImportRun, AnInterruptedImportGoesOnWhereItWas) {
  auto import = options("order,sku,qty,customer,price\nu,unknown,1,c,1\nv,a,0,c,1\n" + numbered_orders(50).substr(29));
  import.wait = true;
  shop_.fail_after = 30;
  auto fake = server();
  const auto broken = run_import(import, fake, {});
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(std::filesystem::exists(import.progress_path));

  shop_.fail_after = 1'000'000;
  auto second = server();
  const auto summary = run_import(import, second, {});
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(second.requests.size(), 51U - 30U);
  EXPECT_EQ(summary->rows, 52U);
  EXPECT_EQ(summary->accepted, 50U);
  EXPECT_EQ(summary->earlier, 29U);
  EXPECT_EQ(summary->refused, 2U);
  EXPECT_EQ(summary->order_ids.size(), 50U);
  EXPECT_EQ(shop_.orders.size(), 50U);
  // The report also has the rows that the server refused before the interruption.
  EXPECT_EQ(summary->refused_rows, 2U);
  EXPECT_NE(content(import.errors_path).find("2,u,product_id,unknown_product"), std::string::npos);
}

TEST_F(ImportRun, TheProgressOfAnotherFileIsNotTaken) {
  auto import = options(numbered_orders(10));
  shop_.fail_after = 5;
  auto fake = server();
  ASSERT_FALSE(run_import(import, fake, {}));
  import = options(numbered_orders(11));
  shop_.fail_after = 1'000'000;
  auto second = server();
  ASSERT_TRUE(run_import(import, second, {}));
  EXPECT_EQ(second.requests.size(), 11U);
}

TEST_F(ImportRun, ATornProgressLineIsDroppedAndSentAgain) {
  const auto import = options(numbered_orders(10));
  shop_.fail_after = 5;
  auto fake = server();
  ASSERT_FALSE(run_import(import, fake, {}));
  std::filesystem::resize_file(import.progress_path, std::filesystem::file_size(import.progress_path) - 3);
  shop_.fail_after = 1'000'000;
  auto second = server();
  const auto summary = run_import(import, second, {});
  ASSERT_TRUE(summary);
  EXPECT_EQ(second.requests.size(), 6U);
  EXPECT_EQ(summary->accepted, 10U);
}

TEST_F(ImportRun, AnOrderImportedBeforeWithOtherLinesIsRefused) {
  auto fake = server();
  ASSERT_TRUE(run_import(options("order,sku,qty,customer\n1,a,1,c\n"), fake, {}));
  const auto summary = run_import(options("order,sku,qty,customer\n1,a,2,c\n"), fake, {});
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->accepted, 0U);
  EXPECT_EQ(summary->by_reason, (std::map<std::string, std::uint64_t>{{"idempotency_key_reused", 1}}));
}

TEST_F(ImportRun, AnAnswerThatIsNoneOfOrdoEndsTheImport) {
  FakeServer fake([](const client::HttpRequest&) { return client::HttpResponse{404, "<html>"}; });
  const auto summary = run_import(options(numbered_orders(10)), fake, {});
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().reason, "http_404");
}

TEST_F(ImportRun, ProductsThatExistStayUnlessTheyAreToBeUpdated) {
  const auto shop = [](const client::HttpRequest& request) {
    if (request.method == "PATCH") return client::HttpResponse{200, "{}"};
    if (request.body.find("\"old\"") != std::string::npos)
      return client::HttpResponse{409, R"({"code":"product_exists"})"};
    return client::HttpResponse{201, "{}"};
  };
  auto import = options("sku,name,price\nnew,Lamp,1\nold,Cup,2\n", ImportKind::products);
  FakeServer fake(shop);
  const auto summary = run_import(import, fake, {});
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->accepted, 2U);
  EXPECT_EQ(summary->existing, 1U);
  import.update = true;
  FakeServer second(shop);
  ASSERT_TRUE(run_import(import, second, {}));
  ASSERT_EQ(second.requests.size(), 3U);
  EXPECT_EQ(second.requests[2].target, "/v1/products/old");
  EXPECT_EQ(second.requests[2].body, R"({"name":"Cup","price":{"amount":200,"currency":"GBP"}})");
}

TEST_F(ImportRun, WaitingCountsByStatusAndSumsWhatHolds) {
  std::map<std::string, int> asked;
  FakeServer fake([&](const client::HttpRequest& request) -> Result<client::HttpResponse> {
    const std::string id = request.target.substr(request.target.rfind('/') + 1);
    if (id == "gone") return client::HttpResponse{404, "{}"};
    const bool late = id == "late" && ++asked[id] < 3;
    const std::string status = late ? "pending" : id == "bad" ? "rejected" : "reserved";
    return client::HttpResponse{200, R"({"status":")" + status + R"(","total":{"amount":150,"currency":"GBP"}})"};
  });
  const auto decided = wait_until_decided(fake, {"a", "late", "bad", "gone"}, std::chrono::seconds(30));
  ASSERT_TRUE(decided);
  EXPECT_EQ(decided->by_status, (std::map<std::string, std::uint64_t>{{"rejected", 1}, {"reserved", 2}}));
  EXPECT_EQ(decided->totals, (std::map<std::string, std::int64_t>{{"GBP", 300}}));
  EXPECT_EQ(decided->missing, 1U);
  EXPECT_EQ(asked["late"], 3);

  ImportSummary summary;
  summary.rows = 5;
  summary.accepted = 4;
  summary.refused_rows = 1;
  summary.by_reason["missing"] = 1;
  const auto json = summary_json(summary, *decided);
  const auto tape = JsonTape::parse(json);
  ASSERT_TRUE(tape) << json;
  EXPECT_EQ(whole_of(*tape, *member(*tape, 0, "orders_by_status"), "reserved"), 2);
  EXPECT_NE(summary_text(summary, *decided).find("3.00 GBP"), std::string::npos);
}

}  // namespace
}  // namespace ordo::imports
