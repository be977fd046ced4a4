#include "http/server.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "http/testing/test_client.h"

namespace ordo::http {
namespace {

using std::chrono::milliseconds;

// Echoes each request at once. Requests below /hold wait until the test takes them.
class Echo {
 public:
  Handler handler() {
    return [this](const Request& request, Respond respond) { handle(request, std::move(respond)); };
  }

  // Waits until this many requests are held and returns them.
  std::vector<Respond> take_held(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return held_.size() >= count; });
    return std::exchange(held_, {});
  }

 private:
  void handle(const Request& request, Respond respond) {
    if (request.path() == "/hold") {
      const std::lock_guard lock(mutex_);
      held_.push_back(std::move(respond));
      changed_.notify_all();
      return;
    }
    if (request.path() == "/drop") return;
    Response response;
    response.content_type = "text/plain";
    response.body = request.path() == "/peer" ? request.peer
                                              : std::string(to_string(request.method)) + " " +
                                                    std::string(request.target()) + " " + request.body;
    respond(std::move(response));
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Respond> held_;
};

class ServerTest : public testing::Test {
 protected:
  void start(const ServerOptions& options = {}) {
    auto started = Server::start(options, echo_.handler());
    ASSERT_TRUE(started.has_value()) << started.error().text();
    server_ = std::move(*started);
  }
  // Sends bytes; expects the status and the end of the connection.
  void expect_refused(std::string_view bytes, int status, std::string_view code) {
    TestClient client(server_->port());
    const auto answer = client.request(bytes);
    EXPECT_EQ(answer.status, status) << bytes << answer.body;
    EXPECT_NE(answer.body.find("\"code\":\"" + std::string(code) + "\""), std::string::npos) << answer.body;
    EXPECT_EQ(answer.header("Connection"), "close") << bytes;
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
    client.shutdown_send();
    EXPECT_TRUE(client.at_end()) << bytes;
  }

  Echo echo_;
  std::unique_ptr<Server> server_;
};

Response text(std::string body) {
  Response response;
  response.content_type = "text/plain";
  response.body = std::move(body);
  return response;
}

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  start();
  TestClient client(server_->port());
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.get("/a?b=c");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "GET /a?b=c ");
    EXPECT_EQ(answer.header("Content-Type"), "text/plain");
    EXPECT_NE(answer.header("Date"), "");
    EXPECT_EQ(answer.header("Connection"), "");
  }
  EXPECT_EQ(server_->stats().requests, 3U);
}

TEST_F(ServerTest, ARequestSaysWhoItComesFrom) {
  start();
  TestClient direct(server_->port());
  EXPECT_EQ(direct.get("/peer", "X-Forwarded-For: 203.0.113.9\r\n").body, "127.0.0.1") << "no proxy is trusted";
  ServerOptions options;
  options.trusted_proxies = *access::TrustedProxies::parse("127.0.0.0/8");
  start(options);
  TestClient proxy(server_->port());
  EXPECT_EQ(proxy.get("/peer").body, "127.0.0.1");
  EXPECT_EQ(proxy.get("/peer", "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 203.0.113.9, 127.0.0.2\r\n").body,
            "203.0.113.9");
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrderAlsoBeyondTheBound) {
  start();
  TestClient client(server_->port());
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 500; ++i) ASSERT_EQ(client.receive().body, "GET /" + std::to_string(i) + " ");
}

