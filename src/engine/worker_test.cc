// What a worker drops, stops at, links, remembers and forgets, and which cursors it refuses.
#include "engine/worker.h"

#include "engine/cursor_check.h"
#include "engine/record_stamp.h"
#include "engine/testing/test_bench.h"
#include "processors/catalog.h"
#include "processors/intake.h"
#include "processors/orders.h"
#include "processors/stock.h"
#include "records/dead_letter.h"
#include "records/proof.h"

namespace ordo {
namespace {

TEST(Worker, DropsWhatItHasSeenAndStopsAtAGap) {
  processors::Orders orders;
  Bench bench(orders);
  const auto sequenced = [&](std::int64_t sequence, std::int64_t previous) {
    auto record = bench.record(kTypeOf<OrderCreated>, encode(created("o" + std::to_string(sequence))));
    record.envelope.source = "/ordo/intake/0/0";
    record.envelope.sequence = sequence;
    record.envelope.previous = previous;
    return record;
  };
  EXPECT_EQ(bench.feed({sequenced(1, 0), sequenced(1025, 1), sequenced(1025, 1), sequenced(1, 0)})->size(), 4U);
  EXPECT_EQ(bench.cursor.seen.at("/ordo/intake/0/0"), 1025);
  EXPECT_EQ(bench.cursor.next, 4);
  const auto gap = bench.feed({sequenced(5000, 3000)});
  ASSERT_FALSE(gap.has_value());
  EXPECT_EQ(gap.error().code, ErrorCode::kGap);
}

TEST(Worker, WorkersShareOneBudgetOfMemory) {
  constexpr std::size_t kMost = 200'000;
  processors::Orders orders;
  CacheBudget budget(kMost);
  Bench one(orders);
  Bench other(orders);
  for (auto* bench : {&one, &other}) {
    bench->cache_documents = 10'000;
    bench->budget = &budget;
    bench->restart({});
  }
  for (int i = 0; i < 200; ++i) {
    for (auto* bench : {&one, &other}) bench->send(kTypeOf<OrderCreated>, created("o" + std::to_string(i)));
    EXPECT_LE(budget.used(), kMost);
  }
  EXPECT_GT(budget.used(), kMost / 2);
  one.worker.reset();
  other.worker.reset();
  EXPECT_EQ(budget.used(), 0U);
}

TEST(Worker, AReplayEmitsTheSameRecordsHoweverTheBatchesAreCut) {
  processors::Orders orders;
  std::vector<Record> inbox;
  std::vector<std::vector<std::string>> runs;
  for (const std::size_t cut : {1U, 2U, 7U}) {
    Bench bench(orders);
    if (inbox.empty()) {
      for (int i = 0; i < 6; ++i) {
        inbox.push_back(bench.record(kTypeOf<OrderCreated>, encode(created("o" + std::to_string(i)))));
        inbox.push_back(bench.record(kTypeOf<StockReserved>, encode(StockReserved{OrderId("o" + std::to_string(i))})));
      }
    }
    std::vector<std::string> emitted;
    for (std::size_t at = 0; at < inbox.size(); at += cut) {
      const auto end = std::min(inbox.size(), at + cut);
      const auto out = bench.feed(
          {inbox.begin() + static_cast<std::ptrdiff_t>(at), inbox.begin() + static_cast<std::ptrdiff_t>(end)});
      for (const auto& record : *out) {
        emitted.push_back(record.envelope.id + "|" + std::to_string(*record.envelope.previous) + "|" + record.value);
      }
    }
    runs.push_back(std::move(emitted));
  }
  EXPECT_EQ(runs[0].size(), 24U);
  EXPECT_EQ(runs[0], runs[1]);
  EXPECT_EQ(runs[0], runs[2]);
}

TEST(Worker, EachRecordNamesTheOneBeforeItToTheSamePartition) {
  processors::Orders orders;
  Bench bench(orders);
  std::map<TopicPartition, std::int64_t> last;
  for (int i = 0; i < 3; ++i) {
    for (const auto& record : bench.send(kTypeOf<OrderCreated>, created("o" + std::to_string(i)))) {
      ASSERT_TRUE(record.envelope.previous.has_value());
      EXPECT_EQ(*record.envelope.previous, last[record.at]);
      EXPECT_GT(*record.envelope.sequence, *record.envelope.previous);
      last[record.at] = *record.envelope.sequence;
    }
  }
  EXPECT_EQ(last.size(), 2U);  // stock and customers
  EXPECT_EQ(bench.cursor.sent, last);
}

TEST(Worker, ForwardsARecordThatLandedInAForeignPartition) {
  processors::Catalog catalog(kUsd, LocationId("main"));
  Bench bench(catalog, 4);
  std::string id = "p0";
  for (int i = 1; bench.topology.partition_of(Topic::product_events, id) == 0; ++i) id = "p" + std::to_string(i);
  const auto out = *bench.feed(
      {bench.record("", R"({"action":"create","product":{"_id":")" + id + R"(","name":"Tea","price":1}})")});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].at.topic, Topic::product_events);
  EXPECT_EQ(out[0].at.partition, bench.topology.partition_of(Topic::product_events, id));
  EXPECT_TRUE(decode(out[0]).has_value());
  EXPECT_TRUE(bench.documents.empty());
}

