#include "kafka/error_counts.h"

#include <gtest/gtest.h>

namespace ordo::kafka {
namespace {

TEST(ErrorCounts, AreByClientTopicAndCodeAndBounded) {
  ErrorCounts errors;
  errors.note("api", "", "_TRANSPORT");
  errors.note("api", "", "_TRANSPORT");
  errors.note("steps", "stock", "TOPIC_AUTHORIZATION_FAILED");
  EXPECT_EQ(errors.figures(),
            (std::map<ErrorCounts::Key, std::uint64_t>{{{"api", "", "TRANSPORT"}, 2},
                                                       {{"steps", "stock", "TOPIC_AUTHORIZATION_FAILED"}, 1}}));
  for (int i = 0; i < 2'000; ++i) errors.note("api", "topic-" + std::to_string(i), "_TRANSPORT");
  const auto figures = errors.figures();
  EXPECT_LE(figures.size(), ErrorCounts::kMaxKeys + 1);
  EXPECT_EQ(figures.at({"api", "", "other"}), 2'000 - (ErrorCounts::kMaxKeys - 2));
}

}  // namespace
}  // namespace ordo::kafka
