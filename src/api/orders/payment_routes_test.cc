#include <gtest/gtest.h>

#include "api/testing/test_api.h"
#include "base/uuid.h"

namespace ordo::api {
namespace {

// 32 bytes.
constexpr std::string_view kCallbackSecret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

std::string signed_headers(std::string_view body, Timestamp at = now()) {
  const auto headers = access::sign({*access::parse_secret(kCallbackSecret)}, uuid_v7(at), at, body);
  return "webhook-id: " + headers.id + "\r\nwebhook-timestamp: " + headers.timestamp +
         "\r\nwebhook-signature: " + headers.signature + "\r\n";
}

class PaymentRoutesTest : public ApiTest {
 protected:
  PaymentRoutesTest() {
    http::RequestGuardOptions signers;
    signers.gateway_secrets = {*access::parse_secret(kCallbackSecret)};
    restart({}, signers);
    add_product("mug", 1000, 5);
  }
};

TEST_F(PaymentRoutesTest, TheGatewayCallsBack) {
  const auto order = settled_order("mug", 1, R"(,"payment_method":"tok_visa")");
  const auto payment = client_->get("/v1/payments/" + order);
  ASSERT_EQ(payment.status, 200) << payment.body;
  EXPECT_EQ(member(payment.body, "status"), "requested");
  EXPECT_EQ(member(payment.body, "method"), "tok_visa");
  EXPECT_EQ(member(payment.body, "calls_made"), "(none)");
  const std::string path = "/v1/payments/" + order + "/answers";
  const std::string body =
      R"({"call_id":")" + member(payment.body, "calls.0.id") + R"(","outcome":"captured","reference":"ch_1"})";
  const auto taken = post(path, body, signed_headers(body));
  EXPECT_EQ(taken.status, 202) << taken.body;
  engine_.settle();
  EXPECT_EQ(engine_.records(Topic::payments).back().envelope.by, (Actor{ActorKind::system, "gateway"}));
  EXPECT_EQ(status_of(order), "confirmed");
  // A repeat is harmless.
  const auto again = signed_headers(body);
  EXPECT_EQ(post(path, body, again).status, 202);
  EXPECT_EQ(post(path, body, again).status, 202);
  EXPECT_EQ(member(post("/v1/payments/other/answers", body, again).body, "code"), "message_reused");
  engine_.settle();
  const auto later = client_->get("/v1/payments/" + order);
  EXPECT_EQ(member(later.body, "captured.amount"), "1000");
  EXPECT_EQ(member(later.body, "history.1.reference"), "ch_1") << later.body;
  EXPECT_EQ(client_->get("/v1/payments/" + order, "If-None-Match: " + later.header("ETag") + "\r\n").status, 304);
}

TEST_F(PaymentRoutesTest, WhatIsNotSignedIsNotBelieved) {
  const auto order = settled_order("mug", 1);
  const std::string path = "/v1/payments/" + order + "/answers";
  const std::string body = R"({"call_id":")" + member(client_->get("/v1/payments/" + order).body, "calls.0.id") +
                           R"(","outcome":"captured"})";
  const auto unsigned_answer = post(path, body);
  EXPECT_EQ(unsigned_answer.status, 401);
  EXPECT_EQ(member(unsigned_answer.body, "code"), "missing_signature");
  EXPECT_NE(unsigned_answer.header("WWW-Authenticate"), "");
  EXPECT_EQ(member(post(path, body, signed_headers(body + " ")).body, "code"), "bad_signature");
  EXPECT_EQ(member(post(path, body, signed_headers(body, now() - std::chrono::hours(1))).body, "code"),
            "stale_signature");
  engine_.settle();
  EXPECT_EQ(status_of(order), "reserved");
  stop();
  guard_ = nullptr;
  start({});
  const auto closed = post(path, body, signed_headers(body));
  EXPECT_EQ(closed.status, 403);
  EXPECT_EQ(member(closed.body, "code"), "no_gateway_secret");
}

