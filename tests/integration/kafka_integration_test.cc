// The Kafka adapter against a real broker, whose address is in ORDO_TEST_KAFKA. Each case makes topics of its own.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

#include "base/uuid.h"
#include "kafka/api_log.h"
#include "kafka/group_consumer.h"
#include "kafka/health.h"
#include "kafka/log_source.h"
#include "kafka/step_producer.h"
#include "kafka/topics.h"

namespace ordo::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr seconds kPatience{60};

class KafkaIntegration : public testing::Test {
 protected:
  void SetUp() override {
    const char* bootstrap = std::getenv("ORDO_TEST_KAFKA");
    if (bootstrap == nullptr) GTEST_SKIP() << "ORDO_TEST_KAFKA is not set";
    const auto run = "test-" + uuid_v7(now()) + "-";
    options_.bootstrap = bootstrap;
    options_.group_prefix = run;
    for (auto& topic : options_.topology.topics) topic.name.insert(0, run);
    options_.topology[Topic::product_events].partitions = 2;
    const auto ensured = ensure_topics(options_);
    ASSERT_TRUE(ensured) << ensured.error().text();
  }

  std::vector<Record> read_all(Topic topic) {
    auto source = LogSource::open(options_);
    auto reader = (*source)->open_reader(topic, false, {});
    EXPECT_TRUE(reader) << reader.error().text();
    std::vector<Record> records;
    const auto deadline = Clock::now() + kPatience;
    while (!(*reader)->caught_up() && Clock::now() < deadline) {
      auto some = (*reader)->poll(1000, milliseconds(200));
      EXPECT_TRUE(some);
      for (auto& record : *some) records.push_back(std::move(record));
    }
    EXPECT_TRUE((*reader)->caught_up());
    return records;
  }

  Options options_;
};

Record make_record(Topic topic, int partition, std::int64_t number, std::size_t bytes = 300) {
  Record record;
  record.at = {topic, partition, false};
  record.key = std::to_string(number);
  record.envelope.id = "id-" + std::to_string(number);
  record.envelope.source = "/ordo/test/0";
  record.envelope.type = "ordo.test.happened.v1";
  record.envelope.time = from_unix_ms(1'700'000'000'000);
  record.value = std::string(bytes, 'x');
  return record;
}

std::vector<Record> make_step(Topic topic, std::int64_t from, std::int64_t to) {
  std::vector<Record> records;
  for (auto i = from; i < to; ++i) {
    records.push_back(make_record(topic, static_cast<int>(i % 4), i));
    records.back().envelope.sequence = i;
  }
  return records;
}

// Keeps a number of appends under way until the deadline, as that many clients that wait for their answer do.
class ClosedLoop {
 public:
  ClosedLoop(ApiLog& log, Clock::time_point until) : log_(log), until_(until) {}

  void run(int clients) {
    open_ = clients;
    for (int i = 0; i < clients; ++i) next(i);
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [&] { return open_ == 0; });
  }

  std::atomic<std::int64_t> appended{0};
  std::atomic<std::int64_t> failed{0};

 private:
  void next(int client) {
    const auto number = client + 64 * appended.load();
    log_.append(make_record(Topic::order_created, static_cast<int>(number % 4), number),
                [this, client](const Result<LogPosition>& position) {
                  ++(position ? appended : failed);
                  if (Clock::now() < until_) return next(client);
                  const std::lock_guard lock(mutex_);
                  if (--open_ == 0) ended_.notify_one();
                });
  }

  ApiLog& log_;
  const Clock::time_point until_;
  std::mutex mutex_;
  std::condition_variable ended_;
  int open_ = 0;
};

TEST_F(KafkaIntegration, TopicsAreMadeOnceAndComparedThen) {
  const auto again = ensure_topics(options_);
  EXPECT_TRUE(again) << again.error().text();
  auto source = LogSource::open(options_);
  for (std::size_t i = 0; i < kTopics; ++i) {
    const auto topic = static_cast<Topic>(i);
    for (const bool dlq : {false, true}) {
      const auto ranges = (*source)->ranges(topic, dlq);
      ASSERT_TRUE(ranges) << ranges.error().text();
      EXPECT_EQ(ranges->size(), dlq ? 1 : static_cast<std::size_t>(options_.topology[topic].partitions));
    }
  }
  auto other = options_;
  other.topology[Topic::stock].partitions = 5;
  const auto conflict = ensure_topics(other);
  ASSERT_FALSE(conflict);
  EXPECT_EQ(conflict.error().code, ErrorCode::kConflict);
}

