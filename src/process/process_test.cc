// What intake, catalog, orders and payments make of their records.
#include <algorithm>

#include "process/catalog.h"
#include "process/intake.h"
#include "process/orders.h"
#include "process/payments.h"
#include "process/test_bench.h"

namespace ordo {
namespace {

TEST(Intake, PricesASeedOrder) {
  Prices prices;
  prices.products[ProductId("p1")] = {"Tea", {1999, kUsd}};
  Intake intake(prices, LocationId("main"));
  Bench bench(intake);
  auto record = bench.record("", R"({"userId":"u","products":[{"productId":"p1","quantity":2}],"totalAmount":39.98})");
  const auto out = *bench.feed({record});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].at.topic, Topic::order_events);
  const auto message = decode(out[0]);
  ASSERT_TRUE(message.has_value()) << message.error().text();
  const auto& order = std::get<OrderCreated>(*message);
  EXPECT_EQ(order.total, (Money{3998, kUsd}));
  EXPECT_EQ(order.number, "1");
  EXPECT_FALSE(order.claimed_total.has_value());
  EXPECT_FALSE(order.rejection.has_value());
  EXPECT_EQ(out[0].key, order.order_id.str());
}

TEST(Intake, KeepsADifferingClaimAndRejectsUnknownProducts) {
  Prices prices;
  prices.products[ProductId("p1")] = {"Tea", {1999, kUsd}};
  Intake intake(prices, LocationId("main"));
  Bench bench(intake);
  auto out =
      *bench.feed({bench.record("", R"({"userId":"u","products":[{"productId":"p1","quantity":1}],"totalAmount":5})"),
                   bench.record("", R"({"userId":"u","products":[{"productId":"zz","quantity":1}]})")});
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(std::get<OrderCreated>(*decode(out[0])).claimed_total->text, "5");
  EXPECT_EQ(std::get<OrderCreated>(*decode(out[1])).rejection, "unknown_product");
}

TEST(Intake, SendsWhatItCannotAcceptToTheDeadLetterTopic) {
  Prices prices;
  Intake intake(prices, LocationId("main"));
  Bench bench(intake);
  const char* bad[] = {"not json",
                       R"({"products":[]})",
                       R"({"userId":"u","products":[]})",
                       R"({"userId":"u","products":[{"productId":"p","quantity":0}]})",
                       R"({"userId":"u","products":[{"productId":"p","quantity":1000001}]})",
                       R"({"userId":"a/b","products":[{"productId":"p","quantity":1}]})"};
  for (const char* value : bad) {
    auto record = bench.record("", value);
    record.key = "k";
    const auto out = *bench.feed({record});
    ASSERT_EQ(out.size(), 1U) << value;
    EXPECT_TRUE(out[0].at.dlq) << value;
    EXPECT_EQ(out[0].value, value);
    EXPECT_EQ(out[0].key, "k");
    EXPECT_FALSE(reason_of(out[0]).empty());
  }
}

TEST(Catalog, CreatesUpdatesAndArchives) {
  Catalog catalog(kUsd, LocationId("main"));
  Bench bench(catalog);
  auto out = *bench.feed({bench.record(
      "", R"({"action":"create","product":{"_id":"p","name":"Tea","price":2.5,"stock":7,"category":"hot"}})")});
  const auto* product = bench.get<Product>(Collection::products, "p");
  ASSERT_NE(product, nullptr);
  EXPECT_EQ(product->price, (Money{250, kUsd}));
  EXPECT_EQ(product->rev, 1);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(std::get<StockCounted>(*decode(out[0])).on_hand, 7);

  out = *bench.feed({bench.record("", R"({"action":"update","product":{"_id":"p","price":3}})")});
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(bench.get<Product>(Collection::products, "p")->price.amount, 300);
  EXPECT_EQ(bench.get<Product>(Collection::products, "p")->name, "Tea");

  out = *bench.feed({bench.record("", R"({"action":"delete","product":{"_id":"p"}})")});
  EXPECT_EQ(bench.get<Product>(Collection::products, "p")->status, ProductStatus::archived);
  out = *bench.feed({bench.record("", R"({"action":"update","product":{"_id":"p","price":3}})")});
  EXPECT_EQ(reason_of(out.at(0)), "unknown_product");
}

