#include "kafka/step_producer.h"

#include <gtest/gtest.h>

#include "kafka/log_source.h"
#include "kafka/testing/mock_cluster.h"
#include "records/record_size.h"

namespace ordo::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::vector<Record> make_step(std::int64_t from, std::int64_t to) {
  std::vector<Record> records;
  for (auto i = from; i < to; ++i) records.push_back(make_record(Topic::order_events, static_cast<int>(i % 2), i));
  return records;
}

// The sequences of each of the two partitions, in log order.
std::array<std::vector<std::int64_t>, 2> sequences(const Options& options) {
  std::array<std::vector<std::int64_t>, 2> found;
  auto source = LogSource::open(options);
  auto reader = (*source)->open_reader(Topic::order_events, false, {});
  EXPECT_TRUE(reader) << reader.error().text();
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  while (!(*reader)->caught_up() && std::chrono::steady_clock::now() < deadline) {
    const auto records = (*reader)->poll(1000, milliseconds(200));
    EXPECT_TRUE(records);
    for (const auto& record : *records) {
      found.at(static_cast<std::size_t>(record.at.partition)).push_back(record.envelope.sequence.value_or(-1));
    }
  }
  EXPECT_TRUE((*reader)->caught_up());
  return found;
}

std::vector<std::int64_t> without_repeats(const std::vector<std::int64_t>& all) {
  std::vector<std::int64_t> seen;  // as the receiver sees them
  for (const auto sequence : all) {
    if (seen.empty() || sequence > seen.back()) seen.push_back(sequence);
  }
  return seen;
}

std::vector<std::int64_t> every_second(std::int64_t from, std::int64_t to) {
  std::vector<std::int64_t> numbers;
  for (auto i = from; i < to; i += 2) numbers.push_back(i);
  return numbers;
}

Result<void> send_until_durable(StepProducer& producer, const std::vector<Record>& records) {
  Result<void> sent;
  for (int tries = 0; tries < 40; ++tries) {
    sent = producer.send(records, milliseconds(500));
    if (sent) break;
  }
  return sent;
}

TEST(StepProducer, SendsInOrder) {
  MockCluster cluster{Topology{}};
  auto producer = StepProducer::open(cluster.options());
  ASSERT_TRUE(producer) << producer.error().text();
  for (int step = 0; step < 10; ++step) {
    const auto sent = (*producer)->send(make_step(step * 100, step * 100 + 100), seconds(10));
    ASSERT_TRUE(sent) << sent.error().text();
  }
  ASSERT_TRUE((*producer)->send({}, seconds(1)));
  const auto found = sequences(cluster.options());
  EXPECT_EQ(found[0], every_second(0, 1000));
  EXPECT_EQ(found[1], every_second(1, 1000));
}

TEST(StepProducer, RepeatedSendAwaitsWhatIsInFlight) {
  MockCluster cluster{Topology{}};
  auto producer = StepProducer::open(cluster.options());
  ASSERT_TRUE(producer);
  cluster.set_down(true);
  const auto records = make_step(0, 50);
  for (int i = 0; i < 3; ++i) {
    const auto sent = (*producer)->send(records, milliseconds(100));
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, ErrorCode::kUnavailable);
  }
  cluster.set_down(false);
  const auto copy = make_step(0, 50);  // the same records at other addresses
  const auto sent = send_until_durable(**producer, copy);
  ASSERT_TRUE(sent) << sent.error().text();
  const auto found = sequences(cluster.options());
  EXPECT_EQ(found[0], every_second(0, 50)) << "once each: none was produced again";
  EXPECT_EQ(found[1], every_second(1, 50));
}

TEST(StepProducer, RecordsThatArrivedAreNotSentAgain) {
  MockCluster cluster{Topology{}};
  auto producer = StepProducer::open(cluster.options());
  ASSERT_TRUE(producer);
  ASSERT_TRUE((*producer)->send(make_step(0, 2), seconds(10)));
  cluster.set_round_trip(milliseconds(800));
  const auto records = make_step(2, 20);
  ASSERT_FALSE((*producer)->send(records, milliseconds(50)));
  cluster.set_round_trip(milliseconds(0));
  const auto sent = send_until_durable(**producer, records);
  ASSERT_TRUE(sent) << sent.error().text();
  EXPECT_EQ(sequences(cluster.options())[0], every_second(0, 20));
}

