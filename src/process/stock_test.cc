// The fold over the stock inbox: what is held, shipped, put back and counted, each once.
#include "process/stock.h"

#include "process/test_bench.h"

namespace ordo {
namespace {

ReserveRequested reserve_request(const std::string& order, std::vector<StockLine> lines) {
  return {OrderId(order), LocationId("main"), std::move(lines), false};
}

TEST(Stock, ReservesAllLinesOrNone) {
  Stock stock;
  Bench bench(stock);
  bench.send(type::kStockCounted, StockCounted{"m1", LocationId("main"), ProductId("a"), 5, "", {}});
  bench.send(type::kStockCounted, StockCounted{"m2", LocationId("main"), ProductId("b"), 1, "", {}});
  auto out = bench.send(type::kReserveRequested, reserve_request("o1", {{ProductId("a"), 2}, {ProductId("b"), 2}}));
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(std::get<StockRejected>(*decode(out[0])).shortages, (std::vector<Shortage>{{ProductId("b"), 2, 1}}));
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->reserved, 0);

  // Two lines of one product are one demand.
  out = bench.send(type::kReserveRequested, reserve_request("o2", {{ProductId("a"), 3}, {ProductId("a"), 3}}));
  EXPECT_EQ(out.at(0).envelope.type, type::kStockRejected);
  out = bench.send(type::kReserveRequested, reserve_request("o3", {{ProductId("a"), 3}, {ProductId("a"), 2}}));
  EXPECT_EQ(out.at(0).envelope.type, type::kStockReserved);
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->reserved, 5);

  // The first verdict stands, even when the goods would be there now.
  bench.send(type::kStockCounted, StockCounted{"m3", LocationId("main"), ProductId("b"), 100, "", {}});
  out = bench.send(type::kReserveRequested, reserve_request("o1", {{ProductId("a"), 2}, {ProductId("b"), 2}}));
  EXPECT_EQ(out.at(0).envelope.type, type::kStockRejected);
  out = bench.send(type::kReserveRequested, reserve_request("o3", {{ProductId("a"), 5}}));
  EXPECT_EQ(out.at(0).envelope.type, type::kStockReserved);
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->reserved, 5);
}

TEST(Stock, ReleaseIsTheExactInverseAndHappensOnce) {
  Stock stock;
  Bench bench(stock);
  bench.send(type::kStockCounted, StockCounted{"m1", LocationId("main"), ProductId("a"), 5, "", {}});
  bench.send(type::kReserveRequested, reserve_request("o1", {{ProductId("a"), 4}}));
  const ReleaseRequested release{OrderId("o1"), LocationId("main"), {{ProductId("a"), 4}}};
  EXPECT_TRUE(bench.send(type::kReleaseRequested, release).empty());
  EXPECT_TRUE(bench.send(type::kReleaseRequested, release).empty());
  const auto* level = bench.get<StockLevel>(Collection::stock_levels, "main/a");
  EXPECT_EQ(level->reserved, 0);
  EXPECT_EQ(level->on_hand, 5);
  EXPECT_EQ(bench.get<Reservation>(Collection::reservations, "o1")->status, ReservationStatus::released);
  EXPECT_EQ(bench.get<Reservation>(Collection::reservations, "o1")->rev, 2);  // the second time nothing changed
  const ReleaseRequested foreign{OrderId("o9"), LocationId("main"), {{ProductId("a"), 4}}};
  EXPECT_EQ(reason_of(bench.send(type::kReleaseRequested, foreign).at(0)), "unknown_reservation");
}

