#include "cli/change_command.h"

#include <gtest/gtest.h>

#include <sstream>

#include "cli/shop_rule_flags.h"
#include "client/document_printing.h"

namespace ordo::cli {
namespace {

// Gives every request the same answer.
class OneAnswer : public client::HttpCaller {
 public:
  explicit OneAnswer(client::HttpResponse response) : response_(std::move(response)) {}
  void start(client::HttpRequest request, client::OnResponse on_response) override {
    requests.push_back(std::move(request));
    waiting_.push_back(std::move(on_response));
  }
  std::size_t in_flight() const override { return waiting_.size(); }
  std::size_t window() const override { return 1; }
  void wait() override {
    auto waiting = std::exchange(waiting_, {});
    for (auto& on_response : waiting) on_response(response_);
  }

  std::vector<client::HttpRequest> requests;

 private:
  client::HttpResponse response_;
  std::vector<client::OnResponse> waiting_;
};

struct Sent {
  Result<void> result;
  std::string out;
  std::string notes;
};

Sent sent(client::HttpResponse response, client::Listed listed,
          client::OutputFormat format = client::OutputFormat::table) {
  OneAnswer server(std::move(response));
  ChangeCommand command;
  command.listed = listed;
  command.output.format = format;
  command.what = "the change";
  std::ostringstream out;
  std::ostringstream notes;
  auto result = send_change(server, command, out, notes);
  EXPECT_EQ(server.requests.size(), 1U);
  return {std::move(result), out.str(), notes.str()};
}

constexpr const char* kRefund =
    R"({"id":"r1","amount":{"amount":1250,"currency":"USD"},"reason":"scratched","status":"requested","detail":"",)"
    R"("at":"2026-01-31T08:05:00.000Z"})";

TEST(ChangeCommand, PrintsWhatTheServerMadeOfIt) {
  EXPECT_EQ(sent({201, kRefund}, client::Listed::refunds).out,
            "refund      r1\namount      12.50 USD\nstatus      requested\nreason      scratched\n"
            "updated     2026-01-31 08:05:00\n");
  EXPECT_EQ(sent({201, kRefund}, client::Listed::refunds, client::OutputFormat::csv).out,
            "id,amount_amount,amount_currency,reason,status,detail,at,corrected,by_hand,reference,lines,"
            "shipping_amount,shipping_currency\n"
            "r1,1250,USD,scratched,requested,,2026-01-31T08:05:00.000Z,,,,,,\n");
  const std::string due = std::string(kRefund).insert(1, R"("by_hand":true,)");
  EXPECT_NE(sent({201, due}, client::Listed::refunds).out.find("requested (to be paid by hand)\n"), std::string::npos);
  EXPECT_EQ(sent({201, R"({"id":"p1","amount":{"amount":1250,"currency":"USD"},"method":"cash",)"
                       R"("at":"2026-01-31T08:05:00.000Z"})"},
                 client::Listed::received)
                .out,
            "payment     p1\namount      12.50 USD\nmethod      cash\nrecorded    2026-01-31 08:05:00\n");
  EXPECT_EQ(sent({204, ""}, client::Listed::customers).out, "");
}

TEST(ChangeCommand, SaysWhatIsNotDecided) {
  const auto pending = sent({202, R"({"id":"r1","status":"pending"})"}, client::Listed::refunds);
  EXPECT_TRUE(pending.result);
  EXPECT_EQ(pending.out, "");
  EXPECT_EQ(pending.notes, "ordo: the change was accepted, but is not decided yet\n");
  EXPECT_EQ(sent({202, R"({"id":"r1","status":"pending"})"}, client::Listed::refunds, client::OutputFormat::ndjson).out,
            "{\"id\":\"r1\",\"status\":\"pending\"}\n");
  const auto refused =
      sent({409, R"({"code":"illegal_transition","detail":"a part has left"})"}, client::Listed::orders);
  ASSERT_FALSE(refused.result);
  EXPECT_EQ(refused.result.error().code, ErrorCode::kConflict);
  EXPECT_EQ(refused.result.error().message, "a part has left");
}

TEST(ChangeCommand, LinesAndPairs) {
  const auto lines = parse_lines({"mug-red=2", "tea=10"});
  ASSERT_TRUE(lines);
  EXPECT_EQ(*lines, (std::vector<StockLine>{{ProductId("mug-red"), 2}, {ProductId("tea"), 10}}));
  for (const auto* wrong : {"mug", "=2", "mug=", "mug=two", "mug=2x"}) EXPECT_FALSE(parse_lines({wrong})) << wrong;
  const auto pieces = parse_pieces({"2=1", "mug-red=2", "1001=3", "0=1"}, {"7=4"});
  ASSERT_TRUE(pieces);
  EXPECT_EQ(*pieces, (std::vector<OrderPieces>{{std::nullopt, 1, "2"},
                                               {ProductId("mug-red"), 2},
                                               {ProductId("1001"), 3},
                                               {ProductId("0"), 1},
                                               {ProductId("7"), 4}}));
  EXPECT_FALSE(parse_pieces({"mug"}, {}));
  const auto pairs = parse_pairs({"colour=red=ish", "size="});
  ASSERT_TRUE(pairs);
  EXPECT_EQ(*pairs, (std::map<std::string, std::string>{{"colour", "red=ish"}, {"size", ""}}));
  EXPECT_FALSE(parse_pairs({"colour"}));
}

std::string row(client::Listed listed, const std::string& json) {
  std::ostringstream out;
  client::ListPrinter printer(listed, {client::OutputFormat::table}, out);
  const std::string text = "[" + json + "]";
  const auto tape = *JsonTape::parse(text);
  const auto count = printer.page(tape, 0, 1);
  EXPECT_TRUE(count) << count.error().text();
  return out.str();
}

TEST(DocumentPrinting, RowsOfTheOtherCollections) {
  EXPECT_EQ(
      row(client::Listed::payments, R"({"id":"o-1","customer_id":"c","amount":{"amount":500,"currency":"USD"},)"
                                    R"("method":"tok","status":"failed","status_reason":"declined",)"
                                    R"("refunded":{"amount":0,"currency":"USD"},"updated_at":"2026-01-31T08:05:00Z"})"),
      "ORDER  CUSTOMER  STATUS               AMOUNT  REFUNDED  OPEN  METHOD  UPDATED\n"
      "o-1    c         failed (declined)  5.00 USD  0.00 USD     0  tok     2026-01-31 08:05:00\n");
  EXPECT_EQ(
      row(client::Listed::shipments, R"({"id":"o-1:1","order_id":"o-1","location":"main","status":"in_transit",)"
                                     R"("lines":[{"product_id":"mug","quantity":2},{"product_id":"tea","quantity":1}],)"
                                     R"("carrier":"DHL","tracking":"JD1","requested_at":"2026-01-31T08:05:00Z"})"),
      "ID     STATUS      PIECES  LOCATION  CARRIER  TRACKING  REQUESTED\n"
      "o-1:1  in_transit       3  main      DHL      JD1       2026-01-31 08:05:00\n");
  EXPECT_EQ(row(client::Listed::customers, R"({"id":"ann","name":"Ann","segment":"vip","orders":{"placed":3},)"
                                           R"("value":[{"currency":"USD","lifetime_value":1250},)"
                                           R"({"currency":"VND","lifetime_value":9}]})"),
            "ID   NAME  EMAIL  SEGMENT  ORDERS             VALUE  LAST ORDER\n"
            "ann  Ann          vip           3  12.50 USD, 9 VND\n");
}

TEST(ChangeCommand, PricesPercentsAndSteps) {
  const Currency euro = *Currency::parse("EUR");
  EXPECT_EQ(parse_price("12.50EUR"), (Money{1250, euro}));
  EXPECT_EQ(parse_price("4 EUR"), (Money{400, euro}));
  for (const auto* wrong : {"", "EUR", "12.50", "12.505EUR", "12.50EUX", "x EUR"}) EXPECT_FALSE(parse_price(wrong));
  EXPECT_EQ(parse_percent("19"), 190'000);
  EXPECT_EQ(parse_percent("8.875"), 88'750);
  EXPECT_EQ(parse_percent("0"), 0);
  for (const auto* wrong : {"", ".5", "5.", "-1", "8.87501", "x", "1.-1", "99999"}) EXPECT_FALSE(parse_percent(wrong));
  EXPECT_EQ(*parse_step("1000=4.90EUR"), (ShippingStep{1'000, {490, euro}}));
  EXPECT_EQ(*parse_step("=9.90EUR"), (ShippingStep{{}, {990, euro}}));
  for (const auto* wrong : {"4.90EUR", "x=4.90EUR", "10=4.90"}) EXPECT_FALSE(parse_step(wrong)) << wrong;
}

TEST(DocumentPrinting, TheRulesOfTheShop) {
  EXPECT_EQ(row(client::Listed::tax_rates, R"({"id":"ny","country":"US","region":"NY","tax_class":"standard",)"
                                           R"("rate_ppm":88750,"label":"Sales tax","status":"active"})"),
            "ID  COUNTRY  REGION  CLASS        RATE  LABEL      STATUS\n"
            "ny  US       NY      standard  8.875 %  Sales tax  active\n");
  EXPECT_EQ(
      row(client::Listed::shipping_methods, R"({"id":"p","name":"Parcel","countries":["DE","AT"],"status":"active",)"
                                            R"("price":{"kind":"per_item","amount":{"amount":490,"currency":"EUR"}}})"),
      "ID  NAME    COUNTRIES              PRICE  STATUS\n"
      "p   Parcel  DE,AT      4.90 EUR per item  active\n");
  EXPECT_EQ(row(client::Listed::promotions,
                R"({"id":"s","code":"SPRING","label":"Sale","action":{"kind":"percent","percent_ppm":100000},)"
                R"("used":3,"status":"ended"})"),
            "ID  CODE    LABEL  ACTION    USED  ENDS  STATUS\n"
            "s   SPRING  Sale   10 % off     3        ended\n");
  EXPECT_EQ(row(client::Listed::redemptions,
                R"({"id":"s/o","promotion_id":"s","order_id":"o","customer_id":"ann","status":"refused",)"
                R"("reason":"promotion_used_up","created_at":"2026-01-31T08:05:00Z"})"),
            "ORDER  CUSTOMER  STATUS                       CREATED\n"
            "o      ann       refused (promotion_used_up)  2026-01-31 08:05:00\n");
  EXPECT_EQ(client::shown_action({PromotionKind::buy_x_get_y, {}, {}, {}, 2, 1}), "buy 2, get 1");
  EXPECT_EQ(client::shown_percent(0), "0 %");
  EXPECT_EQ(client::shown_percent(500), "0.05 %");
}

TEST(DocumentPrinting, ACustomerIsShownWithFiguresAndOrders) {
  const std::string text =
      R"({"id":"ann","segment":"vip","orders":{"placed":3,"completed":2},"value":[{"currency":"USD","captured":1500,)"
      R"("refunded":250,"lifetime_value":1250}],"recent_orders":[{"id":"o-1","number":"7","status":"confirmed",)"
      R"("total":{"amount":1500,"currency":"USD"},"placed_at":"2026-01-31T08:05:00Z"}]})";
  const auto tape = *JsonTape::parse(text);
  std::ostringstream out;
  ASSERT_TRUE(client::print_document(client::Listed::customers, {client::OutputFormat::table}, tape, nullptr, out));
  EXPECT_NE(out.str().find("orders      3 placed, 2 completed"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("15.00 USD  2.50 USD       12.50 USD\n"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("    7  o-1  confirmed  15.00 USD  2026-01-31 08:05:00\n"), std::string::npos) << out.str();
}

}  // namespace
}  // namespace ordo::cli
