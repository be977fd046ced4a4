#include "client/output.h"

#include <gtest/gtest.h>

#include <deque>
#include <sstream>

#include "base/printable.h"
#include "cli/list_command.h"

namespace ordo::cli {
namespace {

constexpr const char* kOrder =
    R"({"id":"o-1","number":"1042","customer_id":"c","location":"main","lines":[{"product_id":"mug","name":"M\u00fcg",)"
    R"("quantity":2,"unit_price":{"amount":1250,"currency":"USD"},"total":{"amount":2500,"currency":"USD"}}],)"
    R"("total":{"amount":2500,"currency":"USD"},"status":"reserved","payment_status":"none",)"
    R"("fulfillment_status":"unfulfilled","placed_at":"2026-01-31T08:05:00.000Z",)"
    R"("updated_at":"2026-01-31T08:05:01.000Z","metadata":{},"rev":2})";

std::string listed(client::OutputChoice choice, const std::string& data) {
  std::ostringstream out;
  client::ListPrinter printer(client::Listed::orders, choice, out);
  const auto tape = *JsonTape::parse(data);
  const auto count = printer.page(tape, 0, 100);
  EXPECT_TRUE(count) << count.error().text();
  printer.finish();
  return out.str();
}

TEST(Output, ATableIsAlignedAndInMajorUnits) {
  EXPECT_EQ(listed({client::OutputFormat::table}, std::string("[") + kOrder + "]"),
            "NUMBER  ID   REFERENCE  CUSTOMER  STATUS    LINES      TOTAL  PLACED\n"
            "  1042  o-1             c         reserved      1  25.00 USD  2026-01-31 08:05:00\n");
  EXPECT_EQ(listed({client::OutputFormat::table}, "[]"),
            "NUMBER  ID  REFERENCE  CUSTOMER  STATUS  LINES  TOTAL  PLACED\n");
}

TEST(Output, CsvHasTheDescribedColumnsInMinorUnits) {
  EXPECT_EQ(listed({client::OutputFormat::csv}, std::string("[") + kOrder + "]"),
            "id,number,customer_id,location,lines,total_amount,total_currency,status,status_reason,status_reason_code,"
            "payment_status,fulfillment_status,captured_amount,captured_currency,refunded_amount,"
            "refunded_currency,refunds,returns,parcels,cancellations,resends,refusals,notes,captures,payments,"
            "redemptions,overcharged_amount,overcharged_currency,changes,tagged_at,imported,cancelling,cancelling_code,"
            "placed_at,stock_reserved_at,reserved_at,confirmed_at,"
            "ended_at,redacted_at,updated_at,rev,reference,payment_method,metadata,contact,"
            "billing_address,customer_note,channel,locale,tags,payment_terms,ship_before_payment,shipping_address,"
            "tax_rounding,rounding,shipping,discounts,totals,tax_summary\n"
            "o-1,1042,c,main,1,2500,USD,reserved,,,none,unfulfilled,0,XXX,0,XXX,0,0,0,0,0,0,,,,,,,,,,,,"
            "2026-01-31T08:05:00.000Z,,,,,,2026-01-31T08:05:01.000Z,2,,,,,,,,,,,,,,,,,,\n");
}

TEST(Output, JsonIsWhatTheServerSaid) {
  const std::string two = R"([{"a":1.10,"b":["x\n"]},{}])";
  EXPECT_EQ(listed({client::OutputFormat::ndjson}, two), "{\"a\":1.10,\"b\":[\"x\\n\"]}\n{}\n");
  EXPECT_EQ(listed({client::OutputFormat::json}, two),
            "[\n  {\n    \"a\": 1.10,\n    \"b\": [\n      \"x\\n\"\n    ]\n  },\n  {}\n]\n");
  EXPECT_EQ(listed({client::OutputFormat::json}, "[]"), "[]\n");
}

TEST(Output, AnOrderIsShownWithLinesAndHistory) {
  const std::string history_text =
      R"({"data":[{"type":"ordo.order.created.v1","at":"2026-01-31T08:05:00.000Z","source":"s","summary":"placed",)"
      R"("by":{"kind":"key","id":"4fQ0","name":"web shop"}}]})";
  const auto order = *JsonTape::parse(kOrder);
  const auto history = *JsonTape::parse(history_text);
  std::ostringstream out;
  ASSERT_TRUE(client::print_document(client::Listed::orders, {client::OutputFormat::table}, order, &history, out));
  EXPECT_NE(out.str().find("status      reserved\n"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("mug      M\u00fcg          2        0          0     0         0  12.50 USD  25.00 USD\n"),
            std::string::npos)
      << out.str();
  EXPECT_NE(out.str().find("ordo.order.created.v1  web shop (key 4fQ0)  placed\n"), std::string::npos) << out.str();
}

TEST(Output, AQuoteIsShownWithLinesSumsAndChoices) {
  const std::string text =
      R"({"totals":{"items":{"amount":2500,"currency":"EUR"},"discounts":{"amount":250,"currency":"EUR"},)"
      R"("shipping":{"amount":0,"currency":"EUR"},"fees":{"amount":0,"currency":"EUR"},)"
      R"("tax":{"amount":428,"currency":"EUR"},"tax_included":{"amount":0,"currency":"EUR"},)"
      R"("total":{"amount":2678,"currency":"EUR"}},"discounts":[{"target":"order","value_type":"percent",)"
      R"("value":100000,"id":"1","label":"Sale","amount":{"amount":250,"currency":"EUR"}}],)"
      R"("tax_summary":[{"code":"VAT","rate_ppm":190000,"included":false,"net":{"amount":2250,"currency":"EUR"},)"
      R"("amount":{"amount":428,"currency":"EUR"}}],"lines":[{"id":"1","product_id":"mug","name":"Mug","quantity":2,)"
      R"("unit_price":{"amount":1250,"currency":"EUR"},"discounts":[{"id":"1","amount":{"amount":250,)"
      R"("currency":"EUR"}}],"tax_total":{"amount":428,"currency":"EUR"},"total":{"amount":2678,"currency":"EUR"}}],)"
      R"("total":{"amount":2678,"currency":"EUR"},"shipping_choices":[{"method":"parcel","name":"Parcel",)"
      R"("price":{"amount":490,"currency":"EUR"}}],"quote":"abc","expires_at":"2026-01-31T08:05:00.000Z"})";
  const auto quote = *JsonTape::parse(text);
  std::ostringstream out;
  ASSERT_TRUE(client::print_document(client::Listed::quotes, {client::OutputFormat::table}, quote, nullptr, out));
  EXPECT_EQ(out.str(),
            "total       26.78 EUR\n"
            "valid until 2026-01-31 08:05:00\n\n"
            "LINE  PRODUCT  NAME  QUANTITY      PRICE  DISCOUNT       TAX      TOTAL\n"
            "1     mug      Mug          2  12.50 EUR  2.50 EUR  4.28 EUR  26.78 EUR\n\n"
            "SUM       DETAILS                    AMOUNT\n"
            "items                             25.00 EUR\n"
            "discount  Sale                    -2.50 EUR\n"
            "tax       VAT, 19 % of 22.50 EUR   4.28 EUR\n"
            "total                             26.78 EUR\n\n"
            "SHIPPING METHOD  NAME    CARRIER     PRICE\n"
            "parcel           Parcel           4.90 EUR\n\n"
            "quote       abc\n");
}

TEST(Output, TextOfOthersCannotMoveTheCursor) {
  EXPECT_EQ(printable("a\x1b[31mb\r\n", 100), "a [31mb  ");
  EXPECT_EQ(printable("\u00e4\u00f6\u00fc\u00df", 3), "\u00e4\u00f6\u2026");
  EXPECT_EQ(printable("a\u009b31mb\u202egpj.exe\u202c \u2066x\u2069\xff"), "a 31mb gpj.exe   x ?");
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

constexpr const char* kForeignText =
    R"([{"id":"o-1","number":"1","customer_id":"=c","location":"main","lines":[],"reference":"\u001b]0;x\u0007\ty",)"
    R"("total":{"amount":-5,"currency":"USD"},"status":"reserved","status_reason":"\u202e a","payment_status":"none",)"
    R"("fulfillment_status":"unfulfilled","placed_at":"2026-01-31T08:05:00.000Z",)"
    R"("updated_at":"2026-01-31T08:05:01.000Z","metadata":{},"rev":2}])";

TEST(Output, TextOfOthersIsHarmlessInTablesAndCsv) {
  const auto table = listed({client::OutputFormat::table}, kForeignText);
  EXPECT_NE(table.find(" ]0;x  y "), std::string::npos) << table;
  EXPECT_NE(table.find("reserved (  a)"), std::string::npos) << table;

  const auto csv = listed({client::OutputFormat::csv}, kForeignText);
  EXPECT_NE(csv.find("\no-1,1,=c,main,0,-5,USD,"), std::string::npos) << csv;
  EXPECT_NE(csv.find(",\"\\u001b]0;x\\u0007\ty\",,,,,,,,,,,,,,,,,\n"), std::string::npos) << csv;
  const auto sheet = listed({client::OutputFormat::csv, true}, kForeignText);
  EXPECT_NE(sheet.find("\no-1,1,'=c,main,0,'-5,USD,"), std::string::npos) << sheet;
}

// Returns pages of a list, two elements each.
class Pages : public client::HttpCaller {
 public:
  void start(client::HttpRequest request, client::OnResponse on_response) override {
    targets.push_back(request.target);
    const bool second = request.target.find("cursor=next%2F1") != std::string::npos;
    const bool found = request.target.find("missing") == std::string::npos;
    answers_.emplace_back(
        std::move(on_response),
        found ? client::HttpResponse{200, second ? R"({"data":[{"n":3}],"next_cursor":null})"
                                                 : R"({"data":[{"n":1},{"n":2}],"next_cursor":"next/1"})"}
              : client::HttpResponse{404, R"({"code":"unknown_order","detail":"there is no order"})"});
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
  std::deque<std::pair<client::OnResponse, client::HttpResponse>> answers_;
};

TEST(ListCommand, FollowsTheCursorsToTheLimitOrTheEnd) {
  ListOptions options;
  options.path = "/v1/orders";
  options.filters = {{"customer_id", "a b"}};
  options.output.format = client::OutputFormat::ndjson;
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