TEST(StepProducer, OtherRecordsGoBehindWhatIsOnItsWay) {
  MockCluster cluster{Topology{}};
  auto producer = StepProducer::open(cluster.options());
  ASSERT_TRUE(producer);
  ASSERT_TRUE((*producer)->send(make_step(0, 2), seconds(10)));
  cluster.set_down(true);
  ASSERT_FALSE((*producer)->send(make_step(2, 10), milliseconds(50)));
  ASSERT_FALSE((*producer)->send(make_step(10, 20), milliseconds(50)));
  cluster.set_down(false);
  ASSERT_TRUE(send_until_durable(**producer, make_step(10, 20)));
  EXPECT_EQ(sequences(cluster.options())[0], every_second(0, 20));
}

TEST(StepProducer, SendsAgainInOrderAfterItFailedForGood) {
  MockCluster cluster{Topology{}};
  auto producer = StepProducer::open(cluster.options());
  ASSERT_TRUE(producer);
  ASSERT_TRUE((*producer)->send(make_step(0, 10), seconds(10)));
  cluster.set_down(true);
  const auto records = make_step(10, 60);
  ASSERT_FALSE((*producer)->send(records, milliseconds(50)));
  (*producer)->break_producer();
  cluster.set_down(false);
  const auto sent = send_until_durable(**producer, records);
  ASSERT_TRUE(sent) << sent.error().text();
  const auto found = sequences(cluster.options());
  EXPECT_EQ(without_repeats(found[0]), every_second(0, 60));
  EXPECT_EQ(without_repeats(found[1]), every_second(1, 60));
}

TEST(StepProducer, BreaksInTheMiddleOfManySteps) {
  MockCluster cluster{Topology{}};
  auto producer = StepProducer::open(cluster.options());
  ASSERT_TRUE(producer);
  for (int step = 0; step < 20; ++step) {
    if (step % 5 == 4) (*producer)->break_producer();
    ASSERT_TRUE(send_until_durable(**producer, make_step(step * 40, step * 40 + 40)));
  }
  const auto found = sequences(cluster.options());
  EXPECT_EQ(without_repeats(found[0]), every_second(0, 800));
  EXPECT_EQ(without_repeats(found[1]), every_second(1, 800));
}

