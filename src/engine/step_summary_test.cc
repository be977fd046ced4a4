#include "engine/step_summary.h"

#include <gtest/gtest.h>

#include "engine/testing/test_bench.h"
#include "processors/orders.h"
#include "records/order_messages.h"

namespace ordo {
namespace {

Record refused_at(std::int64_t offset) {
  Record record;
  record.at = {Topic::stock, 3, false};
  record.offset = offset;
  return record;
}

Error refusal(std::string reason) {
  return {ErrorCode::kInvalid, std::move(reason), "no", {}};
}

std::uint64_t came_into(const StepSummary& summary, OrderStatus status) {
  return summary.orders[static_cast<std::size_t>(status)];
}

TEST(StepSummary, CountsLettersByReasonAndNamesTheFirst) {
  StepSummary summary;
  summary.refused(refused_at(7), refusal("unknown_type"));
  summary.refused(refused_at(8), refusal("malformed_json"));
  summary.refused(refused_at(9), refusal("unknown_type"));
  ASSERT_EQ(summary.letters.size(), 2);
  EXPECT_EQ(summary.letters[0].reason, "unknown_type");
  EXPECT_EQ(summary.letters[0].count, 2);
  EXPECT_EQ(summary.letters[0].partition, 3);
  EXPECT_EQ(summary.letters[0].offset, 7);
  EXPECT_EQ(summary.letters[0].detail, "unknown_type: no");
  EXPECT_EQ(summary.letters[1].count, 1);
}

TEST(StepSummary, ManyReasonsAndForeignTextAreOther) {
  StepSummary summary;
  summary.refused(refused_at(1), refusal("Sent by a client\n"));
  summary.refused(refused_at(1), refusal(""));
  ASSERT_EQ(summary.letters.size(), 1);
  EXPECT_EQ(summary.letters[0].reason, "other");
  for (int i = 0; i < 200; ++i) summary.refused(refused_at(i), refusal("reason_" + std::to_string(i)));
  EXPECT_EQ(summary.letters.size(), StepSummary::kMaxReasons - 1);
  std::uint64_t count = 0;
  for (const auto& one : summary.letters) count += one.count;
  EXPECT_EQ(count, 202);
}

// A worker adds up its work until the step is committed.
TEST(StepSummary, OfAWorkerIsThatOfItsStep) {
  processors::Orders orders;
  Bench bench(orders);
  auto& worker = *bench.worker;
  const auto fold = [&](Record record) {
    const auto keys = worker.prepare({std::move(record)});
    ASSERT_TRUE(keys.has_value());
    std::vector<std::optional<Document>> none(keys->size());
    worker.supply(*keys, std::move(none));
    EXPECT_TRUE(worker.fold());
  };
  fold(bench.record(kTypeOf<OrderCreated>, encode(created("a"))));
  fold(bench.record(kTypeOf<OrderCreated>, encode(created("b"))));
  fold(bench.record(kTypeOf<StockReserved>, encode(StockReserved{OrderId("a")})));
  fold(bench.record("somebody.elses.v1", "{}"));
  EXPECT_EQ(came_into(worker.summary(), OrderStatus::pending), 2);
  EXPECT_EQ(came_into(worker.summary(), OrderStatus::reserved), 1);
  EXPECT_EQ(came_into(worker.summary(), OrderStatus::confirmed), 0);
  ASSERT_EQ(worker.summary().letters.size(), 1);
  EXPECT_EQ(worker.summary().letters[0].reason, "unknown_type");
  EXPECT_EQ(worker.summary().letters[0].offset, 3);

  worker.take_records();
  worker.commit();
  EXPECT_FALSE(worker.summary().empty());
  worker.committed();
  EXPECT_TRUE(worker.summary().empty());
  EXPECT_EQ(came_into(worker.summary(), OrderStatus::pending), 0);
}

}  // namespace
}  // namespace ordo
