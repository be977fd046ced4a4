#include <gtest/gtest.h>

#include <thread>

#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

constexpr std::string_view kTeaLine =
    R"({"product_id":"tea","name":"Green tea","quantity":2,"unit_price":{"amount":1250,"currency":"USD"}})";

// An order of 25.00. `more` begins with a comma.
std::string past_body(std::string_view more = {}, std::string_view lines = kTeaLine,
                      std::string_view number = "#1001") {
  return R"({"source":"old-shop","number":")" + std::string(number) +
         R"(","customer_id":"ann","currency":"USD","placed_at":"2024-03-05T19:22:11Z","lines":[)" + std::string(lines) +
         "]" + (more.find("\"status\"") == std::string_view::npos ? R"(,"status":"completed")" : "") +
         std::string(more) + "}";
}

class ImportedOrdersApi : public ApiTest {
 protected:
  http::Answer import_order(const std::string& body) { return post("/v1/imported-orders", body); }
  // The status, the code and the members of a refusal.
  std::string refused(const std::string& body) {
    const auto answer = import_order(body);
    std::string text = std::to_string(answer.status) + " " + member(answer.body, "code");
    for (int i = 0; i < 20; ++i) {
      const auto pointer = member(answer.body, "errors." + std::to_string(i) + ".pointer");
      if (pointer == "(none)" || pointer == "(not JSON)") break;
      text += " " + pointer;
    }
    return text;
  }
  std::string imported(const std::string& body) {
    const auto answer = import_order(body);
    EXPECT_EQ(answer.status, 201) << answer.body;
    engine_.settle();
    return member(answer.body, "id");
  }
};

TEST_F(ImportedOrdersApi, AnOrderOfThePastIsWrittenAsItWas) {
  const auto answer = import_order(past_body(
      R"(,"ended_at":"2024-03-09T10:00:00Z","tracking":"JD1","carrier":"DHL","contact":{"email":"ann@example.com"},)"
      R"("payment":{"method":"card","reference":"ch_1","received_at":"2024-03-05T19:22:12Z"},)"
      R"("shipping":[{"name":"Parcel","price":{"amount":500,"currency":"USD"}}],)"
      R"("tax":[{"code":"VAT","amount":{"amount":240,"currency":"USD"}}],)"
      R"("refunded":{"amount":300,"currency":"USD"},"expected_total":{"amount":3240,"currency":"USD"})"));
  ASSERT_EQ(answer.status, 201) << answer.body;
  const auto id = member(answer.body, "id");
  EXPECT_EQ(answer.header("Location"), "/v1/orders/" + id);
  EXPECT_EQ(answer.header("ETag"), "\"1\"");
  for (const auto& [path, value] :
       {std::pair("status", "completed"), std::pair("payment_status", "partially_refunded"),
        std::pair("fulfillment_status", "delivered"), std::pair("reference", "#1001"),
        std::pair("imported.source", "old-shop"), std::pair("imported.number", "#1001"),
        std::pair("captured.amount", "3240"), std::pair("refunded.amount", "300"),
        std::pair("refunds.0.id", "imported"), std::pair("payments.0.method", "card"),
        std::pair("parcels.0.tracking", "JD1"), std::pair("parcels.0.carrier", "DHL"),
        std::pair("lines.0.name", "Green tea"), std::pair("lines.0.tax.0.amount.amount", "200"),
        std::pair("lines.0.tax.0.rate_ppm", "(none)"), std::pair("shipping.0.tax.0.amount.amount", "40"),
        std::pair("placed_at", "2024-03-05T19:22:11.000Z"), std::pair("ended_at", "2024-03-09T10:00:00.000Z"),
        std::pair("payment_terms", "manual")}) {
    EXPECT_EQ(member(answer.body, path), value) << path;
  }
  EXPECT_EQ(member(answer.body, "number").substr(0, 1), "H");
  engine_.settle();
  EXPECT_EQ(engine_.dead_letters(), 0U);
  // Nothing of it is done again, and the seed's topic does not have it.
  for (const auto topic : {Topic::order_created, Topic::payments, Topic::stock, Topic::shipments, Topic::promotions}) {
    EXPECT_TRUE(engine_.records(topic).empty()) << to_string(topic);
  }
  EXPECT_EQ(engine_.records(Topic::order_events).size(), 1U);
  EXPECT_EQ(client_->get("/v1/payments/" + id).status, 404);

  const auto customer = client_->get("/v1/customers/ann").body;
  EXPECT_EQ(member(customer, "orders.placed"), "1");
  EXPECT_EQ(member(customer, "orders.completed"), "1");
  EXPECT_EQ(member(customer, "value.0.lifetime_value"), "2940");
  EXPECT_EQ(member(customer, "last_order_at"), "2024-03-05T19:22:11.000Z");
  EXPECT_EQ(member(customer, "segment"), "lapsed");
  EXPECT_EQ(member(client_->get("/v1/orders?reference=%231001").body, "data.0.id"), id);
  EXPECT_EQ(member(client_->get("/v1/orders?number=" + member(answer.body, "number")).body, "data.0.id"), id);
  const auto history = client_->get("/v1/orders/" + id + "/history").body;
  EXPECT_EQ(member(history, "data.0.type"), "ordo.order.imported.v1");
  EXPECT_EQ(member(history, "data"), "1");
}

