#include "embedded/retention.h"

#include <gtest/gtest.h>

#include <thread>

#include "embedded/data_directory.h"
#include "embedded/testing/shop.h"

namespace ordo::embedded {
namespace {

using namespace std::chrono_literals;

constexpr auto kLong = std::chrono::microseconds(10s);
constexpr std::uint64_t kSegmentBytes = 16'384;

TopicRetention only(Topic topic, std::chrono::milliseconds keep) {
  TopicRetention retention;
  retention[static_cast<std::size_t>(topic)] = keep;
  return retention;
}

// The engine's parts without its thread, so that the test folds.
class RetentionTest : public testing::Test {
 protected:
  RetentionTest() : layout_(topology_), catalog_(layout_) {
    auto lock = DataDirectory::lock(directory_.data());
    EXPECT_TRUE(lock) << lock.error().text();
    StoreOptions options;
    options.path = database_path(directory_.data());
    auto store = Store::open(options);
    EXPECT_TRUE(store) << store.error().text();
    store_ = std::move(*store);
    auto log = SegmentWriter::open(directory_.data(), catalog_, {store_->log(), nullptr, kSegmentBytes},
                                   partitions_of(layout_));
    EXPECT_TRUE(log) << log.error().text();
    log_ = std::move(*log);
    const auto processors = shop_.processors();
    auto folding = Folding::open(*store_, *log_, reader(), topology_, layout_, processors, {});
    EXPECT_TRUE(folding) << folding.error().text();
    folding_ = std::move(*folding);
  }

  void append(const std::string& product, Timestamp at) {
    auto record = count_record(topology_, product, 10);
    record.appended_at = at;
    partition_ = record.at;
    folding_->append(std::move(record));
    ASSERT_TRUE(log_->sync());
  }
  void fold() {
    ASSERT_TRUE(store_->begin());
    while (!folding_->at_rest()) ASSERT_TRUE(folding_->step(now()));
    ASSERT_TRUE(log_->sync());
    ASSERT_TRUE(folding_->flush());
    ASSERT_TRUE(store_->commit());
    folding_->finished();
  }
  std::size_t remove(Retention& retention, Timestamp at) {
    EXPECT_TRUE(store_->begin());
    auto removed = retention.remove(at, kLong);
    EXPECT_TRUE(removed) << removed.error().text();
    EXPECT_TRUE(store_->commit());
    retention.committed();
    return removed.value_or(0);
  }
  std::size_t remove(const TopicRetention& keep, Timestamp at) {
    Retention retention = retention_of(keep);
    return remove(retention, at);
  }
  Retention retention_of(const TopicRetention& keep) {
    return {*store_, catalog_, *log_, reader(), layout_, *folding_, keep};
  }
  SegmentReader reader() { return {catalog_, layout_, directory_.data(), nullptr}; }
  LogRange range() { return catalog_.range(layout_.index(partition_)); }

