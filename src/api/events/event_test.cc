// Live events as clients receive them, over real connections and with a log in memory.
#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <thread>

#include "api/api.h"
#include "api/events/event_hub.h"
#include "api/testing/test_engine.h"
#include "api/testing/test_log.h"
#include "http/request_guard.h"
#include "http/testing/test_client.h"

namespace ordo::api {
namespace {

using std::chrono::milliseconds;

// One block of a stream: its fields by name.
struct Block {
  std::string id;
  std::string event;
  std::string data;
  std::string comment;
  bool ended = false;  // the stream has ended
};

// Reads /v1/events.
class EventClient {
 public:
  EventClient(std::uint16_t port, const std::string& query, const std::string& id = "") : client_(port) {
    client_.send("GET /v1/events?" + query + " HTTP/1.0\r\n" + (id.empty() ? "" : "Last-Event-ID: " + id + "\r\n") +
                 "\r\n");
    head_ = client_.receive_until("\r\n\r\n");
    if (head_.find(" 200 ") != std::string::npos) client_.receive_until("\n\n");  // retry
  }

  const std::string& head() const { return head_; }
  void close() { client_.close(); }

  Block next_block() {
    Block block;
    auto text = client_.receive_until("\n\n");
    block.ended = text.empty();
    while (!text.empty()) {
      const auto line = text.substr(0, text.find('\n'));
      text.erase(0, line.size() + 1);
      if (line.starts_with("id: ")) block.id = line.substr(4);
      if (line.starts_with("event: ")) block.event = line.substr(7);
      if (line.starts_with("data: ")) block.data = line.substr(6);
      if (line.starts_with(": ")) block.comment = line.substr(2);
    }
    return block;
  }
  // The next block that is not a heartbeat.
  Block next() {
    while (true) {
      auto block = next_block();
      if (block.ended || !block.event.empty()) return block;
    }
  }
  // "partition/offset" of the next events.
  std::vector<std::string> places(std::size_t count) {
    std::vector<std::string> places;
    while (places.size() < count) {
      const auto block = next();
      if (block.ended || block.event == "gap") break;
      last_id_ = block.id;
      const auto number = [&](const std::string& name) {
        const auto at = block.data.find("\"" + name + "\":") + name.size() + 3;
        return block.data.substr(at, block.data.find(',', at) - at);
      };
      places.push_back(number("partition") + "/" + number("offset"));
    }
    return places;
  }
  const std::string& last_id() const { return last_id_; }

 private:
  http::TestClient client_;
  std::string head_;
  std::string last_id_;
};

class EventsTest : public testing::Test {
 protected:
  EventsTest() {
    options_.tick = milliseconds(10);
    options_.linger = milliseconds(20);
  }
  ~EventsTest() override { stop(); }

  void start() {
    ApiOptions options;
    options.topology = log_.topology;
    options.currency = *Currency::parse("USD");
    options.location = LocationId("main");
    options.source = "/ordo/api/test";
    options.events = options_;
    api_ = std::make_unique<Api>(
        options,
        ApiPorts{engine_, log_, engine_, engine_, engine_, [] { return std::vector<ReadinessCheck>(); }, {}, {}});
    http::ServerOptions server;
    server.tick = server.linger = milliseconds(10);
    server_ = *http::Server::start(server, api_->handler());
  }
  void stop() {
    server_.reset();
    api_.reset();
  }
  EventClient open(const std::string& query, const std::string& id = "") {
    return EventClient(server_->port(), query, id);
  }
  std::uint64_t metric(const std::string& name) {
    http::TestClient client(server_->port());
    const auto body = client.get("/metrics").body;
    const auto at = body.find("\n" + name + " ");
    return at == std::string::npos ? 0 : std::stoull(body.substr(at + name.size() + 2));
  }
  bool wait_for_metric(const std::string& name, std::uint64_t value) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (metric(name) != value) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(milliseconds(5));
    }
    return true;
  }