TEST_F(ImportedOrdersApi, TheSameContentAgainWritesNothing) {
  const auto id = imported(past_body());
  const auto records = engine_.records(Topic::order_events).size();
  const auto again = import_order(past_body());
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(member(again.body, "id"), id);
  EXPECT_EQ(import_order(past_body(R"(,"replace":true,"announce":true)")).status, 200);
  EXPECT_EQ(engine_.records(Topic::order_events).size(), records);
  // Another number is another order.
  EXPECT_NE(imported(past_body({}, kTeaLine, "#1002")), id);
}

TEST_F(ImportedOrdersApi, OtherContentNamesWhatDiffersAndReplacesOnRequest) {
  const auto id = imported(past_body());
  ASSERT_EQ(post("/v1/orders/" + id + "/notes", R"({"text":"a regular"})").status, 201);
  const auto other = past_body(R"(,"customer_note":"ring","location":"east")");
  EXPECT_EQ(refused(other), "409 order_changed /location /customer_note");
  const auto answer = import_order(past_body(R"(,"customer_note":"ring","location":"east","replace":true)"));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(member(answer.body, "customer_note"), "ring");
  EXPECT_EQ(member(answer.body, "notes.0.text"), "a regular");
  EXPECT_EQ(member(answer.body, "rev"), "3");

  ASSERT_EQ(post("/v1/orders/" + id + "/refunds", R"({"id":"r1","reason":"scratched"})").status, 201);
  EXPECT_EQ(refused(past_body(R"(,"customer_note":"never","location":"east","replace":true)")), "409 order_moved_on");
  EXPECT_EQ(import_order(other).status, 200);
}

TEST_F(ImportedOrdersApi, TakesRefundsByHandReturnsAndNotesOnly) {
  add_product("tea", 900, 9);
  const auto id = imported(past_body());
  const std::string path = "/v1/orders/" + id;
  const auto refund =
      post(path + "/refunds", R"({"id":"r1","amount":{"amount":100,"currency":"USD"},"reason":"late"})");
  EXPECT_EQ(refund.status, 201) << refund.body;
  EXPECT_EQ(member(refund.body, "by_hand"), "true");
  EXPECT_EQ(post(path + "/refunds/r1/paid", "").status, 200);
  EXPECT_EQ(post(path + "/returns", R"({"lines":[{"line_id":"1","quantity":1}],"restock":true,"refund":false,)"
                                    R"("reason":"too strong","id":"b1"})")
                .status,
            201);
  engine_.settle();
  EXPECT_EQ(member(client_->get("/v1/products/tea/stock").body, "on_hand"), "10");
  EXPECT_EQ(engine_.dead_letters(), 0U);
  const auto code_of = [](const http::Answer& answer) {
    return std::to_string(answer.status) + " " + member(answer.body, "code");
  };
  EXPECT_EQ(code_of(post(path + "/cancel", "")), "409 imported_order");
  EXPECT_EQ(code_of(post(path + "/shipments", "{}")), "409 imported_order");
  EXPECT_EQ(code_of(post(path + "/payments", R"({"amount":{"amount":5,"currency":"USD"},"method":"cash"})")),
            "409 imported_order");
  EXPECT_EQ(code_of(client_->send_json("PATCH", path, R"({"contact":{"phone":"1"}})")), "409 imported_order");
}