TEST(Stock, MovementsApplyOncePerIdAndNeverBelowZero) {
  Stock stock;
  Bench bench(stock);
  bench.send(type::kStockCounted, StockCounted{"m1", LocationId("main"), ProductId("a"), 5, "", {}});
  bench.send(type::kStockAdjusted, StockAdjusted{"m2", LocationId("main"), ProductId("a"), -2, "broken"});
  bench.send(type::kStockAdjusted, StockAdjusted{"m2", LocationId("main"), ProductId("a"), -2, "broken"});
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->on_hand, 3);
  bench.send(type::kStockAdjusted, StockAdjusted{"m3", LocationId("main"), ProductId("a"), -9, ""});
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->on_hand, 3);
  const auto* movement = bench.get<StockMovement>(Collection::stock_movements, "m3");
  EXPECT_EQ(movement->status, MovementStatus::refused);
  EXPECT_EQ(movement->status_reason, "negative_stock");
}

const OrderId kOrder("o1");
const LocationId kMain("main");
const ProductId kA("a");

// Five are there, four of them held for o1.
void hold_four(Bench& bench) {
  bench.send(type::kStockCounted, StockCounted{"m1", kMain, kA, 5, "", {}});
  bench.send(type::kReserveRequested, reserve_request("o1", {{kA, 4}}));
}

TEST(Stock, OnlyTheLinesThatAreHeldAreReleased) {
  Stock stock;
  Bench bench(stock);
  hold_four(bench);
  const ReleaseRequested other{kOrder, kMain, {{kA, 3}}};
  EXPECT_EQ(reason_of(bench.send(type::kReleaseRequested, other).at(0)), "lines_differ");
  const ReleaseRequested elsewhere{kOrder, LocationId("shop"), {{kA, 4}}};
  EXPECT_EQ(reason_of(bench.send(type::kReleaseRequested, elsewhere).at(0)), "lines_differ");
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->reserved, 4);
}

TEST(Stock, ShipsAndPutsBackEachMovementOnce) {
  Stock stock;
  Bench bench(stock);
  hold_four(bench);
  const auto level = [&] { return *bench.get<StockLevel>(Collection::stock_levels, "main/a"); };
  const ShipRequested two{kOrder, "o1:1", kMain, {{kA, 2}}};
  EXPECT_TRUE(bench.send(type::kShipRequested, two).empty());
  EXPECT_TRUE(bench.send(type::kShipRequested, two).empty());
  EXPECT_EQ(level().on_hand, 3);
  EXPECT_EQ(level().reserved, 2);

  const ShipRequested three{kOrder, "o1:2", kMain, {{kA, 3}}};
  EXPECT_EQ(reason_of(bench.send(type::kShipRequested, three).at(0)), "lines_differ");

  const RestockRequested back_three{kOrder, "r1", kMain, {{kA, 3}}};
  EXPECT_EQ(reason_of(bench.send(type::kRestockRequested, back_three).at(0)), "lines_differ");
  const RestockRequested back_one{kOrder, "r1", kMain, {{kA, 1}}};
  EXPECT_TRUE(bench.send(type::kRestockRequested, back_one).empty());
  EXPECT_TRUE(bench.send(type::kRestockRequested, back_one).empty());
  EXPECT_EQ(level().on_hand, 4);

  // What has left is held no more: only the rest is given free.
  EXPECT_TRUE(bench.send(type::kReleaseRequested, ReleaseRequested{kOrder, kMain, {{kA, 4}}}).empty());
  EXPECT_EQ(level().reserved, 0);
  EXPECT_EQ(level().on_hand, 4);
  EXPECT_EQ(level().on_hand, level().counted + level().adjusted - level().shipped + level().returned);
}

TEST(Stock, QuantitiesAreAboveZero) {
  Stock stock;
  Bench bench(stock);
  hold_four(bench);
  for (const std::int64_t quantity : {std::int64_t{0}, std::int64_t{-1}, kMaxStock + 1}) {
    EXPECT_EQ(reason_of(bench.send(type::kReserveRequested, reserve_request("o2", {{kA, quantity}})).at(0)),
              "invalid_fields");
  }
  EXPECT_EQ(reason_of(bench.send(type::kReserveRequested, reserve_request("o2", {})).at(0)), "invalid_fields");
  EXPECT_EQ(bench.get<Reservation>(Collection::reservations, "o2"), nullptr);
}

}  // namespace
}  // namespace ordo
