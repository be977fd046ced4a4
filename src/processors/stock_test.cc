// The fold over the stock inbox: goods are reserved, shipped, restocked and counted, each once.
#include "processors/stock.h"

#include "engine/testing/test_bench.h"

namespace ordo::processors {
namespace {

ReserveRequested reserve_request(const std::string& order, std::vector<StockLine> lines) {
  return {OrderId(order), LocationId("main"), std::move(lines), false};
}

TEST(Stock, ReservesAllLinesOrNone) {
  Stock stock;
  Bench bench(stock);
  bench.send(kTypeOf<StockCounted>, StockCounted{"m1", LocationId("main"), ProductId("a"), 5, "", {}});
  bench.send(kTypeOf<StockCounted>, StockCounted{"m2", LocationId("main"), ProductId("b"), 1, "", {}});
  auto out = bench.send(kTypeOf<ReserveRequested>, reserve_request("o1", {{ProductId("a"), 2}, {ProductId("b"), 2}}));
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(std::get<StockRejected>(*decode(out[0])).shortages, (std::vector<Shortage>{{ProductId("b"), 2, 1}}));
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->reserved, 0);

  // Two lines of one product count as one demand.
  out = bench.send(kTypeOf<ReserveRequested>, reserve_request("o2", {{ProductId("a"), 3}, {ProductId("a"), 3}}));
  EXPECT_EQ(out.at(0).envelope.type, kTypeOf<StockRejected>);
  out = bench.send(kTypeOf<ReserveRequested>, reserve_request("o3", {{ProductId("a"), 3}, {ProductId("a"), 2}}));
  EXPECT_EQ(out.at(0).envelope.type, kTypeOf<StockReserved>);
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->reserved, 5);

  // The first decision stands, even if the goods are available now.
  bench.send(kTypeOf<StockCounted>, StockCounted{"m3", LocationId("main"), ProductId("b"), 100, "", {}});
  out = bench.send(kTypeOf<ReserveRequested>, reserve_request("o1", {{ProductId("a"), 2}, {ProductId("b"), 2}}));
  EXPECT_EQ(out.at(0).envelope.type, kTypeOf<StockRejected>);
  out = bench.send(kTypeOf<ReserveRequested>, reserve_request("o3", {{ProductId("a"), 5}}));
  EXPECT_EQ(out.at(0).envelope.type, kTypeOf<StockReserved>);
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->reserved, 5);
}

TEST(Stock, ReleaseIsTheExactInverseAndHappensOnce) {
  Stock stock;
  Bench bench(stock);
  bench.send(kTypeOf<StockCounted>, StockCounted{"m1", LocationId("main"), ProductId("a"), 5, "", {}});
  bench.send(kTypeOf<ReserveRequested>, reserve_request("o1", {{ProductId("a"), 4}}));
  const ReleaseRequested release{OrderId("o1"), LocationId("main"), {{ProductId("a"), 4}}};
  EXPECT_TRUE(bench.send(kTypeOf<ReleaseRequested>, release).empty());
  EXPECT_TRUE(bench.send(kTypeOf<ReleaseRequested>, release).empty());
  const auto* level = bench.get<StockLevel>(Collection::stock_levels, "main/a");
  EXPECT_EQ(level->reserved, 0);
  EXPECT_EQ(level->on_hand, 5);
  EXPECT_EQ(bench.get<Reservation>(Collection::reservations, "o1")->status, ReservationStatus::released);
  EXPECT_EQ(bench.get<Reservation>(Collection::reservations, "o1")->rev, 2);  // the second record changed nothing
  const ReleaseRequested foreign{OrderId("o9"), LocationId("main"), {{ProductId("a"), 4}}};
  EXPECT_EQ(reason_of(bench.send(kTypeOf<ReleaseRequested>, foreign).at(0)), "unknown_reservation");
}

