// Clocks of other systems.
#include "engine/record_time.h"

#include "engine/testing/test_bench.h"
#include "processors/intake.h"
#include "processors/orders.h"

namespace ordo {
namespace {

constexpr std::int64_t kNow = 1'700'000'000'000;
const Timestamp kAhead = from_unix_ms(kNow + 4'000'000'000'000);

TEST(RecordTime, IsTheRecordsOwnUnlessItIsAhead) {
  Record record;
  record.appended_at = from_unix_ms(kNow);
  EXPECT_EQ(time_of(record).at, from_unix_ms(kNow)) << "a record without a time";
  for (const std::int64_t said : {std::int64_t{1}, kNow - 315'360'000'000, kNow, kNow + 300'000}) {
    record.envelope.time = from_unix_ms(said);
    EXPECT_EQ(time_of(record).at, from_unix_ms(said));
    EXPECT_FALSE(time_of(record).claimed);
  }
  record.envelope.time = from_unix_ms(kNow + 300'001);
  EXPECT_EQ(time_of(record).at, from_unix_ms(kNow));
  EXPECT_EQ(time_of(record).claimed, record.envelope.time);
}

class ClockTest : public testing::Test {
 protected:
  ClockTest() { prices_.products[ProductId("p")] = {"Tea", {250, kUsd}}; }

  Record order(Bench& bench, const std::string& value) {
    auto record = bench.record("", value);
    record.appended_at = from_unix_ms(kNow);
    record.envelope.time = {};
    return record;
  }

  Prices prices_;
  processors::Intake intake_{prices_, LocationId("main")};
  processors::Orders orders_;
};

TEST_F(ClockTest, AnOrderOfTheFutureIsPlacedWhenItWasAppended) {
  Bench intake(intake_);
  auto by_envelope = order(intake, R"({"orderId":"o1","userId":"u","products":[{"productId":"p","quantity":1}]})");
  by_envelope.envelope.time = kAhead;
  auto by_value = order(intake, R"({"orderId":"o2","userId":"u","placedAt":")" + to_rfc3339(kAhead) +
                                    R"(","products":[{"productId":"p","quantity":1}]})");
  const auto out = *intake.feed({by_envelope, by_value});
  ASSERT_EQ(out.size(), 2U);
  Bench orders(orders_);
  for (auto record : out) {
    EXPECT_EQ(std::get<OrderCreated>(*decode(record)).placed_at, from_unix_ms(kNow));
    record.offset = orders.next_offset++;
    record.appended_at = from_unix_ms(kNow);
    ASSERT_TRUE(orders.feed({record}));
  }
  for (const auto* id : {"o1", "o2"}) {
    const auto* stored = orders.get<Order>(Collection::orders, id);
    ASSERT_NE(stored, nullptr);
    EXPECT_EQ(stored->placed_at, from_unix_ms(kNow));
    EXPECT_EQ(stored->history[0].summary, "placed, 1 line, 2.50 USD; clock_ahead: it said " + to_rfc3339(kAhead));
  }
}

TEST_F(ClockTest, AnOrderOfLongAgoKeepsItsTime) {
  Bench intake(intake_);
  auto record = order(intake, R"({"userId":"u","products":[{"productId":"p","quantity":1}]})");
  record.envelope.time = from_unix_ms(1);
  const auto placed = std::get<OrderCreated>(*decode(intake.feed({record})->at(0)));
  EXPECT_EQ(placed.placed_at, from_unix_ms(1));
  EXPECT_FALSE(placed.claimed_at);
}

TEST_F(ClockTest, WhatHappensToAnOrderIsBoundedToo) {
  Bench bench(orders_);
  auto placed = created("o");
  placed.placed_at = kAhead;  // from a foreign writer to order_events
  auto record = bench.record(kTypeOf<OrderCreated>, encode(placed));
  record.appended_at = from_unix_ms(kNow);
  ASSERT_TRUE(bench.feed({record}));
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o")->placed_at, from_unix_ms(kNow));
  auto cancel = bench.record(kTypeOf<CancelRequested>, encode(CancelRequested{OrderId("o"), "why"}));
  cancel.appended_at = from_unix_ms(kNow);
  cancel.envelope.time = kAhead;
  const auto out = *bench.feed({cancel});
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o")->updated_at, from_unix_ms(kNow));
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o")->history[1].summary,
            "cancelled: why; clock_ahead: it said " + to_rfc3339(kAhead));
  for (const auto& told : out) EXPECT_EQ(told.envelope.time, from_unix_ms(kNow));
}

TEST_F(ClockTest, ARecordThatIsSentOnTellsWhatItSaid) {
  Bench bench(orders_, 2);
  std::string id = "o";
  while (bench.topology.partition_of(Topic::order_events, id) == 0) id += "o";
  auto record = bench.record(kTypeOf<CancelRequested>, encode(CancelRequested{OrderId(id), ""}));
  record.appended_at = from_unix_ms(kNow);
  record.envelope.time = kAhead;
  const auto out = *bench.feed({record});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].envelope.time, from_unix_ms(kNow));
  EXPECT_EQ(time_of(out[0]).claimed, kAhead);
}

}  // namespace
}  // namespace ordo