TEST(Worker, AForeignRecordStaysForeignWhenItIsForwarded) {
  processors::Stock stock;
  Bench bench(stock, 4);
  std::string place = "l0";
  for (int i = 1; bench.topology.partition_of(Topic::stock, place) == 0; ++i) place = "l" + std::to_string(i);
  const StockCounted counted{"m1", LocationId(place), ProductId("a"), 5, "", true};  // claims a new id
  auto record = bench.record(kTypeOf<StockCounted>, encode(counted));
  record.envelope.source = "/warehouse";
  const auto out = *bench.feed({record});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_TRUE(is_ordo_source(out[0].envelope.source));
  EXPECT_FALSE(is_by_ordo(out[0].envelope));
  EXPECT_EQ(text_rule_of(out[0].envelope), TextRule::enforced);
  EXPECT_EQ(extra_header(out[0], kForeignSourceHeader), "/warehouse");
  // A partition count that changed again: it is forwarded once more.
  record = out[0];
  record.at.partition = 0;
  record.offset = bench.cursor.next;
  record.envelope.sequence.reset();
  const auto again = *bench.feed({record});
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(extra_header(again[0], kForeignSourceHeader), "/warehouse");
}

TEST(Worker, RemembersTheNewestInstancesOnly) {
  processors::Orders orders;
  Bench bench(orders);
  for (int i = 100; i < 170; ++i) {
    auto record = bench.record(kTypeOf<OrderCreated>, encode(created("o" + std::to_string(i))));
    record.envelope.source = "/ordo/api/" + std::to_string(i);
    record.envelope.sequence = 1;
    bench.feed({record});
  }
  EXPECT_EQ(bench.cursor.seen.size(), 65U);
  EXPECT_EQ(bench.cursor.seen.begin()->first, "/ordo/api/106");
  EXPECT_EQ(bench.cursor.seen.rbegin()->first, "forgotten:/ordo/api/105");
}

// An instance's name contains its clock. An instance with a late clock was forgotten while it wrote, and a copy of its
// record created its order twice.
TEST(Worker, NoOrderOfAnInstanceThatIsForgottenIsMadeTwice) {
  Prices prices;
  processors::Intake intake(prices, LocationId("main"));
  processors::Orders orders;
  Bench door(intake);
  Bench shop(orders);
  // The effect of one POST: the number of records that the processor sends.
  const auto post = [&](const std::string& instance, std::int64_t sequence, const std::string& id) {
    NewOrder order;
    order.orderId = OrderId(id);
    order.userId = CustomerId("c");
    order.products = {{{}, ProductId("p"), 1, {}, {}}};
    order.fresh = true;
    auto record = door.record(kTypeOf<NewOrder>, encode(order));
    record.envelope.source = "/ordo/api/" + instance;
    record.envelope.sequence = sequence;
    auto created = *door.feed({record});
    for (auto& one : created) one.offset = shop.next_offset++;
    return shop.feed(std::move(created))->size();
  };
  for (int i = 100; i < 164; ++i) EXPECT_GT(post(std::to_string(i), 1, "o" + std::to_string(i)), 0U);
  EXPECT_GT(post("000", 1, "behind-1"), 0U);
  EXPECT_GT(post("000", 2, "behind-2"), 0U);
  EXPECT_TRUE(door.cursor.seen.contains("/ordo/api/000")) << "a writing instance is remembered";
  EXPECT_EQ(post("000", 1, "behind-1"), 0U);
  EXPECT_GT(post("200", 1, "newer"), 0U);
  EXPECT_FALSE(door.cursor.seen.contains("/ordo/api/000"));
  // Everything that it wrote before, again, and a new record.
  EXPECT_EQ(post("000", 1, "behind-1"), 0U);
  EXPECT_EQ(post("000", 2, "behind-2"), 0U);
  EXPECT_GT(post("000", 3, "behind-3"), 0U);
  for (const auto* id : {"behind-1", "behind-2", "behind-3"}) {
    EXPECT_EQ(shop.get<Order>(Collection::orders, id)->rev, 1) << id;
  }
}

