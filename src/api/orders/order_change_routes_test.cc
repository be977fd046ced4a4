#include <gtest/gtest.h>

#include <thread>

#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

// --- cancels

TEST_F(ApiTest, AnOrderIsCancelledOnce) {
  add_product("mug", 100, 3);
  const std::string path = "/v1/orders/" + settled_order("mug", 1);
  const auto cancelled = client_->send_json("POST", path + "/cancel", R"({"reason":"changed my mind"})");
  EXPECT_EQ(cancelled.status, 200) << cancelled.body;
  EXPECT_EQ(member(cancelled.body, "status"), "cancelled");
  EXPECT_EQ(member(cancelled.body, "status_reason"), "changed my mind");
  EXPECT_EQ(client_->send_json("POST", path + "/cancel", "").status, 200);
  engine_.settle();
  EXPECT_EQ(member(client_->get("/v1/products/mug/stock").body, "available"), "3");
}

TEST_F(ApiTest, ACancelThatCannotBe) {
  EXPECT_EQ(client_->send_json("POST", "/v1/orders/nothing/cancel", "{}").status, 404);
  add_product("mug", 100, 0);
  const auto rejected = settled_order("mug", 1);
  ASSERT_EQ(status_of(rejected), "rejected");
  const auto answer = client_->send_json("POST", "/v1/orders/" + rejected + "/cancel", "{}");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(member(answer.body, "code"), "illegal_transition");
  EXPECT_EQ(client_->send_json("POST", "/v1/orders/x/cancel", R"({"why":"x"})").status, 422);
}

TEST_F(ApiTest, ACancelThatTakesLongIs202) {
  ApiOptions options;
  options.decision_wait = std::chrono::milliseconds(20);
  restart(options);
  add_product("mug", 100, 3);
  const auto created = settled_order("mug", 1);
  engine_.pause(true);
  const auto answer = client_->send_json("POST", "/v1/orders/" + created + "/cancel", "{}");
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(member(answer.body, "status"), "reserved");
  // An order that was not processed yet: the request would overtake it.
  const auto fresh = order("mug", 1);
  const auto early = client_->send_json("POST", "/v1/orders/" + member(fresh.body, "id") + "/cancel", "{}");
  EXPECT_EQ(early.status, 503);
  EXPECT_EQ(member(early.body, "code"), "order_not_ready");
}

