#include "process/group_loop.h"

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <vector>

#include "process/crm.h"
#include "records/messages.h"

namespace ordo {
namespace {

// A broker that gives a partition away and then is not to be reached.
class LeavingConsumer : public GroupConsumer {
 public:
  Result<Polled> poll(std::size_t max_records, std::chrono::milliseconds) override {
    Polled polled;
    if (max_records > 0 && ++polls == 1) polled.assigned = {0};
    return polled;
  }
  Result<void> seek(int, std::int64_t) override {
    ++seeks;
    return fail(ErrorCode::kUnavailable, "broker_down", "test");
  }
  void pause() override {}
  void resume() override {}
  Result<LogRange> range(int) override { return LogRange{0, 5}; }
  void report(int, std::int64_t) override {}
  void close() override {}

  int polls = 0;
  int seeks = 0;
};

class NoProducer : public StepProducer {
 public:
  Result<void> send(std::span<const Record>, std::chrono::milliseconds) override { return {}; }
};

class EmptyStore : public StateStore {
 public:
  Result<Cursor> recover(const Owner&) override { return Cursor{}; }
  Result<std::vector<std::optional<Document>>> load(const Owner&, std::int64_t,
                                                    std::span<const DocumentKey> keys) override {
    return std::vector<std::optional<Document>>(keys.size());
  }
  Result<void> commit(const Commit&) override { return {}; }
};

// Found by the simulation: a process that is asked to end while it waits for the broker ends without an error, and does
// not keep a partition whose position it could not set.
TEST(GroupLoop, StoppingWhileItTakesAPartitionIsNoError) {
  Crm crm;
  Topology topology;
  LeavingConsumer consumer;
  NoProducer producer;
  EmptyStore store;
  GroupLoop loop(crm, topology, consumer, producer, store, [&] { return consumer.seeks > 2; });
  const auto done = loop.run_once();
  EXPECT_TRUE(done.has_value()) << done.error().text();
  EXPECT_EQ(consumer.seeks, 3);
  EXPECT_TRUE(loop.positions().empty());
}

// A consumer whose polls are written down beforehand. Partition 0 is owned from the first on until one revokes it.
class ScriptedConsumer : public GroupConsumer {
 public:
  Result<Polled> poll(std::size_t max_records, std::chrono::milliseconds) override {
    if (script.empty()) return Polled{};
    Polled next = std::move(script.front());
    script.pop_front();
    EXPECT_TRUE(max_records > 0 || next.records.empty());
    if (!next.assigned.empty()) owned = true;
    if (!next.revoked.empty()) owned = false;
    return next;
  }
  Result<void> seek(int, std::int64_t offset) override {
    if (!owned) return fail(ErrorCode::kNotFound, "not_assigned", "test");
    sought.push_back(offset);
    return {};
  }
  void pause() override {}
  void resume() override {}
  Result<LogRange> range(int) override { return log; }
  void report(int, std::int64_t) override {}
  void close() override {}

  std::deque<Polled> script;
  bool owned = false;
  LogRange log{0, 100};
  std::vector<std::int64_t> sought;
};

// Takes commits of up to `most` documents; before that answers with `first`, once each.
class PickyStore : public EmptyStore {
 public:
  Result<Cursor> recover(const Owner&) override {
    if (away == 0 && !later.empty()) cursor = std::exchange(later.front(), cursor), later.pop_front();
    if (away == 0) return cursor;
    --away;
    return fail(ErrorCode::kUnavailable, "test", "test");
  }
  Result<void> commit(const Commit& commit) override {
    if (!first.empty()) {
      const auto code = first.front();
      first.pop_front();
      return fail(code, "test", "test");
    }
    if (commit.changes.size() > most) return fail(ErrorCode::kInvalid, "commit_too_large", "test");
    cursor = *commit.cursor;
    committed.push_back(commit.changes.size());
    return {};
  }

  std::size_t most = 1'000;
  std::deque<ErrorCode> first;
  int away = 0;  // for so many attempts to recover
  Cursor cursor;
  std::deque<Cursor> later;  // how others move it, one step each time it is recovered
  std::vector<std::size_t> committed;
};

Cursor cursor_at(std::int64_t next) {
  Cursor cursor;
  cursor.partitions = 1;
  cursor.next = next;
  return cursor;
}

Record registration(std::int64_t offset) {
  CustomerChanged message;
  message.customer_id = CustomerId("customer-" + std::to_string(offset));
  message.name = "n";
  Record record;
  record.at = {Topic::customers, 0, false};
  record.offset = offset;
  record.key = message.customer_id.str();
  record.value = encode(message);
  record.envelope.type = type::kCustomerChanged;
  return record;
}

GroupConsumer::Polled registrations(std::int64_t first, std::int64_t end) {
  GroupConsumer::Polled polled;
  for (auto offset = first; offset < end; ++offset) polled.records.push_back(registration(offset));
  return polled;
}

class GroupLoopTest : public ::testing::Test {
 protected:
  GroupLoopTest() {
    for (auto& topic : topology.topics) topic.partitions = 1;
    GroupLoopOptions options;
    options.min_backoff = options.max_backoff = std::chrono::milliseconds(1);
    loop.emplace(
        crm, topology, consumer, producer, store, [] { return false; }, options);
    consumer.script.push_back({{}, {0}, {}});
  }
  void run(int times) {
    for (int i = 0; i < times; ++i) {
      const auto done = loop->run_once();
      ASSERT_TRUE(done) << done.error().text();
    }
  }

