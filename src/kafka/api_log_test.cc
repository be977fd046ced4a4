#include "kafka/api_log.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "kafka/log_source.h"
#include "kafka/testing/mock_cluster.h"
#include "records/dead_letter.h"
#include "records/proof.h"

namespace ordo::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Collects acks; waits for a number of them.
class Acks {
 public:
  Ack next() {
    return [this](Result<LogPosition> result) {
      const std::lock_guard lock(mutex_);
      results_.push_back(std::move(result));
      changed_.notify_all();
    };
  }
  bool came(std::size_t count, milliseconds timeout) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return results_.size() >= count; });
  }
  std::vector<Result<LogPosition>> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, seconds(20), [&] { return results_.size() >= count; }));
    return results_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Result<LogPosition>> results_;
};

Record unnumbered(int partition, std::string value) {
  auto record = make_record(Topic::order_created, partition, 1, std::move(value));
  record.envelope.sequence.reset();
  return record;
}

std::vector<Record> read_all(const Options& options, Topic topic) {
  auto source = LogSource::open(options);
  auto reader = (*source)->open_reader(topic, false, {});
  EXPECT_TRUE(reader) << reader.error().text();
  std::vector<Record> records;
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  while (!(*reader)->caught_up() && std::chrono::steady_clock::now() < deadline) {
    auto some = (*reader)->poll(100, milliseconds(200));
    EXPECT_TRUE(some);
    records.insert(records.end(), some->begin(), some->end());
  }
  EXPECT_TRUE((*reader)->caught_up());
  return records;
}

// See FirstContact: an acknowledged record is in the log, even when a broker refuses a producer's first request.
TEST(ApiLog, NothingFollowsAPartitionsFirstRecordBeforeItIsDurable) {
  MockCluster cluster{Topology{}};
  auto log = ApiLog::open(cluster.options());
  ASSERT_TRUE(log) << log.error().text();
  cluster.set_round_trip(milliseconds(500));
  rd_kafka_mock_push_request_errors(cluster.get(), kProduceRequest, 1, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
  Acks acks;
  (*log)->append(unnumbered(0, "0"), acks.next());
  EXPECT_FALSE(acks.came(1, milliseconds(100))) << "its request is on its way alone";
  for (int i = 1; i < 20; ++i) (*log)->append(unnumbered(0, std::to_string(i)), acks.next());
  for (const auto& result : acks.wait_for(20)) EXPECT_TRUE(result) << result.error().text();
  cluster.set_round_trip(milliseconds(0));
  const auto records = read_all(cluster.options(), Topic::order_created);
  ASSERT_EQ(records.size(), 20);
  for (std::size_t i = 0; i < records.size(); ++i) EXPECT_EQ(records[i].value, std::to_string(i));
}

TEST(ApiLog, AcknowledgesWithOffsetsInOrderAndNumbersPerPartition) {
  MockCluster cluster{Topology{}};
  auto log = ApiLog::open(cluster.options());
  ASSERT_TRUE(log) << log.error().text();
  Acks acks;
  for (int i = 0; i < 100; ++i) (*log)->append(unnumbered(i % 2, std::to_string(i)), acks.next());
  const auto results = acks.wait_for(100);
  for (const auto& result : results) {
    ASSERT_TRUE(result) << result.error().text();
    EXPECT_GE(result->offset, 0);
    EXPECT_LT(result->offset, 50);
  }
  (*log)->stop();

  std::array<std::int64_t, 2> sequence{};
  std::array<int, 2> value{0, 1};
  const auto records = read_all(cluster.options(), Topic::order_created);
  ASSERT_EQ(records.size(), 100);
  for (const auto& record : records) {
    const auto p = static_cast<std::size_t>(record.at.partition);
    EXPECT_EQ(record.envelope.sequence, ++sequence.at(p));
    EXPECT_FALSE(record.envelope.previous);
    EXPECT_TRUE(record.envelope.source.starts_with("/ordo/api/")) << record.envelope.source;
    EXPECT_EQ(record.value, std::to_string(value.at(p)));
    EXPECT_EQ(record.key, "key-1");
    EXPECT_EQ(record.envelope.id, "id-1");
    EXPECT_EQ(record.envelope.time, from_unix_ms(1'700'000'000'000));
    value.at(p) += 2;
  }
}

TEST(ApiLog, ProvesWhatClaimsToBeOrdos) {
  MockCluster cluster{Topology{}};
  const RecordProof proof(std::string(RecordProof::kSecretBytes, 's'));
  auto log = ApiLog::open(cluster.options(), "api", &proof);
  ASSERT_TRUE(log) << log.error().text();
  const auto replay = [](std::string_view type, std::string value) {
    auto record = unnumbered(0, std::move(value));
    record.envelope.type = type;
    record.envelope.source = "/shop";
    record.envelope.extra = {{kReplayOfHeader, "order_created:1"}, {kOriginHeader, "order_created/0/1"}};
    return record;
  };
  Acks acks;
  (*log)->append(unnumbered(0, "order"), acks.next());
  (*log)->append(replay("ordo.test.happened.v1", "replay"), acks.next());
  (*log)->append(replay("", "bare replay"), acks.next());
  auto bare = unnumbered(0, "bare");
  bare.envelope = {};
  (*log)->append(bare, acks.next());
  for (const auto& result : acks.wait_for(4)) ASSERT_TRUE(result) << result.error().text();
  const auto records = read_all(cluster.options(), Topic::order_created);
  ASSERT_EQ(records.size(), 4);
  EXPECT_EQ(records[0].envelope.sequence, 1);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(proof.needed(records[i])) << records[i].value;
    EXPECT_TRUE(proof.holds(records[i])) << records[i].value;
  }
  EXPECT_EQ(records[3].envelope.proof, "") << "the seed's JSON claims nothing";
}

