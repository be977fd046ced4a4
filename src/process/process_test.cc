// The processors as pure folds: records in, documents and records out.
#include <gtest/gtest.h>

#include <map>

#include "process/catalog.h"
#include "process/cursor_check.h"
#include "process/intake.h"
#include "process/orders.h"
#include "process/stock.h"
#include "process/worker.h"
#include "records/dead_letter.h"

namespace ordo {
namespace {

const Currency kUsd = *Currency::parse("USD");

class Prices : public PriceList {
 public:
  std::map<ProductId, PricedProduct> products;
  std::optional<PricedProduct> find(const ProductId& id) const override {
    const auto found = products.find(id);
    return found == products.end() ? std::nullopt : std::optional(found->second);
  }
};

// One processor over a map of documents, one partition.
class Bench {
 public:
  Bench(Processor& processor, int partitions = 1) : processor_(processor) {
    for (auto& topic : topology.topics) topic.partitions = partitions;
    restart({});
  }

  void restart(Cursor start) {
    worker = std::make_unique<PartitionWorker>(processor_, topology, Owner{processor_.kind(), 0}, std::move(start), 2);
  }

  Result<std::vector<Record>> feed(std::vector<Record> records) {
    auto keys = worker->prepare(std::move(records));
    if (!keys) return fail(keys.error());
    std::vector<std::optional<Document>> found;
    for (const auto& key : *keys) {
      const auto it = documents.find(key);
      found.push_back(it == documents.end() ? std::nullopt : std::optional(it->second));
    }
    worker->supply(*keys, std::move(found));
    worker->fold();
    auto out = worker->take_records();
    const auto commit = worker->commit();
    for (const auto& change : commit.changes) {
      const DocumentKey key{collection_of(*change.document), id_of(*change.document)};
      EXPECT_EQ(change.created, !documents.contains(key)) << key.id;
      documents[key] = *change.document;
    }
    cursor = *commit.cursor;
    worker->committed();
    return out;
  }

  Record record(std::string_view type, std::string value) {
    Record record;
    record.at = {inbox_of(processor_.kind()), 0, false};
    record.offset = next_offset++;
    record.envelope.type = type;
    record.envelope.time = from_unix_ms(1'700'000'000'000 + record.offset);
    record.value = std::move(value);
    return record;
  }
  template <class M>
  std::vector<Record> send(std::string_view type, const M& message) {
    auto out = feed({record(type, encode(message))});
    EXPECT_TRUE(out.has_value()) << out.error().text();
    return out ? *out : std::vector<Record>();
  }
  template <class T>
  const T* get(Collection collection, const std::string& id) {
    const auto it = documents.find({collection, id});
    return it == documents.end() ? nullptr : &std::get<T>(it->second);
  }

  Topology topology;
  std::map<DocumentKey, Document> documents;
  std::unique_ptr<PartitionWorker> worker;
  Cursor cursor;
  std::int64_t next_offset = 0;

 private:
  Processor& processor_;
};

std::string reason_of(const Record& dlq) {
  for (const auto& [name, value] : dlq.envelope.extra) {
    if (name == "ordo_dlq_reason") return value;
  }
  return {};
}

OrderCreated created(const std::string& id, std::int64_t quantity = 2) {
  OrderCreated message;
  message.order_id = OrderId(id);
  message.number = "1";
  message.customer_id = CustomerId("c");
  message.location = LocationId("main");
  message.lines = {{ProductId("p"), "Tea", quantity, Money{250, kUsd}, {250 * quantity, kUsd}}};
  message.total = {250 * quantity, kUsd};
  message.fresh = true;
  return message;
}

TEST(Intake, PricesASeedOrder) {
  Prices prices;
  prices.products[ProductId("p1")] = {"Tea", {1999, kUsd}};
  Intake intake(prices, LocationId("main"));
  Bench bench(intake);
  auto record = bench.record("", R"({"userId":"u","products":[{"productId":"p1","quantity":2}],"totalAmount":39.98})");
  const auto out = *bench.feed({record});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].at.topic, Topic::order_events);
  const auto message = decode(out[0]);
  ASSERT_TRUE(message.has_value()) << message.error().text();
  const auto& order = std::get<OrderCreated>(*message);
  EXPECT_EQ(order.total, (Money{3998, kUsd}));
  EXPECT_EQ(order.number, "1");
  EXPECT_FALSE(order.claimed_total.has_value());
  EXPECT_FALSE(order.rejection.has_value());
  EXPECT_EQ(out[0].key, order.order_id.str());
}

