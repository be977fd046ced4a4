// The lists of stock.
#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

TEST_F(ApiTest, StockIsListedByLocationProductAndAvailability) {
  add_product("mug", 1250, 2);
  add_product("cup", 900, 5);
  EXPECT_EQ(post("/v1/products/cup/stock", R"({"count":1,"location":"main-2"})").status, 200);
  settled_order("mug", 2);
  const auto all = client_->get("/v1/stock");
  EXPECT_EQ(member(all.body, "data"), "3") << all.body;
  EXPECT_EQ(member(all.body, "data.1.product_id"), "cup");
  EXPECT_EQ(member(all.body, "data.1.available"), "5");
  EXPECT_EQ(member(client_->get("/v1/stock?location=main-2").body, "data"), "1");
  const auto none = client_->get("/v1/stock?availability=none");
  EXPECT_EQ(member(none.body, "data"), "1") << none.body;
  EXPECT_EQ(member(none.body, "data.0.product_id"), "mug");
  EXPECT_EQ(member(client_->get("/v1/stock?availability=some&product_id=cup").body, "data"), "2");
  EXPECT_EQ(client_->get("/v1/stock?availability=few").status, 400);
  EXPECT_EQ(client_->get("/v1/stock?from=2026-01-01").status, 400);

  const auto locations = client_->get("/v1/locations");
  EXPECT_EQ(locations.body, R"({"data":[{"location":"main","products":2},{"location":"main-2","products":1}]})");
}

TEST_F(ApiTest, MovementsAndReservationsAreListed) {
  add_product("mug", 1250, 2);
  EXPECT_EQ(post("/v1/products/mug/stock", R"({"adjust":3,"reason":"delivery"})").status, 200);
  EXPECT_EQ(post("/v1/products/mug/stock", R"({"adjust":-9})").status, 409);
  EXPECT_EQ(member(client_->get("/v1/stock-movements?product_id=mug").body, "data"), "3");
  const auto adjusted = client_->get("/v1/stock-movements?kind=adjust&status=applied&location=main");
  EXPECT_EQ(member(adjusted.body, "data"), "1") << adjusted.body;
  EXPECT_EQ(member(adjusted.body, "data.0.reason"), "delivery");
  EXPECT_EQ(member(client_->get("/v1/stock-movements?to=2020-01-01").body, "data"), "0");

  const auto order = settled_order("mug", 2);
  settled_order("mug", 99);
  const auto active = client_->get("/v1/reservations?status=active");
  EXPECT_EQ(member(active.body, "data"), "1") << active.body;
  EXPECT_EQ(member(active.body, "data.0.id"), order);
  EXPECT_EQ(member(active.body, "data.0.movements"), "(none)");
  EXPECT_EQ(member(client_->get("/v1/reservations?location=north").body, "data"), "0");
}

}  // namespace
}  // namespace ordo::api