TEST_F(KafkaIntegration, SeveralProcessesMayMakeTheTopicsAtOnce) {
  for (auto& topic : options_.topology.topics) topic.name += "-race";
  std::vector<std::thread> threads;
  std::atomic<int> ensured{0};
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      const auto result = ensure_topics(options_);
      EXPECT_TRUE(result) << result.error().text();
      if (result) ++ensured;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(ensured, 3);
}

TEST_F(KafkaIntegration, ApiAppendsAreNumberedAndRead) {
  auto log = ApiLog::open(options_);
  ASSERT_TRUE(log) << log.error().text();
  std::mutex mutex;
  std::map<std::int64_t, std::int64_t> offsets;  // by number
  std::atomic<int> acked{0};
  for (int i = 0; i < 1000; ++i) {
    (*log)->append(make_record(Topic::order_created, 1, i), [&, i](const Result<LogPosition>& position) {
      ASSERT_TRUE(position) << position.error().text();
      const std::lock_guard lock(mutex);
      offsets[i] = position->offset;
      ++acked;
    });
  }
  (*log)->stop();
  ASSERT_EQ(acked, 1000);
  const auto records = read_all(Topic::order_created);
  ASSERT_EQ(records.size(), 1000);
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i].envelope.sequence, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(records[i].key, std::to_string(i));
    EXPECT_EQ(offsets[static_cast<std::int64_t>(i)], records[i].offset);
  }
}

TEST_F(KafkaIntegration, StepsGoThroughTheGroupExactlyOnce) {
  constexpr int kRecords = 4000;
  auto producer = StepProducer::open(options_);
  ASSERT_TRUE(producer);
  auto first = GroupConsumer::open(options_, ProcessorKind::orders);
  ASSERT_TRUE(first);
  std::unique_ptr<ordo::GroupConsumer> second;
  std::map<int, std::int64_t> next;  // as a store would keep it
  int seen = 0;
  const auto turn = [&](ordo::GroupConsumer& member) {
    auto polled = member.poll(100, milliseconds(20));
    ASSERT_TRUE(polled) << polled.error().text();
    for (const int partition : polled->assigned) ASSERT_TRUE(member.seek(partition, next[partition]));
    for (const auto& record : polled->records) {
      ASSERT_EQ(record.offset, next[record.at.partition]);
      next[record.at.partition] = record.offset + 1;
      member.report(record.at.partition, record.offset + 1);
      ++seen;
    }
  };
  const auto deadline = Clock::now() + kPatience;
  int sent = 0;
  while (seen < kRecords && Clock::now() < deadline && !HasFatalFailure()) {
    if (sent < kRecords) {
      const auto result = (*producer)->send(make_step(Topic::order_events, sent, sent + 200), seconds(20));
      ASSERT_TRUE(result) << result.error().text();
      sent += 200;
    }
    turn(**first);
    if (second) turn(*second);
    if (sent == kRecords / 2 && !second) {
      auto joined = GroupConsumer::open(options_, ProcessorKind::orders);
      ASSERT_TRUE(joined);
      second = std::move(*joined);
    }
  }
  EXPECT_EQ(seen, kRecords);
  (*first)->close();
  second->close();
}

TEST_F(KafkaIntegration, HealthSeesTheBroker) {
  auto health = Health::open(options_);
  ASSERT_TRUE(health);
  EXPECT_TRUE((*health)->reachable());
}

// Prints figures; they pass or fail nothing.
TEST_F(KafkaIntegration, Throughput) {
  auto log = ApiLog::open(options_);
  ASSERT_TRUE(log);
  const auto began = Clock::now();
  ClosedLoop loop(**log, began + seconds(3));
  loop.run(64);
  const std::chrono::duration<double> appending = Clock::now() - began;
  EXPECT_EQ(loop.failed, 0);
  const auto appended = static_cast<double>(loop.appended.load());
  std::cout << "api, 64 appends under way: " << appended / appending.count() << " records/s\n";

  constexpr int kSteps = 100;
  constexpr int kPerStep = 1000;
  auto producer = StepProducer::open(options_);
  ASSERT_TRUE(producer);
  const auto sending = Clock::now();
  for (int step = 0; step < kSteps; ++step) {
    ASSERT_TRUE((*producer)->send(make_step(Topic::stock, step * kPerStep, (step + 1) * kPerStep), seconds(20)));
  }
  const std::chrono::duration<double> sent = Clock::now() - sending;
  std::cout << "steps of " << kPerStep << ": " << kSteps * kPerStep / sent.count() << " records/s\n";

  const auto reading = Clock::now();
  EXPECT_EQ(read_all(Topic::stock).size(), kSteps * kPerStep);
  const std::chrono::duration<double> read = Clock::now() - reading;
  std::cout << "reader: " << kSteps * kPerStep / read.count() << " records/s\n";
}

}  // namespace
}  // namespace ordo::kafka
