#include "app/step_counts.h"

#include <gtest/gtest.h>

#include "engine/step_summary.h"

namespace ordo::app {
namespace {

using std::chrono::milliseconds;

StepSummary refusals(const std::string& reason, int count) {
  StepSummary summary;
  Record record;
  for (int i = 0; i < count; ++i) summary.refused(record, {ErrorCode::kInvalid, reason, "no", {}});
  return summary;
}

std::string metrics_of(const StepCounts& counts) {
  std::string text = "\n";
  counts.append_metrics(text);
  return text;
}

TEST(LineLimit, IsOneLineASecondAndNothingIsForgotten) {
  const LineLimit::Clock::time_point start;
  LineLimit limit;
  EXPECT_EQ(limit.admit(1, start), 0);
  EXPECT_EQ(limit.admit(3, start + milliseconds(10)), std::nullopt);
  EXPECT_EQ(limit.admit(1, start + milliseconds(999)), std::nullopt);
  EXPECT_EQ(limit.take_left_out(start + milliseconds(999)), 0);
  EXPECT_EQ(limit.admit(2, start + milliseconds(1'000)), 5);
  EXPECT_EQ(limit.admit(7, start + milliseconds(1'100)), std::nullopt);
  EXPECT_EQ(limit.take_left_out(start + milliseconds(2'000)), 7);
  EXPECT_EQ(limit.take_left_out(start + milliseconds(9'000)), 0);
}

TEST(StepCounts, CountsLettersByProcessorTopicAndReason) {
  StepCounts counts({ProcessorKind::catalog});
  EXPECT_NE(
      metrics_of(counts).find(
          "\nordo_dead_letters_total{processor=\"catalog\",topic=\"product_events\",reason=\"malformed_json\"} 0\n"),
      std::string::npos);
  counts.counted({ProcessorKind::catalog, 0}, refusals("unknown_product", 2));
  counts.counted({ProcessorKind::catalog, 3}, refusals("unknown_product", 3));
  const auto text = metrics_of(counts);
  EXPECT_NE(
      text.find(
          "\nordo_dead_letters_total{processor=\"catalog\",topic=\"product_events\",reason=\"unknown_product\"} 5\n"),
      std::string::npos)
      << text;
  EXPECT_EQ(text.find("ordo_orders_total"), std::string::npos) << "this process does not run orders";
}

TEST(StepCounts, ReasonsAreBounded) {
  StepCounts counts({ProcessorKind::crm});
  for (int i = 0; i < 500; ++i) counts.counted({ProcessorKind::crm, 0}, refusals("reason_" + std::to_string(i), 1));
  const auto text = metrics_of(counts);
  std::size_t series = 0;
  for (auto at = text.find("\nordo_dead"); at != std::string::npos; at = text.find("\nordo_dead", at + 1)) ++series;
  EXPECT_LE(series, StepSummary::kMaxReasons + 1);
  EXPECT_NE(text.find("reason=\"other\"} 439\n"), std::string::npos) << text;
}

TEST(StepCounts, CountsOrdersThatCameIntoAStatus) {
  StepCounts counts({ProcessorKind::orders});
  StepSummary summary;
  summary.placed();
  summary.published("ordo.order.rejected.v1");
  summary.published("ordo.order.refunded.v1");
  counts.counted({ProcessorKind::orders, 0}, summary);
  counts.counted({ProcessorKind::orders, 1}, summary);
  const auto text = metrics_of(counts);
  EXPECT_NE(text.find("\nordo_orders_total{status=\"pending\"} 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nordo_orders_total{status=\"rejected\"} 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nordo_orders_total{status=\"completed\"} 0\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace ordo::app
