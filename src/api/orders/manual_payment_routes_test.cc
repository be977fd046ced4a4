#include <gtest/gtest.h>

#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

constexpr std::string_view kManual = R"(,"payment_terms":"manual")";

std::string payment_of(int amount, std::string_view more = {}) {
  return R"({"amount":{"amount":)" + std::to_string(amount) + R"(,"currency":"USD"},"method":"cash")" +
         std::string(more) + "}";
}

class ManualPaymentTest : public ApiTest {
 protected:
  ManualPaymentTest() { add_product("mug", 500, 9); }
  std::string figure(const std::string& order, std::string_view path) {
    return member(client_->get("/v1/orders/" + order).body, path);
  }
};

TEST_F(ManualPaymentTest, PartsAreRecordedUntilTheOrderIsConfirmed) {
  const auto order = settled_order("mug", 2, kManual);
  EXPECT_EQ(status_of(order), "reserved");
  EXPECT_EQ(client_->get("/v1/payments/" + order).status, 404);  // no gateway was asked
  const std::string path = "/v1/orders/" + order + "/payments";
  const auto part = post(path, payment_of(300, R"(,"id":"p1","reference":"receipt 17")"));
  EXPECT_EQ(part.status, 201) << part.body;
  EXPECT_EQ(member(part.body, "reference"), "receipt 17");
  EXPECT_EQ(figure(order, "payment_status"), "partially_captured");
  EXPECT_EQ(post(path, payment_of(300, R"(,"id":"p1","reference":"receipt 17")")).status, 201);
  const auto reused = post(path, payment_of(301, R"(,"id":"p1")"));
  EXPECT_EQ(reused.status, 422);
  EXPECT_EQ(member(reused.body, "code"), "payment_id_reused");
  const auto keyed = post(path, payment_of(800), "Idempotency-Key: k1\r\n");
  EXPECT_EQ(keyed.status, 201) << keyed.body;
  EXPECT_EQ(post(path, payment_of(800), "Idempotency-Key: k1\r\n").status, 201);
  engine_.settle();
  EXPECT_EQ(status_of(order), "confirmed");
  EXPECT_EQ(figure(order, "captured.amount"), "1100");
  EXPECT_EQ(figure(order, "overcharged.amount"), "100");
  EXPECT_EQ(figure(order, "payments"), "2");
  EXPECT_EQ(member(client_->get("/v1/orders?payment_status=captured").body, "data"), "1");
  EXPECT_EQ(member(client_->get("/v1/orders?payment_status=partially_captured").body, "data"), "0");
}

TEST_F(ManualPaymentTest, AWrongPaymentIsRefusedAndTheFieldNamed) {
  const auto order = settled_order("mug", 1, kManual);
  const std::string path = "/v1/orders/" + order + "/payments";
  const auto refused = [&](const std::string& body) {
    const auto answer = post(path, body);
    return std::to_string(answer.status) + " " + member(answer.body, "code") + " " +
           member(answer.body, "errors.0.pointer");
  };
  EXPECT_EQ(refused(payment_of(0)), "422 bad_amount /amount/amount");
  EXPECT_EQ(refused(R"({"amount":{"amount":5,"currency":"EUR"},"method":"cash"})"),
            "422 currency_mismatch /amount/currency");
  EXPECT_EQ(refused(R"({"amount":{"amount":5,"currency":"USD"},"method":""})"), "422 invalid_fields /method");
  EXPECT_EQ(refused(R"({"amount":{"amount":5,"currency":"USD"}})"), "422 invalid_fields /method");
  EXPECT_EQ(refused(payment_of(5, R"(,"id":"a/b")")), "422 invalid_fields /id");
  EXPECT_EQ(post("/v1/orders/none/payments", payment_of(5)).status, 404);
  EXPECT_EQ(status_of(order), "reserved");

  engine_.pay(true);
  const auto usual = settled_order("mug", 1);
  const auto unexpected = post("/v1/orders/" + usual + "/payments", payment_of(5));
  EXPECT_EQ(unexpected.status, 409);
  EXPECT_EQ(member(unexpected.body, "code"), "payment_not_expected");
}

TEST_F(ManualPaymentTest, ARefundIsDueUntilItIsPaidByHand) {
  const auto order = settled_order("mug", 1, kManual);
  const std::string path = "/v1/orders/" + order;
  ASSERT_EQ(post(path + "/payments", payment_of(200)).status, 201);
  const auto cancelled = post(path + "/cancel", R"({"reason":"changed my mind"})");
  EXPECT_EQ(member(cancelled.body, "status"), "cancelled") << cancelled.body;
  engine_.settle();
  const auto due = client_->get(path + "/refunds");
  EXPECT_EQ(member(due.body, "data.0.id"), "automatic") << due.body;
  EXPECT_EQ(member(due.body, "data.0.status"), "requested");
  EXPECT_EQ(member(due.body, "data.0.by_hand"), "true");

  EXPECT_EQ(member(post(path + "/refunds/other/paid", "").body, "code"), "unknown_refund");
  EXPECT_EQ(post(path + "/refunds/automatic/paid", R"({"reference":""})").status, 422);
  const auto paid = post(path + "/refunds/automatic/paid", R"({"reference":"transfer 99"})");
  EXPECT_EQ(paid.status, 200) << paid.body;
  EXPECT_EQ(member(paid.body, "status"), "succeeded");
  EXPECT_EQ(member(paid.body, "reference"), "transfer 99");
  EXPECT_EQ(post(path + "/refunds/automatic/paid", "").status, 200);
  EXPECT_EQ(figure(order, "refunded.amount"), "200");
  EXPECT_EQ(figure(order, "payment_status"), "refunded");
}

TEST_F(ManualPaymentTest, TheGatewaysRefundsAreNotPaidByHand) {
  engine_.pay(true);
  const auto order = settled_order("mug", 1);
  const std::string path = "/v1/orders/" + order + "/refunds";
  EXPECT_EQ(post(path, R"({"id":"r1","reason":"scratched"})").status, 201);
  engine_.settle();
  const auto refused = post(path + "/r1/paid", "");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(member(refused.body, "code"), "refund_not_by_hand");
}

TEST_F(ManualPaymentTest, GoodsMayLeaveBeforeTheyArePaidOrBePaidElsewhere) {
  const auto later = settled_order("mug", 1, R"(,"payment_terms":"manual","ship_before_payment":true)");
  EXPECT_EQ(status_of(later), "confirmed");
  EXPECT_EQ(post("/v1/orders/" + later + "/payments", payment_of(500)).status, 201);
  EXPECT_EQ(figure(later, "payment_status"), "captured");
  const auto elsewhere = settled_order("mug", 1, R"(,"payment_terms":"none")");
  EXPECT_EQ(status_of(elsewhere), "confirmed");
  EXPECT_EQ(figure(elsewhere, "payment_status"), "none");
  const auto wrong = post("/v1/orders", R"({"customer_id":"c1","lines":[{"product_id":"mug","quantity":1}],)"
                                        R"("ship_before_payment":true})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(member(wrong.body, "errors.0.pointer"), "/ship_before_payment");
}

}  // namespace
}  // namespace ordo::api