// The same at the receiver, for an id that it calls fresh.
TEST(Worker, WhatAForgottenInstanceCallsFreshIsLookedUp) {
  processors::Orders orders;
  Bench bench(orders);
  const auto send = [&](const std::string& instance, std::int64_t sequence, const std::string& id) {
    auto record = bench.record(kTypeOf<OrderCreated>, encode(created(id)));
    record.envelope.source = "/ordo/errands/" + instance;
    record.envelope.sequence = sequence;
    return bench.feed({record})->size();
  };
  send("000", 1, "a");
  for (int i = 100; i < 165; ++i) send(std::to_string(i), 1, "o" + std::to_string(i));
  EXPECT_EQ(send("000", 1, "a"), 0U);
  EXPECT_EQ(bench.get<Order>(Collection::orders, "a")->rev, 1);
}

TEST(Worker, ForgetsWhatWasUsedLongestAgoWhenItHoldsTooMuch) {
  processors::Orders orders;
  Bench bench(orders);  // keeps two documents between steps
  for (const char* id : {"a", "b", "c"}) bench.send(kTypeOf<OrderCreated>, created(id));
  const auto asks_for = [&](const char* id) {
    auto keys = bench.worker->prepare({bench.record(kTypeOf<StockReserved>, encode(StockReserved{OrderId(id)}))});
    std::vector<std::optional<Document>> found;
    for (const auto& key : *keys) found.emplace_back(bench.documents.at(key));
    bench.worker->supply(*keys, std::move(found));
    EXPECT_TRUE(bench.worker->fold());
    return keys->size();
  };
  EXPECT_EQ(asks_for("c"), 0U);
  EXPECT_EQ(asks_for("a"), 1U);
}

TEST(Worker, WhatIsReplayedTwiceIsMadeOnce) {
  processors::Orders orders;
  Bench bench(orders);
  const auto replayed = [&] {
    auto record = bench.record(kTypeOf<OrderCreated>, encode(created("a")));  // claims that its id is fresh
    record.envelope.source = "/ordo/api/1";
    record.envelope.extra.emplace_back(kOriginHeader, "order_events/0/1");
    return record;
  };
  EXPECT_FALSE(bench.feed({replayed()})->empty());
  for (const char* id : {"b", "c", "d"}) bench.send(kTypeOf<OrderCreated>, created(id));  // which evict it from memory
  EXPECT_TRUE(bench.feed({replayed()})->empty());
  EXPECT_EQ(bench.get<Order>(Collection::orders, "a")->rev, 1);
}

TEST(Worker, AnIdThatAForeignProducerCallsNewIsLookedUp) {
  processors::Stock stock;
  Bench bench(stock);
  const auto count = [&](const std::string& id, const std::string& product, std::int64_t on_hand) {
    const StockCounted counted{id, LocationId("main"), ProductId(product), on_hand, "", true};  // claims a new id
    auto record = bench.record(kTypeOf<StockCounted>, encode(counted));
    record.envelope.source = "/warehouse";
    ASSERT_TRUE(bench.feed({record}));
  };
  count("m1", "a", 5);
  for (const char* product : {"b", "c", "d"}) count(std::string("m") + product, product, 1);  // these evict m1
  count("m1", "a", 9);
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->on_hand, 5);
}

TEST(RecordStamp, IsTheCrcOfKeyAndValue) {
  Record record;
  record.offset = 7;
  record.key = "1234";
  record.value = "56789";
  EXPECT_EQ(stamp_of(record), (RecordStamp{7, Timestamp(), 0xe3069283U}));
}

TEST(CursorCheck, SeesATruncatedOrRepartitionedLog) {
  const Owner owner{ProcessorKind::orders, 1};
  Cursor cursor;
  EXPECT_EQ(check_cursor(owner, cursor, 4, {3, 9}, {})->next, 3);
  cursor.partitions = 4;
  cursor.next = 5;
  EXPECT_TRUE(check_cursor(owner, cursor, 4, {0, 5}, {}).has_value());
  EXPECT_EQ(check_cursor(owner, cursor, 8, {0, 5}, {}).error().reason, "partition_count_changed");
  EXPECT_EQ(check_cursor(owner, cursor, 4, {0, 4}, {}).error().reason, "log_truncated");
  EXPECT_EQ(check_cursor(owner, cursor, 4, {6, 9}, {}).error().reason, "log_expired");
  cursor.sent[{Topic::stock, 1, false}] = 7;
  const auto fresh = begin_epoch(cursor, 4, {0, 4}, {});
  EXPECT_EQ(fresh.epoch, 1);
  EXPECT_TRUE(fresh.sent.empty());  // sequences restart, and with them the links
}

}  // namespace
}  // namespace ordo