TEST(Stock, MovementsApplyOncePerIdAndNeverBelowZero) {
  Stock stock;
  Bench bench(stock);
  bench.send(kTypeOf<StockCounted>, StockCounted{"m1", LocationId("main"), ProductId("a"), 5, "", {}});
  bench.send(kTypeOf<StockAdjusted>, StockAdjusted{"m2", LocationId("main"), ProductId("a"), -2, "broken"});
  bench.send(kTypeOf<StockAdjusted>, StockAdjusted{"m2", LocationId("main"), ProductId("a"), -2, "broken"});
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->on_hand, 3);
  bench.send(kTypeOf<StockAdjusted>, StockAdjusted{"m3", LocationId("main"), ProductId("a"), -9, ""});
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->on_hand, 3);
  const auto* movement = bench.get<StockMovement>(Collection::stock_movements, "m3");
  EXPECT_EQ(movement->status, MovementStatus::refused);
  EXPECT_EQ(movement->status_reason, "negative_stock");
}

const OrderId kOrder("o1");
const LocationId kMain("main");
const ProductId kA("a");

// Five are on hand, four of them reserved for o1.
void hold_four(Bench& bench) {
  bench.send(kTypeOf<StockCounted>, StockCounted{"m1", kMain, kA, 5, "", {}});
  bench.send(kTypeOf<ReserveRequested>, reserve_request("o1", {{kA, 4}}));
}

TEST(Stock, OnlyTheLinesThatAreHeldAreReleased) {
  Stock stock;
  Bench bench(stock);
  hold_four(bench);
  const ReleaseRequested other{kOrder, kMain, {{kA, 3}}};
  EXPECT_EQ(reason_of(bench.send(kTypeOf<ReleaseRequested>, other).at(0)), "lines_differ");
  const ReleaseRequested elsewhere{kOrder, LocationId("shop"), {{kA, 4}}};
  EXPECT_EQ(reason_of(bench.send(kTypeOf<ReleaseRequested>, elsewhere).at(0)), "lines_differ");
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->reserved, 4);
}

TEST(Stock, ShipsAndPutsBackEachMovementOnce) {
  Stock stock;
  Bench bench(stock);
  hold_four(bench);
  const auto level = [&] { return *bench.get<StockLevel>(Collection::stock_levels, "main/a"); };
  const ShipRequested two{kOrder, "o1:1", kMain, {{kA, 2}}};
  EXPECT_TRUE(bench.send(kTypeOf<ShipRequested>, two).empty());
  EXPECT_TRUE(bench.send(kTypeOf<ShipRequested>, two).empty());
  EXPECT_EQ(level().on_hand, 3);
  EXPECT_EQ(level().reserved, 2);

  const ShipRequested three{kOrder, "o1:2", kMain, {{kA, 3}}};
  EXPECT_EQ(reason_of(bench.send(kTypeOf<ShipRequested>, three).at(0)), "lines_differ");

  const RestockRequested back_three{kOrder, "r1", kMain, {{kA, 3}}};
  EXPECT_EQ(reason_of(bench.send(kTypeOf<RestockRequested>, back_three).at(0)), "lines_differ");
  const RestockRequested back_one{kOrder, "r1", kMain, {{kA, 1}}};
  EXPECT_TRUE(bench.send(kTypeOf<RestockRequested>, back_one).empty());
  EXPECT_TRUE(bench.send(kTypeOf<RestockRequested>, back_one).empty());
  EXPECT_EQ(level().on_hand, 4);

  // Shipped goods are no longer reserved. Only the rest is released.
  EXPECT_TRUE(bench.send(kTypeOf<ReleaseRequested>, ReleaseRequested{kOrder, kMain, {{kA, 4}}}).empty());
  EXPECT_EQ(level().reserved, 0);
  EXPECT_EQ(level().on_hand, 4);
  EXPECT_EQ(level().on_hand, level().counted + level().adjusted - level().shipped + level().returned);
}

