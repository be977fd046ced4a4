// Results on their way to the log.
#include "engine/result_log.h"

#include <gtest/gtest.h>

namespace ordo {
namespace {

// Acknowledges nothing by itself.
class SlowLog final : public RecordLog {
 public:
  void append(Record record, Ack ack) override {
    records.push_back(std::move(record));
    acks.push_back(std::move(ack));
  }

  std::vector<Record> records;
  std::vector<Ack> acks;
};

struct Holder {
  explicit Holder(RecordLog& log) : results(topology, "/ordo/test", log) {}
  Topology topology;
  ResultLog results;
};

class ResultLogTest : public testing::Test {
 protected:
  void append(const std::string& key) {
    holder_->results.append({Topic::payments, key, "ordo.test.v1", "{}"}, holder_,
                            [this](bool appended) { done_.push_back(appended); });
  }

  SlowLog log_;
  std::shared_ptr<Holder> holder_ = std::make_shared<Holder>(log_);
  std::vector<bool> done_;
};

TEST_F(ResultLogTest, MakesARecordForThePartitionOfItsKey) {
  append("o1");
  append("o1");
  ASSERT_EQ(log_.records.size(), 2U);
  const auto& record = log_.records[0];
  EXPECT_EQ(record.at, (TopicPartition{Topic::payments, holder_->topology.partition_of(Topic::payments, "o1"), false}));
  EXPECT_EQ(record.key, "o1");
  EXPECT_EQ(record.value, "{}");
  EXPECT_EQ(record.envelope.source, "/ordo/test");
  EXPECT_EQ(record.envelope.type, "ordo.test.v1");
  EXPECT_EQ(record.envelope.subject, "o1");
  EXPECT_NE(record.envelope.time, Timestamp());
  EXPECT_FALSE(record.envelope.id.empty());
  EXPECT_NE(record.envelope.id, log_.records[1].envelope.id);
}

TEST_F(ResultLogTest, CountsUntilTheLogAcknowledges) {
  append("o1");
  append("o2");
  EXPECT_EQ(holder_->results.under_way(), 2U);
  EXPECT_TRUE(done_.empty());
  log_.acks[1](LogPosition{log_.records[1].at, 0});
  log_.acks[0](fail(ErrorCode::kUnavailable, "away", "the log is away"));
  EXPECT_EQ(holder_->results.under_way(), 0U);
  EXPECT_EQ(done_, (std::vector<bool>{true, false}));
}

TEST_F(ResultLogTest, ALateAcknowledgementReachesNoOne) {
  append("o1");
  holder_.reset();
  log_.acks[0](LogPosition{log_.records[0].at, 0});
  EXPECT_TRUE(done_.empty());
}

}  // namespace
}  // namespace ordo
