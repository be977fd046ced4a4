#include "kafka/group_consumer.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "engine/record_stamp.h"
#include "kafka/log_stamps.h"
#include "kafka/step_producer.h"
#include "kafka/testing/mock_cluster.h"

namespace ordo::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr ProcessorKind kProcessor = ProcessorKind::orders;
constexpr Topic kInbox = Topic::order_events;

void fill(const Options& options, std::int64_t from, std::int64_t to) {
  auto producer = StepProducer::open(options);
  ASSERT_TRUE(producer);
  std::vector<Record> records;
  for (auto i = from; i < to; ++i) {
    records.push_back(make_record(kInbox, static_cast<int>(i % options.topology[kInbox].partitions), i));
  }
  const auto sent = (*producer)->send(records, seconds(20));
  ASSERT_TRUE(sent) << sent.error().text();
}

// A member that works like the engine: it seeks assigned partitions and notes received records.
class Member {
 public:
  explicit Member(const Options& options) {
    auto consumer = GroupConsumer::open(options, kProcessor);
    EXPECT_TRUE(consumer) << consumer.error().text();
    consumer_ = std::move(*consumer);
  }

  // `next` is the test's state store: the first unseen offset, by partition.
  void turn(std::map<int, std::int64_t>& next, milliseconds wait = milliseconds(50), std::size_t max = 7) {
    auto polled = consumer_->poll(max, wait);
    ASSERT_TRUE(polled) << polled.error().text();
    for (const int partition : polled->revoked) EXPECT_EQ(owned.erase(partition), 1);
    for (const int partition : polled->assigned) {
      EXPECT_TRUE(owned.insert(partition).second);
      ASSERT_TRUE(consumer_->seek(partition, next[partition]));
    }
    for (const auto& record : polled->records) {
      ASSERT_TRUE(owned.contains(record.at.partition));
      EXPECT_EQ(record.offset, next[record.at.partition]) << "partition " << record.at.partition;
      next[record.at.partition] = record.offset + 1;
      consumer_->report(record.at.partition, record.offset + 1);
      ++records;
    }
    largest = std::max(largest, polled->records.size());
  }

  GroupConsumer& operator*() { return *consumer_; }
  void leave() { consumer_.reset(); }

  std::set<int> owned;
  int records = 0;
  std::size_t largest = 0;

 private:
  std::unique_ptr<GroupConsumer> consumer_;
};

template <class Condition, class Turn>
bool turn_until(Condition condition, Turn turn) {
  const auto deadline = Clock::now() + seconds(30);
  while (!condition()) {
    if (Clock::now() > deadline || testing::Test::HasFatalFailure()) return false;
    turn();
  }
  return true;
}

TEST(GroupConsumer, ReadsAllPartitionsInOrderFromWhereItIsTold) {
  MockCluster cluster{Topology{}};
  fill(cluster.options(), 0, 400);
  Member member(cluster.options());
  std::map<int, std::int64_t> next{{0, 90}, {1, 0}, {2, 99}, {3, 50}};
  EXPECT_TRUE(turn_until([&] { return member.records >= 10 + 100 + 1 + 50; }, [&] { member.turn(next); }));
  for (int i = 0; i < 5; ++i) member.turn(next);
  EXPECT_EQ(member.records, 161);
  EXPECT_EQ(member.owned.size(), 4);
  EXPECT_GT(member.largest, 1);
  const auto range = (*member).range(2);
  ASSERT_TRUE(range) << range.error().text();
  EXPECT_EQ(range->begin, 0);
  EXPECT_EQ(range->end, 100);
  EXPECT_FALSE((*member).seek(17, 0));
}

TEST(GroupConsumer, NothingComesBeforeSeek) {
  MockCluster cluster{Topology{}};
  fill(cluster.options(), 0, 40);
  auto consumer = GroupConsumer::open(cluster.options(), kProcessor);
  ASSERT_TRUE(consumer);
  std::vector<int> assigned;
  EXPECT_TRUE(turn_until([&] { return !assigned.empty(); },
                         [&] {
                           auto polled = (*consumer)->poll(10, milliseconds(100));
                           ASSERT_TRUE(polled);
                           EXPECT_TRUE(polled->records.empty());
                           assigned = polled->assigned;
                         }));
  EXPECT_EQ(assigned, (std::vector<int>{0, 1, 2, 3}));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE((*consumer)->poll(10, milliseconds(50))->records.empty());
  ASSERT_TRUE((*consumer)->seek(1, 3));
  std::vector<Record> records;
  EXPECT_TRUE(turn_until([&] { return records.size() >= 7; },
                         [&] {
                           auto polled = (*consumer)->poll(100, milliseconds(100));
                           ASSERT_TRUE(polled);
                           records.insert(records.end(), polled->records.begin(), polled->records.end());
                         }));
  ASSERT_EQ(records.size(), 7);
  EXPECT_EQ(records.front().offset, 3);
  EXPECT_EQ(records.front().at.partition, 1);
}