TEST_F(PaymentRoutesTest, AnAnswerIsChecked) {
  const auto order = settled_order("mug", 1);
  const auto say = [this](const std::string& of, const std::string& body) {
    return post("/v1/payments/" + of + "/answers", body, signed_headers(body));
  };
  EXPECT_EQ(say("none", R"({"call_id":"c","outcome":"captured"})").status, 404);
  const auto call = member(client_->get("/v1/payments/" + order).body, "calls.0.id");
  const auto foreign = say(order, R"({"call_id":")" + call + R"(","outcome":"refunded"})");
  EXPECT_EQ(foreign.status, 409) << foreign.body;
  EXPECT_EQ(member(foreign.body, "code"), "unknown_call");
  const auto unknown = say(order, R"({"call_id":"nope","outcome":"captured"})");
  EXPECT_EQ(unknown.status, 409) << unknown.body;
  EXPECT_EQ(member(unknown.body, "code"), "unknown_call");
  EXPECT_EQ(say(order, R"({"call_id":"","outcome":"captured"})").status, 422);
  EXPECT_EQ(say(order, R"({"outcome":"captured"})").status, 422);
  EXPECT_EQ(say(order, R"({"refund_id":"d1","outcome":"refunded"})").status, 422);
  EXPECT_EQ(say(order, R"({"call_id":"c","outcome":"unavailable"})").status, 422);
  EXPECT_EQ(say(order, "{").status, 400);
}

TEST_F(PaymentRoutesTest, APartIsCapturedAndTheRestAskedFor) {
  const auto order = settled_order("mug", 1);
  const auto answer = [&](int amount, std::string_view outcome = "captured") {
    const auto call = member(client_->get("/v1/payments/" + order).body, "calls.0.id");
    const auto body = R"({"call_id":")" + call + R"(","outcome":")" + std::string(outcome) +
                      R"(","amount":{"amount":)" + std::to_string(amount) + R"(,"currency":"USD"}})";
    auto taken = post("/v1/payments/" + order + "/answers", body, signed_headers(body));
    engine_.settle();
    return taken;
  };
  EXPECT_EQ(answer(300, "authorized").status, 422);
  EXPECT_EQ(member(answer(0).body, "code"), "bad_amount");
  EXPECT_EQ(answer(300).status, 202);
  const auto part = client_->get("/v1/payments/" + order);
  EXPECT_EQ(member(part.body, "status"), "partially_captured") << part.body;
  EXPECT_EQ(member(part.body, "calls.0.amount.amount"), "700");
  EXPECT_EQ(member(client_->get("/v1/orders/" + order).body, "payment_status"), "partially_captured");
  EXPECT_EQ(answer(800).status, 202);
  EXPECT_EQ(status_of(order), "confirmed");
  EXPECT_EQ(member(client_->get("/v1/orders/" + order).body, "overcharged.amount"), "100");
}

TEST_F(PaymentRoutesTest, WhatTheGatewaysDeskGivesBackIsKnown) {
  engine_.pay(true);
  const auto order = settled_order("mug", 1);
  const std::string path = "/v1/payments/" + order + "/answers";
  const auto say = [&](std::string_view outcome, int amount) {
    const auto body = R"({"refund_id":"dispute-1","amount":{"amount":)" + std::to_string(amount) +
                      R"(,"currency":"USD"},"outcome":")" + std::string(outcome) + R"("})";
    auto answer = post(path, body, signed_headers(body));
    engine_.settle();
    return answer;
  };
  const auto too_much = say("refunded", 1001);
  EXPECT_EQ(too_much.status, 409);
  EXPECT_EQ(member(too_much.body, "code"), "refund_exceeds_payment");
  EXPECT_EQ(say("refunded", 400).status, 202);
  EXPECT_EQ(say("refunded", 400).status, 202);
  EXPECT_EQ(member(client_->get("/v1/orders/" + order).body, "refunded.amount"), "400");
  EXPECT_EQ(member(client_->get("/v1/orders/" + order + "/refunds").body, "data.0.id"), "desk:dispute-1");
  // The shop won the dispute.
  EXPECT_EQ(say("declined", 400).status, 202);
  const auto after = client_->get("/v1/orders/" + order);
  EXPECT_EQ(member(after.body, "refunded.amount"), "0");
  EXPECT_EQ(member(after.body, "payment_status"), "captured");
}

TEST_F(PaymentRoutesTest, PaymentsAreListed) {
  engine_.pay(true);
  settled_order("mug", 1);
  settled_order("mug", 1, R"(,"payment_method":"sim_decline")");
  EXPECT_EQ(member(client_->get("/v1/payments").body, "data"), "2");
  EXPECT_EQ(member(client_->get("/v1/payments?status=captured&customer_id=c1").body, "data"), "1");
  EXPECT_EQ(member(client_->get("/v1/payments?status=failed").body, "data.0.status_reason"), "card_declined");
  EXPECT_EQ(client_->get("/v1/payments?status=paid").status, 400);
  EXPECT_EQ(client_->get("/v1/payments/none").status, 404);
}

}  // namespace
}  // namespace ordo::api
