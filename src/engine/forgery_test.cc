// Other writers cannot pose as ordo: which of a record's claims count, and how an operator skips a record.
#include <gtest/gtest.h>

#include "engine/testing/test_bench.h"
#include "processors/intake.h"
#include "processors/orders.h"
#include "records/dead_letter.h"
#include "records/proof.h"

namespace ordo {
namespace {

const std::string kSecret(RecordProof::kSecretBytes, 's');

class Forgery : public testing::Test {
 protected:
  Forgery() { bench_.rules.proof = &proof_; }
  void SetUp() override { bench_.restart({}); }

  Record created_by(std::string_view source, std::optional<std::int64_t> sequence, const std::string& order) {
    auto record = bench_.record(kTypeOf<OrderCreated>, encode(created(order)));
    record.envelope.source = source;
    record.envelope.sequence = sequence;
    return record;
  }
  Record proven(Record record) const {
    record.envelope.proof = proof_.make(record);
    return record;
  }
  bool kept(const std::string& order) { return bench_.get<Order>(Collection::orders, order) != nullptr; }
  std::string refused(Record record) {
    const auto out = bench_.feed({std::move(record)});
    EXPECT_TRUE(out.has_value()) << out.error().text();
    return out && out->size() == 1 && out->front().at.dlq ? reason_of(out->front()) : "";
  }