TEST(GroupConsumer, PausesAndResumesWithoutLossOrRepetition) {
  MockCluster cluster{Topology{}};
  fill(cluster.options(), 0, 2000);
  Member member(cluster.options());
  std::map<int, std::int64_t> next;
  int turns = 0;
  EXPECT_TRUE(turn_until([&] { return member.records >= 2000; },
                         [&] {
                           member.turn(next, milliseconds(50), 61);
                           if (++turns % 5 != 0) return;
                           (*member).pause();
                           (*member).pause();
                           const int before = member.records;
                           for (int i = 0; i < 3; ++i) member.turn(next, milliseconds(10));
                           EXPECT_EQ(member.records, before);
                           (*member).resume();
                           (*member).resume();
                         }));
  EXPECT_EQ(member.records, 2000);
}

// librdkafka has ended the process on such changes when its own thread was slow.
TEST(GroupConsumer, ManyChangesOfWhatIsReadAtOnceDoNoHarm) {
  MockCluster cluster{Topology{}};
  fill(cluster.options(), 0, 40);
  Member member(cluster.options());
  std::map<int, std::int64_t> next;
  ASSERT_TRUE(turn_until([&] { return member.records == 40; }, [&] { member.turn(next); }));
  for (int i = 0; i < 100; ++i) {
    (*member).pause();
    ASSERT_TRUE((*member).poll(0, milliseconds(0)));
    (*member).resume();
    member.turn(next, milliseconds(0));
  }
  fill(cluster.options(), 40, 80);
  EXPECT_TRUE(turn_until([&] { return member.records == 80; }, [&] { member.turn(next); }));
}

// A member that cannot commit polls only for changes: it waits, stays in its group, and learns what it lost.
TEST(GroupConsumer, APausedMemberWaitsAndHearsOfARebalance) {
  MockCluster cluster{Topology{}};
  fill(cluster.options(), 0, 400);
  std::map<int, std::int64_t> next;
  Member first(cluster.options());
  EXPECT_TRUE(turn_until([&] { return first.records >= 50; }, [&] { first.turn(next); }));
  (*first).pause();
  const auto began = Clock::now();
  EXPECT_TRUE((*first).poll(0, milliseconds(200))->records.empty());
  EXPECT_GE(Clock::now() - began, milliseconds(200));

  Member second(cluster.options());
  const auto both = [&] {
    first.turn(next, milliseconds(10), 0);
    second.turn(next, milliseconds(10));
  };
  EXPECT_TRUE(turn_until([&] { return first.owned.size() == 2 && second.owned.size() == 2; }, both));
  (*first).resume();
  const auto read = [&] {
    first.turn(next, milliseconds(10));
    second.turn(next, milliseconds(10));
  };
  EXPECT_TRUE(turn_until([&] { return first.records + second.records >= 400; }, read));
}

TEST(GroupConsumer, TwoMembersShareAndHandOver) {
  MockCluster cluster{Topology{}};
  fill(cluster.options(), 0, 400);
  std::map<int, std::int64_t> next;
  Member first(cluster.options());
  EXPECT_TRUE(turn_until([&] { return first.records >= 50; }, [&] { first.turn(next); }));
  Member second(cluster.options());
  const auto both = [&] {
    first.turn(next, milliseconds(10));
    second.turn(next, milliseconds(10));
  };
  EXPECT_TRUE(turn_until([&] { return first.owned.size() == 2 && second.owned.size() == 2; }, both));
  EXPECT_TRUE(turn_until([&] { return first.records + second.records >= 400; }, both));
  fill(cluster.options(), 400, 800);
  EXPECT_TRUE(turn_until([&] { return first.records + second.records >= 600; }, both));
  const auto began = Clock::now();
  first.leave();
  EXPECT_LT(Clock::now() - began, seconds(10));
  EXPECT_TRUE(turn_until([&] { return second.owned.size() == 4; }, [&] { second.turn(next); }));
  EXPECT_TRUE(turn_until([&] { return first.records + second.records >= 800; }, [&] { second.turn(next); }));
  EXPECT_EQ(first.records + second.records, 800);
  for (int p = 0; p < 4; ++p) EXPECT_EQ(next[p], 200);
}

TEST(GroupConsumer, GoesOnAfterTheBrokerCameBack) {
  MockCluster cluster{Topology{}};
  fill(cluster.options(), 0, 40);
  Member member(cluster.options());
  std::map<int, std::int64_t> next;
  EXPECT_TRUE(turn_until([&] { return member.records >= 40; }, [&] { member.turn(next); }));
  cluster.set_down(true);
  for (int i = 0; i < 10; ++i) member.turn(next);
  cluster.set_down(false);
  fill(cluster.options(), 40, 80);
  EXPECT_TRUE(turn_until([&] { return member.records >= 80; }, [&] { member.turn(next); }));
  EXPECT_EQ(member.records, 80);
}

