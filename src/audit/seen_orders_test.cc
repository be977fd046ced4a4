#include "audit/seen_orders.h"

#include <gtest/gtest.h>

#include "domain/test_values.h"

namespace ordo::audit {
namespace {

Order with_parcel(const std::string& id) {
  Order order;
  order.id = OrderId(id);
  order.captured = {2500, kUsd};
  order.refunded = {100, kUsd};
  order.parcels = {{id + "-1", {{ProductId("mug"), 2}}, ParcelStatus::shipped, "", Timestamp(), {}}};
  return order;
}

TEST(SeenOrders, SaysWhatHoldsForTheOrdersThatWereAdded) {
  SeenOrders seen;
  for (const auto* id : {"o-3", "o-1", "o-2"}) seen.add(with_parcel(id));
  seen.seal();
  for (const std::string id : {"o-1", "o-2", "o-3"}) {
    EXPECT_TRUE(seen.has(id));
    EXPECT_TRUE(seen.has_money(id, 2500, 100));
    EXPECT_TRUE(seen.has_parcel(id, id + "-1", std::vector<StockLine>{{ProductId("mug"), 2}}));
  }
  EXPECT_FALSE(seen.has("o-4"));
  EXPECT_FALSE(seen.has_money("o-1", 2500, 0));
  EXPECT_FALSE(seen.has_money("o-4", 2500, 100));
  EXPECT_FALSE(seen.has_parcel("o-1", "o-1-2", std::vector<StockLine>{{ProductId("mug"), 2}}));
  EXPECT_FALSE(seen.has_parcel("o-1", "o-1-1", std::vector<StockLine>{{ProductId("mug"), 1}}));
  EXPECT_FALSE(seen.has_parcel("o-2", "o-1-1", std::vector<StockLine>{{ProductId("mug"), 2}}));
}

TEST(SeenOrders, ItsMemoryHasABound) {
  SeenOrders seen(4);
  for (const auto* id : {"o-1", "o-2"}) seen.add(with_parcel(id));
  seen.seal();
  EXPECT_TRUE(seen.has("o-1"));
  EXPECT_FALSE(seen.has("o-2"));
}

}  // namespace
}  // namespace ordo::audit
