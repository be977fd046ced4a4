#include "api/system/processor_places.h"

#include <gtest/gtest.h>

#include "api/testing/test_engine.h"
#include "api/testing/test_log.h"

namespace ordo::api {
namespace {

std::int64_t lag_of(const std::vector<ProcessorPlace>& places, std::string_view name) {
  std::int64_t lag = 0;
  for (const auto& place : places) lag += place.name == name ? place.lag : 0;
  return lag;
}

TEST(ProcessorPlaces, AreTheRecordsAfterTheCursor) {
  TestLog log;
  TestEngine engine;
  ProcessorPlaces places(log, engine, std::chrono::milliseconds(0));
  const auto none = places.read();
  std::size_t partitions = 0;
  for (const auto processor : kAllProcessors) {
    partitions += static_cast<std::size_t>(log.topology[inbox_of(processor)].partitions);
  }
  EXPECT_EQ(none.size(), partitions);
  EXPECT_EQ(lag_of(none, "orders"), 0);
  log.append("o", "ordo.order.reserved.v1");
  log.append("p", "ordo.order.reserved.v1");
  EXPECT_EQ(lag_of(places.read(), "orders"), 2);
  log.fail_with(Error{ErrorCode::kUnavailable, "away", "away", {}});
  EXPECT_TRUE(places.read().empty());
}

// A reading asks the log for each partition: many clients must not make many readings.
TEST(ProcessorPlaces, AreReadSeldom) {
  TestLog log;
  TestEngine engine;
  ProcessorPlaces places(log, engine, std::chrono::hours(1));
  EXPECT_EQ(lag_of(places.read(), "orders"), 0);
  log.append("o", "ordo.order.reserved.v1");
  EXPECT_EQ(lag_of(places.read(), "orders"), 0);
}

}  // namespace
}  // namespace ordo::api