TEST(GroupConsumer, ClosesWhileTheBrokerIsAway) {
  MockCluster cluster{Topology{}};
  fill(cluster.options(), 0, 40);
  Member member(cluster.options());
  std::map<int, std::int64_t> next;
  EXPECT_TRUE(turn_until([&] { return member.records >= 40; }, [&] { member.turn(next); }));
  cluster.set_down(true);
  const auto began = Clock::now();
  (*member).close();
  (*member).close();
  EXPECT_LT(Clock::now() - began, seconds(15));
}

TEST(GroupConsumer, TruncatedLogIsAnError) {
  MockCluster cluster{Topology{}};
  fill(cluster.options(), 0, 40);
  auto consumer = GroupConsumer::open(cluster.options(), kProcessor);
  ASSERT_TRUE(consumer);
  std::optional<Error> error;
  EXPECT_TRUE(turn_until([&] { return error.has_value(); },
                         [&] {
                           auto polled = (*consumer)->poll(10, milliseconds(100));
                           if (!polled) {
                             error = polled.error();
                             return;
                           }
                           for (const int p : polled->assigned) ASSERT_TRUE((*consumer)->seek(p, 1000));
                         }));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::kConflict);
  EXPECT_EQ(error->reason, "log_truncated");
  EXPECT_NE(error->message.find("Check that the cluster and database, or the data folder, are right"),
            std::string::npos)
      << error->message;
}

TEST(GroupConsumer, SaysWhichLogItReadsAndThatTheGroupHasSpoken) {
  MockCluster cluster{Topology{}};
  fill(cluster.options(), 0, 40);
  auto consumer = GroupConsumer::open(cluster.options(), kProcessor);
  ASSERT_TRUE(consumer);
  bool joined = false;
  EXPECT_TRUE(turn_until([&] { return joined; },
                         [&] {
                           auto polled = (*consumer)->poll(10, milliseconds(100));
                           ASSERT_TRUE(polled) << polled.error().text();
                           EXPECT_EQ(polled->joined, !polled->assigned.empty());
                           joined = polled->joined;
                         }));
  const auto identity = (*consumer)->identity();
  ASSERT_TRUE(identity) << identity.error().text();
  EXPECT_FALSE(identity->cluster.empty());
  EXPECT_EQ(identity->topic, Topology{}.broker_name(kInbox, false));
  auto record = make_record(kInbox, 0, 8);  // the third record of partition 0
  const auto stamp = (*consumer)->stamp(0, 2);
  ASSERT_TRUE(stamp) << stamp.error().text();
  ASSERT_TRUE(*stamp);
  EXPECT_EQ((*stamp)->offset, 2);
  EXPECT_EQ((*stamp)->crc, stamp_of(record).crc);
  EXPECT_NE((*stamp)->appended_at, Timestamp());
  const auto again = (*consumer)->stamp(0, 2);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(*again, *stamp);
  const auto none = (*consumer)->stamp(0, 1'000);
  ASSERT_TRUE(none) << none.error().text();
  EXPECT_FALSE(*none);
}

TEST(GroupConsumer, TheGroupSpeaksToAMemberThatGetsNothingToo) {
  Topology topology;
  topology[kInbox].partitions = 1;
  MockCluster cluster{topology};
  std::vector<std::unique_ptr<GroupConsumer>> members;
  for (int i = 0; i < 2; ++i) {
    auto consumer = GroupConsumer::open(cluster.options(), kProcessor);
    ASSERT_TRUE(consumer);
    members.push_back(std::move(*consumer));
  }
  std::set<std::size_t> joined;
  EXPECT_TRUE(turn_until([&] { return joined.size() == 2; },
                         [&] {
                           for (std::size_t i = 0; i < members.size(); ++i) {
                             const auto polled = members[i]->poll(10, milliseconds(50));
                             ASSERT_TRUE(polled) << polled.error().text();
                             if (polled->joined) joined.insert(i);
                           }
                         }));
}

TEST(LogStamps, ReadsOneRecordOfEachPartition) {
  MockCluster cluster{Topology{}};
  fill(cluster.options(), 0, 40);
  const auto stamps = LogStamps::open(cluster.options());
  ASSERT_TRUE(stamps) << stamps.error().text();
  for (int times = 0; times < 3; ++times) {
    const auto read = (*stamps)->read(kInbox, {{0, 0}, {1, 4}, {3, 9}, {2, 10}});
    ASSERT_TRUE(read) << read.error().text();
    ASSERT_EQ(read->size(), 3U) << "partition 2 has ten records";
    EXPECT_EQ(read->at(0).crc, stamp_of(make_record(kInbox, 0, 0)).crc);
    EXPECT_EQ(read->at(1).crc, stamp_of(make_record(kInbox, 1, 17)).crc);
    EXPECT_EQ(read->at(3).offset, 9);
  }
}

}  // namespace
}  // namespace ordo::kafka
