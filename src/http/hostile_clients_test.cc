// Hostile or broken clients: each meets a specific limit, and other clients are served meanwhile.
#include <gtest/gtest.h>

#include <list>
#include <mutex>
#include <thread>

#include "http/held_bytes.h"
#include "http/open_counts.h"
#include "http/server.h"
#include "http/testing/test_client.h"

namespace ordo::http {
namespace {

using std::chrono::milliseconds;

class HostileClients : public testing::Test {
 protected:
  HostileClients() {
    options_.tick = milliseconds(5);
    options_.linger = milliseconds(50);
    options_.drain = milliseconds(50);
  }
  void start() {
    auto started = Server::start(options_, [this](const Request& request, Respond respond) {
      if (request.path() == "/hold") {
        const std::lock_guard lock(mutex_);
        held_.push_back(std::move(respond));
        return;
      }
      Response response;
      response.content_type = "text/plain";
      response.body = request.path() == "/large" ? std::string(16 << 20, 'x') : std::string(request.target());
      respond(std::move(response));
    });
    ASSERT_TRUE(started.has_value()) << started.error().text();
    server_ = std::move(*started);
  }
  std::size_t held() {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }
  void expect_others_served() {
    TestClient other(server_->port());
    EXPECT_EQ(other.get("/other").body, "/other");
  }
  void expect_refused(TestClient& client, int status, std::string_view code) {
    const auto answer = client.receive();
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_NE(answer.body.find("\"code\":\"" + std::string(code) + "\""), std::string::npos) << answer.body;
    EXPECT_EQ(answer.header("Connection"), "close");
    client.shutdown_send();
    EXPECT_TRUE(client.at_end());
  }
  void expect_refused(std::string_view bytes, int status, std::string_view code) {
    TestClient client(server_->port());
    client.send(bytes);
    expect_refused(client, status, code);
  }