TEST(Intake, KeepsADifferingClaimAndRejectsUnknownProducts) {
  Prices prices;
  prices.products[ProductId("p1")] = {"Tea", {1999, kUsd}};
  Intake intake(prices, LocationId("main"));
  Bench bench(intake);
  auto out =
      *bench.feed({bench.record("", R"({"userId":"u","products":[{"productId":"p1","quantity":1}],"totalAmount":5})"),
                   bench.record("", R"({"userId":"u","products":[{"productId":"zz","quantity":1}]})")});
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(std::get<OrderCreated>(*decode(out[0])).claimed_total->text, "5");
  EXPECT_EQ(std::get<OrderCreated>(*decode(out[1])).rejection, "unknown_product");
}

TEST(Intake, SendsWhatItCannotAcceptToTheDeadLetterTopic) {
  Prices prices;
  Intake intake(prices, LocationId("main"));
  Bench bench(intake);
  const char* bad[] = {"not json",
                       R"({"products":[]})",
                       R"({"userId":"u","products":[]})",
                       R"({"userId":"u","products":[{"productId":"p","quantity":0}]})",
                       R"({"userId":"u","products":[{"productId":"p","quantity":1000001}]})",
                       R"({"userId":"a/b","products":[{"productId":"p","quantity":1}]})"};
  for (const char* value : bad) {
    auto record = bench.record("", value);
    record.key = "k";
    const auto out = *bench.feed({record});
    ASSERT_EQ(out.size(), 1U) << value;
    EXPECT_TRUE(out[0].at.dlq) << value;
    EXPECT_EQ(out[0].value, value);
    EXPECT_EQ(out[0].key, "k");
    EXPECT_FALSE(reason_of(out[0]).empty());
  }
}

TEST(Catalog, CreatesUpdatesAndArchives) {
  Catalog catalog(kUsd, LocationId("main"));
  Bench bench(catalog);
  auto out = *bench.feed({bench.record(
      "", R"({"action":"create","product":{"_id":"p","name":"Tea","price":2.5,"stock":7,"category":"hot"}})")});
  const auto* product = bench.get<Product>(Collection::products, "p");
  ASSERT_NE(product, nullptr);
  EXPECT_EQ(product->price, (Money{250, kUsd}));
  EXPECT_EQ(product->rev, 1);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(std::get<StockCounted>(*decode(out[0])).on_hand, 7);

  out = *bench.feed({bench.record("", R"({"action":"update","product":{"_id":"p","price":3}})")});
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(bench.get<Product>(Collection::products, "p")->price.amount, 300);
  EXPECT_EQ(bench.get<Product>(Collection::products, "p")->name, "Tea");

  out = *bench.feed({bench.record("", R"({"action":"delete","product":{"_id":"p"}})")});
  EXPECT_EQ(bench.get<Product>(Collection::products, "p")->status, ProductStatus::archived);
  out = *bench.feed({bench.record("", R"({"action":"update","product":{"_id":"p","price":3}})")});
  EXPECT_EQ(reason_of(out.at(0)), "unknown_product");
}

TEST(Catalog, RefusesAStaleRevisionAndSaysSoInTheProduct) {
  Catalog catalog(kUsd, LocationId("main"));
  Bench bench(catalog);
  bench.feed({bench.record("", R"({"action":"create","product":{"_id":"p","name":"Tea","price":2.5}})")});
  ProductEvent event;
  event.action = "update";
  event.product._id = ProductId("p");
  event.product.price = Decimal{"9"};
  event.changeId = "change-1";
  event.expectedRev = 7;
  EXPECT_TRUE(bench.send(type::kProductChanged, event).empty());
  const auto* product = bench.get<Product>(Collection::products, "p");
  EXPECT_EQ(product->price.amount, 250);
  ASSERT_EQ(product->recent_changes.size(), 1U);
  EXPECT_EQ(product->recent_changes[0].reason, "stale_revision");
}

