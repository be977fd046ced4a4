#include "cli/output.h"

#include <gtest/gtest.h>

#include <deque>
#include <sstream>

#include "cli/list_command.h"

namespace ordo::cli {
namespace {

constexpr const char* kOrder =
    R"({"id":"o-1","number":"1042","customer_id":"c","location":"main","lines":[{"product_id":"mug","name":"M\u00fcg",)"
    R"("quantity":2,"unit_price":{"amount":1250,"currency":"USD"},"total":{"amount":2500,"currency":"USD"}}],)"
    R"("total":{"amount":2500,"currency":"USD"},"status":"reserved","payment_status":"none",)"
    R"("fulfillment_status":"unfulfilled","placed_at":"2026-01-31T08:05:00.000Z",)"
    R"("updated_at":"2026-01-31T08:05:01.000Z","metadata":{},"rev":2})";

std::string listed(OutputFormat format, const std::string& data) {
  std::ostringstream out;
  ListPrinter printer(Listed::orders, format, out);
  const auto tape = *JsonTape::parse(data);
  const auto count = printer.page(tape, 0, 100);
  EXPECT_TRUE(count) << count.error().text();
  printer.finish();
  return out.str();
}

TEST(Output, ATableIsAlignedAndInMajorUnits) {
  EXPECT_EQ(listed(OutputFormat::table, std::string("[") + kOrder + "]"),
            "NUMBER  ID   REFERENCE  CUSTOMER  STATUS    LINES      TOTAL  PLACED\n"
            "  1042  o-1             c         reserved      1  25.00 USD  2026-01-31 08:05:00\n");
  EXPECT_EQ(listed(OutputFormat::table, "[]"), "NUMBER  ID  REFERENCE  CUSTOMER  STATUS  LINES  TOTAL  PLACED\n");
}

TEST(Output, CsvHasTheDescribedColumnsInMinorUnits) {
  EXPECT_EQ(listed(OutputFormat::csv, std::string("[") + kOrder + "]"),
            "id,number,reference,customer_id,location,lines,total_amount,total_currency,status,status_reason,"
            "payment_status,fulfillment_status,payment_method,captured_amount,captured_currency,refunded_amount,"
            "refunded_currency,refunds,returns,parcels,cancelling,placed_at,reserved_at,confirmed_at,"
            "redacted_at,updated_at,metadata,rev\n"
            "o-1,1042,,c,main,1,2500,USD,reserved,,none,unfulfilled,,0,XXX,0,XXX,0,0,0,,2026-01-31T08:05:00.000Z,,,,"
            "2026-01-31T08:05:01.000Z,,2\n");
}

TEST(Output, JsonIsWhatTheServerSaid) {
  const std::string two = R"([{"a":1.10,"b":["x\n"]},{}])";
  EXPECT_EQ(listed(OutputFormat::ndjson, two), "{\"a\":1.10,\"b\":[\"x\\n\"]}\n{}\n");
  EXPECT_EQ(listed(OutputFormat::json, two),
            "[\n  {\n    \"a\": 1.10,\n    \"b\": [\n      \"x\\n\"\n    ]\n  },\n  {}\n]\n");
  EXPECT_EQ(listed(OutputFormat::json, "[]"), "[]\n");
}

TEST(Output, AnOrderIsShownWithLinesAndHistory) {
  const std::string history_text =
      R"({"data":[{"type":"ordo.order.created.v1","at":"2026-01-31T08:05:00.000Z","source":"s","summary":"placed"}]})";
  const auto order = *JsonTape::parse(kOrder);
  const auto history = *JsonTape::parse(history_text);
  std::ostringstream out;
  ASSERT_TRUE(print_document(Listed::orders, OutputFormat::table, order, &history, out));
  EXPECT_NE(out.str().find("status      reserved\n"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("mug      M\u00fcg          2        0         0  12.50 USD  25.00 USD\n"),
            std::string::npos)
      << out.str();
  EXPECT_NE(out.str().find("ordo.order.created.v1  placed\n"), std::string::npos) << out.str();
}

TEST(Output, TextOfOthersCannotMoveTheCursor) {
  EXPECT_EQ(printable("a\x1b[31mb\r\n", 100), "a [31mb  ");
  EXPECT_EQ(printable("\u00e4\u00f6\u00fc\u00df", 3), "\u00e4\u00f6\u2026");
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

// Gives pages of a list, two elements each.
class Pages : public HttpCaller {
 public:
  void start(HttpRequest request, OnResponse on_response) override {
    targets.push_back(request.target);
    const bool second = request.target.find("cursor=next%2F1") != std::string::npos;
    const bool found = request.target.find("missing") == std::string::npos;
    answers_.emplace_back(std::move(on_response),
                          found ? HttpResponse{200, second ? R"({"data":[{"n":3}],"next_cursor":null})"
                                                           : R"({"data":[{"n":1},{"n":2}],"next_cursor":"next/1"})"}
                                : HttpResponse{404, R"({"code":"unknown_order","detail":"there is no order"})"});
  }
  std::size_t in_flight() const override { return answers_.size(); }
  std::size_t window() const override { return 1; }
  void wait() override {
    auto [on_response, response] = std::move(answers_.front());
    answers_.pop_front();
    on_response(std::move(response));
  }

  std::vector<std::string> targets;

 private:
  std::deque<std::pair<OnResponse, HttpResponse>> answers_;
};

TEST(ListCommand, FollowsTheCursorsToTheLimitOrTheEnd) {
  ListOptions options;
  options.path = "/v1/orders";
  options.filters = {{"customer_id", "a b"}};
  options.output.format = OutputFormat::ndjson;
  options.all = true;
  Pages server;
  std::ostringstream out;
  auto more = print_list(server, options, out);
  ASSERT_TRUE(more);
  EXPECT_FALSE(*more);
  EXPECT_EQ(out.str(), "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
  EXPECT_EQ(server.targets, (std::vector<std::string>{"/v1/orders?limit=500&customer_id=a%20b",
                                                      "/v1/orders?limit=500&customer_id=a%20b&cursor=next%2F1"}));
  options.all = false;
  options.limit = 2;
  std::ostringstream two;
  more = print_list(server, options, two);
  ASSERT_TRUE(more);
  EXPECT_TRUE(*more);
  EXPECT_EQ(two.str(), "{\"n\":1}\n{\"n\":2}\n");
}

TEST(ListCommand, WhatIsNotThereIsNotFound) {
  ShowOptions options;
  options.path = "/v1/orders/";
  options.id = "missing";
  Pages server;
  std::ostringstream out;
  const auto shown = print_one(server, options, out);
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(shown.error().message, "there is no order");
}

}  // namespace
}  // namespace ordo::cli
