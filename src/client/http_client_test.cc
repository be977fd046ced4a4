#include "client/http_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "http/server.h"

namespace ordo::client {
namespace {

using namespace std::chrono_literals;

class HttpClientTest : public testing::Test {
 protected:
  // Starts a server, on `port` if that is not 0.
  void serve(http::Handler handler, std::uint16_t port = 0) {
    http::ServerOptions options;
    options.port = port;
    options.drain = 100ms;
    auto started = http::Server::start(options, std::move(handler));
    ASSERT_TRUE(started) << started.error().text();
    server_ = std::move(*started);
  }

  HttpUrl url() const { return *HttpUrl::parse("http://127.0.0.1:" + std::to_string(server_->port())); }

  std::unique_ptr<http::Server> server_;
};

void answer(http::Respond& respond, int status, std::string body) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  respond(std::move(response));
}

TEST_F(HttpClientTest, ManyRequestsAreUnderWayAndEachGetsItsOwnAnswer) {
  serve([](const http::Request& request, http::Respond respond) {
    answer(respond, 201, std::string(request.target()) + " " + request.body);
  });
  HttpClientOptions options;
  options.connections = 3;
  options.pipeline = 16;
  HttpClient client(url(), options);
  int right = 0;
  std::size_t most = 0;
  for (int i = 0; i < 2'000; ++i) {
    while (client.in_flight() >= client.window()) client.wait();
    const std::string target = "/n/" + std::to_string(i);
    const std::string body = "body " + std::to_string(i);
    client.start({"POST", target, {}, body},
                 [&right, wanted = std::string(target).append(" ").append(body)](const Result<HttpResponse>& response) {
                   if (response && response->status == 201 && response->body == wanted) ++right;
                 });
    most = std::max(most, client.in_flight());
  }
  while (client.in_flight() > 0) client.wait();
  EXPECT_EQ(right, 2'000);
  EXPECT_EQ(most, 48U);
}

TEST_F(HttpClientTest, AnAnswerSaysWhereTheThingIs) {
  serve([](const http::Request& request, http::Respond respond) {
    http::Response response;
    response.status = 201;
    if (request.path() == "/with") response.add_header("Location", "/v1/orders/o1");
    respond(std::move(response));
  });
  HttpClient client(url());
  EXPECT_EQ(call(client, {"POST", "/with", {}, "{}"})->location, "/v1/orders/o1");
  EXPECT_EQ(call(client, {"POST", "/without", {}, "{}"})->location, "");
}

TEST_F(HttpClientTest, ABusyServerIsAskedAgain) {
  std::atomic<int> asked{0};
  serve([&asked](const http::Request&, http::Respond respond) {
    const bool busy = ++asked < 3;
    answer(respond, busy ? 503 : 200, busy ? "busy" : "done");
  });
  HttpClient client(url());
  const auto response = call(client, {"POST", "/", {}, "{}"});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "done");
  EXPECT_EQ(asked, 3);
}

TEST_F(HttpClientTest, PatienceHasAnEnd) {
  serve([](const http::Request&, http::Respond respond) { answer(respond, 503, "busy"); });
  HttpClientOptions options;
  options.retry_for = 120ms;
  HttpClient client(url(), options);
  const auto response = call(client, {"GET", "/", {}, {}});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
}

TEST_F(HttpClientTest, AServerThatComesBackIsFound) {
  const auto handler = [](const http::Request&, http::Respond respond) { answer(respond, 200, "here"); };
  serve(handler);
  const auto port = server_->port();
  HttpClient client(url());
  ASSERT_TRUE(call(client, {"GET", "/", {}, {}}));
  server_.reset();
  std::thread later([&] {
    // By now the client may or may not have noticed that the server is gone. In both cases it must reconnect.
    std::this_thread::sleep_for(100ms);
    serve(handler, port);
  });
  const auto response = call(client, {"GET", "/", {}, {}});
  later.join();
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->body, "here");
}

TEST_F(HttpClientTest, AnAnswerThatDoesNotComeIsAnError) {
  std::vector<http::Respond> kept;
  serve([&kept](const http::Request&, http::Respond respond) { kept.push_back(std::move(respond)); });
  HttpClientOptions options;
  options.answer_timeout = 50ms;
  options.retry_for = 0ms;
  HttpClient client(url(), options);
  const auto response = call(client, {"GET", "/", {}, {}});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(response.error().message.find("within 50 ms"), std::string::npos) << response.error().message;
  server_.reset();
}

TEST_F(HttpClientTest, NobodyThereIsAnError) {
  serve([](const http::Request&, http::Respond respond) { answer(respond, 200, ""); });
  const auto gone = url();
  EXPECT_TRUE(answers(gone, 1s));
  server_.reset();
  EXPECT_FALSE(answers(gone, 1s));
}

TEST(HttpUrl, IsHttpOrHttpsWithHostAndPort) {
  const auto url = HttpUrl::parse("http://127.0.0.1:8080/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "127.0.0.1");
  EXPECT_EQ(url->port, "8080");
  EXPECT_EQ(HttpUrl::parse("http://shop")->port, "80");
  EXPECT_FALSE(HttpUrl::parse("http://shop")->tls);
  EXPECT_EQ(HttpUrl::parse("https://shop")->port, "443");
  EXPECT_TRUE(HttpUrl::parse("https://shop")->tls);
  EXPECT_EQ(HttpUrl::parse("https://[::1]:9")->text(), "https://[::1]:9");
  EXPECT_EQ(HttpUrl::parse("http://[::1]:9")->host, "::1");
  const auto head = request_head(*HttpUrl::parse("http://[::1]:9"), {});
  EXPECT_NE(head.find("\r\nHost: [::1]:9\r\n"), std::string::npos) << head;
  for (const auto* bad :
       {"ftp://shop", "https://", "shop:80", "http://", "http://a/b", "http://a:b", "http://u@a", "http://[::1"}) {
    EXPECT_FALSE(HttpUrl::parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace ordo::client