TEST(Catalog, AStockFigureThatComesAloneIsCounted) {
  Catalog catalog(kUsd, LocationId("main"));
  Bench bench(catalog);
  bench.feed({bench.record("", R"({"action":"create","product":{"_id":"p","name":"Tea","price":2.5}})")});
  const auto out = *bench.feed({bench.record("", R"({"action":"update","product":{"_id":"p","stock":7}})")});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(std::get<StockCounted>(*decode(out[0])).on_hand, 7);
}

TEST(Catalog, MoneyWithTooManyDecimalsIsRefused) {
  Catalog catalog(kUsd, LocationId("main"));
  Bench bench(catalog);
  const auto out =
      *bench.feed({bench.record("", R"({"action":"create","product":{"_id":"p","name":"Tea","price":2.505}})")});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_TRUE(out[0].at.dlq);
  EXPECT_EQ(bench.get<Product>(Collection::products, "p"), nullptr);
}

TEST(Orders, AskForStockAndTakeTheVerdict) {
  Orders orders;
  Bench bench(orders);
  auto out = bench.send(type::kOrderCreated, created("o1"));
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[1].envelope.type, type::kCustomerOrderChanged);
  EXPECT_EQ(out[0].at.topic, Topic::stock);
  EXPECT_EQ(out[0].key, "main");
  EXPECT_EQ(std::get<ReserveRequested>(*decode(out[0])).lines, (std::vector<StockLine>{{ProductId("p"), 2}}));

  out = bench.send(type::kStockReserved, StockReserved{OrderId("o1")});
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].envelope.type, type::kOrderReserved);
  EXPECT_EQ(out[1].envelope.type, type::kAuthorizeRequested);
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o1")->status, OrderStatus::reserved);
  EXPECT_TRUE(bench.send(type::kStockReserved, StockReserved{OrderId("o1")}).empty());  // said twice
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o1")->rev, 2);
}

TEST(Orders, CancelReleasesOnceAndALateVerdictChangesNothing) {
  Orders orders;
  Bench bench(orders);
  bench.send(type::kOrderCreated, created("o1"));
  auto out = bench.send(type::kCancelRequested, CancelRequested{OrderId("o1"), "changed my mind"});
  ASSERT_EQ(out.size(), 3U);
  EXPECT_EQ(out[0].envelope.type, type::kOrderCancelled);
  EXPECT_EQ(out[1].envelope.type, type::kReleaseRequested);
  EXPECT_TRUE(bench.send(type::kStockReserved, StockReserved{OrderId("o1")}).empty());
  EXPECT_TRUE(bench.send(type::kCancelRequested, CancelRequested{OrderId("o1"), "again"}).empty());
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o1")->status, OrderStatus::cancelled);
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o1")->status_reason, "changed my mind");
}

TEST(Orders, WhatAStateDoesNotAllowGoesToTheDeadLetterTopic) {
  Orders orders;
  Bench bench(orders);
  auto unknown = created("o1");
  unknown.rejection = "unknown_product";
  auto out = bench.send(type::kOrderCreated, unknown);
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].envelope.type, type::kOrderRejected);
  out = bench.send(type::kStockReserved, StockReserved{OrderId("o1")});
  EXPECT_EQ(reason_of(out.at(0)), "illegal_transition");
  out = bench.send(type::kCancelRequested, CancelRequested{OrderId("o1"), ""});
  EXPECT_EQ(reason_of(out.at(0)), "illegal_transition");
  out = bench.send(type::kCancelRequested, CancelRequested{OrderId("nobody"), ""});
  EXPECT_EQ(reason_of(out.at(0)), "unknown_order");
}

TEST(Orders, ARetryUnderTheSameKeyIsTheSameOrderAndAnotherBodyIsRefused) {
  Orders orders;
  Bench bench(orders);
  auto keyed = created("o1");
  keyed.fresh = false;
  keyed.request_hash = "h1";
  EXPECT_EQ(bench.send(type::kOrderCreated, keyed).size(), 2U);
  EXPECT_TRUE(bench.send(type::kOrderCreated, keyed).empty());
  keyed.request_hash = "h2";
  EXPECT_EQ(reason_of(bench.send(type::kOrderCreated, keyed).at(0)), "idempotency_conflict");
}