TEST(Catalog, RefusesAStaleRevisionAndSaysSoInTheProduct) {
  Catalog catalog(kUsd, LocationId("main"));
  Bench bench(catalog);
  bench.feed({bench.record("", R"({"action":"create","product":{"_id":"p","name":"Tea","price":2.5}})")});
  ProductEvent event;
  event.action = "update";
  event.product._id = ProductId("p");
  event.product.price = Decimal{"9"};
  event.changeId = "change-1";
  event.expectedRev = 7;
  EXPECT_TRUE(bench.send(type::kProductChanged, event).empty());
  const auto* product = bench.get<Product>(Collection::products, "p");
  EXPECT_EQ(product->price.amount, 250);
  ASSERT_EQ(product->recent_changes.size(), 1U);
  EXPECT_EQ(product->recent_changes[0].reason, "stale_revision");
}

TEST(Catalog, AStockFigureThatComesAloneIsCounted) {
  Catalog catalog(kUsd, LocationId("main"));
  Bench bench(catalog);
  bench.feed({bench.record("", R"({"action":"create","product":{"_id":"p","name":"Tea","price":2.5}})")});
  const auto out = *bench.feed({bench.record("", R"({"action":"update","product":{"_id":"p","stock":7}})")});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(std::get<StockCounted>(*decode(out[0])).on_hand, 7);
}

TEST(Catalog, MoneyWithTooManyDecimalsIsRefused) {
  Catalog catalog(kUsd, LocationId("main"));
  Bench bench(catalog);
  const auto out =
      *bench.feed({bench.record("", R"({"action":"create","product":{"_id":"p","name":"Tea","price":2.505}})")});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_TRUE(out[0].at.dlq);
  EXPECT_EQ(bench.get<Product>(Collection::products, "p"), nullptr);
}

TEST(Orders, AskForStockAndTakeTheVerdict) {
  Orders orders;
  Bench bench(orders);
  auto out = bench.send(type::kOrderCreated, created("o1"));
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[1].envelope.type, type::kCustomerOrderChanged);
  EXPECT_EQ(out[0].at.topic, Topic::stock);
  EXPECT_EQ(out[0].key, "main");
  EXPECT_EQ(std::get<ReserveRequested>(*decode(out[0])).lines, (std::vector<StockLine>{{ProductId("p"), 2}}));

  out = bench.send(type::kStockReserved, StockReserved{OrderId("o1")});
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].envelope.type, type::kOrderReserved);
  EXPECT_EQ(out[1].envelope.type, type::kAuthorizeRequested);
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o1")->status, OrderStatus::reserved);
  EXPECT_TRUE(bench.send(type::kStockReserved, StockReserved{OrderId("o1")}).empty());  // said twice
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o1")->rev, 2);
}

TEST(Orders, CancelReleasesOnceAndALateVerdictChangesNothing) {
  Orders orders;
  Bench bench(orders);
  bench.send(type::kOrderCreated, created("o1"));
  auto out = bench.send(type::kCancelRequested, CancelRequested{OrderId("o1"), "changed my mind"});
  ASSERT_EQ(out.size(), 3U);
  EXPECT_EQ(out[0].envelope.type, type::kOrderCancelled);
  EXPECT_EQ(out[1].envelope.type, type::kReleaseRequested);
  EXPECT_TRUE(bench.send(type::kStockReserved, StockReserved{OrderId("o1")}).empty());
  EXPECT_TRUE(bench.send(type::kCancelRequested, CancelRequested{OrderId("o1"), "again"}).empty());
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o1")->status, OrderStatus::cancelled);
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o1")->status_reason, "changed my mind");
}

TEST(Orders, WhatAStateDoesNotAllowGoesToTheDeadLetterTopic) {
  Orders orders;
  Bench bench(orders);
  auto unknown = created("o1");
  unknown.rejection = "unknown_product";
  auto out = bench.send(type::kOrderCreated, unknown);
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].envelope.type, type::kOrderRejected);
  out = bench.send(type::kStockReserved, StockReserved{OrderId("o1")});
  EXPECT_EQ(reason_of(out.at(0)), "illegal_transition");
  out = bench.send(type::kCancelRequested, CancelRequested{OrderId("o1"), ""});
  EXPECT_EQ(reason_of(out.at(0)), "illegal_transition");
  out = bench.send(type::kCancelRequested, CancelRequested{OrderId("nobody"), ""});
  EXPECT_EQ(reason_of(out.at(0)), "unknown_order");
}