  const RecordProof proof_{kSecret};
  processors::Orders orders_;
  Bench bench_{orders_};
};

TEST_F(Forgery, IsALetterAndHidesNothingOfWhomItNames) {
  ASSERT_TRUE(bench_.feed({proven(created_by("/ordo/api/live", 1, "a"))}).has_value());
  EXPECT_EQ(refused(created_by("/ordo/api/live", 1'000'000, "forged")), "forged_source");
  auto copied = created_by("/ordo/api/live", 1'000'000, "forged");
  copied.envelope.proof = proven(created_by("/ordo/api/live", 1, "a")).envelope.proof;
  EXPECT_EQ(refused(copied), "forged_source");
  EXPECT_EQ(bench_.cursor.seen, (std::map<std::string, std::int64_t>{{"/ordo/api/live", 1}}));
  ASSERT_TRUE(bench_.feed({proven(created_by("/ordo/api/live", 2, "b"))}).has_value());
  EXPECT_TRUE(kept("a"));
  EXPECT_TRUE(kept("b"));
  EXPECT_FALSE(kept("forged"));
}

TEST_F(Forgery, IsALetterAsItCame) {
  auto record = created_by("/ordo/intake/0/0", 5, "forged");
  record.envelope.previous = 4;
  record.envelope.proof = "made up";
  const auto out = bench_.feed({record});
  ASSERT_TRUE(out.has_value()) << out.error().text();
  ASSERT_EQ(out->size(), 1U);
  const auto& letter = out->front();
  EXPECT_EQ(letter.envelope.source, "/ordo/intake/0/0");
  EXPECT_EQ(letter.envelope.previous, 4);
  EXPECT_EQ(letter.envelope.proof, "made up");
  EXPECT_NE(read_letter(letter).detail.find("/ordo/intake/0/0"), std::string::npos) << read_letter(letter).detail;
}

TEST_F(Forgery, NamesARecordThatNeverCameAndStopsNobody) {
  auto ours = created_by("/ordo/intake/0/0", 9, "forged");
  ours.envelope.previous = 4;
  EXPECT_EQ(refused(ours), "forged_source");
  // A service that copies the headers of the request into its answer, with its own name.
  auto answer = created_by("/bank", 9, "answered");
  answer.envelope.previous = 4;
  answer.envelope.proof = "of the request";
  ASSERT_TRUE(bench_.feed({answer}).has_value());
  EXPECT_TRUE(kept("answered"));
  EXPECT_TRUE(bench_.cursor.seen.empty());
}

TEST_F(Forgery, WhoCausedARecordIsBelievedOfOrdoOnly) {
  const Actor owner{ActorKind::key, "4fQ0", "owner"};
  auto ours = proven(created_by("/ordo/api/live", 1, "a"));
  ours.envelope.by = owner;
  EXPECT_EQ(refused(ours), "forged_source") << "the proof is of a record without an actor";
  ours = created_by("/ordo/api/live", 2, "b");
  ours.envelope.by = owner;
  ASSERT_TRUE(bench_.feed({proven(ours)}).has_value());
  EXPECT_EQ(bench_.get<Order>(Collection::orders, "b")->history[0].by, owner);
  // What another service says is kept beside its name.
  auto foreign = created_by("/crm", std::nullopt, "c");
  foreign.envelope.by = owner;
  ASSERT_TRUE(bench_.feed({foreign}).has_value());
  const auto& entry = bench_.get<Order>(Collection::orders, "c")->history[0];
  EXPECT_EQ(entry.by, owner);
  EXPECT_EQ(entry.source, "/crm");
  foreign = created_by("/crm", std::nullopt, "d");
  foreign.envelope.by = Actor{ActorKind::key, std::string(300, 'x')};
  EXPECT_EQ(refused(foreign), "invalid_by");
}

// An order placed outside ordo: intake's record has ordo's name, so it does not repeat the other program's word.
TEST_F(Forgery, AForeignActorIsNotPassedOnInOrdosName) {
  Prices prices;
  prices.products[ProductId("p")] = {"Tea", {250, kUsd}};
  processors::Intake intake(prices, LocationId("main"));
  Bench bench(intake);
  const auto passed = [&](std::string_view source) {
    auto record = bench.record(kTypeOf<NewOrder>, R"({"orderId":"o","userId":"u","products":[{"productId":"p",)"
                                                  R"("quantity":1}]})");
    record.envelope.source = source;
    record.envelope.by = Actor{ActorKind::customer, "u"};
    const auto out = *bench.feed({record});
    EXPECT_EQ(out.size(), 1U);
    EXPECT_FALSE(out.at(0).at.dlq) << reason_of(out.at(0));
    return out.at(0).envelope.by;
  };
  EXPECT_EQ(passed("/ordo/api/me"), (Actor{ActorKind::customer, "u"}));
  EXPECT_FALSE(passed("/shop"));
}

// An operator replays what another program wrote, or writes another value. The operator's name counts, and the content
// is checked.
TEST_F(Forgery, AReplayWithForeignContentNamesTheOperatorAndIsCheckedAsForeign) {
  Prices prices;
  prices.products[ProductId("p")] = {"Tea", {250, kUsd}};
  processors::Intake intake(prices, LocationId("main"));
  Bench bench(intake, 8);
  NewOrder order;
  order.userId = CustomerId("c");
  order.products = {{{}, ProductId("p"), 1, "Tea", Money{1, kUsd}}};
  for (int i = 0; i < 20; ++i) {
    order.orderId = OrderId("o" + std::to_string(i));
    auto record = bench.record(kTypeOf<NewOrder>, encode(order));
    record.key = order.orderId->str();
    record.envelope.source = "/ordo/api/me";
    record.envelope.by = Actor{ActorKind::token, "support"};
    record.envelope.extra.emplace_back(kReplayOfHeader, "order_created:1");
    record.envelope.extra.emplace_back(kForeignSourceHeader, "/ordo/dlq/order_created");
    const auto out = *bench.feed({record});
    ASSERT_EQ(out.size(), 1U);
    ASSERT_FALSE(out[0].at.dlq) << reason_of(out[0]);
    EXPECT_EQ(out[0].envelope.by, record.envelope.by);
    if (out[0].at.topic != Topic::order_events) {  // sent on to its home
      EXPECT_FALSE(is_by_ordo(out[0].envelope));
      EXPECT_TRUE(names_known_actor(out[0].envelope));
      continue;
    }
    order.reference = "a\x01";
    record.offset = bench.next_offset++;
    record.value = encode(order);
    EXPECT_EQ(reason_of(bench.feed({record})->at(0)), "invalid_fields");
    return;
  }
  FAIL() << "of 20 orders none has its home in partition 0";
}

TEST_F(Forgery, AServiceFromOutsideMayBeginItsNumbersAnew) {
  for (const auto& [sequence, order] : {std::pair(7, "a"), std::pair(8, "b"), std::pair(1, "c"), std::pair(1, "d")}) {
    ASSERT_TRUE(bench_.feed({created_by("/shop", sequence, order)}).has_value());
  }
  for (const auto* order : {"a", "b", "c", "d"}) EXPECT_TRUE(kept(order)) << order;
  EXPECT_TRUE(bench_.cursor.seen.empty()) << "however many names there are";
}

TEST_F(Forgery, OnlyOrdoReplaysLetters) {
  auto record = created_by("/shop", std::nullopt, "a");
  record.envelope.extra.emplace_back(kOriginHeader, "order_events/0/1@2026-01-01T00:00:00.000Z");
  EXPECT_EQ(refused(record), "forged_source");
  record.offset = bench_.next_offset++;
  ASSERT_TRUE(bench_.feed({proven(record)}).has_value());
  EXPECT_TRUE(kept("a"));
}

TEST_F(Forgery, WhatWasWrittenBeforeThereWasASecretIsBelieved) {
  const RecordProof proof(kSecret, {{{Topic::order_events, 0, false}, 2}});
  bench_.rules.proof = &proof;
  bench_.restart({});
  ASSERT_TRUE(bench_.feed({created_by("/ordo/intake/0/0", 1, "a"), created_by("/ordo/intake/0/0", 1025, "b"),
                           created_by("/ordo/intake/0/0", 2049, "c")}));
  EXPECT_TRUE(kept("b"));
  EXPECT_FALSE(kept("c"));
  EXPECT_EQ(bench_.cursor.seen.at("/ordo/intake/0/0"), 1025);
}

TEST_F(Forgery, TheApisPricesAreBelievedOfTheApi) {
  Prices prices;
  prices.products[ProductId("p")] = {"Tea", {250, kUsd}};
  processors::Intake intake(prices, LocationId("main"));
  Bench bench(intake);
  bench.rules.proof = &proof_;
  bench.restart({});
  NewOrder order;
  order.orderId = OrderId("o");
  order.userId = CustomerId("c");
  order.products = {{{}, ProductId("p"), 1, "Tea", Money{1, kUsd}}};
  auto record = bench.record(kTypeOf<NewOrder>, encode(order));
  record.envelope.source = "/ordo/api/me";
  auto out = bench.feed({record});
  ASSERT_TRUE(out.has_value()) << out.error().text();
  ASSERT_EQ(out->size(), 1U);
  EXPECT_EQ(reason_of(out->front()), "forged_source");
}

TEST_F(Forgery, WhatIsSentIsProven) {
  const auto out = bench_.feed({proven(created_by("/ordo/intake/0/0", 1, "a"))});
  ASSERT_TRUE(out.has_value()) << out.error().text();
  ASSERT_FALSE(out->empty());
  for (const auto& record : *out) EXPECT_TRUE(proof_.holds(record)) << record.envelope.type;
}

// Otherwise its home partition would treat it as new, and repeat what it had caused before.
TEST_F(Forgery, AReplayThatIsSentOnStaysOne) {
  Bench bench(orders_, 8);
  bench.rules.proof = &proof_;
  bench.restart({});
  for (int i = 0; i < 20; ++i) {
    const auto order = "o" + std::to_string(i);
    if (bench.topology.partition_of(Topic::order_events, order) == 0) continue;
    auto record = bench.record(kTypeOf<OrderCreated>, encode(created(order)));
    record.envelope.source = "/shop";
    record.envelope.extra.emplace_back(kReplayOfHeader, "order_events:1");
    record.envelope.extra.emplace_back(kOriginHeader, "order_events/0/1@2026-01-01T00:00:00.000Z");
    const auto out = bench.feed({proven(record)});
    ASSERT_TRUE(out.has_value()) << out.error().text();
    ASSERT_EQ(out->size(), 1U);
    EXPECT_NE(out->front().at.partition, 0);
    EXPECT_TRUE(is_replay(out->front()));
    EXPECT_TRUE(proof_.holds(out->front()));
    return;
  }
  FAIL() << "of 20 orders all have their home in partition 0";
}

class Skip : public Forgery {};

TEST_F(Skip, MakesALetterOfOneRecordAndItsSourceGoesOn) {
  Cursor cursor;
  cursor.skip = {{0, "its predecessor is lost, ticket 7"}, {9, "later"}};
  bench_.restart(cursor);
  const auto next = [&](std::int64_t sequence, std::int64_t previous, const std::string& order) {
    auto record = created_by("/ordo/intake/0/0", sequence, order);
    record.envelope.previous = previous;
    return proven(record);
  };
  const auto out = bench_.feed({next(2049, 1025, "passed"), next(3073, 2049, "b")});
  ASSERT_TRUE(out.has_value()) << out.error().text();
  ASSERT_FALSE(out->empty());
  EXPECT_EQ(reason_of(out->front()), "skipped");
  EXPECT_NE(read_letter(out->front()).detail.find("ticket 7"), std::string::npos);
  EXPECT_FALSE(kept("passed"));
  EXPECT_TRUE(kept("b"));
  EXPECT_EQ(bench_.cursor.seen.at("/ordo/intake/0/0"), 3073);
  EXPECT_EQ(bench_.cursor.skip, (std::map<std::int64_t, std::string>{{9, "later"}}));
}

TEST_F(Skip, BelievesNothingOfAForgery) {
  Cursor cursor;
  cursor.skip = {{0, "not ours"}};
  bench_.restart(cursor);
  EXPECT_EQ(refused(created_by("/ordo/intake/0/0", 1'000'000, "forged")), "skipped");
  EXPECT_TRUE(bench_.cursor.seen.empty());
  EXPECT_TRUE(bench_.cursor.skip.empty());
}

TEST_F(Skip, NeverCountsASequenceDown) {
  ASSERT_TRUE(bench_.feed({proven(created_by("/ordo/intake/0/0", 1025, "a"))}).has_value());
  auto cursor = bench_.cursor;
  cursor.skip = {{1, "a copy"}};
  bench_.restart(cursor);
  EXPECT_EQ(refused(proven(created_by("/ordo/intake/0/0", 1, "x"))), "skipped");
  EXPECT_EQ(bench_.cursor.seen.at("/ordo/intake/0/0"), 1025);
}

}  // namespace
}  // namespace ordo