ReserveRequested reserve_request(const std::string& order, std::vector<StockLine> lines) {
  return {OrderId(order), LocationId("main"), std::move(lines), false};
}

TEST(Stock, ReservesAllLinesOrNone) {
  Stock stock;
  Bench bench(stock);
  bench.send(type::kStockCounted, StockCounted{"m1", LocationId("main"), ProductId("a"), 5, "", {}});
  bench.send(type::kStockCounted, StockCounted{"m2", LocationId("main"), ProductId("b"), 1, "", {}});
  auto out = bench.send(type::kReserveRequested, reserve_request("o1", {{ProductId("a"), 2}, {ProductId("b"), 2}}));
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(std::get<StockRejected>(*decode(out[0])).shortages, (std::vector<Shortage>{{ProductId("b"), 2, 1}}));
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->reserved, 0);

  // Two lines of one product are one demand.
  out = bench.send(type::kReserveRequested, reserve_request("o2", {{ProductId("a"), 3}, {ProductId("a"), 3}}));
  EXPECT_EQ(out.at(0).envelope.type, type::kStockRejected);
  out = bench.send(type::kReserveRequested, reserve_request("o3", {{ProductId("a"), 3}, {ProductId("a"), 2}}));
  EXPECT_EQ(out.at(0).envelope.type, type::kStockReserved);
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->reserved, 5);

  // The first verdict stands, even when the goods would be there now.
  bench.send(type::kStockCounted, StockCounted{"m3", LocationId("main"), ProductId("b"), 100, "", {}});
  out = bench.send(type::kReserveRequested, reserve_request("o1", {{ProductId("a"), 2}, {ProductId("b"), 2}}));
  EXPECT_EQ(out.at(0).envelope.type, type::kStockRejected);
  out = bench.send(type::kReserveRequested, reserve_request("o3", {{ProductId("a"), 5}}));
  EXPECT_EQ(out.at(0).envelope.type, type::kStockReserved);
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->reserved, 5);
}

TEST(Stock, ReleaseIsTheExactInverseAndHappensOnce) {
  Stock stock;
  Bench bench(stock);
  bench.send(type::kStockCounted, StockCounted{"m1", LocationId("main"), ProductId("a"), 5, "", {}});
  bench.send(type::kReserveRequested, reserve_request("o1", {{ProductId("a"), 4}}));
  const ReleaseRequested release{OrderId("o1"), LocationId("main"), {{ProductId("a"), 4}}};
  EXPECT_TRUE(bench.send(type::kReleaseRequested, release).empty());
  EXPECT_TRUE(bench.send(type::kReleaseRequested, release).empty());
  const auto* level = bench.get<StockLevel>(Collection::stock_levels, "main/a");
  EXPECT_EQ(level->reserved, 0);
  EXPECT_EQ(level->on_hand, 5);
  EXPECT_EQ(bench.get<Reservation>(Collection::reservations, "o1")->status, ReservationStatus::released);
  const ReleaseRequested foreign{OrderId("o9"), LocationId("main"), {{ProductId("a"), 4}}};
  EXPECT_EQ(reason_of(bench.send(type::kReleaseRequested, foreign).at(0)), "unknown_reservation");
}

TEST(Stock, MovementsApplyOncePerIdAndNeverBelowZero) {
  Stock stock;
  Bench bench(stock);
  bench.send(type::kStockCounted, StockCounted{"m1", LocationId("main"), ProductId("a"), 5, "", {}});
  bench.send(type::kStockAdjusted, StockAdjusted{"m2", LocationId("main"), ProductId("a"), -2, "broken"});
  bench.send(type::kStockAdjusted, StockAdjusted{"m2", LocationId("main"), ProductId("a"), -2, "broken"});
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->on_hand, 3);
  bench.send(type::kStockAdjusted, StockAdjusted{"m3", LocationId("main"), ProductId("a"), -9, ""});
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->on_hand, 3);
  const auto* movement = bench.get<StockMovement>(Collection::stock_movements, "m3");
  EXPECT_EQ(movement->status, MovementStatus::refused);
  EXPECT_EQ(movement->status_reason, "negative_stock");
}