TEST(Stock, APartIsGivenFreeOnceAndTheRestWithTheOrder) {
  Stock stock;
  Bench bench(stock);
  hold_four(bench);
  const auto level = [&] { return *bench.get<StockLevel>(Collection::stock_levels, "main/a"); };
  const PartReleaseRequested one{kOrder, "c1", kMain, {{kA, 1}}};
  EXPECT_TRUE(bench.send(kTypeOf<PartReleaseRequested>, one).empty());
  EXPECT_TRUE(bench.send(kTypeOf<PartReleaseRequested>, one).empty());
  EXPECT_EQ(level().reserved, 3);
  const PartReleaseRequested four{kOrder, "c2", kMain, {{kA, 4}}};
  EXPECT_EQ(reason_of(bench.send(kTypeOf<PartReleaseRequested>, four).at(0)), "lines_differ");
  // The order ends. The release names all its lines, and releases the rest of the reserved goods.
  EXPECT_TRUE(bench.send(kTypeOf<ReleaseRequested>, ReleaseRequested{kOrder, kMain, {{kA, 4}}}).empty());
  EXPECT_EQ(level().reserved, 0);
  EXPECT_EQ(level().on_hand, 5);
}

TEST(Stock, TheLastPartEndsTheReservation) {
  Stock stock;
  Bench bench(stock);
  hold_four(bench);
  bench.send(kTypeOf<ShipRequested>, ShipRequested{kOrder, "o1:1", kMain, {{kA, 3}}});
  bench.send(kTypeOf<PartReleaseRequested>, PartReleaseRequested{kOrder, "o1:2", kMain, {{kA, 1}}});
  EXPECT_EQ(bench.get<Reservation>(Collection::reservations, "o1")->status, ReservationStatus::shipped);
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->reserved, 0);
}

TEST(Stock, LostGoodsAreHeldOnceMoreWhereThereAreSome) {
  Stock stock;
  Bench bench(stock);
  hold_four(bench);
  bench.send(kTypeOf<ShipRequested>, ShipRequested{kOrder, "o1:1", kMain, {{kA, 4}}});
  const auto reservation = [&] { return *bench.get<Reservation>(Collection::reservations, "o1"); };
  EXPECT_EQ(reservation().status, ReservationStatus::shipped);

  const auto too_many = bench.send(kTypeOf<StockResendRequested>, StockResendRequested{kOrder, "s1", kMain, {{kA, 2}}});
  ASSERT_EQ(too_many.size(), 1U);
  EXPECT_EQ(too_many[0].envelope.type, kTypeOf<ResendRejected>);
  EXPECT_EQ(reservation().status, ReservationStatus::shipped);

  const StockResendRequested one{kOrder, "s2", kMain, {{kA, 1}}};
  const auto held = bench.send(kTypeOf<StockResendRequested>, one);
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held[0].envelope.type, kTypeOf<ResendReserved>);
  EXPECT_TRUE(bench.send(kTypeOf<StockResendRequested>, one).empty());
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->reserved, 1);
  EXPECT_TRUE(bench.send(kTypeOf<ShipRequested>, ShipRequested{kOrder, "o1:65", kMain, {{kA, 1}}}).empty());
  EXPECT_EQ(bench.get<StockLevel>(Collection::stock_levels, "main/a")->on_hand, 0);
  EXPECT_EQ(reservation().status, ReservationStatus::shipped);
}

TEST(Stock, QuantitiesAreAboveZero) {
  Stock stock;
  Bench bench(stock);
  hold_four(bench);
  for (const std::int64_t quantity : {std::int64_t{0}, std::int64_t{-1}, kMaxStock + 1}) {
    EXPECT_EQ(reason_of(bench.send(kTypeOf<ReserveRequested>, reserve_request("o2", {{kA, quantity}})).at(0)),
              "invalid_fields");
  }
  EXPECT_EQ(reason_of(bench.send(kTypeOf<ReserveRequested>, reserve_request("o2", {})).at(0)), "invalid_fields");
  EXPECT_EQ(bench.get<Reservation>(Collection::reservations, "o2"), nullptr);
}

}  // namespace
}  // namespace ordo::processors