// One record at a time in each partition. The mock accepts any sequence number, and librdkafka then concludes that
// earlier ones have arrived. A real broker that knows the producer accepts none out of order.
TEST(StepProducer, RecoversFromBrokerErrors) {
  MockCluster cluster{Topology{}};
  auto producer = StepProducer::open(cluster.options());
  ASSERT_TRUE(producer);
  ASSERT_TRUE((*producer)->send(make_step(0, 10), seconds(10)));
  rd_kafka_mock_push_request_errors(cluster.get(), kProduceRequest, 4, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                                    RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                                    RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
  for (int i = 10; i < 60; i += 2) ASSERT_TRUE(send_until_durable(**producer, make_step(i, i + 2)));
  const auto found = sequences(cluster.options());
  EXPECT_EQ(without_repeats(found[0]), every_second(0, 60));
  EXPECT_EQ(without_repeats(found[1]), every_second(1, 60));
}

// A starting broker may refuse a producer's first request and accept the second, as the mock always does. librdkafka
// would report both as durable.
TEST(StepProducer, NothingFollowsAPartitionsFirstRecordBeforeItIsDurable) {
  MockCluster cluster{Topology{}};
  auto producer = StepProducer::open(cluster.options());
  ASSERT_TRUE(producer);
  const std::vector<Record> other{make_record(Topic::order_events, 1, 1)};
  ASSERT_TRUE(send_until_durable(**producer, other));  // the producer now knows the leaders
  cluster.set_round_trip(milliseconds(500));
  rd_kafka_mock_push_request_errors(cluster.get(), kProduceRequest, 1, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
  std::vector<Record> records{make_record(Topic::order_events, 0, 0)};
  ASSERT_FALSE((*producer)->send(records, milliseconds(100))) << "its request is on its way alone";
  for (int i = 1; i < 20; ++i) records.push_back(make_record(Topic::order_events, 0, 2 * i));
  ASSERT_TRUE(send_until_durable(**producer, records));
  cluster.set_round_trip(milliseconds(0));
  EXPECT_EQ(sequences(cluster.options())[0], every_second(0, 40));
}

TEST(StepProducer, EqualForeignRecordsAreTwoRecords) {
  MockCluster cluster{Topology{}};
  auto producer = StepProducer::open(cluster.options());
  ASSERT_TRUE(producer);
  Record refused;  // as received from outside: no id, no sequence
  refused.at = {Topic::order_events, 0, false};
  refused.value = "nonsense";
  const std::vector<Record> records{refused, refused};
  cluster.set_down(true);
  ASSERT_FALSE((*producer)->send(records, milliseconds(50)));
  cluster.set_down(false);
  ASSERT_TRUE(send_until_durable(**producer, records));
  EXPECT_EQ(sequences(cluster.options())[0].size(), 2);
}

TEST(StepProducer, TooLargeRecordIsInvalid) {
  MockCluster cluster{Topology{}};
  auto options = cluster.options();
  options.settings["message.max.bytes"] = "1000000";
  auto producer = StepProducer::open(options);
  ASSERT_TRUE(producer);
  const std::vector<Record> records{make_record(Topic::order_events, 0, 1, std::string(2'000'000, 'x'))};
  const auto sent = (*producer)->send(records, seconds(5));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().reason, "record_too_large");
  ASSERT_TRUE((*producer)->too_large());
  EXPECT_EQ((*producer)->too_large()->bytes, size_in_log(records[0]));
}

TEST(StepProducer, ARecordThatTheBrokerRefusesIsNamedAndStopsNothing) {
  MockCluster cluster{Topology{}};
  auto producer = StepProducer::open(cluster.options());
  ASSERT_TRUE(producer);
  const auto large = make_record(Topic::order_events, 1, 2, std::string(2'000'000, 'x'));
  rd_kafka_mock_push_request_errors(cluster.get(), kProduceRequest, 1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  const auto sent = (*producer)->send(std::vector<Record>{large}, seconds(20));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().reason, "record_too_large");
  EXPECT_NE(sent.error().message.find("order_events/1 does not accept id-2 (ordo.test.happened.v1) of "),
            std::string::npos)
      << sent.error().message;
  ASSERT_TRUE((*producer)->too_large());
  EXPECT_EQ((*producer)->too_large()->at, large.at);
  EXPECT_EQ((*producer)->too_large()->bytes, size_in_log(large));
  const auto before = sequences(cluster.options())[1].size();  // the mock may keep what it refuses
  ASSERT_TRUE(send_until_durable(**producer, make_step(10, 20)));
  auto found = sequences(cluster.options())[1];
  found.erase(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(before));
  EXPECT_EQ(without_repeats(found), every_second(11, 20));
}

TEST(StepProducer, ABatchThatIsTooLargeIsSentInSmallerOnes) {
  MockCluster cluster{Topology{}};
  auto options = cluster.options();
  // One batch for each partition. A broker refuses everything after a refused batch. The mock accepts it, and then
  // librdkafka concludes that the refused batch has arrived.
  options.settings["linger.ms"] = "100";
  auto producer = StepProducer::open(options);
  ASSERT_TRUE(producer);
  ASSERT_TRUE(send_until_durable(**producer, make_step(1, 3)));
  rd_kafka_mock_push_request_errors(cluster.get(), kProduceRequest, 2, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
                                    RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  ASSERT_TRUE(send_until_durable(**producer, make_step(3, 41)));
  const auto found = sequences(cluster.options());
  EXPECT_EQ(without_repeats(found[0]), every_second(2, 41));
  EXPECT_EQ(without_repeats(found[1]), every_second(1, 41));
}

}  // namespace
}  // namespace ordo::kafka