TEST_F(ImportedOrdersApi, AWrongBodyIsRefusedAndTheFieldsNamed) {
  EXPECT_EQ(refused(R"({"source":"s"})").substr(0, 18), "422 invalid_fields");
  EXPECT_EQ(refused(past_body(R"(,"surprise":1)")), "422 invalid_fields /surprise");
  EXPECT_EQ(refused(past_body({}, R"({"product_id":"tea","quantity":2})")), "422 invalid_fields /lines/0/unit_price");
  EXPECT_EQ(refused(past_body({}, R"({"product_id":"tea","quantity":1,"unit_price":{"amount":1,"currency":"EUR"}})")),
            "422 invalid_fields /lines/0/unit_price");
  EXPECT_EQ(refused(past_body(R"(,"payment_terms":"manual")")), "422 invalid_fields /payment_terms");
  EXPECT_EQ(refused(past_body(R"(,"ended_at":"2924-03-05T19:22:11Z")")), "422 invalid_fields /ended_at");
  EXPECT_EQ(refused(past_body(R"(,"refunded":{"amount":2501,"currency":"USD"})")), "422 invalid_fields /refunded");
  EXPECT_EQ(refused(past_body(R"(,"expected_total":{"amount":1,"currency":"USD"})")),
            "422 total_mismatch /expected_total");
  EXPECT_EQ(refused(past_body({}, R"({"product_id":"tea","quantity":1,"unit_price":{"amount":1250,"currency":"USD"},)"
                                  R"("returned":2})")),
            "422 invalid_fields /lines/0/returned");
  engine_.settle();
  EXPECT_TRUE(engine_.records(Topic::order_events).empty());
}

TEST_F(ImportedOrdersApi, AnImportThatIsNotDecidedInTimeIsPending) {
  engine_.pause(true);
  const auto pending = post("/v1/imported-orders", past_body(), "Prefer: wait=0\r\n");
  EXPECT_EQ(pending.status, 202) << pending.body;
  engine_.pause(false);
  engine_.settle();
  EXPECT_EQ(import_order(past_body()).status, 200);
  engine_.fail_reads(Error{ErrorCode::kUnavailable, "store_away", "the store is away", {}});
  EXPECT_EQ(import_order(past_body()).status, 503);
}

// Two importers, of which one comes too late: its record is folded and refused.
TEST_F(ImportedOrdersApi, OfTwoImportsAtOnceTheSecondIsRefused) {
  engine_.pause(true);
  EXPECT_EQ(post("/v1/imported-orders", past_body(), "Prefer: wait=0\r\n").status, 202);
  auto late = client_->begin(http::json_request("POST", "/v1/imported-orders", past_body(R"(,"customer_note":"ring")"),
                                                "Prefer: wait=30\r\n"));
  while (engine_.records(Topic::order_events).size() < 2) std::this_thread::yield();
  engine_.pause(false);
  const auto answer = late.get();
  EXPECT_EQ(answer.status, 409) << answer.body;
  EXPECT_EQ(member(answer.body, "code"), "order_changed");
  EXPECT_EQ(member(answer.body, "errors.0.pointer"), "/customer_note");
  engine_.settle();
  EXPECT_EQ(engine_.dead_letters(), 0U);
  const auto body = import_order(past_body()).body;
  EXPECT_EQ(member(body, "refusals.0.request"), "import");
  EXPECT_EQ(member(body, "refusals.0.reason"), "order_changed");
}

}  // namespace
}  // namespace ordo::api