  Crm crm;
  Topology topology;
  ScriptedConsumer consumer;
  NoProducer producer;
  PickyStore store;
  std::optional<GroupLoop> loop;
};

// Found by killing and freezing real processes: the news that the partition is lost comes while the step waits for the
// database, and then the commit turns out to be another owner's. To begin again would be to read what is not ours.
TEST_F(GroupLoopTest, APartitionThatIsLostWhileItsLastStepWaitsIsNotBegunAgain) {
  consumer.script.push_back(registrations(0, 3));
  consumer.script.push_back({{}, {}, {0}});  // while it waits
  store.first = {ErrorCode::kUnavailable, ErrorCode::kFenced};
  run(4);
  EXPECT_EQ(consumer.sought, (std::vector<std::int64_t>{0}));
  EXPECT_TRUE(loop->positions().empty());
  EXPECT_EQ(loop->stats().fenced, 1U);
}

// Found by the simulation: the news that came while older news waited for the database was taken after what the next
// poll told, so that a partition that was ours was worked on by nobody.
TEST_F(GroupLoopTest, NewsIsTakenInTheOrderInWhichItCame) {
  store.away = 2;
  consumer.script.push_back({{}, {}, {0}});  // while it is taken
  consumer.script.push_back({{}, {0}, {}});
  run(1);
  store.away = 1;
  consumer.script.push_back({{}, {}, {0}});  // while it is taken again
  consumer.script.push_back({{}, {0}, {}});
  run(2);
  EXPECT_EQ(loop->positions(), (std::map<int, std::int64_t>{{0, 0}}));
}

TEST_F(GroupLoopTest, APartitionWithAnotherOwnerThatIsStillOursIsBegunAgain) {
  consumer.script.push_back(registrations(0, 3));
  consumer.script.push_back({});
  consumer.script.push_back(registrations(0, 3));
  store.first = {ErrorCode::kFenced};
  run(4);
  EXPECT_EQ(consumer.sought, (std::vector<std::int64_t>{0, 0}));
  EXPECT_EQ(loop->positions(), (std::map<int, std::int64_t>{{0, 3}}));
}

TEST_F(GroupLoopTest, AStepThatIsTooLargeIsCommittedOneRecordAtATimeAndThoseBehindItAreNot) {
  store.most = 2;
  consumer.script.push_back(registrations(0, 5));
  consumer.script.push_back({});
  consumer.script.push_back(registrations(0, 5));
  consumer.script.push_back(registrations(5, 7));
  run(5);
  EXPECT_EQ(store.committed, (std::vector<std::size_t>{1, 1, 1, 1, 1, 2}));
  EXPECT_EQ(loop->positions(), (std::map<int, std::int64_t>{{0, 7}}));
}

TEST_F(GroupLoopTest, ARecordThatIsTooLargeByItselfIsAnError) {
  store.most = 0;
  consumer.script.push_back(registrations(0, 2));
  consumer.script.push_back({});
  consumer.script.push_back(registrations(0, 2));
  run(3);
  const auto done = loop->run_once();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, "commit_too_large");
}

// Found by the simulation: a late owner, whose next records were folded by another and then removed, read on behind
// them, and sent what follows from the documents of its own place under the sequences of the true owner.
TEST_F(GroupLoopTest, ALateOwnerDoesNotPassOverRecordsThatWereRemoved) {
  consumer.script.push_back(registrations(0, 2));
  consumer.script.push_back(registrations(10, 12));
  run(2);
  store.cursor = cursor_at(10);
  consumer.log = {10, 100};
  run(2);
  EXPECT_EQ(consumer.sought, (std::vector<std::int64_t>{0, 10}));
  EXPECT_EQ(store.committed, (std::vector<std::size_t>{2}));
  EXPECT_EQ(loop->positions(), (std::map<int, std::int64_t>{{0, 10}}));
}

// Retention that was too short for an owner that is at work: what was not folded is gone, and that is never silent.
TEST_F(GroupLoopTest, RecordsThatWereRemovedBeforeTheyWereFoldedStopTheOwner) {
  consumer.script.push_back(registrations(0, 2));
  auto polled = registrations(2, 3);
  for (auto& record : registrations(10, 12).records) polled.records.push_back(record);
  consumer.script.push_back(polled);
  run(2);
  consumer.log = {10, 100};
  run(1);
  const auto done = loop->run_once();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, "log_expired");
  EXPECT_EQ(store.cursor.next, 2);
}

TEST_F(GroupLoopTest, AHoleWithinTheLogIsPassedOver) {
  consumer.script.push_back(registrations(0, 2));
  consumer.script.push_back(registrations(5, 7));
  run(3);
  EXPECT_EQ(loop->positions(), (std::map<int, std::int64_t>{{0, 7}}));
}

// Between its cursor and the log's range, another owner went on and the records behind it were removed.
TEST_F(GroupLoopTest, ALogThatDoesNotFitIsBelievedOfACursorThatStandsStill) {
  consumer.log = {10, 100};
  store.later = {cursor_at(3), cursor_at(10)};
  run(1);
  EXPECT_EQ(consumer.sought, (std::vector<std::int64_t>{10}));
}

}  // namespace
}  // namespace ordo
