#include "outbound/http_gateway.h"

#include <gtest/gtest.h>

#include <future>

#include "outbound/testing/test_peer.h"
#include "records/json_view.h"

namespace ordo::outbound {
namespace {

effects::GatewayQuestion question() {
  effects::GatewayQuestion out;
  out.id = "shop.order 1:purchase:1";
  out.kind = CallKind::purchase;
  out.order_id = OrderId("shop.order 1");
  out.amount = {1999, *Currency::parse("USD")};
  out.method = "card_1";
  out.attempt = 2;
  return out;
}

std::unique_ptr<HttpGateway> gateway_at(const std::string& url, std::chrono::milliseconds timeout = kPatience) {
  HttpGatewayOptions options;
  options.url = url;
  options.secret = kSecret;
  options.timeout = timeout;
  auto gateway = HttpGateway::open(std::move(options));
  EXPECT_TRUE(gateway.has_value());
  return std::move(*gateway);
}

// The reply that the gateway's answer is read as.
effects::GatewayReply ask(HttpGateway& gateway) {
  auto promise = std::make_shared<std::promise<effects::GatewayReply>>();
  auto future = promise->get_future();
  gateway.ask(question(), [promise](effects::GatewayReply reply, std::chrono::milliseconds delay) {
    EXPECT_EQ(delay.count(), 0);
    promise->set_value(std::move(reply));
  });
  EXPECT_EQ(future.wait_for(kPatience), std::future_status::ready);
  return future.get();
}

effects::GatewayReply answered(std::string_view status, std::string_view body) {
  TestPeer peer([&](TestConnection& connection) {
    connection.read_request();
    connection.answer(body, status);
  });
  const auto gateway = gateway_at(peer.url("/pay"));
  return ask(*gateway);
}

TEST(HttpGateway, AsksWithASignedQuestion) {
  std::promise<std::string> heard;
  TestPeer peer([&](TestConnection& connection) {
    heard.set_value(connection.read_request());
    connection.answer(R"({"outcome":"captured","reference":"ch_1","more":[1]})");
  });
  const auto gateway = gateway_at(peer.url("/pay"));
  const auto reply = ask(*gateway);
  EXPECT_EQ(reply.outcome, GatewayOutcome::captured);
  EXPECT_EQ(reply.reference, "ch_1");
  EXPECT_EQ(reply.reason, "");

  const auto request = heard.get_future().get();
  EXPECT_TRUE(request.starts_with("POST /pay HTTP/1.1\r\n")) << request;
  EXPECT_EQ(header_of(request, "Idempotency-Key"), "shop.order 1:purchase:1");
  EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
  const auto body = request.substr(request.find("\r\n\r\n") + 4);
  EXPECT_EQ(body, R"({"call_id":"shop.order 1:purchase:1","kind":"purchase","order_id":"shop.order 1",)"
                  R"("amount":{"amount":1999,"currency":"USD"},"method":"card_1","attempt":2})");
  const access::SignedHeaders headers{header_of(request, "webhook-id"), header_of(request, "webhook-timestamp"),
                                      header_of(request, "webhook-signature")};
  EXPECT_EQ(headers.id, "shop%2Eorder 1:purchase:1");
  EXPECT_TRUE(access::verify({*access::parse_secret(kSecret)}, headers, body, now()).has_value());
}

TEST(HttpGateway, TakesFinalAnswersOnly) {
  EXPECT_EQ(answered("200 OK", R"({"outcome":"authorized"})").outcome, GatewayOutcome::authorized);
  EXPECT_EQ(answered("200 OK", R"({"outcome":"voided"})").outcome, GatewayOutcome::voided);
  EXPECT_EQ(answered("200 OK", R"({"outcome":"refunded"})").outcome, GatewayOutcome::refunded);
  const auto declined = answered("200 OK", R"({"outcome":"declined","reason":"card_expired"})");
  EXPECT_EQ(declined.outcome, GatewayOutcome::declined);
  EXPECT_EQ(declined.reason, "card_expired");
  EXPECT_EQ(answered("200 OK", R"({"outcome":"gave_up"})").outcome, GatewayOutcome::unavailable);
  EXPECT_EQ(answered("200 OK", R"({"outcome":"unavailable"})").outcome, GatewayOutcome::unavailable);
  for (const std::string_view nonsense : {"", "[]", "{}", R"({"outcome":1})", R"({"outcome":"paid"})", "<html>"}) {
    EXPECT_EQ(answered("200 OK", nonsense).reason, "gateway_answer_not_understood") << nonsense;
  }
}

TEST(HttpGateway, ReadsTheAmountOfACapture) {
  const auto part = answered("200 OK", R"({"outcome":"captured","amount":{"amount":300,"currency":"USD"}})");
  EXPECT_EQ(part.amount, (Money{300, *Currency::parse("USD")}));
  EXPECT_FALSE(answered("200 OK", R"({"outcome":"captured"})").amount);
  EXPECT_FALSE(answered("200 OK", R"({"outcome":"captured","amount":300})").amount);  // of a form that is not ordo's
  // Such an amount is impossible, and the question is asked again.
  const auto unread = answered("200 OK", R"({"outcome":"captured","amount":{"amount":"much","currency":"usd"}})");
  EXPECT_EQ(unread.amount, Money());
}

TEST(HttpGateway, ARefusalIsFinalUnlessItMayPass) {
  const auto refused = answered("422 Unprocessable Content", R"({"reason":"no_such_card"})");
  EXPECT_EQ(refused.outcome, GatewayOutcome::declined);
  EXPECT_EQ(refused.reason, "no_such_card");
  EXPECT_EQ(answered("402 Payment Required", "no").reason, "gateway_refused_402");
  for (const std::string_view status :
       {"408 Later", "409 Later", "425 Later", "429 Later", "500 No", "503 No", "302 Found", "204 No Content"}) {
    const auto reply = answered(status, status.starts_with("204") ? "" : R"({"reason":"later"})");
    EXPECT_EQ(reply.outcome, GatewayOutcome::unavailable) << status;
    EXPECT_EQ(reply.reason, "gateway_status_" + std::string(status.substr(0, 3)));
  }
}

TEST(HttpGateway, CutsLongTextBetweenCharacters) {
  std::string reason = "a";
  for (int i = 0; i < 200; ++i) reason += "é";
  const auto reply = answered("400 No", R"({"reason":")" + reason + "\"}");
  EXPECT_EQ(reply.reason, reason.substr(0, 199));
}

TEST(HttpGateway, SilenceAndLostConnectionsAreUnavailable) {
  TestPeer silent([](TestConnection& connection) { connection.wait_until_closed(); });
  EXPECT_EQ(ask(*gateway_at(silent.url(), std::chrono::milliseconds(100))).reason, "gateway_timeout");

  TestPeer rude([](TestConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
  });
  const auto lost = ask(*gateway_at(rude.url()));
  EXPECT_EQ(lost.outcome, GatewayOutcome::unavailable);
  EXPECT_EQ(lost.reason, "gateway_connection_lost");
}

TEST(HttpGateway, WhatWillCallBackAndWhatIsStoppedAnswersNothing) {
  std::promise<void> asked;
  TestPeer peer([&](TestConnection& connection) {
    connection.read_request();
    connection.answer("", "202 Accepted");
    connection.read_request();
    connection.answer(R"({"outcome":"captured"})");
    connection.read_request();
    asked.set_value();
    connection.wait_until_closed();
  });
  HttpGatewayOptions options;
  options.url = peer.url();
  options.secret = kSecret;
  options.caller.max_transfers = 1;  // one connection, so that the answers come in the order of the questions
  auto gateway = HttpGateway::open(std::move(options));
  ASSERT_TRUE(gateway.has_value());
  auto answers = std::make_shared<std::atomic<int>>(0);
  const auto count = [answers](const effects::GatewayReply&, std::chrono::milliseconds) { ++*answers; };
  (*gateway)->ask(question(), count);  // 202
  EXPECT_EQ(ask(**gateway).outcome, GatewayOutcome::captured);
  EXPECT_EQ(*answers, 0);
  (*gateway)->ask(question(), count);
  asked.get_future().wait();
  (*gateway)->stop();
  (*gateway)->ask(question(), count);
  EXPECT_EQ(*answers, 0);
}

TEST(HttpGateway, RefusesBadSettingsWithoutRepeatingThem) {
  HttpGatewayOptions options;
  options.url = "http://gateway/";
  options.secret = "hunter2";
  const auto bad_secret = HttpGateway::open(options);
  ASSERT_FALSE(bad_secret.has_value());
  EXPECT_EQ(bad_secret.error().reason, "bad_secret");
  EXPECT_EQ(bad_secret.error().text().find("hunter2"), std::string::npos);
  options.url = "ftp://gateway/";
  options.secret = kSecret;
  const auto bad_url = HttpGateway::open(options);
  ASSERT_FALSE(bad_url.has_value());
  EXPECT_EQ(bad_url.error().reason, "bad_url");
}

}  // namespace
}  // namespace ordo::outbound
