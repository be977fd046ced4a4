#include "engine/group_loop.h"

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <vector>

#include "engine/record_stamp.h"
#include "engine/testing/test_bench.h"
#include "processors/crm.h"
#include "processors/intake.h"
#include "processors/orders.h"
#include "records/messages.h"
#include "records/record_size.h"

namespace ordo {
namespace {

// A broker that revokes a partition and then cannot be reached.
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
  Result<LogIdentity> identity() override { return LogIdentity{}; }
  Result<std::optional<RecordStamp>> stamp(int, std::int64_t) override { return std::optional<RecordStamp>(); }
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

// Found by the simulation: a process that is asked to stop while it waits for the broker stops without an error. It
// does not keep a partition whose position it could not set.
TEST(GroupLoop, StoppingWhileItTakesAPartitionIsNoError) {
  processors::Crm crm;
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

// A consumer with scripted polls. It owns partition 0 from the first poll until a poll revokes it.
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
  Result<LogRange> range(int) override {
    if (!ranges.empty()) log = ranges.front(), ranges.pop_front();
    return log;
  }
  Result<LogIdentity> identity() override { return name; }
  Result<std::optional<RecordStamp>> stamp(int, std::int64_t offset) override {
    if (away) return fail(ErrorCode::kUnavailable, "test", "test");
    ++stamps_read;
    const auto found = stamps.find(offset);
    return found == stamps.end() ? std::nullopt : std::optional(found->second);
  }
  void report(int, std::int64_t next) override { reported.push_back(next); }
  void close() override {}

  std::deque<Polled> script;
  bool owned = false;
  LogRange log{0, 100};
  std::deque<LogRange> ranges;  // `log` takes these values in turn, one at each call
  LogIdentity name;             // empty, like that of the embedded log, unless a test sets it
  std::map<std::int64_t, RecordStamp> stamps;
  bool away = false;
  int stamps_read = 0;
  std::vector<std::int64_t> reported;
  std::vector<std::int64_t> sought;
};

// Accepts commits of up to `most` documents. Before that it answers with `first`, each once.
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
  int away = 0;  // how many attempts to recover fail
  Cursor cursor;
  std::deque<Cursor> later;  // how others move it, one step at each recover()
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
  record.envelope.type = kTypeOf<CustomerChanged>;
  return record;
}

GroupConsumer::Polled registrations(std::int64_t first, std::int64_t end) {
  GroupConsumer::Polled polled;
  for (auto offset = first; offset < end; ++offset) polled.records.push_back(registration(offset));
  return polled;
}

class CountingListener : public CommitListener {
 public:
  void taken(const Owner&) override {}
  void lost(const Owner&) override {}
  void committed(const Owner&, std::span<const Change>) override {}
  void counted(const Owner& owner, const StepSummary& summary) override {
    for (const auto& letters : summary.letters) counts[to_string(owner) + " " + letters.reason] += letters.count;
  }

  std::map<std::string, std::uint64_t> counts;
};

class GroupLoopTest : public ::testing::Test {
 protected:
  GroupLoopTest() {
    for (auto& topic : topology.topics) topic.partitions = 1;
    GroupLoopOptions options;
    options.min_backoff = options.max_backoff = std::chrono::milliseconds(1);
    options.on_wait = [this](const Error* error) { waits.push_back(error == nullptr ? "" : error->reason); };
    loop.emplace(
        crm, topology, consumer, producer, store, [] { return false; }, options, &listener);
    consumer.script.push_back({{}, {0}, {}});
    store.cursor = cursor_at(0);
  }
  void run(int times) {
    for (int i = 0; i < times; ++i) {
      const auto done = loop->run_once();
      ASSERT_TRUE(done) << done.error().text();
    }
  }