TEST_F(ApiTest, ATestOfAWebhookThatTakesLongIs202) {
  const auto made = post("/v1/webhooks", R"({"url":"https://shop.example/hooks"})");
  ASSERT_EQ(made.status, 201) << made.body;
  engine_.pause(true);
  const auto id = member(made.body, "id");
  const auto answer = client_->send_json("POST", "/v1/webhooks/" + id + "/test", "{}", "Prefer: wait=0\r\n");
  EXPECT_EQ(answer.status, 202) << answer.body;
  EXPECT_EQ(member(answer.body, "endpoint_id"), id);
  EXPECT_EQ(member(answer.body, "status"), "pending");
  engine_.pause(false);
  engine_.settle();
  const auto deliveries = client_->get("/v1/webhooks/" + id + "/deliveries");
  EXPECT_EQ(member(deliveries.body, "data.0.id"), member(answer.body, "id")) << deliveries.body;
}

TEST_F(ApiTest, AConfirmedOrderIsCancelledWhileNothingHasLeft) {
  engine_.pay(true);
  add_product("mug", 100, 3);
  const auto order = settled_order("mug", 1);
  ASSERT_EQ(status_of(order), "confirmed");
  const auto cancelled = post("/v1/orders/" + order + "/cancel", R"({"reason":"changed my mind"})");
  EXPECT_EQ(cancelled.status, 200) << cancelled.body;
  EXPECT_EQ(member(cancelled.body, "status"), "cancelled");
  engine_.settle();
  const auto later = client_->get("/v1/orders/" + order);
  EXPECT_EQ(member(later.body, "payment_status"), "refunded") << later.body;
  EXPECT_EQ(member(client_->get("/v1/orders/" + order + "/refunds").body, "data.0.id"), "automatic");
}

TEST_F(ApiTest, ACancelOfAConfirmedOrderIs202WhileLogisticsIsAsked) {
  engine_.pay(true);
  add_product("mug", 100, 3);
  const auto order = settled_order("mug", 1);
  engine_.pause(true);
  const auto asked = post("/v1/orders/" + order + "/cancel", "{}", "Prefer: wait=0\r\n");
  EXPECT_EQ(asked.status, 202);
  EXPECT_EQ(member(asked.body, "status"), "confirmed");
}

TEST_F(ApiTest, ACancelStopsWhatHasNotLeft) {
  engine_.pay(true);
  add_product("mug", 100, 3);
  const auto order = settled_order("mug", 3);
  const auto shipped = post("/v1/shipments/" + order + ":1/updates",
                            R"({"status":"shipped","lines":[{"product_id":"mug","quantity":1}]})");
  ASSERT_EQ(shipped.status, 200) << shipped.body;
  engine_.settle();
  const auto cancelled = post("/v1/orders/" + order + "/cancel", R"({"reason":"changed my mind"})");
  EXPECT_EQ(cancelled.status, 200) << cancelled.body;
  EXPECT_EQ(member(cancelled.body, "status"), "fulfilled");
  EXPECT_EQ(member(cancelled.body, "lines.0.cancelled"), "2");
  EXPECT_EQ(member(cancelled.body, "cancellations.0.reason"), "changed my mind");
  engine_.settle();
  EXPECT_EQ(member(client_->get("/v1/orders/" + order).body, "refunded.amount"), "200");
  EXPECT_EQ(member(client_->get("/v1/products/mug/stock").body, "reserved"), "0");
  EXPECT_EQ(member(client_->get("/v1/shipments/" + order + ":2").body, "status"), "cancelled");
  // Nothing is left to stop.
  const auto late = post("/v1/orders/" + order + "/cancel", "{}");
  EXPECT_EQ(late.status, 409);
  EXPECT_EQ(member(late.body, "code"), "illegal_transition");
  EXPECT_EQ(post("/v1/shipments/" + order + ":1/updates", R"({"status":"delivered"})").status, 200);
  engine_.settle();
  EXPECT_EQ(status_of(order), "completed");
}

TEST_F(ApiTest, APartIsCancelledOnce) {
  engine_.pay(true);
  add_product("mug", 100, 3);
  const auto order = settled_order("mug", 3);
  const std::string path = "/v1/orders/" + order + "/cancel";
  const std::string one = R"({"lines":[{"product_id":"mug","quantity":1}],"id":"c1","reason":"one too many"})";
  const auto first = post(path, one);
  EXPECT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(member(first.body, "status"), "confirmed");
  EXPECT_EQ(member(first.body, "lines.0.cancelled"), "1");
  EXPECT_EQ(post(path, one).status, 200);
  engine_.settle();
  const auto later = client_->get("/v1/orders/" + order);
  EXPECT_EQ(member(later.body, "lines.0.cancelled"), "1");
  EXPECT_EQ(member(later.body, "refunded.amount"), "100");
  EXPECT_EQ(member(client_->get("/v1/orders/" + order + "/refunds").body, "data.0.id"), "automatic:c1");
  EXPECT_EQ(member(client_->get("/v1/shipments/" + order + ":1").body, "lines.0.quantity"), "2");
  EXPECT_EQ(member(client_->get("/v1/products/mug/stock").body, "reserved"), "2");

  const auto too_many = post(path, R"({"lines":[{"product_id":"mug","quantity":3}]})");
  EXPECT_EQ(too_many.status, 409);
  EXPECT_EQ(member(too_many.body, "code"), "lines_exceed_order");
  for (const auto* wrong : {R"({"lines":[]})", R"({"lines":[{"product_id":"mug","quantity":0}]})", R"({"id":"c2"})",
                            R"({"lines":[{"product_id":"a/b","quantity":1}]})",
                            R"({"lines":[{"product_id":"mug","quantity":1}],"id":"a/b"})"}) {
    EXPECT_EQ(post(path, wrong).status, 422) << wrong;
  }
  // The last two: with them the order is cancelled.
  EXPECT_EQ(member(post(path, R"({"lines":[{"product_id":"mug","quantity":2}]})").body, "status"), "cancelled");
  engine_.settle();
  EXPECT_EQ(member(client_->get("/v1/orders/" + order).body, "payment_status"), "refunded");
  EXPECT_EQ(member(client_->get("/v1/products/mug/stock").body, "available"), "3");
}

// --- lost goods

class LostGoods : public ApiTest {
 protected:
  // An order of two mugs whose parcel is lost; `left` are in stock.
  std::string lost_order(int left) {
    engine_.pay(true);
    add_product("mug", 1000, 2 + left);
    auto order = settled_order("mug", 2);
    for (const auto* status : {"shipped", "lost"}) tell(order + ":1", status);
    engine_.settle();
    return order;
  }
  void tell(const std::string& shipment, const std::string& status) {
    const auto told = post("/v1/shipments/" + shipment + "/updates", R"({"status":")" + status + R"("})");
    EXPECT_EQ(told.status, 200) << told.body;
  }
};

TEST_F(LostGoods, EndTheOrderAndCanBeSentAgain) {
  const auto order = lost_order(1);
  EXPECT_EQ(status_of(order), "completed");
  const std::string path = "/v1/orders/" + order + "/shipments";
  const std::string body = R"({"lines":[{"product_id":"mug","quantity":1}],"id":"s1","reason":"lost"})";
  const auto again = post(path, body);
  ASSERT_EQ(again.status, 201) << again.body;
  EXPECT_EQ(member(again.body, "status"), "accepted");
  EXPECT_EQ(member(again.body, "shipment_id"), order + ":65");
  EXPECT_EQ(post(path, body).body, again.body);
  EXPECT_EQ(status_of(order), "confirmed");
  engine_.settle();
  for (const auto* status : {"shipped", "delivered"}) tell(order + ":65", status);
  engine_.settle();
  EXPECT_EQ(status_of(order), "completed");
  EXPECT_EQ(member(client_->get("/v1/products/mug/stock").body, "on_hand"), "0");
}

TEST_F(LostGoods, AreNotSentAgainWithoutStockOrMoney) {
  const auto order = lost_order(1);
  const std::string path = "/v1/orders/" + order + "/shipments";
  const auto too_few = post(path, R"({"id":"s1"})");
  EXPECT_EQ(too_few.status, 409) << too_few.body;
  EXPECT_EQ(member(too_few.body, "code"), "resend_refused");
  EXPECT_EQ(status_of(order), "completed");
  const auto too_many = post(path, R"({"lines":[{"product_id":"mug","quantity":3}]})");
  EXPECT_EQ(member(too_many.body, "code"), "lines_exceed_order");
  for (const auto* wrong : {R"({"lines":[]})", R"({"id":"a/b"})", R"({"why":"x"})"}) {
    EXPECT_EQ(post(path, wrong).status, 422) << wrong;
  }
  EXPECT_EQ(post("/v1/orders/none/shipments", "{}").status, 404);
  ASSERT_EQ(post("/v1/orders/" + order + "/refunds", R"({"reason":"lost"})").status, 201);
  const auto unpaid = post(path, R"({"lines":[{"product_id":"mug","quantity":1}]})");
  EXPECT_EQ(unpaid.status, 409);
  EXPECT_EQ(member(unpaid.body, "code"), "not_paid");
}

TEST_F(LostGoods, WhatIsNotLostIsNotSentAgain) {
  engine_.pay(true);
  add_product("mug", 1000, 5);
  const auto answer = post("/v1/orders/" + settled_order("mug", 1) + "/shipments", "{}");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(member(answer.body, "code"), "nothing_lost");
}

// --- reasons as codes

TEST_F(ApiTest, ACancelMayHaveACode) {
  add_product("mug", 1000, 1);
  const auto order = settled_order("mug", 1);
  const auto short_of = settled_order("mug", 1);
  const std::string path = "/v1/orders/" + order + "/cancel";
  const auto wrong = post(path, R"({"reason_code":"boredom"})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(member(wrong.body, "errors.0.pointer"), "/reason_code") << wrong.body;
  const auto cancelled = post(path, R"({"reason":"stolen card","reason_code":"fraud"})");
  EXPECT_EQ(cancelled.status, 200) << cancelled.body;
  EXPECT_EQ(member(cancelled.body, "status_reason_code"), "fraud");
  EXPECT_EQ(member(cancelled.body, "status_reason"), "stolen card");
  EXPECT_EQ(member(client_->get("/v1/orders/" + short_of).body, "status_reason_code"), "inventory");
  const auto without = settled_order("mug", 1);
  EXPECT_EQ(member(post("/v1/orders/" + without + "/cancel", "{}").body, "status_reason_code"), "(none)");
}

// --- notes

TEST_F(ApiTest, ANoteIsAddedOnce) {
  add_product("mug", 1000, 5);
  const auto order = settled_order("mug", 1);
  const std::string path = "/v1/orders/" + order + "/notes";
  const std::string body = R"({"text":"Ann called:\nring twice","public":true,"id":"n1"})";
  const auto first = post(path, body);
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(member(first.body, "public"), "true");
  EXPECT_EQ(post(path, body).body, first.body);
  EXPECT_EQ(member(post(path, R"({"text":"other","id":"n1"})").body, "code"), "note_id_reused");
  EXPECT_EQ(post(path, R"({"text":"private"})", "Idempotency-Key: k\r\n").status, 201);
  EXPECT_EQ(post(path, R"({"text":"private"})", "Idempotency-Key: k\r\n").status, 201);
  engine_.settle();
  const auto shown = client_->get("/v1/orders/" + order).body;
  EXPECT_EQ(member(shown, "notes"), "2") << shown;
  EXPECT_EQ(member(shown, "notes.1.public"), "false");
  for (const auto& wrong : {std::string("{}"), std::string(R"({"text":""})"), std::string(R"({"text":"x","id":"a/b"})"),
                            R"({"text":")" + std::string(2'001, 'x') + R"("})"}) {
    EXPECT_EQ(post(path, wrong).status, 422) << wrong;
  }
  EXPECT_EQ(post("/v1/orders/none/notes", R"({"text":"x"})").status, 404);
}

// --- refunds and returns

TEST_F(ApiTest, MoneyIsGivenBackOnce) {
  engine_.pay(true);
  add_product("mug", 1000, 5);
  const auto order = settled_order("mug", 2);
  const std::string path = "/v1/orders/" + order + "/refunds";
  const std::string body = R"({"amount":{"amount":500,"currency":"USD"},"reason":"scratched"})";
  const auto first = post(path, body, "Idempotency-Key: r-1\r\n");
  EXPECT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(member(first.body, "amount.amount"), "500");
  const auto again = post(path, body, "Idempotency-Key: r-1\r\n");
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(member(again.body, "id"), member(first.body, "id"));
  const auto reused =
      post(path, R"({"amount":{"amount":600,"currency":"USD"},"reason":"scratched"})", "Idempotency-Key: r-1\r\n");
  EXPECT_EQ(reused.status, 422);
  EXPECT_EQ(member(reused.body, "code"), "refund_id_reused");
  const auto rest = post(path, R"({"reason":"the rest","id":"rest"})");
  EXPECT_EQ(rest.status, 201) << rest.body;
  EXPECT_EQ(member(rest.body, "amount.amount"), "1500");
  const auto more = post(path, R"({"reason":"more"})");
  EXPECT_EQ(more.status, 409);
  EXPECT_EQ(member(more.body, "code"), "refund_exceeds_payment");
  engine_.settle();
  const auto all = client_->get(path);
  EXPECT_EQ(member(all.body, "data"), "2");
  EXPECT_EQ(member(all.body, "data.1.status"), "succeeded");
  EXPECT_EQ(client_->get(path, "If-None-Match: " + all.header("ETag") + "\r\n").status, 304);
  EXPECT_EQ(member(client_->get("/v1/orders/" + order).body, "payment_status"), "refunded");
}

TEST_F(ApiTest, ARefundThatCannotBe) {
  add_product("mug", 1000, 5);
  EXPECT_EQ(post("/v1/orders/none/refunds", R"({"reason":"x"})").status, 404);
  EXPECT_EQ(client_->get("/v1/orders/none/refunds").status, 404);
  const std::string path = "/v1/orders/" + settled_order("mug", 1) + "/refunds";
  EXPECT_EQ(member(post(path, R"({"reason":"not paid yet"})").body, "code"), "illegal_transition");
  EXPECT_EQ(member(client_->get(path).body, "data"), "0");
  engine_.pay(true);
  const std::string paid = "/v1/orders/" + settled_order("mug", 1) + "/refunds";
  for (const auto* wrong :
       {"{}", R"({"reason":""})", R"({"reason":"x","id":"automatic"})", R"({"reason":"x","id":"return:1"})",
        R"({"reason":"x","amount":{"amount":0,"currency":"USD"}})",
        R"({"reason":"x","amount":{"amount":1,"currency":"EUR"}})", R"({"reason":"x","id":"a/b"})"}) {
    EXPECT_EQ(post(paid, wrong).status, 422) << wrong;
  }
  EXPECT_EQ(post(paid, R"({"reason":"x","amount":{"amount":1001,"currency":"USD"}})").status, 409);
  engine_.pause(true);
  const auto slow = post(paid, R"({"reason":"x","id":"slow"})", "Prefer: wait=0\r\n");
  EXPECT_EQ(slow.status, 202);
  EXPECT_EQ(member(slow.body, "id"), "slow");
}

TEST_F(ApiTest, GoodsWhoseMoneyIsBackStay) {
  engine_.pay(true);
  add_product("mug", 1000, 5);
  const auto order = settled_order("mug", 2);
  ASSERT_EQ(post("/v1/orders/" + order + "/refunds", R"({"reason":"goodwill"})").status, 201);
  engine_.settle();
  EXPECT_EQ(status_of(order), "cancelled");
  EXPECT_EQ(post("/v1/shipments/" + order + ":1/updates", R"({"status":"shipped"})").status, 409);
  EXPECT_EQ(member(client_->get("/v1/products/mug/stock").body, "available"), "5");
}

// Two requests that each fit, but not together. The second one is refused once its record is decided.
TEST_F(ApiTest, OfTwoRefundsAtOnceTheSecondIsRefused) {
  engine_.pay(true);
  add_product("mug", 1000, 5);
  const std::string path = "/v1/orders/" + settled_order("mug", 1) + "/refunds";
  engine_.pause(true);
  const std::string body = R"({"amount":{"amount":600,"currency":"USD"},"reason":"x"})";
  EXPECT_EQ(post(path, body, "Prefer: wait=0\r\n").status, 202);
  auto second = client_->begin(http::json_request("POST", path, body, "Prefer: wait=10\r\n"));
  const auto asked = [this] {
    std::size_t count = 0;
    for (const auto& record : engine_.records(Topic::order_events)) {
      count += record.envelope.type == kTypeOf<RefundRequested> ? 1 : 0;
    }
    return count;
  };
  while (asked() < 2) std::this_thread::yield();
  engine_.pause(false);
  const auto refused = second.get();
  EXPECT_EQ(refused.status, 409) << refused.body;
  EXPECT_EQ(member(refused.body, "code"), "refund_exceeds_payment");
  engine_.settle();
  EXPECT_EQ(engine_.dead_letters(), 0U) << "who loses a race did nothing wrong";
}

TEST_F(ApiTest, GoodsComeBack) {
  engine_.pay(true);
  engine_.ship(true);
  add_product("mug", 1000, 5);
  const auto order = settled_order("mug", 3);
  ASSERT_EQ(status_of(order), "completed");
  const std::string path = "/v1/orders/" + order + "/returns";
  const std::string body =
      R"({"lines":[{"product_id":"mug","quantity":2}],"restock":true,"refund":true,"reason":"too red","id":"r1"})";
  const auto first = post(path, body);
  EXPECT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(member(first.body, "refund_id"), "return:r1");
  EXPECT_EQ(post(path, body).body, first.body);
  const auto other = post(
      path,
      R"({"lines":[{"product_id":"mug","quantity":1}],"restock":true,"refund":true,"reason":"too red","id":"r1"})");
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(member(other.body, "code"), "return_id_reused");
  const auto too_many =
      post(path, R"({"lines":[{"product_id":"mug","quantity":2}],"restock":false,"refund":false,"reason":"more"})");
  EXPECT_EQ(too_many.status, 409);
  EXPECT_EQ(member(too_many.body, "code"), "lines_exceed_order");
  EXPECT_EQ(post(path, R"({"lines":[],"restock":false,"refund":false,"reason":"x"})").status, 422);
  EXPECT_EQ(
      post(path, R"({"lines":[{"product_id":"mug","quantity":0}],"restock":true,"refund":true,"reason":"x"})").status,
      422);
  engine_.settle();
  EXPECT_EQ(member(client_->get(path).body, "data.0.lines.0.quantity"), "2");
  EXPECT_EQ(member(client_->get("/v1/orders/" + order).body, "refunded.amount"), "2000");
  EXPECT_EQ(member(client_->get("/v1/products/mug/stock").body, "on_hand"), "4");
}

TEST_F(ApiTest, NothingComesBackThatNeverLeft) {
  engine_.pay(true);
  add_product("mug", 1000, 5);
  const auto answer =
      post("/v1/orders/" + settled_order("mug", 1) + "/returns",
           R"({"lines":[{"product_id":"mug","quantity":1}],"restock":false,"refund":false,"reason":"x"})");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(member(answer.body, "code"), "illegal_transition");
}

}  // namespace
}  // namespace ordo::api
