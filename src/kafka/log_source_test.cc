#include "kafka/log_source.h"

#include <gtest/gtest.h>

#include <map>

#include "kafka/message.h"
#include "kafka/step_producer.h"
#include "kafka/testing/mock_cluster.h"

namespace ordo::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

void send(const Options& options, const std::vector<Record>& records) {
  auto producer = StepProducer::open(options);
  ASSERT_TRUE(producer);
  const auto sent = (*producer)->send(records, seconds(20));
  ASSERT_TRUE(sent) << sent.error().text();
}

std::vector<Record> stock_records(std::int64_t from, std::int64_t to) {
  std::vector<Record> records;
  for (auto i = from; i < to; ++i) records.push_back(make_record(Topic::stock, static_cast<int>(i % 4), i));
  return records;
}

std::vector<Record> read_until_caught_up(LogReader& reader) {
  std::vector<Record> records;
  const auto deadline = Clock::now() + seconds(20);
  while (!reader.caught_up() && Clock::now() < deadline) {
    auto some = reader.poll(10, milliseconds(100));
    EXPECT_TRUE(some);
    EXPECT_LE(some->size(), 10);
    records.insert(records.end(), some->begin(), some->end());
  }
  EXPECT_TRUE(reader.caught_up());
  return records;
}

TEST(LogSource, ReadsFromOffsetsAndCatchesUp) {
  MockCluster cluster{Topology{}};
  send(cluster.options(), stock_records(0, 200));
  auto source = LogSource::open(cluster.options());
  ASSERT_TRUE(source);
  auto reader = (*source)->open_reader(Topic::stock, false, {0, 10, 49, 1000});
  ASSERT_TRUE(reader) << reader.error().text();
  EXPECT_FALSE((*reader)->caught_up());
  std::map<int, std::int64_t> next{{0, 0}, {1, 10}, {2, 49}};
  for (const auto& record : read_until_caught_up(**reader)) EXPECT_EQ(record.offset, next[record.at.partition]++);
  EXPECT_EQ(next, (std::map<int, std::int64_t>{{0, 50}, {1, 50}, {2, 50}}));

  send(cluster.options(), stock_records(200, 204));
  std::size_t more = 0;
  const auto deadline = Clock::now() + seconds(20);
  while (more < 4 && Clock::now() < deadline) more += (*reader)->poll(10, milliseconds(100))->size();
  EXPECT_EQ(more, 4);
}

TEST(LogSource, EmptyTopicIsCaughtUpAtOnce) {
  MockCluster cluster{Topology{}};
  auto source = LogSource::open(cluster.options());
  auto reader = (*source)->open_reader(Topic::customers, true, {0});
  ASSERT_TRUE(reader) << reader.error().text();
  EXPECT_TRUE((*reader)->caught_up());
  const auto none = (*reader)->poll(10, milliseconds(50));
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->empty());
}

TEST(LogSource, TellsRanges) {
  MockCluster cluster{Topology{}};
  send(cluster.options(), stock_records(0, 9));
  auto source = LogSource::open(cluster.options());
  const auto ranges = (*source)->ranges(Topic::stock, false);
  ASSERT_TRUE(ranges) << ranges.error().text();
  ASSERT_EQ(ranges->size(), 4);
  EXPECT_EQ((*ranges)[0].begin, 0);
  EXPECT_EQ((*ranges)[0].end, 3);
  EXPECT_EQ((*ranges)[3].end, 2);
}

TEST(LogSource, RefusesPartitionsThatAreNotThere) {
  MockCluster cluster{Topology{}};
  auto source = LogSource::open(cluster.options());
  const auto reader = (*source)->open_reader(Topic::stock, true, {0, 0});
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::kInvalid);
}

// librdkafka caches known leaders for minutes, and refreshes them only for topics with a handle.
TEST(LogSource, FollowsALeaderThatMoves) {
  MockCluster cluster(Topology{}, 2);
  const auto topic = cluster.options().topology.broker_name(Topic::stock, true);
  auto source = LogSource::open(cluster.options());
  ASSERT_TRUE(source);
  for (const int leader : {1, 2, 1}) {
    let_it_settle();
    rd_kafka_mock_partition_set_leader(cluster.get(), topic.c_str(), 0, leader);
    const auto ranges = (*source)->ranges(Topic::stock, true);
    ASSERT_TRUE(ranges) << ranges.error().text();
    EXPECT_EQ(ranges->size(), 1U);
  }
  let_it_settle();
  rd_kafka_mock_partition_set_leader(cluster.get(), topic.c_str(), 0, 2);
  let_it_settle();
  rd_kafka_mock_broker_set_down(cluster.get(), 1);
  const auto ranges = (*source)->ranges(Topic::stock, true);
  ASSERT_TRUE(ranges) << ranges.error().text();
}

TEST(LogSource, UnreachableBrokerIsUnavailable) {
  Options options;
  options.bootstrap = "127.0.0.1:1";
  auto source = LogSource::open(options);
  ASSERT_TRUE(source);
  const auto ranges = (*source)->ranges(Topic::stock, false);
  ASSERT_FALSE(ranges);
  EXPECT_EQ(ranges.error().code, ErrorCode::kUnavailable);
}

