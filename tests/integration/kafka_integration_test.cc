// The Kafka adapter with a real broker, whose address is in ORDO_TEST_KAFKA. Each test creates its own topics.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "base/uuid.h"
#include "kafka/api_log.h"
#include "kafka/client.h"
#include "kafka/cluster_watch.h"
#include "kafka/group_consumer.h"
#include "kafka/group_members.h"
#include "kafka/health.h"
#include "kafka/log_source.h"
#include "kafka/step_producer.h"
#include "kafka/topic_configs.h"
#include "kafka/topic_limits.h"
#include "kafka/topics.h"
#include "kafka/troubles.h"
#include "records/record_size.h"

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

// Keeps a number of appends in progress until the deadline, like as many clients that wait for their answers.
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

// The limit that ordo uses is exactly the broker's limit, to the byte.
TEST_F(KafkaIntegration, TheLimitIsTheBrokersOwn) {
  const auto configs = describe_topics(options_);
  ASSERT_TRUE(configs) << configs.error().text();
  const auto limits = limits_of(*configs, options_);
  EXPECT_TRUE(limit_warnings(*configs, options_).empty());
  const TopicPartition inbox{Topic::order_events, 0, false};
  const TopicPartition letters{Topic::order_events, 0, true};
  EXPECT_EQ(limits.of(letters), limits.of(inbox) + kLetterRoom);
  std::int64_t number = 0;
  for (const auto& at : {inbox, letters}) {
    for (const int more : {-1, 0, 1}) {
      auto producer = StepProducer::open(options_);
      ASSERT_TRUE(producer);
      const auto size = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(limits.of(at)) + more);
      auto record = make_record(Topic::order_events, 0, ++number, limits.of(at) - 1'000);
      record.at = at;
      record.envelope.sequence = number;
      record.value.resize(record.value.size() + size - size_in_log(record), 'x');
      ASSERT_EQ(size_in_log(record), size);
      const auto sent = (*producer)->send(std::vector<Record>{record}, seconds(20));
      EXPECT_EQ(sent.has_value(), more <= 0) << to_string(at.topic) << at.dlq << more;
      if (sent) continue;
      EXPECT_EQ(sent.error().reason, "record_too_large");
      EXPECT_EQ((*producer)->too_large()->bytes, size);
    }
  }
}

TEST_F(KafkaIntegration, TheSettingsOfAllTopicsAreRead) {
  const auto configs = describe_topics(options_);
  ASSERT_TRUE(configs) << configs.error().text();
  for (std::size_t i = 0; i < kTopics; ++i) {
    for (const bool dlq : {false, true}) {
      const auto& topic = configs->of(static_cast<Topic>(i), dlq);
      EXPECT_EQ(topic.problem, "");
      EXPECT_GT(topic.number("max.message.bytes").value_or(0), 1'000'000);
      EXPECT_EQ(topic.text("cleanup.policy"), "delete");
      EXPECT_EQ(topic.number("cleanup.policy"), std::nullopt);
      EXPECT_EQ(topic.text("no.such.setting"), "");
    }
  }
  options_.topology[Topic::stock].name += "-not-there";
  const auto again = describe_topics(options_);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_NE(again->of(Topic::stock, false).problem, "");
  EXPECT_EQ(again->of(Topic::payments, true).problem, "");
}

// Another producer, which writes in transactions.
class TransactionalProducer {
 public:
  explicit TransactionalProducer(const Options& options) : topology_(options.topology) {
    char text[512];
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", options.bootstrap.c_str(), text, sizeof text);
    rd_kafka_conf_set(conf, "transactional.id", (options.group_prefix + "shop").c_str(), text, sizeof text);
    rd_kafka_conf_set(conf, "linger.ms", "0", text, sizeof text);
    client_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text));
    check(rd_kafka_init_transactions(client_.get(), ms(kPatience)));
  }

  void transaction(Topic topic, int partition, std::int64_t number, bool commit) {
    begin(topic, partition, number);
    // Aborts when the record is in the log, because an abort before that leaves nothing there.
    if (!commit) flush();
    check(commit ? rd_kafka_commit_transaction(client_.get(), ms(kPatience))
                 : rd_kafka_abort_transaction(client_.get(), ms(kPatience)));
  }

  // Begins a transaction and leaves it open.
  void hang(Topic topic, int partition, std::int64_t number) {
    begin(topic, partition, number);
    flush();
  }

 private:
  void begin(Topic topic, int partition, std::int64_t number) {
    check(rd_kafka_begin_transaction(client_.get()));
    auto key = std::to_string(number);
    const TopicPtr to(rd_kafka_topic_new(client_.get(), topology_[topic].name.c_str(), nullptr));
    ASSERT_EQ(rd_kafka_produce(to.get(), partition, RD_KAFKA_MSG_F_COPY, nullptr, 0, key.data(), key.size(), nullptr),
              0);
  }
  void flush() { ASSERT_EQ(rd_kafka_flush(client_.get(), ms(kPatience)), RD_KAFKA_RESP_ERR_NO_ERROR); }
  static void check(rd_kafka_error_t* error) {
    EXPECT_EQ(error, nullptr) << rd_kafka_error_string(error);
    if (error != nullptr) rd_kafka_error_destroy(error);
  }

  const Topology topology_;
  std::unique_ptr<rd_kafka_t, Destroy<rd_kafka_destroy>> client_;
};