  TestEngine engine_;
  TestLog log_;
  EventOptions options_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(EventsTest, AppendedRecordsArrive) {
  start();
  log_.append("before", "ordo.order.created.v1");
  auto client = open("");
  EXPECT_NE(client.head().find("Content-Type: text/event-stream\r\n"), std::string::npos) << client.head();
  EXPECT_NE(client.head().find("Cache-Control: no-store\r\n"), std::string::npos);
  log_.append("o1", "ordo.order.created.v1", R"({"n":1})", Topic::order_events, 3);
  const auto block = client.next();
  EXPECT_EQ(block.event, "ordo.order.created.v1");
  EXPECT_NE(block.data.find(R"("partition":3,"offset":0,"data":{"n":1}})"), std::string::npos) << block.data;
  EXPECT_TRUE(block.id.ends_with(".1")) << block.id;
  log_.append("s", "ordo.stock.counted.v1", "{}", Topic::stock);  // of another topic
  log_.append("o1", "ordo.order.confirmed.v1", "{}", Topic::order_events, 0);
  EXPECT_EQ(client.next().event, "ordo.order.confirmed.v1");
}

TEST_F(EventsTest, FiltersAndTopics) {
  start();
  auto payments = open("type=ordo.payment.*,ordo.order.created.v1&type=x");
  auto order = open("order_id=o2");
  auto stock = open("topic=stock");
  log_.append("o1", "ordo.order.created.v1");
  log_.append("o1", "ordo.order.confirmed.v1");
  log_.append("o2", "ordo.order.confirmed.v1");
  log_.append("o2", "ordo.payment.failed.v1");
  log_.append("main", "ordo.stock.counted.v1", "{}", Topic::stock);
  EXPECT_EQ((std::set{payments.next().event, payments.next().event}),
            (std::set<std::string>{"ordo.order.created.v1", "ordo.payment.failed.v1"}));
  EXPECT_EQ(order.next().event, "ordo.order.confirmed.v1");
  EXPECT_EQ(order.next().event, "ordo.payment.failed.v1");
  EXPECT_EQ(stock.next().event, "ordo.stock.counted.v1");
}

TEST_F(EventsTest, WhatCannotBeAskedForIsRefused) {
  start();
  http::TestClient client(server_->port());
  for (const auto* query : {"topic=orders", "from=yesterday", "tpye=x", "type=a*b", "order_id=1&order_id=2"}) {
    const auto answer = client.get("/v1/events?" + std::string(query));
    EXPECT_EQ(answer.status, 400) << query;
    EXPECT_NE(answer.body.find("\"bad_query\""), std::string::npos) << answer.body;
  }
  EXPECT_NE(client.get("/v1/events?tpye=x").body.find("did you mean type?"), std::string::npos);
  client.send("HEAD /v1/events HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(client.receive(true).head.find("text/event-stream"), std::string::npos);
  EXPECT_EQ(client.get("/livez").status, 200);
  EXPECT_EQ(log_.opened(), 0);
}

TEST_F(EventsTest, FromTheStartComesAllThereIsAndThenWhatIsNew) {
  start();
  for (int i = 0; i < 1'000; ++i) log_.append("o" + std::to_string(i), "t");
  auto client = open("from=start");
  const auto places = client.places(1'000);
  EXPECT_EQ(std::set(places.begin(), places.end()).size(), 1'000U);
  log_.append("new", "news");
  EXPECT_EQ(client.next().event, "news");
}

TEST_F(EventsTest, FromATimeComesWhatWasAppendedSince) {
  start();
  for (int i = 0; i < 100; ++i) {
    log_.set_clock(from_unix_ms(1'790'000'000'000 + 1'000 * i));
    log_.append("o" + std::to_string(i), "t" + std::to_string(i));
  }
  auto client = open("from=2026-09-21T14:14:35Z");  // 75 s after the first one
  std::set<std::string> seen;
  for (int i = 75; i < 100; ++i) seen.insert(client.next().event);
  EXPECT_EQ(seen.size(), 25U);
  EXPECT_TRUE(seen.contains("t75")) << "appended at that time";
  EXPECT_FALSE(seen.contains("t74"));
  log_.append("new", "news");
  EXPECT_EQ(client.next().event, "news");
}

TEST_F(EventsTest, FromATimeAheadComesWhatIsNew) {
  start();
  log_.append("old", "old");
  auto client = open("from=2126-01-01T00:00:00Z");
  log_.append("new", "news");
  EXPECT_EQ(client.next().event, "news");
}

// Clients come and go during the events, and each continues where it stopped. None loses an event or gets one twice.
TEST_F(EventsTest, ResumingLosesAndDoublesNothing) {
  options_.max_recent = 20'000;  // some clients must read the log, others need not
  start();
  constexpr std::size_t kEvents = 4'000;
  std::thread producer([&] {
    for (std::size_t i = 0; i < kEvents; ++i) {
      log_.append("o" + std::to_string(i % 97), "t");
      if (i % 50 == 0) std::this_thread::sleep_for(milliseconds(2));
    }
  });
  std::vector<std::thread> clients;
  for (std::size_t c = 1; c <= 4; ++c) {
    clients.emplace_back([&, c] {
      std::set<std::string> seen;
      std::string id;
      while (seen.size() < kEvents) {
        auto client = open("from=start", id);
        for (const auto& place : client.places(std::min(c * 131, kEvents - seen.size()))) {
          EXPECT_TRUE(seen.insert(place).second) << place << " twice";
        }
        ASSERT_FALSE(client.last_id().empty());
        id = client.last_id();
      }
    });
  }
  for (auto& client : clients) client.join();
  producer.join();
}

TEST_F(EventsTest, AnIdFromBeforeARestartIsGood) {
  start();
  auto first = open("");
  log_.append("o1", "one");
  EXPECT_EQ(first.next().event, "one");
  log_.append("o1", "two");
  const auto id = first.next().id;
  stop();
  log_.append("o1", "three");
  start();
  auto again = open("last_event_id=" + id);
  EXPECT_EQ(again.next().event, "three");
  auto by_header = open("last_event_id=rubbish", id);
  EXPECT_EQ(by_header.next().event, "three");
}

TEST_F(EventsTest, TheFirstBlockAlreadySaysThePlace) {
  start();
  std::string id;
  {
    auto client = open("");
    id = client.next_block().id;
    ASSERT_FALSE(id.empty());
  }
  log_.append("o1", "missed meanwhile");
  auto again = open("", id);
  EXPECT_EQ(again.next().event, "missed meanwhile");
}

TEST_F(EventsTest, AGapIsSaidWhenTheLogBeginsLater) {
  start();
  for (int i = 0; i < 10; ++i) log_.append("o", "t" + std::to_string(i), "{}", Topic::order_events, 1);
  log_.trim(Topic::order_events, 1, 6);
  auto client = open("", "order_events.0.0.2.0.0");
  const auto block = client.next();
  EXPECT_EQ(block.event, "gap");
  EXPECT_EQ(
      block.data,
      R"({"reason":"retention","requested":"order_events.0.0.2.0.0","resume":"order_events.0.0.6.0.0","missing":4})");
  EXPECT_EQ(block.id, "order_events.0.0.6.0.0");
  EXPECT_EQ(client.next().event, "t6");
  EXPECT_EQ(metric("ordo_event_gaps_total"), 1U);
}

TEST_F(EventsTest, AGapIsSaidForAnIdThatIsNotOurs) {
  start();
  log_.append("o", "old", "{}", Topic::order_events, 0);
  const std::vector<std::pair<std::string, std::string>> cases = {{"42", "unknown_id"},
                                                                  {"stock.0.0.0.0.0", "other_topic"},
                                                                  {"order_events.7.0.0.0.0", "other_epoch"},
                                                                  {"order_events.0.0.0", "other_partitions"}};
  for (const auto& [id, reason] : cases) {
    auto client = open("", id);
    const auto block = client.next();
    EXPECT_EQ(block.event, "gap") << id;
    std::string told = R"("reason":")";
    told.append(reason).append(R"(","requested":")").append(id).append("\"");
    EXPECT_NE(block.data.find(told), std::string::npos) << block.data;
    EXPECT_EQ(block.id, "order_events.0.1.0.0.0");
    log_.append("o", "new", "{}", Topic::order_events, 3);
    EXPECT_EQ(client.next().event, "new");
    log_.clear();
    log_.append("o", "old", "{}", Topic::order_events, 0);
    client.close();
    ASSERT_TRUE(log_.wait_for_readers(0));
  }
  auto from_start = open("from=start", "42");
  EXPECT_EQ(from_start.next().event, "gap");
  EXPECT_EQ(from_start.next().event, "old");
  // The log ends before the id, so it was recreated. All its events are new.
  auto beyond = open("", "order_events.0.9.0.0.0");
  EXPECT_NE(beyond.next().data.find("\"log_changed\""), std::string::npos);
  EXPECT_EQ(beyond.next().event, "old");
}

TEST_F(EventsTest, ABurstLargerThanTheBufferOfAClientIsNoGap) {
  options_.max_buffered = 2'000;
  start();
  auto client = open("");
  auto some = open("order_id=o7");
  std::set<std::string> places;
  for (int i = 0; i < 2'000; ++i) log_.append("o" + std::to_string(i % 50), "t");
  for (const auto& place : client.places(2'000)) places.insert(place);
  EXPECT_EQ(places.size(), 2'000U);
  EXPECT_EQ(some.places(40).size(), 40U);
  log_.append("o7", "after");
  EXPECT_EQ(client.next().event, "after");
  EXPECT_EQ(some.next().event, "after");
  EXPECT_EQ(metric("ordo_event_gaps_total"), 0U);
}

TEST_F(EventsTest, ASlowClientIsSentAwayAndComesBackToAll) {
  options_.max_buffered = 20'000;
  options_.max_recent = 1'000'000;
  start();
  auto slow = open("");
  auto fast = open("");
  const std::string value = "\"" + std::string(50'000, 'x') + "\"";
  std::set<std::string> all;
  constexpr std::size_t kEvents = 400;  // 20 MB are more than the kernel buffers
  for (std::size_t i = 0; i < kEvents; ++i) {
    log_.append("o" + std::to_string(i), "t", value);
    for (const auto& place : fast.places(1)) all.insert(place);
  }
  EXPECT_EQ(all.size(), kEvents);
  ASSERT_TRUE(wait_for_metric("ordo_event_gaps_total", 1));
  std::set<std::string> seen;
  Block last;
  while (true) {
    last = slow.next();
    if (last.event == "gap" || last.ended) break;
    const auto at = last.data.find("\"partition\":");
    EXPECT_TRUE(seen.insert(last.data.substr(at, last.data.find(",\"data\"") - at)).second);
  }
  ASSERT_EQ(last.event, "gap");
  EXPECT_NE(last.data.find("\"too_slow\""), std::string::npos) << last.data;
  EXPECT_TRUE(slow.next_block().ended);
  ASSERT_LT(seen.size(), kEvents);
  auto again = open("", last.id);
  const auto rest = again.places(kEvents - seen.size());
  EXPECT_EQ(std::set(rest.begin(), rest.end()).size(), kEvents - seen.size());
}

TEST_F(EventsTest, AClientThatStallsWhileItCatchesUpGivesItsPlaceToAnother) {
  options_.max_buffered = 20'000;
  options_.max_catching_up = 1;
  options_.stall = milliseconds(50);
  start();
  const std::string value = "\"" + std::string(50'000, 'x') + "\"";
  for (std::size_t i = 0; i < 400; ++i) log_.append("o" + std::to_string(i), "t", value);
  auto stalled = open("from=start");
  auto next = open("from=start&order_id=o399");
  EXPECT_EQ(next.next().event, "t");
  Block last;
  do {
    last = stalled.next();
  } while (last.event == "t");
  EXPECT_NE(last.data.find("\"too_slow\""), std::string::npos) << last.data;
}

TEST_F(EventsTest, AKeyHasAQuarterOfTheStreams) {
  options_.max_streams = 8;
  std::string one;
  std::string other;
  const auto first = *access::Authenticator::for_inside(one);
  const auto second = *access::Authenticator::for_inside(other);
  const auto caller = [](access::Authenticator& auth, const std::string& key) {
    return std::make_shared<const http::Caller>(http::Caller{*auth.authenticate(key, now()), auth});
  };
  EventHub hub(options_, log_.topology, log_);
  std::mutex mutex;
  std::vector<std::shared_ptr<http::BodyReader>> bodies;
  std::size_t answered = 0;
  std::string refused;
  const auto open_for = [&](std::shared_ptr<const http::Caller> who) {
    EventRequest request;
    request.caller = std::move(who);
    hub.open(std::move(request), [&](Result<std::shared_ptr<http::BodyReader>> body) {
      const std::lock_guard lock(mutex);
      ++answered;
      if (body) {
        bodies.push_back(std::move(*body));
      } else {
        refused += body.error().reason + " ";
      }
    });
  };
  const auto wait_for = [&](std::size_t count) {
    http::until([&] {
      const std::lock_guard lock(mutex);
      return answered == count;
    });
  };
  for (int i = 0; i < 3; ++i) open_for(caller(*first, one));
  open_for(caller(*second, other));
  open_for(nullptr);
  wait_for(5);
  EXPECT_EQ(refused, "too_many_streams_of_key ");
  ASSERT_EQ(bodies.size(), 4U);
  bodies.clear();
  open_for(caller(*first, one));
  wait_for(6);
  EXPECT_EQ(bodies.size(), 1U);
  bodies.clear();
  hub.stop();
}

TEST_F(EventsTest, StreamsAreBounded) {
  options_.max_streams = 2;
  start();
  auto first = open("");
  auto second = open("");
  http::TestClient third(server_->port());
  const auto refused = third.get("/v1/events");
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.header("Retry-After"), "");
  EXPECT_NE(refused.body.find("too_many_streams"), std::string::npos);
  EXPECT_EQ(metric("ordo_event_streams"), 2U);
  second.close();
  ASSERT_TRUE(wait_for_metric("ordo_event_streams", 1));
  EXPECT_NE(open("").head().find(" 200 "), std::string::npos);
  EXPECT_EQ(metric("ordo_event_streams_refused_total"), 1U);
}

TEST_F(EventsTest, ALineWithoutEventsIsKeptAlive) {
  options_.heartbeat = milliseconds(20);
  start();
  auto client = open("type=never");
  const auto first = client.next_block().id;
  log_.append("o", "other", "{}", Topic::order_events, 2);
  Block block;
  do {
    block = client.next_block();
    ASSERT_EQ(block.comment, "heartbeat");
  } while (block.id == first);
  EXPECT_EQ(block.id, "order_events.0.0.0.1.0");  // the client need not read that event again
}

TEST_F(EventsTest, TheLogIsOpenedOncePerTopicAndClosedWhenNobodyListens) {
  start();
  {
    auto a = open("");
    auto b = open("");
    auto c = open("topic=stock");
    EXPECT_EQ(log_.readers(), 2);
    EXPECT_EQ(log_.opened(), 2);
  }
  EXPECT_TRUE(log_.wait_for_readers(0));
  auto again = open("");
  log_.append("o", "t");
  EXPECT_EQ(again.next().event, "t");
}

TEST_F(EventsTest, ALogThatIsAwayIsWaitedFor) {
  start();
  auto client = open("");
  log_.append("o", "before");
  const auto id = client.next().id;
  log_.fail_with(Error{ErrorCode::kUnavailable, "log_away", "away", {}});
  ASSERT_TRUE(log_.wait_for_readers(0));
  http::TestClient other(server_->port());
  const auto refused = other.get("/v1/events");
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.body.find("log_away"), std::string::npos) << refused.body;
  auto resuming = open("", id);
  log_.append("o", "meanwhile");
  log_.fail_with(std::nullopt);
  EXPECT_EQ(client.next().event, "meanwhile");
  EXPECT_EQ(resuming.next().event, "meanwhile");
}

TEST_F(EventsTest, AStopEndsStreamsAtOnce) {
  start();
  auto live = open("");
  auto waiting = open("from=start");
  const auto began = std::chrono::steady_clock::now();
  server_->stop();
  api_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  EXPECT_TRUE(live.next().ended);
  EXPECT_TRUE(waiting.next().ended);
  EXPECT_EQ(log_.readers(), 0);
}

}  // namespace
}  // namespace ordo::api
