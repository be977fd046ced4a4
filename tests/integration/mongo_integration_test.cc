// The commit protocol on a real server: it stops at every possible point, and other processes interfere.
#include <algorithm>
#include <atomic>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "tests/integration/mongo_fixture.h"

namespace ordo::mongo {
namespace {

const Owner kOwner{ProcessorKind::orders, 3};

// A step and the data that it points to.
struct Step {
  std::vector<Document> documents;
  std::vector<Change> changes;
  Cursor cursor;
  std::int64_t from = 0;

  Commit commit() {
    changes.clear();
    changes.reserve(documents.size());
    for (const auto& document : documents) changes.push_back({&document, rev_of(document) == 1});
    return {kOwner, from, &cursor, changes};
  }
};

Step step_of(std::int64_t from, std::int64_t next, std::vector<Document> documents, std::int64_t epoch = 0) {
  Step step;
  step.documents = std::move(documents);
  step.from = from;
  step.cursor.epoch = epoch;
  step.cursor.partitions = 4;
  step.cursor.next = next;
  step.cursor.seen = {{"/ordo/stock/0/0", next * 7}, {"/ordo/a.b/$c", 9}};
  step.cursor.sent = {{{Topic::stock, 2, false}, next}, {{Topic::order_events, 0, true}, 1}};
  return step;
}

class MongoStore : public MongoTest {
 protected:
  std::optional<Document> get(Collection collection, const std::string& id) {
    auto got = Reader(*database_).get(collection, id);
    EXPECT_TRUE(got) << got.error().text();
    return got ? *got : std::nullopt;
  }
  void expect_is(const Document& expected) {
    const auto got = get(collection_of(expected), id_of(expected));
    ASSERT_TRUE(got) << id_of(expected);
    EXPECT_EQ(*got, expected) << document_to_json(*got) << "\n" << document_to_json(expected);
  }
  void expect_cursor(const Cursor& expected) {
    const auto cursor = Reader(*database_).cursor(kOwner);
    ASSERT_TRUE(cursor) << cursor.error().text();
    EXPECT_EQ(*cursor, expected);
  }
};

template <class T>
::testing::AssertionResult ok(const Result<T>& outcome) {
  if (outcome) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << outcome.error().text();
}

template <class T>
::testing::AssertionResult fails(ErrorCode code, const Result<T>& outcome) {
  if (outcome) return ::testing::AssertionFailure() << "it worked";
  if (outcome.error().code == code) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << to_string(outcome.error().code) << " " << outcome.error().text();
}

TEST_F(MongoStore, AStepIsRecordedAndApplied) {
  Store store(*database_);
  const auto fresh = store.recover(kOwner);
  ASSERT_TRUE(fresh) << fresh.error().text();
  EXPECT_EQ(*fresh, Cursor());
  auto first = step_of(0, 10, {order_of("o1", 1), order_of("o2", 1)});
  EXPECT_TRUE(ok(store.commit(first.commit())));
  expect_cursor(first.cursor);
  expect_is(first.documents[0]);
  expect_is(first.documents[1]);

  auto second = step_of(10, 20, {order_of("o1", 3, OrderStatus::reserved), order_of("o3", 1)});
  EXPECT_TRUE(ok(store.commit(second.commit())));
  expect_cursor(second.cursor);
  expect_is(second.documents[0]);
  expect_is(first.documents[1]);
  expect_is(second.documents[1]);
  const auto recovered = Store(*database_).recover(kOwner);
  ASSERT_TRUE(recovered) << recovered.error().text();
  EXPECT_EQ(*recovered, second.cursor);
}

TEST_F(MongoStore, EveryTypeOfDocumentComesBackFromTheServer) {
  const auto at = from_unix_ms(1'700'000'000'123);
  auto order = order_of("o1", 1);
  order.history = {{"type", at, "source", std::string("caf\u00e9 \u2615")}};
  order.metadata["50%"] = "\"quoted\"";
  auto step = step_of(
      0, 1,
      {Product{{}, ProductId("p1"), "Tea", "drinks", usd(5), ProductStatus::active, at, at, {{"c", {}, "why"}}, 1},
       order, StockLevel{"main/p1", LocationId("main"), ProductId("p1"), 1, 2, 3, -4, 5, 6, at, 1},
       Reservation{OrderId("o1"),
                   LocationId("main"),
                   ReservationStatus::rejected,
                   {{ProductId("p1"), 3}},
                   {{ProductId("p1"), 3, 2}},
                   {{ProductId("p1"), 1}},
                   {},
                   {"ship:o1:1"},
                   at,
                   at,
                   1},
       StockMovement{"m1",
                     LocationId("main"),
                     ProductId("p1"),
                     MovementKind::adjust,
                     INT64_MIN,
                     "broken",
                     MovementStatus::refused,
                     "negative_stock",
                     INT64_MAX,
                     at,
                     {},
                     1}});
  Store store(*database_);
  ASSERT_TRUE(store.recover(kOwner));
  EXPECT_TRUE(ok(store.commit(step.commit())));
  for (const auto& document : step.documents) expect_is(document);
}

TEST_F(MongoStore, AStepStoppedAnywhereIsFinishedByTryingAgain) {
  std::int64_t from = 0;
  for (const auto stage : {CommitStage::encoded, CommitStage::recorded, CommitStage::inserted, CommitStage::applied}) {
    SCOPED_TRACE(static_cast<int>(stage));
    bool armed = false;
    Store store(*database_, [&](CommitStage reached) { return reached == stage && std::exchange(armed, false); });
    ASSERT_TRUE(store.recover(kOwner));
    const std::string suffix = std::to_string(from);
    auto setup = step_of(from, from + 1, {order_of("a" + suffix, 1)});
    ASSERT_TRUE(store.commit(setup.commit()));
    auto step = step_of(from + 1, from + 5, {order_of("a" + suffix, 2), order_of("b" + suffix, 1)});
    armed = true;
    EXPECT_TRUE(fails(ErrorCode::kUnavailable, store.commit(step.commit())));
    EXPECT_TRUE(ok(store.commit(step.commit())));
    for (const auto& document : step.documents) expect_is(document);
    expect_cursor(step.cursor);
    auto next = step_of(from + 5, from + 10, {order_of("b" + suffix, 2)});
    EXPECT_TRUE(ok(store.commit(next.commit())));
    expect_is(next.documents[0]);
    from += 10;
  }
}

TEST_F(MongoStore, AStepStoppedAnywhereIsFinishedOrForgottenByTheNextOwner) {
  std::int64_t from = 0;
  for (const auto stage : {CommitStage::encoded, CommitStage::recorded, CommitStage::inserted, CommitStage::applied}) {
    SCOPED_TRACE(static_cast<int>(stage));
    const std::string suffix = std::to_string(from);
    auto setup = step_of(from, from + 1, {order_of("a" + suffix, 1)});
    auto step = step_of(from + 1, from + 5, {order_of("a" + suffix, 2), order_of("b" + suffix, 1)});
    {
      bool armed = false;
      Store dying(*database_, [&](CommitStage reached) { return armed && reached == stage; });
      ASSERT_TRUE(dying.recover(kOwner));
      ASSERT_TRUE(dying.commit(setup.commit()));
      armed = true;
      EXPECT_TRUE(fails(ErrorCode::kUnavailable, dying.commit(step.commit())));
    }
    Store next(*database_);
    const auto cursor = next.recover(kOwner);
    ASSERT_TRUE(cursor) << cursor.error().text();
    if (stage == CommitStage::encoded) {
      EXPECT_EQ(*cursor, setup.cursor);
      expect_is(setup.documents[0]);
      EXPECT_FALSE(get(Collection::orders, "b" + suffix));
      EXPECT_TRUE(ok(next.commit(step.commit())));
    } else {
      EXPECT_EQ(*cursor, step.cursor);
    }
    for (const auto& document : step.documents) expect_is(document);
    from += 5;
  }
}

TEST_F(MongoStore, ALostAnswerIsRecognisedAsOurOwnStep) {
  Store store(*database_);
  ASSERT_TRUE(store.recover(kOwner));
  auto first = step_of(0, 10, {order_of("o1", 1)});
  ASSERT_TRUE(store.commit(first.commit()));
  // The same commit again: its guard matches nothing now, but the record is its own.
  EXPECT_TRUE(ok(store.commit(first.commit())));
  expect_cursor(first.cursor);
  auto second = step_of(10, 20, {order_of("o1", 2)});
  ASSERT_TRUE(store.commit(second.commit()));
  EXPECT_TRUE(ok(store.commit(second.commit())));
  auto third = step_of(20, 30, {order_of("o1", 3)});
  EXPECT_TRUE(ok(store.commit(third.commit())));
  expect_is(third.documents[0]);
}

TEST_F(MongoStore, OfTwoFirstOwnersOneIsFenced) {
  Store one(*database_);
  Store two(*database_);
  ASSERT_TRUE(one.recover(kOwner));
  ASSERT_TRUE(two.recover(kOwner));
  auto step = step_of(0, 10, {order_of("o1", 1)});
  EXPECT_TRUE(ok(one.commit(step.commit())));
  // The same step, bit for bit, by another owner: the record is not its own.
  EXPECT_TRUE(fails(ErrorCode::kFenced, two.commit(step.commit())));
  EXPECT_TRUE(fails(ErrorCode::kFenced, two.commit(step.commit())));
  auto next = step_of(10, 20, {order_of("o1", 2)});
  EXPECT_TRUE(ok(one.commit(next.commit())));
  expect_is(next.documents[0]);
}

TEST_F(MongoStore, ALateOwnerIsFencedAndOtherOwnersAreNot) {
  Store late(*database_);
  Store current(*database_);
  ASSERT_TRUE(late.recover(kOwner));
  auto first = step_of(0, 10, {order_of("o1", 1)});
  ASSERT_TRUE(late.commit(first.commit()));
  ASSERT_TRUE(current.recover(kOwner));
  auto second = step_of(10, 20, {order_of("o1", 2)});
  ASSERT_TRUE(current.commit(second.commit()));
  auto stale = step_of(10, 15, {order_of("o1", 2, OrderStatus::cancelled)});
  EXPECT_TRUE(fails(ErrorCode::kFenced, late.commit(stale.commit())));
  expect_is(second.documents[0]);
  expect_cursor(second.cursor);

  const Owner other{ProcessorKind::orders, 2};
  ASSERT_TRUE(late.recover(other));
  auto elsewhere = step_of(0, 1, {order_of("x", 1)});
  auto commit = elsewhere.commit();
  commit.owner = other;
  EXPECT_TRUE(ok(late.commit(commit)));
}

TEST_F(MongoStore, OfManyOwnersAtTheSameTimeOneCommits) {
  constexpr int kOwners = 6;
  Store first(*database_);
  ASSERT_TRUE(first.recover(kOwner));
  auto begun = step_of(0, 1, {order_of("o1", 1)});
  ASSERT_TRUE(first.commit(begun.commit()));
  for (std::int64_t round = 1; round <= 20; ++round) {
    std::vector<std::unique_ptr<Store>> stores;
    for (int i = 0; i < kOwners; ++i) {
      stores.push_back(std::make_unique<Store>(*database_));
      ASSERT_TRUE(stores.back()->recover(kOwner));
    }
    std::atomic<int> waiting{kOwners};
    std::atomic<int> committed{0};
    std::vector<std::thread> threads;
    for (auto& store : stores) {
      threads.emplace_back([&, round] {
        auto step = step_of(round, round + 1, {order_of("o1", round + 1)});
        --waiting;
        while (waiting > 0) std::this_thread::yield();
        const auto outcome = store->commit(step.commit());
        if (outcome) ++committed;
        EXPECT_TRUE(outcome || outcome.error().code == ErrorCode::kFenced) << outcome.error().text();
      });
    }
    for (auto& thread : threads) thread.join();
    ASSERT_EQ(committed, 1) << "in round " << round;
  }
}

class MongoZombie : public MongoStore, public ::testing::WithParamInterface<CommitStage> {};

INSTANTIATE_TEST_SUITE_P(Stages, MongoZombie, ::testing::Values(CommitStage::recorded, CommitStage::inserted));

TEST_P(MongoZombie, ThatWakesAfterItsCommitChangesNothing) {
  Store current(*database_);
  auto zombies = step_of(10, 20, {order_of("o1", 2, OrderStatus::reserved), order_of("o2", 1)});
  auto after = step_of(20, 30, {order_of("o1", 3, OrderStatus::confirmed), order_of("o2", 2, OrderStatus::cancelled)});
  bool armed = false;
  Store zombie(*database_, [&](CommitStage reached) {
    if (!armed || reached != GetParam()) return false;
    // While it sleeps, another owner takes over, completes its step and makes another one.
    const auto cursor = current.recover(kOwner);
    EXPECT_TRUE(cursor && *cursor == zombies.cursor);
    EXPECT_TRUE(ok(current.commit(after.commit())));
    return false;
  });
  ASSERT_TRUE(zombie.recover(kOwner));
  auto setup = step_of(0, 10, {order_of("o1", 1)});
  ASSERT_TRUE(zombie.commit(setup.commit()));
  armed = true;
  EXPECT_TRUE(ok(zombie.commit(zombies.commit())));  // correct: its step was committed
  armed = false;
  expect_is(after.documents[0]);
  expect_is(after.documents[1]);
  expect_cursor(after.cursor);
  auto more = step_of(20, 25, {order_of("o1", 3, OrderStatus::cancelled)});
  EXPECT_TRUE(fails(ErrorCode::kFenced, zombie.commit(more.commit())));
  expect_is(after.documents[0]);
}

TEST_F(MongoStore, ADocumentToBeInsertedThatIsThereIsReplacedWhenOlder) {
  Store store(*database_);
  ASSERT_TRUE(store.recover(kOwner));
  insert_raw("orders", R"({"_id": "older", "rev": {"$numberLong": "1"}})");
  insert_raw("orders", R"({"_id": "newer", "number": "kept", "rev": {"$numberLong": "9"}})");
  std::vector<Document> documents;
  documents.reserve(50);
  for (int i = 0; i < 50; ++i) documents.push_back(order_of("o" + std::to_string(i), 1));
  documents.insert(documents.begin() + 7, order_of("older", 2));
  documents.insert(documents.begin() + 30, order_of("newer", 2));
  auto step = step_of(0, 10, documents);
  auto commit = step.commit();
  for (auto& change : step.changes) change.created = true;
  EXPECT_TRUE(ok(store.commit(commit)));
  for (const auto& document : documents) {
    if (id_of(document) != "newer") expect_is(document);
  }
  EXPECT_NE(raw("orders", "newer").find("\"kept\""), std::string::npos);
}

TEST_F(MongoStore, ADocumentToBeReplacedThatIsGoneIsPutBack) {
  Store store(*database_);
  ASSERT_TRUE(store.recover(kOwner));
  auto first = step_of(0, 10, {order_of("o1", 1), order_of("o2", 1)});
  ASSERT_TRUE(store.commit(first.commit()));
  remove_raw("orders", "o1");
  auto second = step_of(10, 20, {order_of("o1", 2), order_of("o2", 2)});
  EXPECT_TRUE(ok(store.commit(second.commit())));
  expect_is(second.documents[0]);
  expect_is(second.documents[1]);
}

TEST_F(MongoStore, LoadKeepsTheOrderOfTheKeysAndFencesWhoIsLate) {
  Store store(*database_);
  ASSERT_TRUE(store.recover(kOwner));
  const std::vector<DocumentKey> keys = {{Collection::orders, "o2"},       {Collection::orders, "none"},
                                         {Collection::stock_levels, "l1"}, {Collection::orders, "o1"},
                                         {Collection::orders, "o2"},       {Collection::reservations, "o1"}};
  const auto before = store.load(kOwner, 0, keys);
  ASSERT_TRUE(before) << before.error().text();
  EXPECT_TRUE(std::none_of(before->begin(), before->end(), [](const auto& document) { return document.has_value(); }));
  StockLevel level;
  level.id = "l1";
  level.rev = 1;
  auto step = step_of(0, 10, {order_of("o1", 1), order_of("o2", 1), level});
  ASSERT_TRUE(store.commit(step.commit()));
  const auto loaded = store.load(kOwner, 10, keys);
  ASSERT_TRUE(loaded) << loaded.error().text();
  const std::vector<std::optional<Document>> expected = {step.documents[1], std::nullopt,      step.documents[2],
                                                         step.documents[0], step.documents[1], std::nullopt};
  EXPECT_EQ(*loaded, expected);
  EXPECT_EQ(store.load(kOwner, 10, {})->size(), 0U);

  Store next(*database_);
  ASSERT_TRUE(next.recover(kOwner));
  auto after = step_of(10, 20, {order_of("o1", 2)});
  ASSERT_TRUE(next.commit(after.commit()));
  EXPECT_TRUE(fails(ErrorCode::kFenced, store.load(kOwner, 10, keys)));
  EXPECT_TRUE(fails(ErrorCode::kFenced, Store(*database_).load(kOwner, 20, keys)));
}

TEST_F(MongoStore, ANewEpochFencesTheOldOne) {
  Store old(*database_);
  ASSERT_TRUE(old.recover(kOwner));
  auto first = step_of(0, 10, {order_of("o1", 1)});
  ASSERT_TRUE(old.commit(first.commit()));
  Cursor fresh;
  fresh.epoch = 1;
  fresh.partitions = 8;
  fresh.next = 10;  // the same place; only the epoch differs
  fresh.seen = first.cursor.seen;
  EXPECT_TRUE(fails(ErrorCode::kFenced, Store(*database_).begin_epoch(kOwner, Cursor(), fresh)));
  EXPECT_TRUE(ok(Store(*database_).begin_epoch(kOwner, first.cursor, fresh)));
  EXPECT_TRUE(ok(Store(*database_).begin_epoch(kOwner, first.cursor, fresh)));  // here, too, an answer may be lost
  expect_cursor(fresh);
  auto late = step_of(10, 20, {order_of("o1", 2)});
  EXPECT_TRUE(fails(ErrorCode::kFenced, old.commit(late.commit())));
  Store next(*database_);
  const auto recovered = next.recover(kOwner);
  ASSERT_TRUE(recovered);
  EXPECT_EQ(*recovered, fresh);
  auto step = step_of(10, 20, {order_of("o1", 2, OrderStatus::cancelled)}, 1);
  EXPECT_TRUE(ok(next.commit(step.commit())));
  expect_is(step.documents[0]);
}

TEST_F(MongoStore, AnEpochCanBeginBeforeTheFirstStep) {
  Cursor fresh;
  fresh.epoch = 1;
  fresh.partitions = 4;
  EXPECT_TRUE(ok(Store(*database_).begin_epoch(kOwner, Cursor(), fresh)));
  expect_cursor(fresh);
}

TEST_F(MongoStore, AStepThatIsTooLargeIsRefusedAndNothingIsWritten) {
  Store store(*database_);
  ASSERT_TRUE(store.recover(kOwner));
  auto order = order_of("big", 1);
  order.history.push_back({"type", order.placed_at, "source", std::string(kMaxCommitBytes, 'x')});
  auto step = step_of(0, 10, {order});
  const auto outcome = store.commit(step.commit());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, "commit_too_large");
  expect_cursor(Cursor());
  EXPECT_FALSE(get(Collection::orders, "big"));
  auto fits = step_of(0, 10, {order_of("small", 1)});
  EXPECT_TRUE(ok(store.commit(fits.commit())));
}

TEST_F(MongoStore, ALargeStepPasses) {
  Store store(*database_);
  ASSERT_TRUE(store.recover(kOwner));
  std::vector<Document> documents;
  documents.reserve(1200);
  for (int i = 0; i < 1200; ++i) documents.push_back(order_of("o" + std::to_string(i), 1));
  auto first = step_of(0, 1200, documents);
  EXPECT_TRUE(ok(store.commit(first.commit())));
  for (auto& document : documents) set_rev(document, 2);
  auto second = step_of(1200, 2400, documents);
  EXPECT_TRUE(ok(store.commit(second.commit())));
  expect_is(documents.front());
  expect_is(documents.back());
  EXPECT_TRUE(ok(Store(*database_).recover(kOwner)));
}

TEST_F(MongoStore, WhatIsUnreadableIsCorruptNotEmpty) {
  insert_raw("orders", R"({"_id": "o1", "lines": "none"})");
  EXPECT_TRUE(fails(ErrorCode::kCorrupt, Reader(*database_).get(Collection::orders, "o1")));
  insert_raw("commits", R"({"_id": "orders/3", "next": "ten"})");
  EXPECT_TRUE(fails(ErrorCode::kCorrupt, Reader(*database_).cursor(kOwner)));
  EXPECT_TRUE(fails(ErrorCode::kCorrupt, Store(*database_).recover(kOwner)));
}

}  // namespace
}  // namespace ordo::mongo
