#include <gtest/gtest.h>

#include "cli/skip_place.h"

namespace ordo::cli {
namespace {

TEST(SkipPlace, IsATopicThatIsFoldedAPartitionAndAnOffset) {
  Topology topology;
  topology[Topic::stock].name = "shop.stock";
  topology[Topic::stock].partitions = 6;
  const auto place = parse_skip_place(topology, "order_events/3@18");
  ASSERT_TRUE(place) << place.error().text();
  EXPECT_EQ(place->owner, (Owner{ProcessorKind::orders, 3}));
  EXPECT_EQ(place->offset, 18);
  for (const auto* text : {"stock/5@0", "shop.stock/5@0"}) {
    const auto stock = parse_skip_place(topology, text);
    ASSERT_TRUE(stock) << stock.error().text();
    EXPECT_EQ(stock->owner, (Owner{ProcessorKind::stock, 5}));
  }
}

TEST(SkipPlace, RefusesAllElse) {
  const Topology topology;
  const auto reason = [&](const char* text) {
    const auto place = parse_skip_place(topology, text);
    return place ? "" : place.error().reason;
  };
  for (const auto* text : {"", "order_events", "order_events/3", "order_events@3", "order_events/@3", "order_events/3@",
                           "order_events/x@3", "order_events/3@-1", "order_events/-1@3", "order_events/3@1x",
                           "order_events/3@99999999999999999999"}) {
    EXPECT_EQ(reason(text), "bad_place") << text;
  }
  for (const auto* text : {"nowhere/0@0", "order_events.dlq/0@0", "/0@0"}) {
    EXPECT_EQ(reason(text), "unknown_topic") << text;
  }
  EXPECT_EQ(reason("order_events/4@0"), "unknown_partition");
}

}  // namespace
}  // namespace ordo::cli
