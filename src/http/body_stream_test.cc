// Streamed bodies, over real connections.
#include "http/body_stream.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "http/server.h"
#include "http/testing/test_client.h"

namespace ordo::http {
namespace {

using std::chrono::milliseconds;
using Write = BodyWriter::Write;

BodyChunk chunk(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

class BodyStreamTest : public testing::Test {
 protected:
  // Answers /stream with a stream that the test controls, and all other paths at once.
  void start(ServerOptions options = {}, std::size_t max_bytes = 1 << 16) {
    options.tick = milliseconds(10);
    auto started = Server::start(options, [this, max_bytes](const Request& request, Respond respond) {
      Response response;
      response.content_type = "text/plain";
      if (request.path() == "/stream") {
        auto [writer, reader] = make_body_stream(max_bytes, [this] { count_gone(); });
        response.stream = std::move(reader);
        respond(std::move(response));
        const std::lock_guard lock(mutex_);
        writers_.push_back(std::move(writer));
        changed_.notify_all();
      } else {
        response.body = request.target();
        respond(std::move(response));
      }
    });
    ASSERT_TRUE(started.has_value()) << started.error().text();
    server_ = std::move(*started);
  }

  BodyWriter take_writer() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !writers_.empty(); });
    auto writer = std::move(writers_.front());
    writers_.erase(writers_.begin());
    return writer;
  }

