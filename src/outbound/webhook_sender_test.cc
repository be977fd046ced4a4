#include "outbound/webhook_sender.h"

#include <gtest/gtest.h>

#include <deque>
#include <set>
#include <thread>

#include "access/signature.h"
#include "outbound/testing/test_peer.h"
#include "outbound/testing/webhook_bench.h"
#include "records/json_view.h"
#include "records/messages.h"

namespace ordo::outbound {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

template <class Condition>
bool soon(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(milliseconds(2));
  }
  return true;
}

// Receives deliveries. Answers 200, unless the test has set other answers for the next ones.
class Receiver {
 public:
  Receiver() : peer_([this](TestConnection& connection) { play(connection); }) {}

  void answer_next(std::vector<std::string> statuses) {
    const std::lock_guard lock(mutex_);
    for (auto& status : statuses) statuses_.push_back(std::move(status));
  }
  void answer_always(std::string status) {
    const std::lock_guard lock(mutex_);
    always_ = std::move(status);
  }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  std::size_t count() { return requests().size(); }
  // webhook-id -> how often
  std::map<std::string, int> ids() {
    std::map<std::string, int> ids;
    for (const auto& request : requests()) ++ids[header_of(request, "webhook-id")];
    return ids;
  }
  std::string url() const { return peer_.url("/hook"); }

 private:
  void play(TestConnection& connection) {
    while (true) {
      auto request = connection.read_request();
      if (request.empty()) return;
      std::string status;
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(std::move(request));
        status = always_;
        if (!statuses_.empty()) {
          status = std::move(statuses_.front());
          statuses_.pop_front();
        }
      }
      if (status == "302 Found") {
        connection.answer("", status, "Location: " + peer_.url("/elsewhere") + "\r\n");
      } else {
        connection.answer("ok", status);
      }
    }
  }

  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::deque<std::string> statuses_;
  std::string always_ = "200 OK";
  TestPeer peer_;  // last: its threads use the above
};