  ServerOptions options_;
  std::mutex mutex_;
  std::vector<Respond> held_;  // guarded by mutex_
  std::unique_ptr<Server> server_;
};

// Sends `bytes` repeatedly, without a pause, until the server ends the connection.
void drip(TestClient& client, std::string_view bytes) {
  while (client.send(bytes)) std::this_thread::sleep_for(milliseconds(1));
}

TEST_F(HostileClients, AHeadThatDripsIsCutOffHoweverBusyItLooks) {
  options_.head_timeout = milliseconds(50);
  options_.idle_timeout = std::chrono::hours(1);
  start();
  TestClient slow(server_->port());
  slow.send("GET / HTTP/1.1\r\nHost: h\r\n");
  std::thread dripping([&] { drip(slow, "X: y\r\n"); });
  expect_others_served();
  EXPECT_EQ(slow.receive().status, 408);
  slow.receive_exactly(1);
  dripping.join();
}

TEST_F(HostileClients, ABodyThatDripsIsCutOff) {
  options_.body_timeout = milliseconds(50);
  start();
  for (const auto* framing : {"Content-Length: 1000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"}) {
    TestClient slow(server_->port());
    slow.send(std::string("POST / HTTP/1.1\r\nHost: h\r\n") + framing);
    std::thread dripping([&] { drip(slow, "1\r\nx\r\n"); });
    expect_others_served();
    EXPECT_EQ(slow.receive().status, 408);
    slow.receive_exactly(1);
    dripping.join();
  }
}

TEST_F(HostileClients, WhoDoesNotReadIsCutOff) {
  options_.write_timeout = milliseconds(50);
  start();
  TestClient deaf(server_->port());
  deaf.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
  until([&] { return server_->stats().requests == 1; });
  expect_others_served();
  until([&] { return server_->stats().connections_open == 0; });
  EXPECT_EQ(deaf.receive().status, 0) << "the answer was cut off";
}

TEST_F(HostileClients, WhoReadsTooSlowlyIsCutOff) {
  options_.write_timeout = milliseconds(300);
  options_.min_read_rate = 1 << 30;
  start();
  TestClient slow(server_->port());
  slow.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
  std::size_t taken = 0;
  // A client that takes a piece now and then makes progress all the time. It would take 16 MiB far more slowly than the
  // minimum rate.
  for (std::size_t piece = 1; piece > 0; taken += piece) {
    piece = slow.receive_exactly(64 << 10).size();
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_LT(taken, 16U << 20);
  EXPECT_EQ(server_->stats().answer_bytes, 0U);
}

TEST_F(HostileClients, WhatIsNotTakenIsCountedAndBounded) {
  start();
  std::string requests;
  for (int i = 0; i < 14; ++i) requests += "GET /large HTTP/1.1\r\nHost: h\r\n\r\n";
  std::list<TestClient> deaf;
  for (int i = 0; i < 2; ++i) deaf.emplace_back(server_->port()).send(requests);
  // Four of the fourteen are read: the first is being sent, and the others wait for it.
  const auto untaken = 2 * options_.max_reads * (16U << 20);
  until([&] { return server_->stats().answer_bytes == untaken; });
  expect_others_served();
  EXPECT_EQ(server_->stats().requests, 2 * options_.max_reads + 1);
  for (std::size_t i = 0; i < 14; ++i) ASSERT_EQ(deaf.front().receive().body.size(), 16U << 20) << i;
  until([&] { return server_->stats().answer_bytes == untaken / 2; });
  deaf.clear();
  until([&] { return server_->stats().answer_bytes == 0; });
}

TEST_F(HostileClients, WhoTakesNothingGoesSoonWhenAllHaveTooMuch) {
  options_.write_timeout = std::chrono::hours(1);
  options_.max_answer_bytes = 32 << 20;
  start();
  TestClient deaf(server_->port());
  // The second answer reaches the limit of all answers. Nothing is read while an answer is written, so both requests
  // arrive together.
  const std::string request = "GET /large HTTP/1.1\r\nHost: h\r\n\r\n";
  deaf.send(request + request);
  until([&] { return server_->stats().requests >= 2 && server_->stats().connections_open == 0; });
  until([&] { return server_->stats().answer_bytes == 0; });  // closing the last connection frees what was held
}

TEST(HeldBytes, AreCountedOnce) {
  const auto total = std::make_shared<std::atomic<std::size_t>>(0);
  {
    HeldBytes first(total, 5);
    HeldBytes second(total, 7);
    HeldBytes all;
    all.add(std::move(first));
    all.add(std::move(second));
    EXPECT_EQ(*total, 12U);
    HeldBytes moved(std::move(all));
    EXPECT_EQ(*total, 12U);
    moved = HeldBytes();
    EXPECT_EQ(*total, 0U);
    moved.add(HeldBytes(total, 3));
    EXPECT_EQ(*total, 3U);
  }
  EXPECT_EQ(*total, 0U);
}

// Answers that wait behind a large answer are sent after it.
TEST_F(HostileClients, ASlowReaderGetsEverythingInTheEnd) {
  start();
  for (int round = 0; round < 20; ++round) {
    TestClient slow(server_->port());
    slow.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\nGET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
    until([&] { return held() == 1; });
    {
      const std::lock_guard lock(mutex_);
      Response late;
      late.body = "late";
      held_.front()(std::move(late));
      held_.clear();
    }
    ASSERT_EQ(slow.receive().body.size(), 16U << 20);
    ASSERT_EQ(slow.receive().body, "late");
  }
}

TEST_F(HostileClients, AFloodOfConnectionsMakesRoomItself) {
  options_.max_connections = 20;
  options_.io_threads = 2;
  start();
  TestClient neighbour(server_->port());
  EXPECT_EQ(neighbour.get("/a").body, "/a");
  std::list<TestClient> flood;
  for (int i = 0; i < 500; ++i) flood.emplace_back(server_->port(), "127.0.0.2");
  until([&] { return server_->stats().connections_accepted == 501; });
  EXPECT_EQ(neighbour.get("/b").body, "/b");
  expect_others_served();
  until([&] { return server_->stats().connections_open <= 20; });
  EXPECT_EQ(server_->stats().connections_refused, 0U);
  EXPECT_GE(server_->stats().connections_evicted, 500U + 2U - 20U);
}

TEST_F(HostileClients, OfOneAddressTheLongestIdleMakesRoom) {
  options_.max_connections = 3;
  start();
  std::list<TestClient> served;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(served.emplace_back(server_->port()).get("/a").status, 200);
  EXPECT_EQ(served.front().get("/b").status, 200);  // now the second has been idle longest
  expect_others_served();
  served.back().send("GET /half HTTP/1.1\r\n");
  EXPECT_TRUE(std::next(served.begin())->at_end());
  EXPECT_EQ(served.front().get("/c").status, 200);
}

TEST_F(HostileClients, OfEqualAddressesTheLongestIdleMakesRoom) {
  options_.max_connections = 3;
  start();
  std::list<TestClient> served;
  for (const auto* address : {"127.0.0.2", "127.0.0.3", "127.0.0.4"}) {
    EXPECT_EQ(served.emplace_back(server_->port(), address).get("/a").status, 200);
  }
  EXPECT_EQ(served.front().get("/b").status, 200);  // now the second has been idle longest
  expect_others_served();
  EXPECT_TRUE(std::next(served.begin())->at_end());
  EXPECT_EQ(served.front().get("/c").status, 200);
}

TEST_F(HostileClients, AConnectionMakesRoomAgainAfterItsRequest) {
  options_.max_connections = 1;
  start();
  TestClient first(server_->port());
  first.send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
  until([&] { return held() == 1; });
  TestClient second(server_->port());
  expect_refused(second, 503, "too_many_connections");
  {
    const std::lock_guard lock(mutex_);
    held_.front()(Response());
    held_.clear();
  }
  EXPECT_EQ(first.receive().status, 200);
  expect_others_served();
  EXPECT_TRUE(first.at_end());
}

TEST_F(HostileClients, WhatIsInWorkMakesNoRoom) {
  options_.max_connections = 20;
  start();
  std::list<TestClient> served;
  for (int i = 0; i < 20; ++i) served.emplace_back(server_->port()).send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
  until([&] { return held() == 20; });
  std::list<TestClient> flood;
  for (int i = 0; i < 500; ++i) flood.emplace_back(server_->port());
  expect_refused(flood.front(), 503, "too_many_connections");
  until([&] { return server_->stats().connections_refused == 500; });
  EXPECT_LE(server_->stats().connections_open, 20U + 128U) << "the refused connections are bounded, too";
  {
    const std::lock_guard lock(mutex_);
    held_.clear();
  }
  for (auto& client : served) EXPECT_EQ(client.receive().status, 500) << "dropped by the test";
  flood.clear();
  until([&] { return server_->stats().connections_open == 20; });
  expect_others_served();
}

TEST_F(HostileClients, AnAddressWithMoreTakesNoRoomFromOneWithFewer) {
  options_.max_connections = 4;
  start();
  std::list<TestClient> busy;
  for (int i = 0; i < 3; ++i) {
    busy.emplace_back(server_->port(), "127.0.0.2").send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  until([&] { return held() == 3; });
  TestClient idle(server_->port());
  EXPECT_EQ(idle.get("/a").status, 200);
  TestClient fourth(server_->port(), "127.0.0.2");
  expect_refused(fourth, 503, "too_many_connections");
  EXPECT_EQ(idle.get("/b").status, 200);
}

TEST_F(HostileClients, EmptyLinesAreTheBeginningOfAHead) {
  options_.head_timeout = milliseconds(50);
  options_.idle_timeout = std::chrono::hours(1);
  start();
  TestClient slow(server_->port());
  slow.send("\r\n");
  EXPECT_EQ(slow.receive().status, 408);
  TestClient many(server_->port());
  EXPECT_EQ(many.request("\r\n\r\n\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n").body, "/a");
  many.send("\r\n\r\n\r\n\r\n\r\n");
  expect_refused(many, 400, "malformed_request");
}

TEST_F(HostileClients, AnAddressHasALimitOfItsOwn) {
  options_.max_connections_per_address = 3;
  start();
  std::list<TestClient> served;
  for (int i = 0; i < 3; ++i) {
    served.emplace_back(server_->port());
    EXPECT_EQ(served.back().get("/a").status, 200);
  }
  for (int i = 0; i < 5; ++i) {
    TestClient fourth(server_->port());
    expect_refused(fourth, 429, "too_many_connections_of_address");
  }
  EXPECT_EQ(server_->stats().connections_refused_by_address, 5U);
  served.pop_back();
  until([&] { return server_->stats().connections_open == 2; });
  expect_others_served();
}

TEST_F(HostileClients, TheLimitOfAnAddressSparesProxies) {
  options_.max_connections_per_address = 1;
  options_.trusted_proxies = *access::TrustedProxies::parse("127.0.0.1");
  start();
  TestClient first(server_->port());
  TestClient second(server_->port());
  EXPECT_EQ(first.get("/").status, 200);
  EXPECT_EQ(second.get("/").status, 200);
}

TEST(OpenCounts, CountEachOwnersAlone) {
  auto counts = std::make_unique<OpenCounts>();
  const auto first = counts->enter("a", 2);
  auto second = counts->enter("a", 2);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->of_owner(), 2U);
  EXPECT_EQ(counts->enter("a", 2), nullptr);
  EXPECT_NE(counts->enter("b", 2), nullptr);
  EXPECT_NE(counts->enter("a", 0), nullptr);
  second.reset();
  EXPECT_NE(counts->enter("a", 2), nullptr);
  counts.reset();
  EXPECT_EQ(first->of_owner(), 1U);
}

TEST_F(HostileClients, EachSizeHasItsLimit) {
  options_.max_header = 1000;
  options_.max_target = 100;
  options_.max_fields = 10;
  options_.max_body = 1000;
  start();
  const auto get = [](const std::string& target, const std::string& fields = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
  };
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  expect_refused(get("/" + std::string(100, 'a')), 414, "target_too_long");
  expect_refused("GET /" + std::string(5000, 'a'), 414, "target_too_long");
  expect_refused(get("/", "X: " + std::string(1000, 'a') + "\r\n"), 431, "header_too_large");
  std::string fields;
  for (int i = 0; i < 10; ++i) fields += "A: b\r\n";
  expect_refused(get("/", fields), 431, "too_many_header_fields");
  expect_refused(post + "Content-Length: 1001\r\n\r\n", 413, "body_too_large");
  const auto chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
  expect_refused(chunked + "3e9\r\n", 413, "body_too_large");
  expect_refused(chunked + "ffffffffffffffff\r\n", 413, "body_too_large");
  expect_refused(chunked + "fffffffffffffffff\r\n", 400, "malformed_request");
  expect_refused(chunked + "1;" + std::string(1100, 'e'), 431, "chunk_header_too_large");
  expect_refused(chunked + "1\r\nx\r\n0\r\nT: " + std::string(1100, 't'), 431, "chunk_header_too_large");
  TestClient fitting(server_->port());
  EXPECT_EQ(fitting.get("/" + std::string(99, 'a')).status, 200);
  EXPECT_EQ(fitting.get("/", fields.substr(0, fields.size() - 6)).status, 200);
}

TEST_F(HostileClients, ThousandsOfPipelinedRequestsAreServedSixtyFourAtATime) {
  start();
  TestClient client(server_->port());
  constexpr int kMany = 20'000;
  std::thread sending([&] {
    std::string requests;
    for (int i = 0; i < kMany; ++i) requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
    client.send(requests);
  });
  for (int i = 0; i < kMany; ++i) ASSERT_EQ(client.receive().body, "/" + std::to_string(i));
  sending.join();
  TestClient waiting(server_->port());
  std::string holding;
  for (int i = 0; i < 1000; ++i) holding += "POST /hold HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n";
  waiting.send(holding);
  until([&] { return held() == options_.max_pipelined; });
  expect_others_served();
  EXPECT_EQ(held(), options_.max_pipelined);
}

TEST_F(HostileClients, OfReadsFewerAreInWorkAtOnce) {
  start();
  TestClient waiting(server_->port());
  std::string holding;
  for (int i = 0; i < 1000; ++i) holding += "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n";
  waiting.send(holding);
  until([&] { return held() == options_.max_reads; });
  expect_others_served();
  EXPECT_EQ(held(), options_.max_reads);
}

}  // namespace
}  // namespace ordo::http
