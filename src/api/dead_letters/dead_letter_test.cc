#include "records/dead_letter.h"

#include <gtest/gtest.h>

#include <future>

#include "api/api.h"
#include "api/dead_letters/dead_letters.h"
#include "api/testing/test_engine.h"
#include "http/testing/direct_client.h"
#include "records/json_view.h"
#include "records/messages.h"

namespace ordo::api {
namespace {

// The logs of a TestEngine.
class EngineLog final : public LogSource {
 public:
  explicit EngineLog(TestEngine& engine) : engine_(engine) {}

  Result<std::unique_ptr<LogReader>> open_reader(Topic topic, bool dlq, std::vector<std::int64_t> from) override {
    std::vector<Record> records;
    for (std::size_t p = 0; p < from.size(); ++p) {
      for (auto& record : engine_.partition({topic, static_cast<int>(p), dlq})) {
        if (record.offset >= from[p]) records.push_back(std::move(record));
      }
    }
    return std::make_unique<Reader>(std::move(records));
  }
  Result<std::vector<LogRange>> ranges(Topic topic, bool dlq) override {
    const int partitions = dlq ? 1 : engine_.topology[topic].partitions;
    std::vector<LogRange> ranges;
    ranges.reserve(static_cast<std::size_t>(partitions));
    for (int p = 0; p < partitions; ++p) {
      ranges.push_back({0, static_cast<std::int64_t>(engine_.partition({topic, p, dlq}).size())});
    }
    return ranges;
  }

 private:
  // Returns a few records per poll.
  class Reader final : public LogReader {
   public:
    explicit Reader(std::vector<Record> records) : records_(std::move(records)) {}
    Result<std::vector<Record>> poll(std::size_t max, std::chrono::milliseconds) override {
      std::vector<Record> some;
      while (some.size() < std::min<std::size_t>(max, 2) && !caught_up()) some.push_back(records_[next_++]);
      return some;
    }
    bool caught_up() const override { return next_ == records_.size(); }

   private:
    const std::vector<Record> records_;
    std::size_t next_ = 0;
  };

  TestEngine& engine_;
};

struct Json {
  explicit Json(std::string body) : text(std::move(body)), tape(JsonTape::parse(text)) {}
  JsonView operator[](std::string_view name) const { return tape ? JsonView(*tape)[name] : JsonView(); }
  std::vector<JsonView> data(std::string_view name = "data") const {
    std::vector<JsonView> all;
    (*this)[name].elements([&](const JsonView& one) { all.push_back(one); });
    return all;
  }
  std::string text;
  Result<JsonTape> tape;
};

class DeadLetterTest : public testing::Test {
 protected:
  DeadLetterTest() : source_(engine_) {
    ApiOptions options;
    options.topology = engine_.topology;
    options.currency = *Currency::parse("USD");
    options.location = LocationId("main");
    options.source = "/ordo/api/test";
    api_ = std::make_unique<Api>(
        options,
        ApiPorts{engine_, source_, engine_, engine_, engine_, [] { return std::vector<ReadinessCheck>(); }, {}, {}});
    client_ = std::make_unique<http::DirectClient>(api_->handler());
  }
  ~DeadLetterTest() override {
    api_->stop();
    engine_.settle();
  }

  // A record without headers, as any producer may write it.
  void produce(Topic topic, const std::string& key, const std::string& value) {
    Record record;
    record.at = {topic, engine_.topology.partition_of(topic, key), false};
    record.key = key;
    record.value = value;
    std::promise<void> done;
    engine_.append(std::move(record), [&](const Result<LogPosition>& at) {
      EXPECT_TRUE(at);
      done.set_value();
    });
    done.get_future().wait();
    engine_.settle();
  }
  void reprice(const std::string& product, const std::string& price) {
    produce(Topic::product_events, product,
            R"({"action":"update","product":{"_id":")" + product + R"(","price":)" + price + "}}");
  }
  void create(const std::string& product) {
    produce(Topic::product_events, product,
            R"({"action":"create","product":{"_id":")" + product + R"(","name":"n","price":1,"stock":5}})");
  }

  Json list(const std::string& query = "") {
    auto answer = client_->get("/v1/dlq" + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return Json(std::move(answer.body));
  }
  Json post(const std::string& path, const std::string& body, int status = 200) {
    auto answer = client_->send_json("POST", path, body);
    EXPECT_EQ(answer.status, status) << answer.body;
    engine_.settle();
    return Json(std::move(answer.body));
  }
  std::string price_of(const std::string& product) {
    const Json json(client_->get("/v1/products/" + product).body);
    return std::string(json["price"]["amount"].text());
  }

  TestEngine engine_;
  EngineLog source_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<http::DirectClient> client_;
};

// Goes on with its answer, while the thread that answers is still inside the request.
struct GoesOn final : http::AnswerSink {
  void answer(std::uint64_t, std::uint64_t, http::Response response) override {
    if (next) next();
    status.set_value(response.status);
  }
  void more(std::uint64_t) override {}