// A processor's inbox as the engine reads it. `next` stands for its store.
struct Inbox {
  Inbox(const Options& options, ProcessorKind processor) {
    auto opened = GroupConsumer::open(options, processor);
    EXPECT_TRUE(opened) << opened.error().text();
    consumer = std::move(*opened);
  }
  void turn() {
    auto polled = consumer->poll(4'000, milliseconds(200));
    ASSERT_TRUE(polled) << polled.error().text();
    for (const int partition : polled->assigned) ASSERT_TRUE(consumer->seek(partition, next[partition]));
    for (const auto& record : polled->records) {
      ASSERT_GE(record.offset, next[record.at.partition]);
      next[record.at.partition] = record.offset + 1;
      EXPECT_TRUE(keys.insert(record.key).second) << record.key;
    }
    for (const auto& [partition, end] : polled->ends) {
      ASSERT_GT(end, next[partition]);
      next[partition] = end;
    }
  }

  std::unique_ptr<ordo::GroupConsumer> consumer;
  std::map<int, std::int64_t> next;
  std::set<std::string> keys;
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
  threads.reserve(3);
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
  std::map<int, std::int64_t> next;  // as a store would hold it
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

TEST_F(KafkaIntegration, ATimeIsFoundInTheLog) {
  auto source = LogSource::open(options_);
  ASSERT_TRUE(source);
  const auto at = [&](Timestamp time) {
    auto offsets = (*source)->offsets_at(Topic::order_created, time);
    EXPECT_TRUE(offsets) << offsets.error().text();
    return *offsets;
  };
  const auto append = [&](int number) {
    auto log = ApiLog::open(options_);
    ASSERT_TRUE(log) << log.error().text();
    (*log)->append(make_record(Topic::order_created, 1, number),
                   [](const Result<LogPosition>& position) { ASSERT_TRUE(position); });
    (*log)->stop();
  };
  EXPECT_EQ(at(Timestamp()), at(now())) << "an empty log";
  append(0);
  const auto first = read_all(Topic::order_created).front();
  while (now() <= first.appended_at) std::this_thread::yield();
  append(1);
  const auto second = read_all(Topic::order_created).back();
  ASSERT_GT(second.appended_at, first.appended_at);
  EXPECT_EQ(at(first.appended_at)[1], first.offset);
  EXPECT_EQ(at(first.appended_at + milliseconds(1))[1], second.offset);
  EXPECT_EQ(at(second.appended_at + milliseconds(1))[1], second.offset + 1) << "the end";
  EXPECT_EQ(at(Timestamp() - std::chrono::hours(1))[1], first.offset) << "before 1970";
}

// A transaction leaves a mark after its record. An aborted one leaves records that do not count. Both are holes in the
// offsets. The processor must reach the end of the log, and so must other readers.
TEST_F(KafkaIntegration, OneRecordTransactionsAreReadToTheEnd) {
  constexpr int kTransactions = 300;
  TransactionalProducer producer(options_);
  for (int i = 0; i < kTransactions; ++i) producer.transaction(Topic::customers, i % 2, i, i % 10 != 9);
  Inbox inbox(options_, ProcessorKind::crm);
  auto source = LogSource::open(options_);
  const auto ranges = (*source)->ranges(Topic::customers, false);
  ASSERT_TRUE(ranges) << ranges.error().text();
  const auto ended = [&] { return inbox.next[0] == ranges->at(0).end && inbox.next[1] == ranges->at(1).end; };
  const auto deadline = Clock::now() + kPatience;
  while (!ended() && Clock::now() < deadline && !HasFatalFailure()) inbox.turn();
  EXPECT_TRUE(ended()) << inbox.next[0] << " of " << ranges->at(0).end << ", " << inbox.next[1] << " of "
                       << ranges->at(1).end;
  EXPECT_EQ(inbox.keys.size(), kTransactions * 9 / 10) << "those taken back are no records, all others are there once";
  EXPECT_EQ(read_all(Topic::customers).size(), kTransactions * 9 / 10);
}

// Records behind an open transaction are in the log but cannot be read. The lag must include them.
TEST_F(KafkaIntegration, WhatAnOpenTransactionHoldsBackIsInTheHeads) {
  Troubles troubles;
  options_.troubles = &troubles;
  TransactionalProducer producer(options_);
  producer.transaction(Topic::customers, 0, 1, true);
  producer.hang(Topic::customers, 0, 2);
  auto watch = ClusterWatch::open(options_, {ProcessorKind::crm});
  ASSERT_TRUE(watch);
  auto source = LogSource::open(options_);
  ASSERT_TRUE(source);
  const auto heads = (*watch)->heads(Topic::customers);
  const auto ranges = (*source)->ranges(Topic::customers, false);
  ASSERT_TRUE(heads && ranges);
  EXPECT_EQ(ranges->at(0).end, 2) << "a record and its mark";
  EXPECT_EQ(heads->at(0).end, 3);
}

// The members of a group have the client ids that Kafka's tools show. A warning names a member of another program.
TEST_F(KafkaIntegration, AMemberOfAnotherProgramIsNamed) {
  Troubles troubles;
  options_.troubles = &troubles;
  options_.instance = "host-1";
  Inbox inbox(options_, ProcessorKind::stock);
  auto watch = ClusterWatch::open(options_, {ProcessorKind::stock});
  ASSERT_TRUE(watch);
  auto members = group_members(options_, ProcessorKind::stock);
  const auto deadline = Clock::now() + kPatience;
  while ((!members || *members == 0) && Clock::now() < deadline && !HasFatalFailure()) {
    inbox.turn();
    members = group_members(options_, ProcessorKind::stock);
  }
  ASSERT_TRUE(members) << members.error().text();
  EXPECT_EQ(*members, 1);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE((*watch)->look());
  EXPECT_TRUE(troubles.list().empty()) << "it is ordo's own";

  auto foreign = options_;
  foreign.client_id = "reports";
  foreign.instance.clear();
  Inbox other(foreign, ProcessorKind::stock);
  while (troubles.list().empty() && Clock::now() < deadline && !HasFatalFailure()) {
    inbox.turn();
    other.turn();
    ASSERT_TRUE((*watch)->look());
  }
  ASSERT_EQ(troubles.list().size(), 1U);
  const auto trouble = troubles.list()[0];
  EXPECT_FALSE(trouble.grave);
  EXPECT_NE(trouble.text.find("client id reports-"), std::string::npos) << trouble.text;
}

TEST_F(KafkaIntegration, AGroupThatNobodyEverJoinedHasNoMembers) {
  const auto members = group_members(options_, ProcessorKind::crm);
  ASSERT_TRUE(members) << members.error().text();
  EXPECT_EQ(*members, 0);
}

// Static membership: a member that returns under its name is the same member. Two at the same time are an error.
TEST_F(KafkaIntegration, TwoProcessesOfOneInstanceAreTold) {
  Troubles troubles;
  options_.troubles = &troubles;
  options_.instance = "host-1";
  Inbox first(options_, ProcessorKind::stock);
  const auto deadline = Clock::now() + kPatience;
  while (first.next.empty() && Clock::now() < deadline && !HasFatalFailure()) first.turn();
  Inbox second(options_, ProcessorKind::stock);
  bool refused = false;
  while (!refused && Clock::now() < deadline) {
    (void)second.consumer->poll(10, milliseconds(50));
    const auto polled = first.consumer->poll(10, milliseconds(50));
    refused = !polled && polled.error().reason == "group_refused";
  }
  ASSERT_TRUE(refused);
  ASSERT_EQ(troubles.list().size(), 1U);
  const auto text = to_string(troubles.list()[0]);
  EXPECT_NE(text.find("two processes have the same setting instance"), std::string::npos) << text;
}

TEST_F(KafkaIntegration, ATopicThatIsGoneIsNamed) {
  Troubles troubles;
  options_.troubles = &troubles;
  options_.topology[Topic::payments].name += "-gone";
  auto watch = ClusterWatch::open(options_, {ProcessorKind::payment});
  ASSERT_TRUE(watch);
  for (int i = 0; i < 2; ++i) {
    const auto looked = (*watch)->look();
    ASSERT_TRUE(looked) << looked.error().text();
  }
  const auto list = troubles.list();
  ASSERT_EQ(list.size(), 2U) << "the topic and its dead letters";
  const auto text = to_string(list[0]);
  EXPECT_NE(text.find("payments-gone: does not exist"), std::string::npos) << text;
  EXPECT_NE(text.find("ordo epoch begin payment"), std::string::npos) << text;
}

TEST_F(KafkaIntegration, HealthSeesTheBroker) {
  auto health = Health::open(options_);
  ASSERT_TRUE(health);
  EXPECT_TRUE((*health)->reachable());
}

// Only prints figures; it checks nothing.
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