TEST(Message, CarriesTheWholeEnvelope) {
  MockCluster cluster{Topology{}};
  auto record = make_record(Topic::shipments, 0, 7, "{\"a\":1}");
  record.envelope.subject = "order-1";
  record.envelope.previous = 6;
  record.envelope.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  record.envelope.extra = {{"x-shop", "north"}, {"x-empty", ""}, {std::string(200, 'n'), std::string("\0\xff", 2)}};
  send(cluster.options(), {record});
  auto source = LogSource::open(cluster.options());
  auto reader = (*source)->open_reader(Topic::shipments, false, {});
  ASSERT_TRUE(reader);
  const auto records = read_until_caught_up(**reader);
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records[0].envelope, record.envelope);
  EXPECT_EQ(records[0].key, record.key);
  EXPECT_EQ(records[0].value, record.value);
  EXPECT_EQ(records[0].at, record.at);
  EXPECT_NE(records[0].appended_at, Timestamp{});
}

// What foreign producers write: empty records, headers without a value, repeated headers, very large headers.
TEST(Message, TakesForeignRecordsAsTheyAre) {
  MockCluster cluster{Topology{}};
  char text[256];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", cluster.options().bootstrap.c_str(), text, sizeof text);
  std::unique_ptr<rd_kafka_t, Destroy<rd_kafka_destroy>> client(rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, 256));
  const std::string large(500'000, 'h');
  TopicPtr topic(rd_kafka_topic_new(client.get(), "payments", nullptr));
  ASSERT_EQ(rd_kafka_produce(topic.get(), 0, 0, nullptr, 0, nullptr, 0, nullptr), 0);
  HeadersPtr headers(rd_kafka_headers_new(4));
  const auto add = [&](const char* name, const char* value, std::size_t size) {
    rd_kafka_header_add(headers.get(), name, -1, value, static_cast<ssize_t>(size));
  };
  add("ce_id", nullptr, 0);
  add("", "no name", 7);
  add("twice", "1", 1);
  add("twice", "2", 1);
  add("ce_sequence", "-99999999999999999999999", 24);
  add("ce_time", "yesterday", 9);
  add("large", large.data(), large.size());
  Record odd;
  odd.at = {Topic::payments, 0, false};
  odd.value = "\xff\xfe";
  ASSERT_EQ(produce(client.get(), topic.get(), odd, headers, Payload::kCopied, nullptr), 0);
  ASSERT_EQ(rd_kafka_flush(client.get(), 10000), 0);
  topic.reset();

  auto source = LogSource::open(cluster.options());
  auto reader = (*source)->open_reader(Topic::payments, false, {});
  ASSERT_TRUE(reader);
  const auto records = read_until_caught_up(**reader);
  ASSERT_EQ(records.size(), 2);
  EXPECT_EQ(records[0].key, "");
  EXPECT_FALSE(records[0].empty_key);
  EXPECT_EQ(records[0].value, "");
  EXPECT_TRUE(records[0].null_value);
  EXPECT_EQ(records[0].envelope, Envelope{});
  EXPECT_EQ(records[1].value, "\xff\xfe");
  EXPECT_FALSE(records[1].null_value);
  EXPECT_FALSE(records[1].envelope.sequence);
  EXPECT_EQ(records[1].envelope.id, "");
  ASSERT_EQ(records[1].envelope.extra.size(), 4);
  EXPECT_EQ(records[1].envelope.extra[0], Header("", "no name"));
  EXPECT_EQ(records[1].envelope.extra[2], Header("twice", "2"));
  EXPECT_EQ(records[1].envelope.extra[3].value, large);
  EXPECT_EQ(records[1].envelope.as_came[0], Header("ce_id", std::nullopt));
}

// A record is written as it was read: for dead letters.
TEST(Message, WritesNullAsNull) {
  MockCluster cluster{Topology{}};
  char text[256];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", cluster.options().bootstrap.c_str(), text, sizeof text);
  std::unique_ptr<rd_kafka_t, Destroy<rd_kafka_destroy>> client(rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, 256));
  TopicPtr topic(rd_kafka_topic_new(client.get(), "payments", nullptr));
  Record tombstone;
  tombstone.at = {Topic::payments, 0, false};
  tombstone.key = "k";
  tombstone.null_value = true;
  tombstone.envelope = from_headers({{"content-type", "text/plain"}, {"none", std::nullopt}, {"empty", ""}});
  Record empty;
  empty.at = tombstone.at;
  empty.empty_key = true;
  for (const auto& record : {tombstone, empty}) {
    auto headers = make_headers(record.envelope);
    ASSERT_EQ(produce(client.get(), topic.get(), record, headers, Payload::kCopied, nullptr), 0);
  }
  ASSERT_EQ(rd_kafka_flush(client.get(), 10000), 0);
  topic.reset();

  auto source = LogSource::open(cluster.options());
  auto reader = (*source)->open_reader(Topic::payments, false, {});
  ASSERT_TRUE(reader);
  const auto records = read_until_caught_up(**reader);
  ASSERT_EQ(records.size(), 2);
  EXPECT_TRUE(records[0].null_value);
  EXPECT_FALSE(records[0].empty_key);
  EXPECT_EQ(to_headers(records[0].envelope), to_headers(tombstone.envelope));
  EXPECT_FALSE(records[1].null_value);
  EXPECT_TRUE(records[1].empty_key);
}

}  // namespace
}  // namespace ordo::kafka