  std::function<void()> next;
  std::promise<int> status;
};

// From a busy machine: the third of three lists, one after the other, was refused.
TEST_F(DeadLetterTest, AnAnswerFreesThePlaceOfItsRequest) {
  std::vector<int> statuses;
  const std::function<void(int)> ask = [&](int more) {
    const auto sink = std::make_shared<GoesOn>();
    if (more > 0) sink->next = [&ask, more] { ask(more - 1); };
    http::RequestParser parser(http::ParserLimits{});
    parser.feed(http::get_request("/v1/dlq", ""));
    api_->handler()(parser.take(), http::Respond(sink, 0, 0));
    statuses.push_back(sink->status.get_future().get());
  };
  ask(2);
  EXPECT_EQ(statuses, (std::vector<int>{200, 200, 200}));
}

TEST_F(DeadLetterTest, WhatWasRefusedIsReplayedOnceItsReasonIsGone) {
  reprice("mug", "7.50");
  const auto refused = list();
  ASSERT_EQ(refused.data().size(), 1U) << refused.text;
  const auto letter = refused.data()[0];
  const std::string id(letter["id"].text());
  EXPECT_EQ(id, "product_events:0");
  EXPECT_EQ(letter["state"].text(), "open");
  EXPECT_EQ(letter["reason"].text(), "unknown_product") << refused.text;
  EXPECT_EQ(letter["processor"].text(), "catalog");
  EXPECT_EQ(letter["key"].text(), "mug");
  EXPECT_TRUE(refused["complete"].truth());
  const Json whole(client_->get("/v1/dlq/" + id).body);
  EXPECT_EQ(whole["value"].text(), R"({"action":"update","product":{"_id":"mug","price":7.50}})");

  // Too early: the record is refused again. That gives another letter, which names the first one.
  const auto early = post("/v1/dlq/" + id + "/replay", "{}");
  EXPECT_EQ(early["done"].text(), "1") << early.text;
  const auto again = list();
  ASSERT_EQ(again.data().size(), 1U) << again.text;
  const std::string second(again.data()[0]["id"].text());
  EXPECT_EQ(again.data()[0]["replay_of"].text(), id);
  EXPECT_EQ(list("?state=replayed").data()[0]["id"].text(), id);

  create("mug");
  const auto preview = post("/v1/dlq/" + second + "/replay", R"({"dry_run":true})");
  EXPECT_EQ(preview["done"].text(), "0");
  EXPECT_EQ(price_of("mug"), "100");
  post("/v1/dlq/" + second + "/replay", "");
  EXPECT_EQ(price_of("mug"), "750");
  EXPECT_TRUE(list().data().empty()) << list().text;
  EXPECT_EQ(list("?state=all").data().size(), 2U);
  EXPECT_EQ(post("/v1/dlq/" + second + "/replay", "{}", 409)["code"].text(), "letter_settled");

  // The same record, with its origin and without its sequence number.
  const auto records =
      engine_.partition({Topic::product_events, engine_.topology.partition_of(Topic::product_events, "mug")});
  const Record& replayed = records.back();
  EXPECT_EQ(extra_header(replayed, kReplayOfHeader), second);
  EXPECT_EQ(extra_header(replayed, kOriginHeader).find("product_events/"), 0U);
  EXPECT_EQ(extra_header(replayed, kOriginHeader), extra_header(records[1], kOriginHeader));
  EXPECT_EQ(extra_header(replayed, "ordo_dlq_reason"), "");
  EXPECT_FALSE(replayed.envelope.sequence);
}

TEST_F(DeadLetterTest, AReplayDoneTwiceMakesNothingTwice) {
  // An order without an id, and with an impossible quantity.
  create("mug");
  produce(Topic::order_created, "k", R"({"userId":"ann","products":[{"productId":"mug","quantity":-1}]})");
  ASSERT_EQ(list().data().size(), 1U);
  const std::string id(list().data()[0]["id"].text());
  const std::string mended =
      R"({"again":true,"value":"{\"userId\":\"ann\",\"products\":[{\"productId\":\"mug\",\"quantity\":2}]}"})";
  for (int i = 0; i < 3; ++i) post("/v1/dlq/" + id + "/replay", mended);
  const Json orders(client_->get("/v1/orders?customer_id=ann").body);
  ASSERT_EQ(orders.data().size(), 1U) << orders.text;
  EXPECT_EQ(orders.data()[0]["status"].text(), "reserved");
  const Json stock(client_->get("/v1/products/mug/stock").body);
  EXPECT_EQ(stock["reserved"].text(), "2") << stock.text;
  EXPECT_TRUE(list().data().empty());

