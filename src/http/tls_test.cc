// The server with TLS. One session class serves TLS and plain connections, so these tests cover only what TLS adds.
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <thread>

#include "http/server.h"
#include "http/testing/test_tls.h"
#include "http/tls_identity.h"

namespace ordo::http {
namespace {

using std::chrono::milliseconds;

// Captures standard error of the process while this lives, readable at any time. Googletest's own capture must end
// before it can be read, and loses output before the next capture begins.
class StderrFile {
 public:
  StderrFile() : file_(std::tmpfile()), saved_(::dup(STDERR_FILENO)) { ::dup2(::fileno(file_), STDERR_FILENO); }
  ~StderrFile() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    std::fclose(file_);
  }
  StderrFile(const StderrFile&) = delete;
  StderrFile& operator=(const StderrFile&) = delete;

  std::string text() const {
    std::string out(64 << 10, '\0');
    const auto size = ::pread(::fileno(file_), out.data(), out.size(), 0);
    out.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return out;
  }

 private:
  std::FILE* file_;
  int saved_;
};

class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    // The clients here use OpenSSL on plain sockets.
    std::signal(SIGPIPE, SIG_IGN);
    options_.tls_certificate = identity_.certificate();
    options_.tls_key = identity_.key();
    options_.tick = milliseconds(5);
    options_.tls_look = milliseconds(5);
  }
  void start() {
    auto started = Server::start(options_, [](const Request& request, Respond respond) {
      Response response;
      response.content_type = "text/plain";
      response.body = request.path() == "/large" ? std::string(3 << 20, 'x') : request.body + "to " + request.peer;
      respond(std::move(response));
    });
    ASSERT_TRUE(started.has_value()) << started.error().text();
    server_ = std::move(*started);
  }
  std::string refusal() {
    const auto started = Server::start(options_, [](const Request&, const Respond&) {});
    return started ? "" : started.error().text();
  }

  TestIdentity identity_;
  ServerOptions options_;
  std::unique_ptr<Server> server_;
};

TEST_F(TlsTest, ServesWithinTlsAndKeepsTheConnection) {
  start();
  TestTlsClient client(server_->port());
  ASSERT_TRUE(client.connected());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.send_json("POST", "/", "hello ").body, "hello to 127.0.0.1");
  EXPECT_EQ(server_->stats().tls_handshakes, 1U);
  EXPECT_EQ(server_->stats().tls_failures, 0U);
  EXPECT_EQ(server_->stats().tls_days_left, 30);
}

TEST_F(TlsTest, LargeBodiesAndAnswersPass) {
  options_.max_body = 8 << 20;
  start();
  TestTlsClient client(server_->port());
  const std::string body(5 << 20, 'b');
  EXPECT_EQ(client.send_json("POST", "/", body).body.size(), body.size() + 12);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.get("/large").body.size(), 3U << 20);
}

TEST_F(TlsTest, PipelinedRequestsAreAnsweredInOrderWhateverTheRecords) {
  start();
  TestTlsClient client(server_->port());
  std::string requests;
  for (int i = 0; i < 8; ++i) requests += "GET /large HTTP/1.1\r\nHost: h\r\n\r\n";
  requests += "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 8; ++i) ASSERT_EQ(client.receive().body.size(), 3U << 20);
  EXPECT_EQ(client.receive().body, "to 127.0.0.1");
}

TEST_F(TlsTest, SpeaksNothingOlderThan12AndOnlyHttp11) {
  start();
  EXPECT_FALSE(TestTlsClient(server_->port(), {TLS1_1_VERSION, {}, nullptr}).connected());
  EXPECT_FALSE(TestTlsClient(server_->port(), {0, "\x02h2", nullptr}).connected());
  TestTlsClient old(server_->port(), {TLS1_2_VERSION, "\x02h2\x08http/1.1", nullptr});
  ASSERT_TRUE(old.connected());
  const unsigned char* chosen = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(old.tls(), &chosen, &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), size), "http/1.1");
  EXPECT_EQ(old.get("/").status, 200);
  until([&] { return server_->stats().tls_failures == 2; });
}

TEST_F(TlsTest, ClientsTakeUpTheirSessionAgain) {
  start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto before = server_->stats().tls_resumed;
    TestTlsClient first(server_->port(), {version, {}, nullptr});
    EXPECT_EQ(first.get("/").status, 200);  // in TLS 1.3 the ticket comes with the server's first data
    SSL_SESSION* const session = SSL_get1_session(first.tls());
    TestTlsClient second(server_->port(), {version, {}, session});
    SSL_SESSION_free(session);
    EXPECT_EQ(second.get("/").status, 200);
    EXPECT_EQ(SSL_session_reused(second.tls()), 1);
    EXPECT_EQ(server_->stats().tls_resumed, before + 1);
  }
}

TEST_F(TlsTest, PlainHttpIsToldSo) {
  start();
  TestClient client(server_->port());
  const auto answer = client.get("/");
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find("\"tls_required\""), std::string::npos) << answer.body;
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_EQ(server_->stats().requests, 0U);
}