  void count_gone() {
    const std::lock_guard lock(mutex_);
    ++gone_;
    changed_.notify_all();
  }
  bool wait_gone(int count, milliseconds timeout = milliseconds(10'000)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return gone_ >= count; });
  }

  // The head of the answer, then the body as its chunks come.
  static std::string head_of(TestClient& client) { return client.receive_until("\r\n\r\n"); }
  static std::string next_chunk(TestClient& client) {
    const auto size = client.receive_until("\r\n");
    const auto bytes = std::strtoul(size.c_str(), nullptr, 16);
    auto body = client.receive_exactly(bytes + 2);
    if (body.size() < 2) return "(end)";
    body.resize(body.size() - 2);
    return body;
  }
  static std::string body_of_size(TestClient& client, std::size_t size) {
    std::string body;
    while (body.size() < size) {
      const auto next = next_chunk(client);
      if (next.empty() || next == "(end)") break;
      body += next;
    }
    return body;
  }

  static constexpr std::string_view kGet = "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n";

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<BodyWriter> writers_;
  int gone_ = 0;
  std::unique_ptr<Server> server_;
};

TEST_F(BodyStreamTest, ChunksArriveAsTheyAreWrittenAndWhatIsBehindWaits) {
  start();
  TestClient client(server_->port());
  ASSERT_TRUE(client.send(std::string(kGet) + "GET /next HTTP/1.1\r\nHost: h\r\n\r\n"));
  const auto head = head_of(client);
  EXPECT_NE(head.find("Transfer-Encoding: chunked\r\n"), std::string::npos) << head;
  EXPECT_EQ(head.find("Content-Length"), std::string::npos) << head;
  auto writer = take_writer();
  EXPECT_EQ(writer.write(chunk("one")), Write::kTaken);
  EXPECT_EQ(next_chunk(client), "one");
  std::thread other([writer]() mutable { writer.write(chunk("two "), chunk("three")); });
  EXPECT_EQ(next_chunk(client), "two three");
  other.join();
  writer.finish(chunk("last"));
  EXPECT_EQ(body_of_size(client, 4), "last");
  EXPECT_EQ(next_chunk(client), "");
  EXPECT_EQ(client.receive().body, "/next");
  EXPECT_EQ(client.get("/again").body, "/again");
  EXPECT_TRUE(wait_gone(1));
  EXPECT_EQ(writer.write(chunk("late")), Write::kGone);
}

TEST_F(BodyStreamTest, EverythingArrivesOnceAndInOrderUnderPressure) {
  start({}, 10'000);
  TestClient client(server_->port());
  client.send(kGet);
  head_of(client);
  constexpr int kChunks = 20'000;
  std::string expected;
  for (int i = 0; i < kChunks; ++i) expected += std::to_string(i) + ";";
  std::thread producer([writer = take_writer()]() mutable {
    for (int i = 0; i < kChunks; ++i) {
      while (writer.write(chunk(std::to_string(i)), chunk(";")) == Write::kFull) {
        ASSERT_TRUE(writer.wait_for_room(std::chrono::seconds(10)));
      }
    }
    writer.finish();
  });
  EXPECT_EQ(body_of_size(client, expected.size()), expected);
  EXPECT_EQ(next_chunk(client), "");
  producer.join();
}

TEST_F(BodyStreamTest, ASlowClientFillsItsOwnBufferOnly) {
  start({}, 100'000);
  TestClient slow(server_->port());
  slow.send(kGet);
  head_of(slow);
  auto writer = take_writer();
  const auto large = chunk(std::string(50'000, 'x'));
  std::size_t taken = 0;
  // The kernel takes some megabytes, then the stream's bound applies.
  while (taken < 10'000 && writer.wait_for_room(milliseconds(300))) {
    while (writer.write(large) == Write::kTaken) ++taken;
  }
  ASSERT_LT(taken, 10'000U);
  EXPECT_EQ(writer.write(large), Write::kFull);
  EXPECT_FALSE(writer.wait_for_room(milliseconds(1)));
  TestClient other(server_->port());
  EXPECT_EQ(other.get("/").status, 200);
  // Once the client reads, it gets everything, and there is room again.
  writer.finish();
  EXPECT_EQ(body_of_size(slow, taken * 50'000).size(), taken * 50'000);
  EXPECT_EQ(next_chunk(slow), "");
}

TEST_F(BodyStreamTest, AClientThatTakesNothingIsCutOff) {
  ServerOptions options;
  options.write_timeout = milliseconds(50);
  start(options, 100'000);
  TestClient client(server_->port());
  client.send(kGet);
  auto writer = take_writer();
  while (!writer.gone()) {
    if (writer.write(chunk(std::string(50'000, 'x'))) == Write::kFull) writer.wait_for_room(milliseconds(10));
  }
  EXPECT_TRUE(wait_gone(1));
}

TEST_F(BodyStreamTest, ItOutlivesTheTimeOutsOfRequests) {
  ServerOptions options;
  options.handler_timeout = options.idle_timeout = options.head_timeout = milliseconds(20);
  start(options);
  TestClient client(server_->port());
  client.send(kGet);
  head_of(client);
  auto writer = take_writer();
  // Longer than all time-outs: only the end of the stream would cause on_gone.
  EXPECT_FALSE(wait_gone(1, milliseconds(200)));
  writer.finish(chunk("still here"));
  EXPECT_EQ(next_chunk(client), "still here");
}

TEST_F(BodyStreamTest, TheProducerLearnsThatTheClientIsGone) {
  start();
  for (const std::string_view fields : {"", "Connection: close\r\n"}) {
    const int before = gone_;
    TestClient client(server_->port());
    client.send("GET /stream HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n");
    head_of(client);
    auto writer = take_writer();
    EXPECT_FALSE(writer.gone());
    client.close();
    EXPECT_TRUE(wait_gone(before + 1)) << fields;
    EXPECT_TRUE(writer.gone());
    EXPECT_EQ(writer.write(chunk("x")), Write::kGone);
    EXPECT_TRUE(writer.wait_for_room(milliseconds(0)));
  }
}

TEST_F(BodyStreamTest, AHeadGetsTheHeadAlone) {
  start();
  TestClient client(server_->port());
  client.send("HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(head_of(client).find("Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_TRUE(wait_gone(1));
  EXPECT_EQ(client.get("/next").body, "/next");
}

TEST_F(BodyStreamTest, ForAnOldClientTheConnectionEndsWithTheBody) {
  start();
  TestClient client(server_->port());
  client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto head = head_of(client);
  EXPECT_NE(head.find("Connection: close"), std::string::npos) << head;
  EXPECT_EQ(head.find("Transfer-Encoding"), std::string::npos) << head;
  auto writer = take_writer();
  writer.write(chunk("as it "));
  writer.finish(chunk("is"));
  EXPECT_EQ(client.receive_exactly(8), "as it is");
  client.shutdown_send();
  EXPECT_TRUE(client.at_end());
}

TEST_F(BodyStreamTest, AStopEndsStreamsAfterWhatWasWritten) {
  start();
  TestClient client(server_->port());
  client.send(kGet);
  head_of(client);
  auto writer = take_writer();
  writer.write(chunk("before"));
  const auto began = std::chrono::steady_clock::now();
  auto stopped = std::async(std::launch::async, [this] { server_->stop(); });
  EXPECT_EQ(next_chunk(client), "before");
  EXPECT_EQ(next_chunk(client), "");
  client.shutdown_send();
  EXPECT_TRUE(client.at_end());
  stopped.get();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  EXPECT_TRUE(wait_gone(1));
}

TEST_F(BodyStreamTest, AStopDoesNotWaitForAClientThatReadsNothing) {
  ServerOptions options;
  options.linger = milliseconds(50);
  start(options, 100'000);
  TestClient client(server_->port());
  client.send(kGet);
  auto writer = take_writer();
  while (writer.wait_for_room(milliseconds(300))) {
    while (writer.write(chunk(std::string(50'000, 'x'))) == Write::kTaken) {
    }
  }
  const auto began = std::chrono::steady_clock::now();
  server_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  EXPECT_TRUE(writer.gone());
}

TEST_F(BodyStreamTest, AResponseThatNeverReachesItsClientIsAnEndToo) {
  auto [writer, reader] = make_body_stream(100, [this] { count_gone(); });
  {
    Response response;
    response.stream = std::move(reader);
    EXPECT_FALSE(writer.gone());
  }
  EXPECT_TRUE(writer.gone());
  EXPECT_TRUE(wait_gone(1));
}

}  // namespace
}  // namespace ordo::http
