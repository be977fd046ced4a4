// When a new epoch begins, which epochs are refused, and which records retention may remove.
#include "engine/epoch_plan.h"

#include <gtest/gtest.h>

#include "engine/removable.h"

namespace ordo {
namespace {

OwnerPlace place(ProcessorKind processor, int partition, int partitions, std::int64_t next, LogRange range,
                 std::int64_t epoch = 0) {
  OwnerPlace place{{processor, partition}, {}, range};
  place.cursor.epoch = epoch;
  place.cursor.partitions = partitions;
  place.cursor.next = next;
  if (partitions > 0) place.cursor.sent[{Topic::customers, 0, false}] = 7;
  return place;
}

constexpr auto kOrders = ProcessorKind::orders;

// Found by the simulation: a partition that had lost nothing began a new epoch with the others. It had sent a step
// without committing it, and sent it again under a new source, which receivers had never seen.
TEST(EpochPlan, APartitionThatLostNothingKeepsItsEpoch) {
  const auto plan = plan_epoch(kOrders, 3,
                               std::vector{place(kOrders, 0, 3, 50, {0, 9}), place(kOrders, 1, 3, 50, {20, 60}, 4),
                                           place(kOrders, 2, 0, 0, {0, 5})});
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->size(), 1U);
  const auto& change = plan->front();
  EXPECT_EQ(change.owner.partition, 0);
  EXPECT_EQ(change.from.next, 50);
  EXPECT_EQ(change.to.next, 0);
  EXPECT_EQ(change.to.epoch, 5) << "one that no partition had";
  EXPECT_TRUE(change.to.sent.empty());
}

TEST(EpochPlan, ALogThatBeginsBehindItsOwnerIsANewOne) {
  const auto plan = plan_epoch(kOrders, 1, std::vector{place(kOrders, 0, 1, 5, {8, 20})});
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->size(), 1U);
  EXPECT_EQ(plan->front().to.next, 8);
}

// Long enough, but a different log.
TEST(EpochPlan, ALogThatWasReplacedIsANewOne) {
  auto replaced = place(kOrders, 0, 2, 5, {0, 20});
  replaced.cursor.log = {"a", "order_events", {4, from_unix_ms(1'000), 7}};
  replaced.log = {"a", "order_events", {4, from_unix_ms(2'000), 7}};
  auto kept = place(kOrders, 1, 2, 5, {0, 20});
  kept.cursor.log = kept.log = {"a", "order_events", {4, from_unix_ms(1'000), 7}};
  const auto plan = plan_epoch(kOrders, 2, std::vector{replaced, kept});
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->size(), 1U);
  EXPECT_EQ(plan->front().owner.partition, 0);
  EXPECT_EQ(plan->front().to.next, 0);
  EXPECT_EQ(plan->front().to.log, (LogIdentity{"a", "order_events", {}}));
}

TEST(EpochPlan, AnotherNumberOfPartitionsIsANewEpochForAll) {
  const auto plan = plan_epoch(
      kOrders, 3,
      std::vector{place(kOrders, 0, 2, 9, {3, 9}), place(kOrders, 1, 2, 6, {0, 6}), place(kOrders, 2, 0, 0, {0, 5})});
  ASSERT_TRUE(plan) << plan.error().text();
  ASSERT_EQ(plan->size(), 3U);
  EXPECT_EQ((*plan)[0].to.next, 9);
  EXPECT_EQ((*plan)[2].to.next, 0);
  for (const auto& change : *plan) {
    EXPECT_EQ(change.to.epoch, 1);
    EXPECT_EQ(change.to.partitions, 3);
  }
}

TEST(EpochPlan, PartitionsDoNotChangeWhileRecordsWait) {
  const auto own = plan_epoch(
      kOrders, 3,
      std::vector{place(kOrders, 0, 2, 8, {3, 9}), place(kOrders, 1, 2, 6, {0, 6}), place(kOrders, 2, 0, 0, {0, 0})});
  ASSERT_FALSE(own);
  EXPECT_EQ(own.error().reason, "unfolded_records");
  // Records of another processor. It may have sent half of a step to a partition that would no longer be the right one.
  const auto other = plan_epoch(kOrders, 2,
                                std::vector{place(kOrders, 0, 1, 9, {3, 9}), place(kOrders, 1, 0, 0, {0, 0}),
                                            place(ProcessorKind::intake, 0, 1, 4, {0, 5})});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().reason, "unfolded_records");
  // No record changes partitions, so waiting records do not matter.
  EXPECT_TRUE(plan_epoch(kOrders, 1,
                         std::vector{place(kOrders, 0, 1, 99, {3, 9}), place(ProcessorKind::intake, 0, 1, 4, {0, 5})}));
}

TEST(Removable, OnlyWhatIsOldAndFoldedAndNotTheNewest) {
  std::vector<RecordAge> first;
  for (std::int64_t i = 3; i < 10; ++i) first.push_back({i, from_unix_ms(1'000 + i)});
  const auto late = from_unix_ms(9'999);
  EXPECT_EQ(removable(first, 6, 10, late), 3U);
  EXPECT_EQ(removable(first, 10, 10, late), 6U) << "the newest stays";
  EXPECT_EQ(removable(first, 10, 10, from_unix_ms(1'005)), 2U);
  EXPECT_EQ(removable({}, 10, 10, late), 0U);
}

}  // namespace
}  // namespace ordo