class WebhookSenderTest : public testing::Test {
 protected:
  WebhookSenderTest() {
    options_.source = "/ordo/webhooks/test";
    options_.backoff = {milliseconds(20), milliseconds(40), 50};
    options_.look = milliseconds(2);
    options_.tell = milliseconds(2);
    options_.again = milliseconds(10);
    options_.timeout = milliseconds(5'000);
  }
  ~WebhookSenderTest() override { stop(); }

  void start() {
    auto sender = WebhookSender::open(options_, bench_.topology, bench_, bench_, bench_);
    ASSERT_TRUE(sender.has_value());
    sender_ = std::move(*sender);
    bench_.listen(&sender_->listener());
    sender_->start();
  }
  void stop() {
    bench_.listen(nullptr);
    sender_.reset();
  }

  void subscribe(const std::string& url, std::vector<std::string> types = {}) {
    WebhookChanged message;
    message.webhook_id = WebhookId("w1");
    message.url = url;
    message.types = std::move(types);
    message.secret = kSecret;
    message.positions = std::vector<std::int64_t>{0};
    message.log_epoch = 0;
    bench_.tell(kTypeOf<WebhookChanged>, "w1", message);
  }
  void enable() {
    WebhookChanged message;
    message.action = WebhookAction::update;
    message.webhook_id = WebhookId("w1");
    message.enabled = true;
    bench_.tell(kTypeOf<WebhookChanged>, "w1", message);
  }
  Webhook hook() { return bench_.webhook("w1"); }
  static std::string id(std::int64_t offset) { return delivery_id(WebhookId("w1"), 0, 0, offset); }
  bool is(std::int64_t offset, DeliveryStatus status) {
    const auto delivery = bench_.delivery(id(offset));
    return delivery && delivery->status == status;
  }

  WebhookBench bench_;
  WebhookSenderOptions options_;
  std::unique_ptr<WebhookSender> sender_;
};

TEST_F(WebhookSenderTest, SendsWhatIsWantedSignedAndRemembersHowFarItIs) {
  Receiver receiver;
  bench_.event("o1");
  bench_.event("o2", "ordo.payment.captured.v1");
  subscribe(receiver.url(), {"ordo.order.*"});
  start();
  bench_.event("o1");
  ASSERT_TRUE(soon([&] { return receiver.count() == 2 && hook().positions[0] == 3; }));
  EXPECT_EQ(hook().succeeded, 2);

  const auto request = receiver.requests()[0];
  EXPECT_TRUE(request.starts_with("POST /hook HTTP/1.1\r\n"));
  const auto body = request.substr(request.find("\r\n\r\n") + 4);
  const access::SignedHeaders headers{header_of(request, "webhook-id"), header_of(request, "webhook-timestamp"),
                                      header_of(request, "webhook-signature")};
  EXPECT_EQ(headers.id, id(0));
  EXPECT_TRUE(access::verify({*access::parse_secret(kSecret)}, headers, body, now()).has_value());
  const auto tape = JsonTape::parse(body);
  ASSERT_TRUE(tape.has_value()) << body;
  EXPECT_EQ(JsonView(*tape)["specversion"].text(), "1.0");
  EXPECT_EQ(JsonView(*tape)["id"].text(), "event-o1");
  EXPECT_EQ(JsonView(*tape)["data"]["order_id"].text(), "o1");
  EXPECT_FALSE(bench_.delivery(id(1)).has_value());
}

TEST_F(WebhookSenderTest, TriesAgainWhatFailedAndOthersDoNotWait) {
  Receiver receiver;
  subscribe(receiver.url());
  start();
  receiver.answer_next({"500 No", "302 Found", "429 Later"});
  bench_.event("o1");
  ASSERT_TRUE(soon([&] { return bench_.delivery(id(0)).has_value(); }));
  bench_.event("o2");
  ASSERT_TRUE(soon([&] { return is(0, DeliveryStatus::succeeded) && is(1, DeliveryStatus::succeeded); }));
  const auto first = *bench_.delivery(id(0));
  const auto second = *bench_.delivery(id(1));
  EXPECT_EQ(first.attempts + second.attempts, 5);
  EXPECT_EQ(first.log[0].error, "status_500");
  EXPECT_EQ(first.log[0].response_status, 500);
  EXPECT_EQ(receiver.ids()[id(0)], first.attempts);
  for (const auto& request : receiver.requests()) EXPECT_TRUE(request.starts_with("POST /hook ")) << request;
  EXPECT_FALSE(hook().failing_since.has_value());
}

TEST_F(WebhookSenderTest, GivesUpWhenTheTimeIsOver) {
  Receiver receiver;
  receiver.answer_always("503 Busy");
  options_.retry_for = seconds(0);
  subscribe(receiver.url());
  start();
  bench_.event("o1");
  ASSERT_TRUE(soon([&] { return is(0, DeliveryStatus::failed); }));
  EXPECT_EQ(hook().given_up, 1);
  EXPECT_EQ(hook().status, WebhookStatus::enabled);

  // A redelivery gets the full retry time again.
  receiver.answer_always("200 OK");
  bench_.tell(kTypeOf<RedeliverRequested>, "w1", RedeliverRequested{WebhookId("w1"), id(0)});
  ASSERT_TRUE(soon([&] { return is(0, DeliveryStatus::succeeded); }));
  EXPECT_EQ(receiver.ids()[id(0)], 2);
}

TEST_F(WebhookSenderTest, WhatOnlyFailsIsDisabledAndGoesOnWhenEnabled) {
  Receiver receiver;
  receiver.answer_always("500 No");
  options_.disable_after = seconds(0);
  subscribe(receiver.url());
  start();
  bench_.event("o1");
  ASSERT_TRUE(soon([&] { return hook().status == WebhookStatus::disabled; }));
  EXPECT_EQ(hook().status_reason, "failing");
  bench_.event("o2");
  receiver.answer_always("200 OK");
  enable();
  ASSERT_TRUE(soon([&] { return is(0, DeliveryStatus::succeeded) && is(1, DeliveryStatus::succeeded); }));
}

TEST_F(WebhookSenderTest, GoneDisablesAtOnce) {
  Receiver receiver;
  receiver.answer_always("410 Gone");
  subscribe(receiver.url());
  start();
  bench_.event("o1");
  ASSERT_TRUE(soon([&] { return hook().status == WebhookStatus::disabled; }));
  EXPECT_EQ(hook().status_reason, "gone");
  EXPECT_TRUE(soon([&] { return sender_->figures().endpoints == 0; }));
}

TEST_F(WebhookSenderTest, ASlowEndpointTimesOut) {
  TestPeer silent([](TestConnection& connection) { connection.wait_until_closed(); });
  options_.timeout = milliseconds(50);
  options_.retry_for = seconds(0);
  subscribe(silent.url());
  start();
  bench_.event("o1");
  ASSERT_TRUE(soon([&] { return is(0, DeliveryStatus::failed); }));
  EXPECT_EQ(bench_.delivery(id(0))->log[0].error, "timeout");
  EXPECT_FALSE(bench_.delivery(id(0))->log[0].response_status.has_value());
}

TEST_F(WebhookSenderTest, PrivateAddressesAreRefused) {
  Receiver receiver;
  options_.caller.allow_private = false;
  options_.retry_for = seconds(0);
  subscribe(receiver.url());
  start();
  bench_.event("o1");
  ASSERT_TRUE(soon([&] { return is(0, DeliveryStatus::failed); }));
  EXPECT_EQ(bench_.delivery(id(0))->log[0].error, "private_address");
  EXPECT_EQ(receiver.count(), 0U);
}

TEST_F(WebhookSenderTest, WhoComesNextGoesOnAndNothingIsLost) {
  Receiver receiver;
  subscribe(receiver.url());
  receiver.answer_always("500 No");
  start();
  for (int i = 0; i < 5; ++i) bench_.event("o" + std::to_string(i));
  ASSERT_TRUE(soon([&] { return bench_.delivery(id(0)).has_value(); }));
  stop();  // while deliveries are in progress
  for (int i = 5; i < 10; ++i) bench_.event("o" + std::to_string(i));
  receiver.answer_always("200 OK");
  start();
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(soon([&] { return is(i, DeliveryStatus::succeeded); })) << i;
  }
  EXPECT_TRUE(soon([&] { return hook().positions[0] == 10; }));
}

