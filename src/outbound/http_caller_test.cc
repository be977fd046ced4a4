#include "outbound/http_caller.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>

#include "outbound/testing/test_peer.h"

namespace ordo::outbound {
namespace {

using std::chrono::milliseconds;

// Makes calls and collects the results.
class Caller {
 public:
  explicit Caller(HttpCallerOptions options = {}) {
    auto started = HttpCaller::start(std::move(options));
    EXPECT_TRUE(started.has_value());
    caller_ = std::move(*started);
  }

  std::future<Result<HttpReply>> begin(HttpCall call) {
    auto promise = std::make_shared<std::promise<Result<HttpReply>>>();
    auto future = promise->get_future();
    // A second callback would throw, and end the test.
    caller_->call(std::move(call), [promise](Result<HttpReply> result) { promise->set_value(std::move(result)); });
    return future;
  }

  static Result<HttpReply> end(std::future<Result<HttpReply>>& future) {
    if (future.wait_for(kPatience) != std::future_status::ready) {
      return fail(ErrorCode::kIo, "no_callback", "the callback was not called");
    }
    return future.get();
  }

  Result<HttpReply> ask(HttpCall call) {
    auto future = begin(std::move(call));
    return end(future);
  }

  std::string reason(HttpCall call) {
    const auto result = ask(std::move(call));
    return result ? "status " + std::to_string(result->status) : result.error().reason;
  }

  HttpCaller& operator*() { return *caller_; }

 private:
  std::unique_ptr<HttpCaller> caller_;
};

HttpCall get(std::string url) {
  HttpCall call;
  call.method = "GET";
  call.url = std::move(url);
  return call;
}

HttpCall quick(std::string url, milliseconds timeout) {
  auto call = get(std::move(url));
  call.timeout = timeout;
  return call;
}

std::string reason_of(const Result<HttpReply>& result) {
  return result ? "" : result.error().reason;
}

// A point where scripts wait.
class RequestGuard {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  // Reports the arrival and waits for permission to go on.
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return open_; }));
    --waiting_;
  }
  void wait_for(int waiting) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return waiting_ >= waiting; }));
  }
  int waiting() {
    const std::lock_guard lock(mutex_);
    return waiting_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int waiting_ = 0;
};

// A peer that answers each request with the request itself.
void echo(TestConnection& connection) {
  for (auto request = connection.read_request(); !request.empty(); request = connection.read_request()) {
    if (request.rfind("HEAD ", 0) == 0) {
      connection.send("HTTP/1.1 204 No Content\r\n\r\n");
    } else {
      connection.answer(request);
    }
  }
}

