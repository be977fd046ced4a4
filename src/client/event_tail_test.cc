#include "client/event_tail.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <sstream>

#include "client/http_stream.h"
#include "http/body_stream.h"
#include "http/server.h"

namespace ordo::client {
namespace {

using namespace std::chrono_literals;

TEST(EventParser, GivesOutWholeEventsHoweverTheBytesAreCut) {
  const std::string stream =
      "retry: 100\n\n: note\nid: 1\n\nid: 2\nevent: a\ndata: x\n\ndata:y\r\ndata: z\r\nid: 3\r\n\r\nunknown\nid: 4\n";
  for (std::size_t cut = 1; cut < 9; ++cut) {
    EventParser parser;
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < stream.size(); at += cut) {
      parser.feed(std::string_view(stream).substr(at, cut), [&](const ServerEvent& event) {
        seen.push_back(parser.last_id() + "|" + event.type + "|" + event.data);
        return true;
      });
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"2|a|x", "3||y\nz"})) << cut;
    EXPECT_EQ(parser.last_id(), "3");  // the id of an incomplete event does not count
    parser.reset();
    EXPECT_FALSE(parser.feed("data: 1\n\ndata: 2\n\n", [](const ServerEvent&) { return false; }));
    EXPECT_EQ(parser.last_id(), "3");
  }
}

TEST(EventParser, AnIdWithoutAnEventCounts) {
  EventParser parser;
  parser.feed(": heartbeat\nid: 7\n\n", [](const ServerEvent&) { return true; });
  EXPECT_EQ(parser.last_id(), "7");
}

// The test writes the streams of this server.
class EventTailTest : public testing::Test {
 protected:
  struct Asked {
    std::string target;
    std::string last_id;
    http::BodyWriter writer;
  };

  EventTailTest() {
    options_.min_pause = 1ms;
    options_.max_pause = 20ms;
    options_.json = true;
    serve();
  }

  void serve(std::uint16_t port = 0) {
    http::ServerOptions options;
    options.port = port;
    options.drain = options.linger = 100ms;
    options.tick = 10ms;
    auto started = http::Server::start(options, [this](const http::Request& request, http::Respond respond) {
      http::Response response;
      if (busy_ > 0) {
        --busy_;
        response.status = 503;
        response.body = R"({"code":"busy","detail":"busy"})";
        return respond(std::move(response));
      }
      if (status_ != 200) {
        response.status = status_;
        response.body = R"({"code":"bad_query","detail":"that is wrong"})";
        return respond(std::move(response));
      }
      auto [writer, reader] = http::make_body_stream(1 << 20);
      response.stream = std::move(reader);
      respond(std::move(response));
      const std::lock_guard lock(mutex_);
      asked_.push_back({std::string(request.target()), std::string(request.header("Last-Event-ID")), writer});
      changed_.notify_all();
    });
    ASSERT_TRUE(started) << started.error().text();
    server_ = std::move(*started);
  }

  std::future<Result<void>> tail() {
    return std::async(std::launch::async, [this] {
      EventTail tail(
          *HttpUrl::parse("http://127.0.0.1:" + std::to_string(server_->port())), options_,
          [this] { return ending_.load(); }, out_, notes_);
      auto done = tail.run();
      last_id_ = tail.last_id();
      return done;
    });
  }
  Asked next_asked() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, 10s, [this] { return !asked_.empty(); }));
    auto asked = std::move(asked_.front());
    asked_.erase(asked_.begin());
    return asked;
  }
  static void write(Asked& asked, std::string text) {
    asked.writer.write(std::make_shared<const std::string>(std::move(text)));
  }

  EventTailOptions options_;
  std::atomic<bool> ending_{false};
  std::atomic<int> busy_{0};
  std::atomic<int> status_{200};
  std::ostringstream out_;
  std::ostringstream notes_;
  std::string last_id_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Asked> asked_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(EventTailTest, ItComesAgainWithTheLastIdUntilItHasEnough) {
  options_.types = {"a.*", "b"};
  options_.order = "o 1";
  options_.topic = "stock";
  options_.from = "start";
  options_.count = 3;
  auto done = tail();
  auto first = next_asked();
  EXPECT_EQ(first.target, "/v1/events?type=a.%2A&type=b&order_id=o%201&topic=stock&from=start");
  EXPECT_EQ(first.last_id, "");
  write(first, "id: 1\ndata: {\"n\":1}\n\nid: 2\ndata: {\"n\":2}\n");
  first.writer.finish();
  auto second = next_asked();
  EXPECT_EQ(second.last_id, "1");
  write(second, "id: 2\ndata: {\"n\":2}\n\n: x\nid: 5\n\n");
  second.writer.finish();
  auto third = next_asked();
  EXPECT_EQ(third.last_id, "5");
  write(third, "id: 6\nevent: gap\ndata: {\"reason\":\"retention\"}\n\nid: 7\ndata: {\"n\":3}\n\nid: 8\ndata: {}\n\n");
  EXPECT_TRUE(done.get());
  EXPECT_EQ(out_.str(), "{\"n\":1}\n{\"n\":2}\n{\"gap\":{\"reason\":\"retention\"}}\n{\"n\":3}\n");
  EXPECT_NE(notes_.str().find("retention"), std::string::npos) << notes_.str();
  EXPECT_EQ(last_id_, "7");
}

TEST_F(EventTailTest, AServerThatIsBusyOrAwayIsAskedAgain) {
  busy_ = 3;
  options_.count = 2;
  options_.last_event_id = "9";
  auto done = tail();
  auto first = next_asked();
  EXPECT_EQ(first.last_id, "9");
  write(first, "id: 10\ndata: {}\n\n");
  const auto port = server_->port();
  server_.reset();
  serve(port);
  auto second = next_asked();
  EXPECT_EQ(second.last_id, "10");
  write(second, "data: {}\n\n");
  EXPECT_TRUE(done.get());
}

TEST_F(EventTailTest, AServerThatSaysNothingIsLeft) {
  options_.silence = 150ms;
  options_.count = 1;
  auto done = tail();
  auto silent = next_asked();
  auto second = next_asked();
  write(second, "data: {}\n\n");
  EXPECT_TRUE(done.get());
  EXPECT_NE(notes_.str().find("silent"), std::string::npos);
}

TEST_F(EventTailTest, WhatIsRefusedIsAnError) {
  status_ = 400;
  const auto done = tail().get();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(done.error().message, "that is wrong");
}

TEST_F(EventTailTest, AServerThatNeverWasThereIsAnError) {
  server_->stop();
  options_.first_connection = 50ms;
  const auto done = tail().get();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kUnavailable);
}

TEST_F(EventTailTest, ItEndsWhenToldTo) {
  auto done = tail();
  next_asked();
  ending_ = true;
  EXPECT_TRUE(done.get());
}

TEST_F(EventTailTest, PeopleGetALineForEachEvent) {
  options_.json = false;
  options_.count = 1;
  auto done = tail();
  auto asked = next_asked();
  write(asked,
        "id: 1\nevent: t\ndata: "
        "{\"type\":\"ordo.order.created.v1\",\"subject\":\"o1\",\"time\":\"2026-01-01T00:00:00.000Z\",\"data\":{\"a\": "
        "[1, \"\\u001b[2J\"]}}\n\n");
  EXPECT_TRUE(done.get());
  EXPECT_TRUE(out_.str().starts_with("2026-01-01T00:00:00.000Z  ordo.order.created.v1           o1  {\"a\":[1,"))
      << out_.str();
  EXPECT_EQ(out_.str().find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace ordo::client