TEST_F(ServerTest, AnswersFromOtherThreadsInAnyOrderArriveInTheOrderOfTheRequests) {
  start();
  TestClient client(server_->port());
  std::string requests;
  for (int i = 0; i < 10; ++i) requests += "POST /hold HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n";
  client.send(requests + "GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
  auto held = echo_.take_held(10);
  std::vector<std::thread> threads;
  for (std::size_t i = held.size(); i-- > 0;) {
    threads.emplace_back([respond = std::move(held[i]), i]() mutable { respond(text(std::to_string(i))); });
  }
  for (auto& thread : threads) thread.join();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(client.receive().body, std::to_string(i));
  EXPECT_EQ(client.receive().body, "GET /now ");
}

TEST_F(ServerTest, NoMoreThanMaxPipelinedAreInFlight) {
  ServerOptions options;
  options.max_pipelined = 4;
  start(options);
  TestClient client(server_->port());
  std::string requests;
  for (int i = 0; i < 6; ++i) requests += "POST /hold HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n";
  client.send(requests);
  auto held = echo_.take_held(4);
  EXPECT_EQ(server_->stats().requests, 4U);
  held[0](text("0"));
  EXPECT_EQ(client.receive().body, "0");
  auto next = echo_.take_held(1);
  for (std::size_t i = 1; i < 4; ++i) held[i](text(std::to_string(i)));
  next[0](text("4"));
  auto last = echo_.take_held(1);
  last[0](text("5"));
  for (int i = 1; i < 6; ++i) EXPECT_EQ(client.receive().body, std::to_string(i));
}

TEST_F(ServerTest, ByteByByteIsTheSameRequest) {
  start();
  TestClient client(server_->port());
  for (const char c : std::string_view("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"))
    client.send({&c, 1});
  EXPECT_EQ(client.receive().body, "POST /p hello");
  for (const char c : std::string_view("POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
                                       "chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\n")) {
    client.send({&c, 1});
  }
  EXPECT_EQ(client.receive().body, "POST /p abcde");
}

TEST_F(ServerTest, HeadIsGetWithoutTheBody) {
  start();
  TestClient client(server_->port());
  client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto answer = client.receive(true);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Length"), "8");
  EXPECT_EQ(client.get("/y").body, "GET /y ");
}

TEST_F(ServerTest, SpeaksHttp10AndHonoursConnectionClose) {
  start();
  TestClient old(server_->port());
  EXPECT_EQ(old.request("GET / HTTP/1.0\r\n\r\n").header("Connection"), "close");
  old.shutdown_send();
  EXPECT_TRUE(old.at_end());
  TestClient keeping(server_->port());
  EXPECT_EQ(keeping.request("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").header("Connection"), "keep-alive");
  EXPECT_EQ(keeping.get("/", "Connection: close\r\n").header("Connection"), "close");
  EXPECT_TRUE(keeping.at_end());
}

TEST_F(ServerTest, AnswersExpectContinue) {
  start();
  TestClient client(server_->port());
  client.send("POST /p HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  EXPECT_EQ(client.request("ok").body, "POST /p ok");
  // A client that does not wait gets no interim answer, which it might take for the final one.
  client.send("POST /p HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(ServerTest, AbsoluteTargetsAndBlankLinesBeforeARequestAreFine) {
  start();
  TestClient client(server_->port());
  EXPECT_EQ(client.request("\r\n\r\nGET http://shop.example/a?b HTTP/1.1\r\nHost: shop.example\r\n\r\n").body,
            "GET /a?b ");
}

TEST_F(ServerTest, RefusesWhatItCannotRead) {
  start();
  expect_refused("nonsense\r\n\r\n", 400, "malformed_request");
  expect_refused("GET /\r\n\r\n", 400, "malformed_request");
  expect_refused("GET / HTTP/1.1\nHost: h\n\n\r\n\r\n", 400, "malformed_request");
  expect_refused("GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400, "malformed_request");
  expect_refused("GET / JUNK\r\n\r\n", 400, "malformed_request");
  expect_refused("GET ftp://x/ HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad_target");
  expect_refused("GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505, "bad_http_version");
  expect_refused("GET / HTTP/1.2\r\nHost: h\r\n\r\n", 505, "bad_http_version");
  expect_refused("GET / HTTP/1.1\r\n\r\n", 400, "bad_host");
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "bad_host");
  for (const std::string host :
       {"", "a b", "a@b", "a/b", "a:b", "a:1:2", "a\tb", "<x>", "[::1", "[]", "[x]", "[::1]x", "\xff"}) {
    expect_refused("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", 400, "bad_host");
  }
  expect_refused("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "bad_host");
  expect_refused("GET http://localhost@evil/ HTTP/1.1\r\nHost: evil\r\n\r\n", 400, "bad_host");
  expect_refused("GET http://a@b/ HTTP/1.0\r\n\r\n", 400, "bad_host");
  expect_refused("GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", 400, "folded_header");
  expect_refused("GET / HTTP/1.1\r\nHost: h\r\nX:\r\n b\r\n\r\n", 400, "folded_header");
  expect_refused("POST / HTTP/1.1\r\nHost: h\r\nExpect: magic\r\nContent-Length: 1\r\n\r\n", 417, "bad_expectation");
}

TEST_F(ServerTest, RefusesAmbiguousFraming) {
  start();
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  for (const auto* fields : {
           "Content-Length: 5\r\nContent-Length: 6\r\n",
           "Content-Length: 5\r\nContent-Length: 5\r\n",
           "Content-Length: 5, 5\r\n",
           "Content-Length: +5\r\n",
           "Content-Length: 0x5\r\n",
           "Content-Length: -1\r\n",
           "Content-Length: 99999999999999999999999\r\n",
           "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
           "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n",
           "Transfer-Encoding: gzip\r\n",
           "Transfer-Encoding: chunked, gzip\r\n",
           "Transfer-Encoding: gzip, chunked\r\n",
           "Transfer-Encoding: chunked, identity\r\n",
           "Transfer-Encoding: xchunked\r\n",
           "Transfer-Encoding: \r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
       }) {
    expect_refused(post + fields + "\r\n", 400, "bad_framing");
  }
  expect_refused("POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "bad_framing");
  expect_refused(post + "Transfer-Encoding: chunked\r\n\r\nzzz\r\n", 400, "malformed_request");
  expect_refused(post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcX0\r\n\r\n", 400, "malformed_request");
}

TEST_F(ServerTest, EachLimitHasItsStatus) {
  ServerOptions options;
  options.max_body = 1000;
  start(options);
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  expect_refused("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(17'000, 'x') + "\r\n\r\n", 431, "header_too_large");
  expect_refused("GET /" + std::string(17'000, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n", 414, "target_too_long");
  std::string many = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 2'000; ++i) many += "X: aaaaa\r\n";
  expect_refused(many + "\r\n", 431, "too_many_header_fields");
  expect_refused(post + "Content-Length: 1001\r\n\r\n" + std::string(1001, 'x'), 413, "body_too_large");
  expect_refused(post + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x'), 413, "body_too_large");
  expect_refused(
      post + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + std::string(1000, 'x') + "\r\n1\r\nx\r\n0\r\n\r\n", 413,
      "body_too_large");
  TestClient client(server_->port());
  EXPECT_EQ(client.request(post + "Content-Length: 1000\r\n\r\n" + std::string(1000, 'x')).status, 200);
}

TEST_F(ServerTest, LargeBodiesAndAnswersPass) {
  start();
  TestClient client(server_->port());
  const std::string body(1024 * 1024, 'b');
  std::thread sender([&] {
    for (int i = 0; i < 3; ++i) client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1048576\r\n\r\n" + body);
  });
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.receive().body.size(), body.size() + 7);
  sender.join();
}

TEST_F(ServerTest, TooManyConnectionsAreTold) {
  ServerOptions options;
  options.max_connections = 2;
  start(options);
  TestClient first(server_->port());
  TestClient second(server_->port());
  for (auto* client : {&first, &second}) client->send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto held = echo_.take_held(2);  // connections with requests in progress make no room
  TestClient third(server_->port());
  const auto answer = third.receive();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("Retry-After"), "1");
  third.shutdown_send();
  EXPECT_TRUE(third.at_end());
  EXPECT_EQ(server_->stats().connections_refused, 1U);
}

ServerOptions impatient() {
  ServerOptions options;
  options.tick = milliseconds(5);
  return options;
}

TEST_F(ServerTest, SlowHeaderAndSlowBodyAre408) {
  ServerOptions options = impatient();
  options.head_timeout = milliseconds(30);
  options.body_timeout = milliseconds(30);
  start(options);
  expect_refused("GET / HT", 408, "header_timeout");
  expect_refused("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc", 408, "body_timeout");
}

TEST_F(ServerTest, IdleConnectionsAreClosedInSilence) {
  ServerOptions options = impatient();
  options.idle_timeout = milliseconds(30);
  start(options);
  TestClient fresh(server_->port());
  EXPECT_TRUE(fresh.at_end());
  TestClient used(server_->port());
  EXPECT_EQ(used.get("/").status, 200);
  EXPECT_TRUE(used.at_end());
}

TEST_F(ServerTest, ASilentHandlerIs504AndItsLateAnswerIsDropped) {
  ServerOptions options = impatient();
  options.handler_timeout = milliseconds(30);
  start(options);
  TestClient client(server_->port());
  EXPECT_EQ(client.get("/hold").status, 504);
  echo_.take_held(1)[0](text("late"));
  EXPECT_EQ(client.get("/next").body, "GET /next ");
}

TEST_F(ServerTest, ADroppedRespondIs500) {
  start();
  TestClient client(server_->port());
  EXPECT_EQ(client.get("/drop").status, 500);
  EXPECT_EQ(client.get("/next").status, 200);
}

TEST_F(ServerTest, AHalfClosedClientStillGetsItsAnswers) {
  start();
  TestClient client(server_->port());
  client.send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n");
  client.shutdown_send();
  echo_.take_held(1)[0](text("a"));
  EXPECT_EQ(client.receive().body, "a");
  EXPECT_EQ(client.receive().body, "GET /b ");
  EXPECT_TRUE(client.at_end());
}

TEST_F(ServerTest, AnswersToAVanishedClientAreDropped) {
  start();
  {
    TestClient client(server_->port());
    client.send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
    auto held = echo_.take_held(1);
    client.close();
    held[0](text("nobody"));
  }
  TestClient next(server_->port());
  EXPECT_EQ(next.get("/").status, 200);
}

TEST_F(ServerTest, StopLetsRequestsInFlightFinish) {
  start();
  TestClient idle(server_->port());
  EXPECT_EQ(idle.get("/").status, 200);
  TestClient busy(server_->port());
  busy.send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
  auto held = echo_.take_held(1);
  auto stopped = std::async(std::launch::async, [&] { server_->stop(); });
  EXPECT_TRUE(idle.at_end());
  EXPECT_NE(stopped.wait_for(milliseconds(0)), std::future_status::ready);
  held[0](text("done"));
  const auto answer = busy.receive();
  EXPECT_EQ(answer.body, "done");
  EXPECT_EQ(answer.header("Connection"), "close");
  busy.close();
  stopped.get();
  EXPECT_EQ(server_->stats().connections_open, 0U);
}

TEST_F(ServerTest, StopIsBoundedAndARespondMayOutliveTheServer) {
  ServerOptions options;
  options.drain = milliseconds(20);
  start(options);
  TestClient client(server_->port());
  client.send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
  auto held = echo_.take_held(1);
  server_.reset();
  EXPECT_TRUE(client.at_end());
  held[0](text("too late"));
}

TEST_F(ServerTest, ManyThreadsManyConnections) {
  ServerOptions options;
  options.io_threads = 3;
  start(options);
  std::vector<std::thread> threads;
  threads.reserve(8);
  std::atomic<int> good{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int c = 0; c < 5; ++c) {
        TestClient client(server_->port());
        for (int i = 0; i < 20; ++i) good += client.get("/" + std::to_string(t)).status == 200 ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 800);
}

TEST_F(ServerTest, ATakenPortIsAnError) {
  start();
  ServerOptions options;
  options.port = server_->port();
  const auto second = Server::start(options, echo_.handler());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().reason, "cannot_listen");
}

}  // namespace
}  // namespace ordo::http