TEST(Orders, ARetryUnderTheSameKeyIsTheSameOrderAndAnotherBodyIsRefused) {
  Orders orders;
  Bench bench(orders);
  auto keyed = created("o1");
  keyed.fresh = false;
  keyed.request_hash = "h1";
  EXPECT_EQ(bench.send(type::kOrderCreated, keyed).size(), 2U);
  EXPECT_TRUE(bench.send(type::kOrderCreated, keyed).empty());
  keyed.request_hash = "h2";
  EXPECT_EQ(reason_of(bench.send(type::kOrderCreated, keyed).at(0)), "idempotency_conflict");
}

TEST(Intake, BelievesPricesAndFreshIdsOfTheApiOnly) {
  Prices prices;
  prices.products[ProductId("p1")] = {"Tea", {1999, kUsd}};
  Intake intake(prices, LocationId("main"));
  Bench bench(intake);
  NewOrder order;
  order.orderId = OrderId("o1");
  order.userId = CustomerId("u");
  order.products = {{ProductId("p1"), 1, "Tea", Money{1, kUsd}}};
  order.fresh = true;
  const auto said = [&](const char* source) {
    auto record = bench.record(type::kOrderPlaced, encode(order));
    record.envelope.source = source;
    return std::get<OrderCreated>(*decode(bench.feed({record})->at(0)));
  };
  EXPECT_EQ(said("/shop/checkout").total, (Money{1999, kUsd}));
  EXPECT_FALSE(said("/shop/checkout").fresh);
  EXPECT_EQ(said("/ordo/api/1").total, (Money{1, kUsd}));
  EXPECT_TRUE(said("/ordo/api/1").fresh);
}

TEST(Catalog, ARepeatedChangeCountsItsStockOnce) {
  Catalog catalog(kUsd, LocationId("main"));
  Bench bench(catalog);
  ProductEvent event;
  event.action = "create";
  event.product._id = ProductId("p");
  event.product.name = "Tea";
  event.product.price = Decimal{"2.5"};
  event.product.stock = 7;
  event.changeId = "change-1";
  EXPECT_EQ(bench.send(type::kProductChanged, event).size(), 1U);
  EXPECT_TRUE(bench.send(type::kProductChanged, event).empty());
}

TEST(Orders, WhatEndsAnOrderThatHoldsStockGivesItBack) {
  Orders orders;
  Bench bench(orders);
  bench.send(type::kOrderCreated, created("o1"));
  bench.send(type::kStockReserved, StockReserved{OrderId("o1")});
  std::vector<std::string> types;
  for (const auto& record : bench.send(type::kPaymentFailed, PaymentFailed{OrderId("o1"), "declined"})) {
    types.push_back(record.envelope.type);
  }
  EXPECT_EQ(std::count(types.begin(), types.end(), type::kReleaseRequested), 1);
}

TEST(Orders, AnAuthorizationAfterTheEndIsVoided) {
  Orders orders;
  Bench bench(orders);
  bench.send(type::kOrderCreated, created("o1"));
  bench.send(type::kStockReserved, StockReserved{OrderId("o1")});
  bench.send(type::kPaymentTimedOut, PaymentTimedOut{OrderId("o1")});
  ASSERT_EQ(bench.get<Order>(Collection::orders, "o1")->status, OrderStatus::expired);
  const auto out = bench.send(type::kPaymentAuthorized, PaymentAuthorized{OrderId("o1")});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].envelope.type, type::kVoidRequested);
}

TEST(Payments, AreNotKeptUnderAnIdThatNoOrderCanHave) {
  Payments payments;
  Bench bench(payments);
  const AuthorizeRequested request{OrderId("a/b"), CustomerId("c"), {900, kUsd}, "card", true};
  EXPECT_EQ(reason_of(bench.send(type::kAuthorizeRequested, request).at(0)), "invalid_fields");
  EXPECT_TRUE(bench.documents.empty());
}

}  // namespace
}  // namespace ordo