TEST_F(WebhookSenderTest, NothingIsLostWhileTheLogTakesNothing) {
  Receiver receiver;
  subscribe(receiver.url());
  start();
  bench_.refuse_appends(true);
  bench_.event("o1");
  ASSERT_TRUE(soon([&] { return receiver.count() == 1; }));
  bench_.refuse_appends(false);
  ASSERT_TRUE(soon([&] { return is(0, DeliveryStatus::succeeded) && hook().positions[0] == 1; }));
  EXPECT_EQ(receiver.count(), 1U);
}

TEST_F(WebhookSenderTest, EventsOfAnOrderComeInTheirOrder) {
  Receiver receiver;
  subscribe(receiver.url());
  for (int i = 0; i < 60; ++i) bench_.event("o" + std::to_string(i % 3));
  start();
  ASSERT_TRUE(soon([&] { return receiver.count() == 60; }));
  std::map<std::string, std::int64_t> last;
  for (const auto& request : receiver.requests()) {
    const auto body = request.substr(request.find("\r\n\r\n") + 4);
    const auto tape = JsonTape::parse(body);
    const JsonView event{*tape};
    const std::string order{event["subject"].text()};
    const std::int64_t offset = std::stoll(std::string(event["offset"].text()));
    const auto before = last.find(order);
    if (before != last.end()) {
      EXPECT_LT(before->second, offset);
    }
    last[order] = offset;
  }
}

TEST_F(WebhookSenderTest, AnEventThatTheLogForgotCannotBeSentAgain) {
  Receiver receiver;
  receiver.answer_always("500 No");
  options_.backoff = {milliseconds(300), milliseconds(300), 100};
  subscribe(receiver.url());
  start();
  bench_.event("o1");
  ASSERT_TRUE(soon([&] { return bench_.delivery(id(0)).has_value(); }));
  bench_.forget_before(1);
  ASSERT_TRUE(soon([&] { return is(0, DeliveryStatus::failed); }));
  EXPECT_EQ(bench_.delivery(id(0))->log.back().error, "event_gone");
}

TEST_F(WebhookSenderTest, ATestIsSentWhateverIsWanted) {
  Receiver receiver;
  subscribe(receiver.url(), {"nothing"});
  start();
  bench_.tell(kTypeOf<WebhookTestRequested>, "w1", WebhookTestRequested{WebhookId("w1"), "w1:test:1"});
  ASSERT_TRUE(soon([&] {
    const auto delivery = bench_.delivery("w1:test:1");
    return delivery && delivery->status == DeliveryStatus::succeeded;
  }));
  EXPECT_NE(receiver.requests()[0].find(R"("type":"ordo.webhook.test.v1")"), std::string::npos);
}

}  // namespace
}  // namespace ordo::outbound