TEST(Worker, DropsWhatItHasSeenAndStopsAtAGap) {
  Orders orders;
  Bench bench(orders);
  const auto sequenced = [&](std::int64_t sequence, std::int64_t previous) {
    auto record = bench.record(type::kOrderCreated, encode(created("o" + std::to_string(sequence))));
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

TEST(Worker, AReplayEmitsTheSameRecordsHoweverTheBatchesAreCut) {
  Orders orders;
  std::vector<Record> inbox;
  std::vector<std::vector<std::string>> runs;
  for (const std::size_t cut : {1U, 2U, 7U}) {
    Bench bench(orders);
    if (inbox.empty()) {
      for (int i = 0; i < 6; ++i) {
        inbox.push_back(bench.record(type::kOrderCreated, encode(created("o" + std::to_string(i)))));
        inbox.push_back(bench.record(type::kStockReserved, encode(StockReserved{OrderId("o" + std::to_string(i))})));
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
  Orders orders;
  Bench bench(orders);
  std::map<TopicPartition, std::int64_t> last;
  for (int i = 0; i < 3; ++i) {
    for (const auto& record : bench.send(type::kOrderCreated, created("o" + std::to_string(i)))) {
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
  Catalog catalog(kUsd, LocationId("main"));
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

TEST(Worker, RemembersTheNewestInstancesOnly) {
  Orders orders;
  Bench bench(orders);
  for (int i = 100; i < 170; ++i) {
    auto record = bench.record(type::kOrderCreated, encode(created("o" + std::to_string(i))));
    record.envelope.source = "/ordo/api/" + std::to_string(i);
    record.envelope.sequence = 1;
    bench.feed({record});
  }
  EXPECT_EQ(bench.cursor.seen.size(), 64U);
  EXPECT_EQ(bench.cursor.seen.begin()->first, "/ordo/api/106");
}

TEST(Worker, ForgetsWhatWasUsedLongestAgoWhenItHoldsTooMuch) {
  Orders orders;
  Bench bench(orders);  // holds two documents between steps
  for (const char* id : {"a", "b", "c"}) bench.send(type::kOrderCreated, created(id));
  const auto asks_for = [&](const char* id) {
    auto keys = bench.worker->prepare({bench.record(type::kStockReserved, encode(StockReserved{OrderId(id)}))});
    std::vector<std::optional<Document>> found;
    for (const auto& key : *keys) found.emplace_back(bench.documents.at(key));
    bench.worker->supply(*keys, std::move(found));
    bench.worker->fold();
    return keys->size();
  };
  EXPECT_EQ(asks_for("c"), 0U);
  EXPECT_EQ(asks_for("a"), 1U);
}

TEST(Worker, WhatIsReplayedTwiceIsMadeOnce) {
  Orders orders;
  Bench bench(orders);
  const auto replayed = [&] {
    auto record = bench.record(type::kOrderCreated, encode(created("a")));  // says that its id is fresh
    record.envelope.extra.emplace_back(kOriginHeader, "order_events/0/1");
    return record;
  };
  EXPECT_FALSE(bench.feed({replayed()})->empty());
  for (const char* id : {"b", "c", "d"}) bench.send(type::kOrderCreated, created(id));  // which push it out of memory
  EXPECT_TRUE(bench.feed({replayed()})->empty());
  EXPECT_EQ(bench.get<Order>(Collection::orders, "a")->rev, 1);
}

TEST(CursorCheck, SeesATruncatedOrRepartitionedLog) {
  const Owner owner{ProcessorKind::orders, 1};
  Cursor cursor;
  EXPECT_EQ(check_cursor(owner, cursor, 4, {3, 9})->next, 3);
  cursor.partitions = 4;
  cursor.next = 5;
  EXPECT_TRUE(check_cursor(owner, cursor, 4, {0, 5}).has_value());
  EXPECT_EQ(check_cursor(owner, cursor, 8, {0, 5}).error().reason, "partition_count_changed");
  EXPECT_EQ(check_cursor(owner, cursor, 4, {0, 4}).error().reason, "log_truncated");
  EXPECT_EQ(check_cursor(owner, cursor, 4, {6, 9}).error().reason, "log_expired");
  EXPECT_EQ(begin_epoch(cursor, 4, {0, 4}).epoch, 1);
}

}  // namespace
}  // namespace ordo
