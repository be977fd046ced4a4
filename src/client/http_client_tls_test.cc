// Client commands over TLS: which server they accept, and their messages for a wrong one.
#include <gtest/gtest.h>

#include "client/http_client.h"
#include "client/http_stream.h"
#include "http/server.h"
#include "http/testing/test_tls.h"

namespace ordo::client {
namespace {

using namespace std::chrono_literals;

class HttpsClientTest : public testing::Test {
 protected:
  HttpsClientTest() {
    http::ServerOptions options;
    options.tls_certificate = identity_.certificate();
    options.tls_key = identity_.key();
    options.drain = 100ms;
    auto started = http::Server::start(options, [](const http::Request& request, http::Respond respond) {
      http::Response response;
      response.body = std::string(request.target()) + " " + request.body;
      respond(std::move(response));
    });
    ORDO_CHECK(started.has_value(), "no server");
    server_ = std::move(*started);
  }

  HttpUrl url(const std::string& host) const {
    auto url = HttpUrl::parse("https://" + host + ":" + std::to_string(server_->port()));
    url->tls_ca = identity_.certificate();
    return *url;
  }
  // The reason why a request fails. It must fail at once, without retries.
  static std::string problem(const HttpUrl& url) {
    HttpClientOptions options;
    options.retry_for = std::chrono::hours(1);
    HttpClient client(url, options);
    const auto response = call(client, {"GET", "/", {}, {}});
    return response ? "" : response.error().message;
  }

  http::TestIdentity identity_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(HttpsClientTest, TalksToAServerWhoseCertificateIsForItsName) {
  for (const auto* host : {"localhost", "127.0.0.1"}) {
    HttpClient client(url(host));
    int right = 0;
    for (int i = 0; i < 500; ++i) {
      while (client.in_flight() >= client.window()) client.wait();
      client.start({"POST", "/a", {}, std::to_string(i)}, [&right, i](const Result<HttpResponse>& response) {
        if (response && response->body == "/a " + std::to_string(i)) ++right;
      });
    }
    while (client.in_flight() > 0) client.wait();
    EXPECT_EQ(right, 500);
  }
}

TEST_F(HttpsClientTest, StreamsWithinTls) {
  HttpStream stream(url("localhost"));
  stream.start({"GET", "/stream", {}, {}});
  std::string body;
  auto step = stream.next(10s, body);
  while (step && *step != HttpStream::Step::kEnd) step = stream.next(10s, body);
  ASSERT_TRUE(step.has_value()) << step.error().text();
  EXPECT_EQ(stream.status(), 200);
  EXPECT_EQ(body, "/stream ");
}

TEST_F(HttpsClientTest, RefusesACertificateOfNobodyItTrusts) {
  auto stranger = url("localhost");
  stranger.tls_ca.clear();
  EXPECT_NE(problem(stranger).find("is not trusted"), std::string::npos) << problem(stranger);
  EXPECT_NE(problem(stranger).find("tls_ca"), std::string::npos) << problem(stranger);
  const http::TestIdentity other;
  stranger.tls_ca = other.certificate();
  EXPECT_NE(problem(stranger).find("is not trusted"), std::string::npos) << problem(stranger);
  EXPECT_EQ(server_->stats().requests, 0U) << "nothing was said to the stranger";
}

TEST_F(HttpsClientTest, RefusesACertificateForAnotherName) {
  const auto why = problem(url("127.1"));  // another form of 127.0.0.1 that is not a name in the certificate
  EXPECT_NE(why.find("use a host name that is in the certificate"), std::string::npos) << why;
}

TEST_F(HttpsClientTest, APinnedCertificateMayBeForAnyNameButMustBeTheOne) {
  auto pinned = url("127.1");
  pinned.tls_ca.clear();
  pinned.tls_pinned = identity_.certificate();
  HttpClient client(pinned);
  EXPECT_TRUE(call(client, {"GET", "/", {}, {}}).has_value());
  const http::TestIdentity other;
  pinned.tls_pinned = other.certificate();
  EXPECT_NE(problem(pinned).find("is not the one in tls_cert"), std::string::npos) << problem(pinned);
}

TEST_F(HttpsClientTest, SaysWhichFileOfCasCannotBeUsed) {
  auto without = url("localhost");
  without.tls_ca = identity_.key() + ".none";
  EXPECT_NE(problem(without).find("tls_ca: cannot use " + without.tls_ca), std::string::npos) << problem(without);
}

TEST_F(HttpsClientTest, PlainHttpToThisPortIsToldSo) {
  auto plain = url("localhost");
  plain.tls = false;
  HttpClient client(plain);
  const auto response = call(client, {"GET", "/", {}, {}});
  ASSERT_TRUE(response.has_value()) << response.error().text();
  EXPECT_NE(response->body.find("tls_required"), std::string::npos) << response->body;
}

}  // namespace
}  // namespace ordo::client