TEST(ApiLog, UnreachableBrokerIsUnavailableWithinTheBound) {
  MockCluster cluster{Topology{}};
  auto options = cluster.options();
  options.append_timeout = milliseconds(700);
  options.errors = std::make_shared<ErrorCounts>();
  auto log = ApiLog::open(options);
  ASSERT_TRUE(log);
  cluster.set_down(true);
  Acks acks;
  const auto began = std::chrono::steady_clock::now();
  (*log)->append(unnumbered(0, "{}"), acks.next());
  const auto results = acks.wait_for(1);
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(5));
  ASSERT_FALSE(results.at(0));
  EXPECT_EQ(results.at(0).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(options.errors->figures().count({"api", "order_created", "MSG_TIMED_OUT"}), 1);

  cluster.set_down(false);
  Acks later;
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  for (std::size_t tried = 1;; ++tried) {
    (*log)->append(unnumbered(0, "{}"), later.next());
    if (later.wait_for(tried).back()) break;
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "never came back";
  }
}

TEST(ApiLog, FullQueueIsBusy) {
  MockCluster cluster{Topology{}};
  auto options = cluster.options();
  options.append_timeout = milliseconds(500);
  options.settings["queue.buffering.max.messages"] = "10";
  auto log = ApiLog::open(options);
  ASSERT_TRUE(log) << log.error().text();
  cluster.set_down(true);
  Acks acks;
  for (int i = 0; i < 20; ++i) (*log)->append(unnumbered(0, "{}"), acks.next());
  std::size_t busy = 0;
  for (const auto& result : acks.wait_for(20)) {
    ASSERT_FALSE(result);
    if (result.error().code == ErrorCode::kBusy) ++busy;
  }
  EXPECT_EQ(busy, 10);
}

TEST(ApiLog, TooLargeRecordIsInvalid) {
  MockCluster cluster{Topology{}};
  auto options = cluster.options();
  options.limits.records.fill(1'000'000);
  auto log = ApiLog::open(options);
  ASSERT_TRUE(log);
  Acks acks;
  (*log)->append(unnumbered(0, std::string(2'000'000, 'x')), acks.next());
  const auto results = acks.wait_for(1);
  ASSERT_FALSE(results.at(0));
  EXPECT_EQ(results.at(0).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(results.at(0).error().reason, "record_too_large");
}

// The broker refuses a whole batch. Its records are retried, unless one was too large alone.
TEST(ApiLog, ARefusedBatchIsNotTheRecordsFault) {
  MockCluster cluster{Topology{}};
  auto log = ApiLog::open(cluster.options());
  ASSERT_TRUE(log);
  Acks acks;
  rd_kafka_mock_push_request_errors(cluster.get(), kProduceRequest, 1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  (*log)->append(unnumbered(0, "small"), acks.next());
  auto results = acks.wait_for(1);
  ASSERT_FALSE(results.at(0));
  EXPECT_EQ(results.at(0).error().code, ErrorCode::kUnavailable);
  rd_kafka_mock_push_request_errors(cluster.get(), kProduceRequest, 1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  (*log)->append(unnumbered(0, std::string(2'000'000, 'x')), acks.next());
  results = acks.wait_for(2);
  ASSERT_FALSE(results.at(1));
  EXPECT_EQ(results.at(1).error().reason, "record_too_large");
  (*log)->append(unnumbered(0, "small"), acks.next());
  results = acks.wait_for(3);
  EXPECT_TRUE(results.at(2)) << results.at(2).error().text();
}

TEST(ApiLog, SurvivesAProducerThatFailsForGood) {
  MockCluster cluster{Topology{}};
  auto log = ApiLog::open(cluster.options());
  ASSERT_TRUE(log);
  Acks acks;
  (*log)->append(unnumbered(0, "before"), acks.next());
  ASSERT_TRUE(acks.wait_for(1).back());
  cluster.set_round_trip(milliseconds(500));  // keeps the next record in flight
  (*log)->append(unnumbered(0, "during"), acks.next());
  (*log)->break_producer();
  const auto during = acks.wait_for(2).back();
  ASSERT_FALSE(during);
  EXPECT_EQ(during.error().code, ErrorCode::kUnavailable);
  cluster.set_round_trip(milliseconds(0));
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  for (std::size_t tried = 3;; ++tried) {
    (*log)->append(unnumbered(0, "after"), acks.next());
    if (acks.wait_for(tried).back()) break;
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "never came back";
  }
}

TEST(ApiLog, AppendAfterStopIsUnavailable) {
  MockCluster cluster{Topology{}};
  auto log = ApiLog::open(cluster.options());
  ASSERT_TRUE(log);
  (*log)->stop();
  Acks acks;
  (*log)->append(unnumbered(0, "{}"), acks.next());
  ASSERT_FALSE(acks.wait_for(1).back());
}

}  // namespace
}  // namespace ordo::kafka