TEST(HttpCaller, SendsTheCallAndReadsTheAnswer) {
  std::string seen;
  TestPeer peer([&](TestConnection& connection) {
    seen = connection.read_request();
    connection.send("HTTP/1.1 103 Early Hints\r\nRetry-After: 1\r\n\r\n");
    connection.answer("made", "201 Created",
                      "Content-Type: text/plain\r\nLocation: /a\r\nX-Other: 1\r\nSet-Cookie: a=b\r\n");
    connection.wait_until_closed();
  });
  HttpCall call;
  call.url = peer.url("/pay?order=1");
  call.headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", "order-1"}, {"X-Empty", ""}};
  call.body = R"({"amount":5})";
  Caller caller;
  const auto reply = caller.ask(call);
  ASSERT_TRUE(reply.has_value()) << reply.error().text();
  EXPECT_EQ(reply->status, 201);
  EXPECT_EQ(reply->body, "made");
  EXPECT_EQ(reply->header("content-type"), "text/plain");
  EXPECT_EQ(reply->header("location"), "/a");
  EXPECT_EQ(reply->header("retry-after"), "");  // that belongs to the 103 response
  EXPECT_EQ(reply->headers.size(), 2U);
  EXPECT_EQ(seen.rfind("POST /pay?order=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(peer.port()) + "\r\n", 0), 0U);
  EXPECT_NE(seen.find("\r\nContent-Type: application/json\r\n"), std::string::npos);
  EXPECT_NE(seen.find("\r\nIdempotency-Key: order-1\r\n"), std::string::npos);
  EXPECT_NE(seen.find("\r\nX-Empty:\r\n"), std::string::npos);
  EXPECT_NE(seen.find("\r\nContent-Length: 12\r\n"), std::string::npos);
  EXPECT_EQ(seen.find("Expect"), std::string::npos);
  EXPECT_EQ(seen.substr(seen.size() - 12), call.body);
}

TEST(HttpCaller, KnowsTheMethodsAndKeepsTheConnection) {
  TestPeer peer(echo);
  Caller caller;
  for (const auto* method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
    for (const std::string body : {"", "text"}) {
      HttpCall call;
      call.method = method;
      call.url = peer.url();
      call.body = body;
      const auto reply = caller.ask(call);
      ASSERT_TRUE(reply.has_value()) << method << ": " << reply.error().text();
      EXPECT_EQ(reply->body.rfind(std::string(method) + " / HTTP/1.1\r\n", 0), 0U) << reply->body;
      EXPECT_EQ(reply->body.find("Content-Type"), std::string::npos);
      const auto end = reply->body.find("\r\n\r\n");
      EXPECT_EQ(reply->body.substr(end + 4), body);
    }
  }
  auto head = get(peer.url());
  head.method = "HEAD";
  EXPECT_EQ(caller.ask(head)->status, 204);
  EXPECT_EQ(peer.connections(), 1);
}

TEST(HttpCaller, SendsAgainWhenAKeptConnectionWasClosed) {
  TestPeer peer([](TestConnection& connection) {
    if (!connection.read_request().empty()) connection.answer("once");
  });
  Caller caller;
  for (int i = 0; i < 3; ++i) {
    HttpCall call;
    call.url = peer.url();
    const auto reply = caller.ask(call);
    ASSERT_TRUE(reply.has_value()) << reply.error().text();
    EXPECT_EQ(reply->body, "once");
  }
  EXPECT_EQ(peer.connections(), 3);
}

TEST(HttpCaller, ARedirectIsAnAnswer) {
  TestPeer other(echo);
  TestPeer peer([&](TestConnection& connection) {
    connection.read_request();
    connection.answer("", "302 Found", "Location: " + other.url() + "\r\n");
  });
  Caller caller;
  const auto reply = caller.ask(get(peer.url()));
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->status, 302);
  EXPECT_EQ(reply->header("location"), other.url());
  EXPECT_EQ(other.connections(), 0);
}

TEST(HttpCaller, APeerThatIsSlowRunsOutOfTime) {
  Caller caller;
  for (const auto* beginning :
       {"", "HTTP/1.1 200 OK\r\nContent-Ty", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"}) {
    TestPeer peer([&](TestConnection& connection) {
      connection.read_request();
      connection.send(beginning);
      connection.wait_until_closed();
    });
    EXPECT_EQ(caller.reason(quick(peer.url(), milliseconds(100))), "timeout") << beginning;
  }
  // A peer that accepts a TLS connection but sends nothing never got the request.
  TestPeer mute([](TestConnection& connection) { connection.wait_until_closed(); });
  EXPECT_EQ(caller.reason(quick("https://127.0.0.1:" + std::to_string(mute.port()), milliseconds(100))),
            "cannot_connect");
}

TEST(HttpCaller, AnEndlessAnswerIsEnded) {
  HttpCallerOptions options;
  options.max_reply_bytes = 100'000;
  Caller caller(options);
  for (const auto* head : {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n"}) {
    TestPeer peer([&](TestConnection& connection) {
      connection.read_request();
      connection.send(head);
      while (connection.send(std::string(10'000, 'x'))) {
      }
    });
    EXPECT_EQ(caller.reason(get(peer.url())), "reply_too_large");
    auto call = get(peer.url());
    call.cut_reply = true;
    const auto reply = caller.ask(call);
    ASSERT_TRUE(reply.has_value()) << reply.error().text();
    EXPECT_EQ(reply->status, 200);
    EXPECT_TRUE(reply->cut);
    EXPECT_EQ(reply->body, std::string(100'000, 'x'));
  }
  TestPeer exact([](TestConnection& connection) {
    connection.read_request();
    connection.answer(std::string(100'000, 'y'));
  });
  const auto reply = caller.ask(get(exact.url()));
  ASSERT_TRUE(reply.has_value()) << reply.error().text();
  EXPECT_EQ(reply->body.size(), 100'000U);
  EXPECT_FALSE(reply->cut);

  for (const auto* line : {"X-More: and more\r\n", "HTTP/1.1 100 Continue\r\n\r\n"}) {
    TestPeer headers([&](TestConnection& connection) {
      connection.read_request();
      connection.send(std::string(line) == "X-More: and more\r\n" ? "HTTP/1.1 200 OK\r\n" : "");
      while (connection.send(line)) {
      }
    });
    EXPECT_EQ(caller.reason(get(headers.url())), "bad_reply") << line;
  }
}

TEST(HttpCaller, ABrokenAnswerIsAnError) {
  const std::pair<const char*, const char*> answers[] = {
      {"", "connection_lost"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "connection_lost"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "connection_lost"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n", "connection_lost"},
      {"SSH-2.0-OpenSSH_9.2\r\n", "bad_reply"},
      {"HTTP/1.1 okay\r\n\r\n", "bad_reply"},
      {"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", "bad_reply"},
  };
  Caller caller;
  for (const auto& [answer, reason] : answers) {
    TestPeer peer([bytes = answer](TestConnection& connection) {
      connection.read_request();
      connection.send(bytes);
    });
    EXPECT_EQ(caller.reason(get(peer.url())), reason) << answer;
  }
}

TEST(HttpCaller, APeerThatIsNotThereIsTold) {
  std::string url;
  {
    TestPeer gone(echo);
    url = gone.url();
  }
  Caller caller;
  EXPECT_EQ(caller.reason(get(url)), "cannot_connect");
  EXPECT_EQ(caller.reason(get("http://" + std::string(64, 'a') + ".invalid/")), "cannot_resolve");
  EXPECT_EQ(caller.reason(get("https" + url.substr(4))), "cannot_connect");
}

TEST(HttpCaller, PlainHttpWhereTlsIsExpectedIsATlsError) {
  TestPeer peer([](TestConnection& connection) { connection.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  Caller caller;
  EXPECT_EQ(caller.reason(get("https" + peer.url().substr(4))), "tls_failed");
}

TEST(HttpCaller, PrivateAddressesAreRefusedWhenAsked) {
  TestPeer peer(echo);
  HttpCallerOptions options;
  options.allow_private = false;
  Caller caller(options);
  const auto port = ":" + std::to_string(peer.port()) + "/";
  for (const auto* host : {"127.0.0.1", "2130706433", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"}) {
    const auto result = caller.ask(get("http://" + std::string(host) + port));
    EXPECT_EQ(reason_of(result), "private_address") << host;
    EXPECT_TRUE(!result && result.error().code == ErrorCode::kInvalid) << host;
  }
  EXPECT_EQ(peer.connections(), 0);
  Caller operators;
  EXPECT_EQ(operators.reason(get("http://localhost" + port)), "status 200");
}

TEST(HttpCaller, SecretsOfTheUrlStayOutOfErrors) {
  TestPeer peer([](TestConnection& connection) {
    const auto request = connection.read_request();
    if (request.find("Authorization: Basic dXNlcjpwYTU1") != std::string::npos)
      connection.send("nothing of the kind\r\n");
  });
  Caller caller;
  const auto at = "127.0.0.1:" + std::to_string(peer.port());
  for (const auto& url :
       {"http://user:pa55@" + at + "/pa55?key=pa55#pa55", "https://user:pa55@" + at + "/?pa55",
        std::string("http://user:pa55@127.0.0.1:1/?pa55"), std::string("http://user:pa55@nowhere..invalid/?pa55"),
        std::string("ftp://user:pa55@127.0.0.1/"), std::string("http://user:pa55@[127/")}) {
    auto call = get(url);
    call.connect_timeout = milliseconds(200);
    const auto result = caller.ask(call);
    ASSERT_FALSE(result.has_value()) << url;
    EXPECT_EQ(result.error().text().find("pa55"), std::string::npos) << result.error().text();
    EXPECT_EQ(result.error().text().find("user:"), std::string::npos) << result.error().text();
  }
  EXPECT_EQ(caller.reason(get("http://user:pa55@" + at + "/")), "bad_reply");  // the peer received the credentials
}

TEST(HttpCaller, CallsThatCannotBeSentAreRefusedAtOnce) {
  HttpCallerOptions options;
  options.max_request_bytes = 10;
  Caller caller(options);
  const auto refused = [&](auto change) {
    HttpCall call;
    call.url = "http://127.0.0.1:1/";
    change(call);
    std::string reason = "not at once";
    (*caller).call(std::move(call), [&](const Result<HttpReply>& result) { reason = reason_of(result); });
    return reason;
  };
  EXPECT_EQ(refused([](HttpCall& call) { call.method = "CONNECT"; }), "bad_call");
  EXPECT_EQ(refused([](HttpCall& call) { call.method = "GET /\r\n"; }), "bad_call");
  EXPECT_EQ(refused([](HttpCall& call) { call.body = "12345678901"; }), "bad_call");
  EXPECT_EQ(refused([](HttpCall& call) { call.timeout = milliseconds(0); }), "bad_call");
  EXPECT_EQ(refused([](HttpCall& call) { call.timeout = milliseconds::max(); }), "bad_call");
  EXPECT_EQ(refused([](HttpCall& call) { call.url = "file:///etc/passwd"; }), "bad_url");
  for (const HttpHeader& header : std::vector<HttpHeader>{{"Host", "other"},
                                                          {"content-length", "5"},
                                                          {"Transfer-Encoding", "chunked"},
                                                          {"X-A", "1\r\nX-B: 2"},
                                                          {"X-A\r\nX-B", "1"},
                                                          {"X A", "1"},
                                                          {"", "1"},
                                                          {"X-A", std::string(20'000, 'x')}}) {
    EXPECT_EQ(refused([&](HttpCall& call) { call.headers = {header}; }), "bad_call") << header.name;
  }
}

TEST(HttpCaller, TransfersAndQueueAreBounded) {
  RequestGuard guard;
  TestPeer peer([&](TestConnection& connection) {
    while (!connection.read_request().empty()) {
      guard.pass();
      connection.answer("done");
    }
  });
  HttpCallerOptions options;
  options.max_transfers_per_host = 2;
  options.max_waiting = 3;
  Caller caller(options);
  std::vector<std::future<Result<HttpReply>>> calls;
  for (int i = 1; i <= 2; ++i) {
    calls.push_back(caller.begin(get(peer.url())));
    guard.wait_for(i);
  }
  for (int i = 0; i < 3; ++i) calls.push_back(caller.begin(get(peer.url())));
  const auto refused = caller.ask(get(peer.url()));
  EXPECT_EQ(reason_of(refused), "too_many_calls");
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
  EXPECT_EQ(guard.waiting(), 2);
  guard.open();
  for (auto& call : calls) EXPECT_EQ(reason_of(Caller::end(call)), "");
  EXPECT_EQ(peer.connections(), 2);
}

TEST(HttpCaller, ASlowServerHoldsUpNoOther) {
  RequestGuard guard;
  TestPeer slow([&](TestConnection& connection) {
    while (!connection.read_request().empty()) {
      guard.pass();
      connection.answer("slow");
    }
  });
  TestPeer fast(echo);
  HttpCallerOptions options;
  options.max_transfers_per_host = 1;
  Caller caller(options);
  auto first = caller.begin(get(slow.url()));
  auto second = caller.begin(get(slow.url()));
  auto late = caller.begin(quick(slow.url(), milliseconds(50)));
  EXPECT_EQ(caller.reason(get(fast.url())), "status 200");
  EXPECT_EQ(reason_of(Caller::end(late)), "too_late");
  guard.open();
  EXPECT_EQ(reason_of(Caller::end(first)), "");
  EXPECT_EQ(reason_of(Caller::end(second)), "");
}

TEST(HttpCaller, StopAnswersTheRest) {
  RequestGuard guard;
  TestPeer peer([&](TestConnection& connection) {
    connection.read_request();
    guard.pass();
  });
  HttpCallerOptions options;
  options.max_transfers_per_host = 1;
  Caller caller(options);
  std::vector<std::future<Result<HttpReply>>> calls;
  calls.reserve(4);
  for (int i = 0; i < 3; ++i) calls.push_back(caller.begin(get(peer.url())));
  guard.wait_for(1);
  (*caller).stop();
  (*caller).stop();
  calls.push_back(caller.begin(get(peer.url())));
  for (auto& call : calls) {
    ASSERT_EQ(call.wait_for(milliseconds(0)), std::future_status::ready);
    const auto result = call.get();
    EXPECT_EQ(reason_of(result), "stopping");
    EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  }
  guard.open();
}

TEST(HttpCaller, ACallbackMayCall) {
  TestPeer peer(echo);
  std::promise<std::string> done;
  Caller caller;
  (*caller).call(get(peer.url("/1")), [&](const Result<HttpReply>& first) {
    EXPECT_TRUE(first.has_value());
    (*caller).call(get(peer.url("/2")), [&](const Result<HttpReply>& second) { done.set_value(second->body); });
  });
  auto body = done.get_future();
  ASSERT_EQ(body.wait_for(kPatience), std::future_status::ready);
  EXPECT_EQ(body.get().rfind("GET /2 ", 0), 0U);
}

TEST(HttpCaller, ManyCallsFromManyThreadsAreEachAnsweredOnce) {
  TestPeer peer(echo);
  Caller caller;
  std::vector<std::thread> threads;
  threads.reserve(4);
  std::atomic<int> good = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      std::vector<std::future<Result<HttpReply>>> calls;
      calls.reserve(50);
      for (int i = 0; i < 50; ++i) {
        calls.push_back(caller.begin(get(peer.url("/" + std::to_string(t) + "-" + std::to_string(i)))));
      }
      for (int i = 0; i < 50; ++i) {
        const auto reply = Caller::end(calls[static_cast<std::size_t>(i)]);
        const auto line = "GET /" + std::to_string(t) + "-" + std::to_string(i) + " ";
        if (reply && reply->body.rfind(line, 0) == 0) ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 200);
  EXPECT_LE(peer.connections(), 8);
}

TEST(HttpCaller, AFileWithoutCertificatesIsRefused) {
  HttpCallerOptions options;
  options.ca_file = "/dev/null";
  EXPECT_EQ(HttpCaller::start(options).error().reason, "bad_ca_file");
  options.ca_file = "/no/such/file";
  EXPECT_EQ(HttpCaller::start(options).error().reason, "bad_ca_file");
}

}  // namespace
}  // namespace ordo::outbound