  // A product event with a stock figure counts the stock only once.
  produce(Topic::product_events, "cup", R"({"action":"update","product":{"_id":"cup","price":2,"stock":9}})");
  const std::string count(list().data()[0]["id"].text());
  create("cup");
  for (int i = 0; i < 2; ++i) post("/v1/dlq/" + count + "/replay", R"({"again":true})");
  std::set<std::string> movements;  // a repeated movement is booked once
  for (const auto& record : engine_.records(Topic::stock)) {
    const auto message = decode(record);
    const auto* counted = message ? std::get_if<StockCounted>(&*message) : nullptr;
    if (counted != nullptr) movements.insert(counted->movement_id);
  }
  EXPECT_EQ(Json(client_->get("/v1/products/cup/stock").body)["on_hand"].text(), "9");
  EXPECT_EQ(movements.size(), 3U);  // includes the two created products
}

TEST_F(DeadLetterTest, AFilterShowsWhatItWouldDoFirst) {
  for (int i = 0; i < 5; ++i) reprice("mug", std::to_string(i + 1));
  reprice("cup", "3");
  produce(Topic::product_events, "mug", "no json");
  const auto preview = post("/v1/dlq/replay", R"({"topic":"product_events","reason":"unknown_product"})");
  EXPECT_TRUE(preview["dry_run"].truth());
  EXPECT_EQ(preview["matched"].text(), "6") << preview.text;
  EXPECT_EQ(preview["done"].text(), "0");
  EXPECT_EQ(list().data().size(), 7U);
  create("mug");
  // Oldest first, and no more than the limit.
  const auto three = post("/v1/dlq/replay", R"({"key":"mug","reason":"unknown_product","limit":3,"dry_run":false})");
  EXPECT_EQ(three["matched"].text(), "5") << three.text;
  EXPECT_EQ(three["done"].text(), "3");
  EXPECT_EQ(price_of("mug"), "300");
  post("/v1/dlq/replay", R"({"key":"mug","reason":"unknown_product","dry_run":false})");
  EXPECT_EQ(price_of("mug"), "500");
  const auto dropped = post("/v1/dlq/drop", R"({"topic":"product_events","dry_run":false})");
  EXPECT_EQ(dropped["done"].text(), "2") << dropped.text;
  EXPECT_TRUE(list().data().empty());
  EXPECT_EQ(list("?state=dropped").data().size(), 2U);
}

TEST_F(DeadLetterTest, TopicsThatAreHiddenAreNotLookedAt) {
  reprice("mug", "7.50");
  ASSERT_EQ(list().data().size(), 1U);
  LetterFilter filter;
  filter.hidden.set(static_cast<std::size_t>(Topic::product_events));
  EXPECT_TRUE(scan_letters(source_, filter, 100)->letters.empty());
}

TEST_F(DeadLetterTest, TheListHasPages) {
  for (int i = 0; i < 3; ++i) reprice("p" + std::to_string(i), "1");
  produce(Topic::order_created, "k", "{}");
  std::vector<std::string> ids;
  std::string cursor;
  do {
    const auto page = list("?limit=3" + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const auto& one : page.data()) ids.emplace_back(one["id"].text());
    cursor = page["next_cursor"].text();
  } while (!cursor.empty());
  // Newest first. Letters of the same millisecond are in the order of their ids.
  const auto place = [&](const std::string& id) { return std::find(ids.begin(), ids.end(), id) - ids.begin(); };
  EXPECT_EQ(ids.size(), 4U);
  EXPECT_LT(place("product_events:2"), place("product_events:1"));
  EXPECT_LT(place("product_events:1"), place("product_events:0"));
  EXPECT_LT(place("product_events:0"), 4);
  EXPECT_LT(place("order_created:0"), 4);
  EXPECT_EQ(list("?topic=order_created").data().size(), 1U);
  EXPECT_EQ(list("?key=p1").data().size(), 1U);
  EXPECT_TRUE(list("?to=2020-01-01T00:00:00Z").data().empty());
  const auto shallow = list("?topic=product_events&depth=2");
  EXPECT_EQ(shallow.data().size(), 2U);
  EXPECT_FALSE(shallow["complete"].truth());
}

TEST_F(DeadLetterTest, SaysWhatIsWrong) {
  for (const auto* path : {"/v1/dlq?topic=nowhere", "/v1/dlq?state=gone", "/v1/dlq?limit=0", "/v1/dlq?depth=x",
                           "/v1/dlq?from=monday", "/v1/dlq?colour=red"}) {
    const auto answer = client_->get(path);
    EXPECT_EQ(answer.status, 400) << path << answer.body;
    EXPECT_EQ(Json(answer.body)["code"].text(), "bad_query") << path;
  }
  for (const auto* path : {"/v1/dlq/order_created:0", "/v1/dlq/nonsense", "/v1/dlq/stock:-1"}) {
    EXPECT_EQ(client_->get(path).status, 404) << path;
  }
  EXPECT_EQ(post("/v1/dlq/replay", "{}", 422)["code"].text(), "invalid_fields");
  EXPECT_EQ(post("/v1/dlq/replay", R"({"topic":"stock","limit":1001})", 422)["code"].text(), "invalid_fields");
  EXPECT_EQ(client_->send_json("DELETE", "/v1/dlq/stock:0", "").status, 404);
  // A letter is not marked when the log refuses its record.
  reprice("mug", "1");
  engine_.fail_appends(Error{ErrorCode::kUnavailable, "away", "the log is away", {}});
  EXPECT_EQ(client_->send_json("POST", "/v1/dlq/product_events:0/replay", "{}").status, 503);
  engine_.fail_appends(std::nullopt);
  EXPECT_EQ(list().data().size(), 1U);
}

}  // namespace
}  // namespace ordo::api