  TemporaryDirectory directory_;
  const Topology topology_;
  const LogLayout layout_;
  Shop shop_;
  SegmentCatalog catalog_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<SegmentWriter> log_;
  std::unique_ptr<Folding> folding_;
  TopicPartition partition_;
};

TEST_F(RetentionTest, RemovesWhatIsOldAndFolded) {
  const Timestamp start = now();
  for (int i = 0; i < 300; ++i) append("p-" + std::to_string(i), start + std::chrono::seconds(i));
  const auto keep = only(Topic::stock, 60s);
  // Unfolded records stay, however old.
  EXPECT_EQ(remove(keep, start + 24h), 0U);
  EXPECT_EQ(range().begin, 0);
  fold();
  // Records up to 139 are older than a minute; 140 is exactly a minute old.
  Retention retention = retention_of(keep);
  EXPECT_EQ(remove(retention, start + 200s), 140U);
  EXPECT_EQ(range().begin, 140);
  EXPECT_EQ(range().end, 300);
  ASSERT_TRUE(retention.due());
  EXPECT_GT(*retention.due(), Retention::Clock::now());  // looks again when the next record is old
  // The newest record stays: offsets continue from it.
  EXPECT_EQ(remove(keep, start + 24h), 159U);
  EXPECT_EQ(range().begin, 299);
  EXPECT_EQ(range().end, 300);
  append("p-300", start + 24h);
  EXPECT_EQ(range().end, 301);
}

TEST_F(RetentionTest, ASliceEndsWithItsBudget) {
  const Timestamp start = now();
  for (int i = 0; i < 1'000; ++i) append("p", start);
  fold();
  Retention retention = retention_of(only(Topic::stock, 1s));
  ASSERT_TRUE(store_->begin());
  std::size_t removed = 0;
  int slices = 0;
  while (*retention.due() <= Retention::Clock::now()) {
    const auto slice = retention.remove(start + 1h, std::chrono::microseconds(0));
    ASSERT_TRUE(slice);
    EXPECT_LE(*slice, 128U);
    removed += *slice;
    ++slices;
  }
  EXPECT_EQ(removed, 999U);
  EXPECT_GE(slices, 8);
}

TEST_F(RetentionTest, TopicsKeepTheirRecordsForEverUnlessTold) {
  append("p", now() - 24h);
  append("p", now() - 24h);
  fold();
  Retention retention = retention_of(only(Topic::payments, 1s));
  EXPECT_EQ(remove(retention, now()), 0U);
  EXPECT_FALSE(retention_of({}).due());
}

// A running engine removes records while it is idle, continues to serve, and opens again.
TEST(RetentionOfTheEngineTest, OldRecordsGoAndServiceGoesOn) {
  TemporaryDirectory directory;
  const Topology topology;
  Shop shop;
  const auto processors = shop.processors();
  const auto open = [&] {
    EngineOptions options;
    options.directory = directory.data();
    options.loop.retention = only(Topic::order_events, 1ms);
    auto engine = Engine::open(std::move(options), processors);
    EXPECT_TRUE(engine) << engine.error().text();
    (*engine)->start();
    return std::move(*engine);
  };
  const auto records = [&](Engine& engine, Topic topic) {
    std::pair<std::int64_t, std::int64_t> kept_and_all{0, 0};
    const auto ranges = engine.ranges(topic, false);
    EXPECT_TRUE(ranges);
    for (const auto& range : *ranges) {
      kept_and_all.first += range.end - range.begin;
      kept_and_all.second += range.end;
    }
    return kept_and_all;
  };
  auto engine = open();
  ASSERT_TRUE(append_and_wait(*engine, count_record(topology, "mug", 100)));
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 20; ++i) {
      const auto id = "o-" + std::to_string(round) + "-" + std::to_string(i);
      ASSERT_TRUE(append_and_wait(*engine, order_record(topology, id, "c", {"mug"})));
    }
    ASSERT_TRUE(engine->wait_idle(20s));
    // One record in each partition is left.
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (records(*engine, Topic::order_events).first > topology[Topic::order_events].partitions &&
           std::chrono::steady_clock::now() < until) {
      std::this_thread::yield();
    }
    const auto [kept, all] = records(*engine, Topic::order_events);
    EXPECT_LE(kept, topology[Topic::order_events].partitions);
    // Three records an order: created, reserved by stock, published by orders. Offsets count all records ever.
    EXPECT_EQ(all, 60 * (round + 1));
    const auto [placed, all_placed] = records(*engine, Topic::order_created);
    EXPECT_EQ(placed, 20 * (round + 1));
    EXPECT_EQ(all_placed, placed);
    EXPECT_GT(engine->counters().removed, 0U);
    const auto order = engine->get(Collection::orders, "o-" + std::to_string(round) + "-19");
    ASSERT_TRUE(order && *order);
    EXPECT_EQ(std::get<Order>(**order).status, OrderStatus::reserved);
    engine.reset();
    engine = open();
  }
}

}  // namespace
}  // namespace ordo::embedded