TEST_F(TlsTest, GarbageInsteadOfAHandshakeEndsTheConnection) {
  start();
  for (const auto* garbage :
       {"\x16\x03\x01\xff\xff garbage that is no handshake at all", "\x80\x01\x02", "{}", "\n\n"}) {
    const auto before = server_->stats().tls_failures;
    TestClient client(server_->port());
    client.send(garbage);
    client.shutdown_send();
    client.receive_exactly(1000);  // an alert, or no bytes
    EXPECT_TRUE(client.at_end());
    until([&] { return server_->stats().tls_failures > before; });
  }
  EXPECT_EQ(TestTlsClient(server_->port()).get("/").status, 200);
}

TEST_F(TlsTest, AHandshakeThatStallsIsCutOff) {
  options_.handshake_timeout = milliseconds(30);
  start();
  TestClient silent(server_->port());
  TestClient half(server_->port());
  half.send(std::string_view("\x16\x03\x01\x02\x00\x01", 6));
  EXPECT_TRUE(silent.at_end());
  EXPECT_TRUE(half.at_end());
  EXPECT_EQ(server_->stats().tls_failures, 2U);
}

TEST_F(TlsTest, AStopDoesNotWaitForHandshakes) {
  options_.drain = std::chrono::hours(1);
  start();
  TestClient silent(server_->port());
  until([&] { return server_->stats().connections_open == 1; });
  server_->stop();
  EXPECT_TRUE(silent.at_end());
}

TEST_F(TlsTest, TooManyConnectionsAreToldWithinTls) {
  options_.max_connections = 1;
  start();
  TestTlsClient first(server_->port());
  // A connection that is sending a body makes no room.
  const auto begun = first.request("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n");
  EXPECT_EQ(begun.status, 100);
  TestTlsClient second(server_->port());
  EXPECT_EQ(second.receive().status, 503);
}

TEST_F(TlsTest, NewFilesAreTakenUpWithoutDroppingAnybody) {
  start();
  TestTlsClient before(server_->port());
  EXPECT_EQ(before.serial(), 1);
  identity_.make();
  until([&] { return TestTlsClient(server_->port()).serial() == 2; });
  EXPECT_EQ(before.get("/").status, 200);
}

TEST_F(TlsTest, NewFilesThatCannotBeUsedChangeNothing) {
  start();
  const StderrFile log;
  TestIdentity::write(identity_.key(), "no key");
  until([&] { return log.text().find("the old one stays in use") != std::string::npos; });
  EXPECT_NE(log.text().find(identity_.key()), std::string::npos) << log.text();
  EXPECT_NE(log.text().find("openssl pkey"), std::string::npos) << log.text();
  EXPECT_EQ(TestTlsClient(server_->port()).serial(), 1);
  identity_.make();
  until([&] { return TestTlsClient(server_->port()).serial() == 2; });
}

TEST_F(TlsTest, AReloadByHandNeedsNoChange) {
  options_.tls_look = std::chrono::hours(1);
  start();
  identity_.make();
  server_->reload_tls();
  until([&] { return TestTlsClient(server_->port()).serial() == 2; });
}

TEST_F(TlsTest, WhatCannotBeUsedStopsTheStartAndNamesTheFileAndTheMend) {
  const auto key = identity_.key();
  options_.tls_key = key + ".none";
  EXPECT_NE(refusal().find("tls_key: cannot read " + key + ".none: No such file"), std::string::npos) << refusal();
  options_.tls_key = identity_.certificate();
  EXPECT_NE(refusal().find("without a passphrase"), std::string::npos) << refusal();
  const TestIdentity other;
  options_.tls_key = other.key();
  EXPECT_NE(refusal().find("does not belong to the certificate"), std::string::npos) << refusal();
  options_.tls_key = key;
  std::filesystem::permissions(key, std::filesystem::perms::group_write, std::filesystem::perm_options::add);
  EXPECT_NE(refusal().find("tls_key: " + key + " can be changed by others"), std::string::npos) << refusal();
  std::filesystem::permissions(key, std::filesystem::perms::group_write, std::filesystem::perm_options::remove);
  TestIdentity::write(identity_.certificate(), "");
  EXPECT_NE(refusal().find("tls_cert: cannot read"), std::string::npos) << refusal();
  TestIdentity::write(identity_.certificate(), "no certificate");
  EXPECT_NE(refusal().find("is not a usable certificate chain"), std::string::npos) << refusal();
}

TEST_F(TlsTest, WarnsAboutAKeyThatOthersCanReadAndAboutTheEndOfTheCertificate) {
  using std::filesystem::perms;
  testing::internal::CaptureStderr();
  ASSERT_TRUE(TlsIdentity::load({identity_.certificate(), identity_.key()}).has_value());
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  std::filesystem::permissions(identity_.key(), perms::owner_read | perms::others_read);
  testing::internal::CaptureStderr();
  ASSERT_TRUE(TlsIdentity::load({identity_.certificate(), identity_.key()}).has_value());
  EXPECT_NE(testing::internal::GetCapturedStderr().find("chmod 600 " + identity_.key()), std::string::npos);
  std::filesystem::permissions(identity_.key(), perms::owner_read | perms::owner_write);
  for (const auto& [valid_s, word] : {std::pair(3600L, "expires soon"), std::pair(-60L, "has expired")}) {
    identity_.make(valid_s);
    testing::internal::CaptureStderr();
    ASSERT_TRUE(TlsIdentity::load({identity_.certificate(), identity_.key()}).has_value());
    EXPECT_NE(testing::internal::GetCapturedStderr().find(word), std::string::npos);
  }
}

}  // namespace
}  // namespace ordo::http