  processors::Crm crm;
  Topology topology;
  ScriptedConsumer consumer;
  NoProducer producer;
  PickyStore store;
  CountingListener listener;
  std::vector<std::string> waits;
  std::optional<GroupLoop> loop;
};

TEST_F(GroupLoopTest, WhatItWaitsForIsToldUntilItWorks) {
  consumer.script.push_back(registrations(0, 3));
  store.first = {ErrorCode::kUnavailable, ErrorCode::kUnavailable};
  run(1);
  EXPECT_TRUE(waits.empty());
  run(1);
  EXPECT_EQ(waits, (std::vector<std::string>{"test", "test", ""}));
  EXPECT_EQ(store.committed.size(), 1U);
}

// Found by killing and freezing real processes. The partition is revoked while the step waits for the database. Then
// the commit turns out to belong to another owner. To begin again would read a partition that is not ours.
TEST_F(GroupLoopTest, APartitionThatIsLostWhileItsLastStepWaitsIsNotBegunAgain) {
  consumer.script.push_back(registrations(0, 3));
  consumer.script.push_back({{}, {}, {0}});  // while it waits
  store.first = {ErrorCode::kUnavailable, ErrorCode::kFenced};
  run(4);
  EXPECT_EQ(consumer.sought, (std::vector<std::int64_t>{0}));
  EXPECT_TRUE(loop->positions().empty());
  EXPECT_EQ(loop->stats().fenced, 1U);
}

// Found by the simulation. New assignment changes arrived while older ones waited for the database. They were applied
// after those of the next poll, so an owned partition had no worker.
TEST_F(GroupLoopTest, NewsIsTakenInTheOrderInWhichItCame) {
  store.away = 2;
  consumer.script.push_back({{}, {}, {0}});  // while it is begun
  consumer.script.push_back({{}, {0}, {}});
  run(1);
  store.away = 1;
  consumer.script.push_back({{}, {}, {0}});  // while it is begun again
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

// A topic that accepts less than is known, as if it was changed after the start.
class StingyProducer : public StepProducer {
 public:
  Result<void> send(std::span<const Record> records, std::chrono::milliseconds) override {
    for (const auto& record : records) {
      if (size_in_log(record) > most.of(record.at)) {
        refused = {record.at, size_in_log(record)};
        return fail(ErrorCode::kInvalid, "record_too_large", "test");
      }
      sent.push_back(record);
    }
    return {};
  }
  std::optional<TooLarge> too_large() const override { return refused; }

  RecordLimits most;
  std::optional<TooLarge> refused;
  std::vector<Record> sent;
};

class StingyLoop : public ::testing::Test {
 protected:
  void run(std::function<Result<RecordLimits>()> read_limits, int times) {
    for (auto& topic : topology.topics) topic.partitions = 1;
    GroupLoopOptions options;
    options.min_backoff = options.max_backoff = std::chrono::milliseconds(1);
    options.read_limits = std::move(read_limits);
    GroupLoop loop(
        orders, topology, consumer, producer, store, [] { return false; }, options);
    consumer.script.push_back({{}, {0}, {}});
    const auto polled = [&] {
      GroupConsumer::Polled orders_placed;
      for (int i = 0; i < 3; ++i) {
        auto order = created("o" + std::to_string(i));
        if (i == 1) order.location = LocationId(std::string(100, 'l'));
        Record record;
        record.at = {Topic::order_events, 0, false};
        record.offset = i;
        record.envelope.type = kTypeOf<OrderCreated>;
        record.value = encode(order);
        orders_placed.records.push_back(record);
      }
      return orders_placed;
    };
    for (int i = 0; i < times; ++i) {
      consumer.script.push_back(polled());
      consumer.script.push_back({});  // while it waits
      consumer.script.push_back({});  // and is begun again
    }
    for (int i = 0; i < 3 * times + 1; ++i) {
      const auto done = loop.run_once();
      ASSERT_TRUE(done) << done.error().text();
    }
    EXPECT_EQ(loop.positions(), (std::map<int, std::int64_t>{{0, 3}}));
    EXPECT_EQ(store.cursor.next, 3);
  }
  std::vector<std::string> letters() {
    std::vector<std::string> reasons;
    for (const auto& record : producer.sent) {
      if (record.at.dlq) reasons.push_back(reason_of(record));
    }
    return reasons;
  }

  processors::Orders orders;
  Topology topology;
  ScriptedConsumer consumer;
  StingyProducer producer;
  PickyStore store;
};

TEST_F(StingyLoop, ARecordThatATopicDoesNotTakeIsRefusedUnderTheLimitReadAnew) {
  producer.most.of({Topic::stock, 0, false}) = 520;
  int reads = 0;
  run(
      [&]() -> Result<RecordLimits> {
        ++reads;
        return producer.most;
      },
      2);
  EXPECT_EQ(reads, 1);
  EXPECT_EQ(letters(), (std::vector<std::string>{"record_too_large"}));
}

// Two topics whose limits cannot be read: the refused sizes become the known limits.
TEST_F(StingyLoop, WhereNobodyTellsTheRefusalItselfIsTheLimit) {
  producer.most.of({Topic::stock, 0, false}) = 520;
  producer.most.of({Topic::order_events, 0, true}) = 1'100;
  run([]() -> Result<RecordLimits> { return RecordLimits(); }, 4);
  EXPECT_EQ(letters(), (std::vector<std::string>{"record_too_large"}));
}

// Found by the simulation. Another owner folded the next records of a late owner, and then they were removed. The late
// owner continued after them. It sent records computed from its old documents, under the sequences of the true owner.
TEST(GroupLoop, WaitsForPricesAndCommitsNothingMeanwhile) {
  Prices prices;
  prices.elsewhere[ProductId("p")] = {"Tea", {250, kUsd}};
  prices.away = true;
  processors::Intake intake(prices, LocationId("main"));
  Topology topology;
  for (auto& topic : topology.topics) topic.partitions = 1;
  ScriptedConsumer consumer;
  StingyProducer producer;
  PickyStore store;
  store.cursor = cursor_at(0);
  GroupLoopOptions options;
  options.min_backoff = options.max_backoff = std::chrono::milliseconds(1);
  std::vector<std::string> waits;
  options.on_wait = [&](const Error* error) {
    waits.push_back(error == nullptr ? "" : error->reason);
    EXPECT_TRUE(store.committed.empty() && producer.sent.empty());
    prices.away = waits.size() < 2;
  };
  GroupLoop loop(
      intake, topology, consumer, producer, store, [] { return false; }, options);
  Record order;
  order.at = {Topic::order_created, 0, false};
  order.offset = 0;
  order.value = R"({"userId":"u","products":[{"productId":"p","quantity":1}]})";
  consumer.script.push_back({{}, {0}, {}});
  consumer.script.push_back({{order}, {}, {}});
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(loop.run_once());
  EXPECT_EQ(waits, (std::vector<std::string>{"store_away", "store_away", ""}));
  ASSERT_EQ(producer.sent.size(), 1U);
  EXPECT_FALSE(std::get<OrderCreated>(*decode(producer.sent[0])).rejection.has_value());
  EXPECT_EQ(store.cursor.next, 1);
}

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

// Retention that was too short for an active owner. Unfolded records are gone, and that is never silent.
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

// A dead letter is in the log once its step was sent, and may be sent again. It is reported once, by the process that
// commits the step.
TEST_F(GroupLoopTest, LettersAreToldOfOnceTheirStepIsCommitted) {
  GroupConsumer::Polled polled = registrations(0, 3);
  polled.records[0].value = "{";
  polled.records[1].envelope.type = "somebody.elses.v1";
  polled.records[2].envelope.type = "somebody.elses.v1";
  for (int i = 0; i < 2; ++i) {
    consumer.script.push_back(polled);
    consumer.script.push_back({});
  }
  store.first = {ErrorCode::kFenced};
  run(3);
  EXPECT_TRUE(listener.counts.empty());
  run(2);
  EXPECT_EQ(listener.counts,
            (std::map<std::string, std::uint64_t>{{"crm/0 malformed_json", 1}, {"crm/0 unknown_type", 2}}));
}

// Transaction markers at the end of the log: without a commit the cursor would never reach the end.
TEST_F(GroupLoopTest, AnEndBehindTheLastRecordIsCommittedThoughNothingIsFolded) {
  auto polled = registrations(0, 2);
  polled.ends[0] = 3;
  consumer.script.push_back(polled);
  consumer.script.push_back({});
  consumer.script.back().ends[0] = 3;
  consumer.script.push_back({});
  consumer.script.back().ends[0] = 4;
  run(4);
  EXPECT_EQ(store.cursor.next, 4);
  EXPECT_EQ(store.committed, (std::vector<std::size_t>{2, 0, 0}));
  EXPECT_EQ(loop->positions(), (std::map<int, std::int64_t>{{0, 4}}));
}

TEST_F(GroupLoopTest, AnEndIsNoWayPastRecordsThatWereRemoved) {
  consumer.script.push_back(registrations(0, 2));
  consumer.script.push_back({});
  consumer.script.back().ends[0] = 10;
  run(2);
  consumer.log = {10, 10};
  run(1);
  const auto done = loop->run_once();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, "log_expired");
  EXPECT_EQ(store.cursor.next, 2);
}

// Between the reads of cursor and log range, another owner advanced, and the records behind it were removed.
TEST_F(GroupLoopTest, ALogThatDoesNotFitIsBelievedOfACursorThatStandsStill) {
  consumer.log = {10, 100};
  store.later = {cursor_at(3), cursor_at(10)};
  run(1);
  EXPECT_EQ(consumer.sought, (std::vector<std::int64_t>{10}));
}

// The log after a step of the records up to `next`, with its name and the record folded last.
class NamedLogTest : public GroupLoopTest {
 protected:
  NamedLogTest() {
    consumer.name = {"cluster-a", "customers", {}};
    for (std::int64_t offset = 0; offset < 20; ++offset) {
      consumer.stamps[offset] = stamp_of(registration(offset));
    }
  }
  void fold_three() {
    consumer.script.push_back(registrations(0, 3));
    run(2);
  }
  Error stopped(const Result<void>& done) {
    EXPECT_FALSE(done);
    return done ? Error{} : done.error();
  }
  // Another topic with the same name: other records at the same offsets.
  void make_anew() {
    for (auto& [offset, stamp] : consumer.stamps) stamp.appended_at += std::chrono::hours(1);
  }
};

TEST_F(NamedLogTest, TheCommitSaysWhichLogItCounts) {
  fold_three();
  EXPECT_EQ(store.cursor.log.cluster, "cluster-a");
  EXPECT_EQ(store.cursor.log.topic, "customers");
  EXPECT_EQ(store.cursor.log.last, stamp_of(registration(2)));
  EXPECT_TRUE(loop->verify());
  EXPECT_EQ(consumer.stamps_read, 1);
}

// From a public report: a topic was deleted, recreated, and filled beyond the cursor's offset. Its first records were
// skipped silently.
TEST_F(NamedLogTest, ALogMadeAnewAndFilledBeyondTheCursorIsRefusedAtTheStart) {
  fold_three();
  make_anew();
  consumer.script.push_back({{}, {}, {0}});
  consumer.script.push_back({{}, {0}, {}});
  run(1);
  const auto error = stopped(loop->run_once());
  EXPECT_EQ(error.code, ErrorCode::kConflict);
  EXPECT_EQ(error.reason, "log_replaced");
  EXPECT_NE(error.message.find("Check that the cluster and database, or the data folder, are right"), std::string::npos)
      << error.message;
  EXPECT_NE(error.message.find("`ordo epoch begin crm`"), std::string::npos) << error.message;
  EXPECT_EQ(store.cursor.next, 3);
}

TEST_F(NamedLogTest, ALogMadeAnewIsFoundWhileItsOwnerWorks) {
  fold_three();
  make_anew();
  EXPECT_EQ(stopped(loop->verify()).reason, "log_replaced");
}

TEST_F(NamedLogTest, ALogInDoubtIsComparedBeforeWhatComesOfItIsFolded) {
  fold_three();
  make_anew();
  auto polled = registrations(3, 5);
  polled.in_doubt = true;
  consumer.script.push_back(polled);
  EXPECT_EQ(stopped(loop->run_once()).reason, "log_replaced");
  EXPECT_EQ(store.cursor.next, 3);
}

TEST_F(NamedLogTest, WhileTheBrokerIsAwayNothingIsCompared) {
  fold_three();
  make_anew();
  consumer.away = true;
  EXPECT_TRUE(loop->verify());
  consumer.away = false;
  EXPECT_EQ(stopped(loop->verify()).reason, "log_replaced");
}

TEST_F(NamedLogTest, ARecordThatIsNotThereIsAnotherLog) {
  fold_three();
  consumer.stamps.erase(2);
  EXPECT_EQ(stopped(loop->verify()).reason, "log_replaced");
}

TEST_F(NamedLogTest, ARecordThatRetentionTookMeanwhileIsNot) {
  fold_three();
  consumer.stamps.erase(2);
  consumer.ranges = {{0, 100}, {3, 100}};
  EXPECT_TRUE(loop->verify());
}

TEST_F(NamedLogTest, AnotherClusterAndAnotherTopicAreRefused) {
  fold_three();
  consumer.name.cluster = "cluster-b";
  const auto cluster = stopped(loop->verify());
  EXPECT_EQ(cluster.reason, "log_replaced");
  EXPECT_NE(cluster.message.find("cluster-a"), std::string::npos) << cluster.message;
  EXPECT_NE(cluster.message.find("cluster-b"), std::string::npos) << cluster.message;
  consumer.name = {"cluster-a", "shop2.customers", {}};
  EXPECT_EQ(stopped(loop->verify()).reason, "log_replaced");
}

TEST_F(NamedLogTest, ACursorThatDoesNotKnowItsLogLearnsIt) {
  store.cursor = cursor_at(2);  // as version 0.1.0 wrote it
  consumer.script.push_back(registrations(2, 3));
  run(2);
  EXPECT_EQ(store.cursor.log, (LogIdentity{"cluster-a", "customers", stamp_of(registration(2))}));
}

// Other owners may have passed a late owner's position, and retention may have removed its records.
TEST_F(NamedLogTest, ALateOwnerThatIsComparedBeginsAgain) {
  fold_three();
  store.cursor.next = 12;
  store.cursor.log.last = consumer.stamps[11];
  consumer.log = {10, 100};
  EXPECT_TRUE(loop->verify());
  EXPECT_TRUE(loop->positions().empty());
  EXPECT_FALSE(loop->settled());
  run(1);
  EXPECT_EQ(loop->positions(), (std::map<int, std::int64_t>{{0, 12}}));
}

TEST_F(NamedLogTest, ItIsSettledWhenTheGroupHasSpokenAndAllIsCompared) {
  consumer.script = {{}, {{}, {0}, {}, true}};
  run(1);
  EXPECT_FALSE(loop->settled());
  store.away = 1;  // no record comes meanwhile
  run(1);
  EXPECT_TRUE(loop->settled());
  EXPECT_EQ(consumer.reported, (std::vector<std::int64_t>{0})) << "so that the group's lag is true at once";
}

TEST_F(NamedLogTest, ThatNothingIsOwnedIsAnAnswerToo) {
  consumer.script = {{{}, {}, {}, true}};
  run(1);
  EXPECT_TRUE(loop->settled());
}

// From a run against a broker: a partition was taken, and expired before anything was read from it. Eight orders were
// skipped silently.
TEST_F(NamedLogTest, APartitionTakenIsRememberedBeforeAnythingIsReadOfIt) {
  store.cursor = Cursor{};
  consumer.log = {4, 10};
  run(1);
  EXPECT_EQ(store.committed, (std::vector<std::size_t>{0}));
  EXPECT_EQ(store.cursor.partitions, 1);
  EXPECT_EQ(store.cursor.next, 4);
  consumer.log = {9, 10};
  consumer.script.push_back({{}, {}, {0}});
  consumer.script.push_back({{}, {0}, {}});
  run(1);
  EXPECT_EQ(stopped(loop->run_once()).reason, "log_expired");
}

TEST_F(NamedLogTest, WhoIsNotTheFirstToTakeAPartitionGoesOnBehindTheFirst) {
  store.cursor = Cursor{};
  store.later = {Cursor{}, cursor_at(3)};
  store.first = {ErrorCode::kFenced};
  run(1);
  EXPECT_EQ(loop->positions(), (std::map<int, std::int64_t>{{0, 3}}));
}

}  // namespace
}  // namespace ordo
