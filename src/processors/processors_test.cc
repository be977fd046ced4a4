// The results of intake, catalog, orders and payments for their records.
#include <algorithm>

#include "engine/testing/test_bench.h"
#include "processors/catalog.h"
#include "processors/crm.h"
#include "processors/intake.h"
#include "processors/logistics.h"
#include "processors/orders.h"
#include "processors/payments.h"
#include "records/dead_letter.h"

namespace ordo::processors {
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

// A product that was just created and that this process does not know yet.
TEST(Intake, WaitsWhereNobodyCanTellWhetherAProductIsThere) {
  Prices prices;
  prices.products[ProductId("p1")] = {"Tea", {1999, kUsd}};
  prices.elsewhere[ProductId("p2")] = {"Mug", {500, kUsd}};
  Intake intake(prices, LocationId("main"));
  Bench waiting(intake);
  Bench another(intake);
  std::vector<Record> records;
  for (const auto* product : {"p1", "p2", "p1"}) {
    records.push_back(waiting.record(
        "", R"({"userId":"u","products":[{"productId":")" + std::string(product) + R"(","quantity":1}]})"));
  }
  const auto at_once = *another.feed(records);

  auto& worker = *waiting.worker;
  prices.away = true;
  ASSERT_TRUE(worker.prepare(records));
  for (int i = 0; i < 2; ++i) {
    const auto folded = worker.fold();
    ASSERT_FALSE(folded);
    EXPECT_EQ(folded.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(worker.next(), 1);
  }
  prices.away = false;
  ASSERT_TRUE(worker.fold());
  const auto sent = worker.take_records();
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_FALSE(std::get<OrderCreated>(*decode(sent[1])).rejection.has_value());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    EXPECT_EQ(sent[i].value, at_once[i].value);
    EXPECT_EQ(sent[i].envelope.id, at_once[i].envelope.id);
    EXPECT_EQ(sent[i].envelope.previous, at_once[i].envelope.previous);
  }
  EXPECT_EQ(*worker.commit().cursor, another.cursor);
}

// The step was sent but not committed. When it is repeated, the product has become known. The first records count.
TEST(Intake, ARepetitionThatKnowsMoreChangesNothing) {
  Prices prices;
  Intake intake(prices, LocationId("main"));
  Orders orders;
  Bench door(intake);
  Bench shop(orders);
  const auto order = door.record("", R"({"userId":"u","products":[{"productId":"p1","quantity":1}]})");
  auto first = *door.feed({order});
  door.restart({});
  prices.products[ProductId("p1")] = {"Tea", {1999, kUsd}};
  auto second = *door.feed({order});
  ASSERT_NE(first[0].value, second[0].value);
  EXPECT_EQ(first[0].at, second[0].at);
  EXPECT_EQ(first[0].envelope.sequence, second[0].envelope.sequence);
  first[0].offset = shop.next_offset++;
  second[0].offset = shop.next_offset++;
  shop.feed(first);
  const auto id = std::get<OrderCreated>(*decode(first[0])).order_id.str();
  const auto rejected = *shop.get<Order>(Collection::orders, id);
  EXPECT_EQ(rejected.status, OrderStatus::rejected);
  EXPECT_TRUE(shop.feed(second)->empty());
  EXPECT_EQ(shop.get<Order>(Collection::orders, id)->rev, rejected.rev);
}

TEST(Intake, SendsWhatItCannotAcceptToTheDeadLetterTopic) {
  Prices prices;
  Intake intake(prices, LocationId("main"));
  Bench bench(intake);
  const char* bad[] = {"not json",
                       R"({"products":[]})",
                       R"({"userId":"u","products":[]})",
                       R"({"userId":"u","products":[{"productId":"p","quantity":-1}]})",
                       R"({"userId":"u","products":[{"quantity":1}]})",
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

// A rebuild accepts every text that the release of that time accepted: ordo's own records are read unchecked.
TEST(Intake, BelievesTheTextsOfOrdosOwnRecords) {
  Prices prices;
  prices.products[ProductId("p")] = {"Tea", {250, *Currency::parse("USD")}};
  Intake intake(prices, LocationId("main"));
  Bench bench(intake);
  const char* value =
      R"({"orderId":"o","userId":"u","reference":"a\u0007b","products":[{"productId":"p","quantity":1}]})";
  auto record = bench.record(kTypeOf<NewOrder>, value);
  record.envelope.source = "/shop";
  EXPECT_EQ(reason_of(bench.feed({record})->at(0)), "invalid_fields");
  auto own = bench.record(kTypeOf<NewOrder>, value);
  own.envelope.source = "/ordo/api/1";
  EXPECT_EQ(std::get<OrderCreated>(*decode(bench.feed({own})->at(0))).reference, "a\ab");
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

TEST(Catalog, KeepsTheTraitsOfAProduct) {
  Catalog catalog(kUsd, LocationId("main"));
  Bench bench(catalog);
  bench.feed({bench.record("", R"({"action":"create","product":{"_id":"p","name":"Tea","price":2.5,)"
                               R"("tax_class":"food","weight_g":250,"requires_shipping":false}})")});
  const auto* product = bench.get<Product>(Collection::products, "p");
  ASSERT_NE(product, nullptr);
  EXPECT_EQ(traits_of(*product), (ProductTraits{"food", 250, false}));
  ProductEvent event;
  event.action = "update";
  event.product._id = ProductId("p");
  event.product.weight_g = 300;
  EXPECT_TRUE(bench.send(kTypeOf<ProductEvent>, event).empty());
  EXPECT_EQ(bench.get<Product>(Collection::products, "p")->weight_g, 300);
  event.product.weight_g = -1;
  const auto out = bench.send(kTypeOf<ProductEvent>, event);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(reason_of(out[0]), "invalid_fields");
  EXPECT_NE(extra_header(out[0], "ordo_dlq_detail").find("/product/weight_g"), std::string_view::npos);
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
  EXPECT_TRUE(bench.send(kTypeOf<ProductEvent>, event).empty());
  const auto* product = bench.get<Product>(Collection::products, "p");
  EXPECT_EQ(product->price.amount, 250);
  ASSERT_EQ(product->recent_changes.size(), 1U);
  EXPECT_EQ(product->recent_changes[0].reason, "stale_revision");
}

TEST(Catalog, RemembersWhoChangedAProduct) {
  Catalog catalog(kUsd, LocationId("main"));
  Bench bench(catalog);
  const auto change = [&](const std::string& event, const std::string& who) {
    auto record = bench.record(kTypeOf<ProductEvent>, event);
    record.envelope.source = "/ordo/api/me";
    record.envelope.by = Actor{ActorKind::key, who};
    return *bench.feed({record});
  };
  const std::string create =
      R"({"action":"create","changeId":"1","product":{"_id":"p","name":"Tea","price":1,"stock":5}})";
  const auto out = change(create, "a");
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].envelope.by, (Actor{ActorKind::key, "a"})) << "the count of its stock";
  change(create, "b");  // a repeat
  change(R"({"action":"update","changeId":"2","expectedRev":9,"product":{"_id":"p","name":"Mug"}})", "c");
  const auto* product = bench.get<Product>(Collection::products, "p");
  ASSERT_EQ(product->recent_changes.size(), 2U);
  EXPECT_EQ(product->recent_changes[0].by, (Actor{ActorKind::key, "a"}));
  EXPECT_EQ(product->recent_changes[1].by, (Actor{ActorKind::key, "c"}));
}

TEST(Catalog, AStockFigureThatComesAloneIsCounted) {
  Catalog catalog(kUsd, LocationId("main"));
  Bench bench(catalog);
  bench.feed({bench.record("", R"({"action":"create","product":{"_id":"p","name":"Tea","price":2.5}})")});
  const auto out = *bench.feed({bench.record("", R"({"action":"update","product":{"_id":"p","stock":7}})")});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(std::get<StockCounted>(*decode(out[0])).on_hand, 7);
}

TEST(Catalog, ASeedsCreateGetsItsIdFromItsPlace) {
  Catalog catalog(kUsd, LocationId("main"));
  Bench bench(catalog);
  const char* create = R"({"action":"create","product":{"name":"Tea","price":"2.5","stock":"7","category":"hot"}})";
  const auto first = bench.record("", create);
  const auto second = bench.record("", create);
  const auto id = product_id_from_place(first, 0).str();
  EXPECT_EQ(id.size(), 24U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
  EXPECT_NE(product_id_from_place(second, 0).str(), id);
  EXPECT_NE(product_id_from_place(first, 1).str(), id);

  // A record that is replayed from the dead letters gives the same id, however often and wherever it is appended.
  auto replayed = first;
  replayed.envelope.extra.emplace_back(kOriginHeader, "product_events/0/7");
  auto again = second;
  again.envelope.extra = replayed.envelope.extra;
  EXPECT_EQ(product_id_from_place(replayed, 0), product_id_from_place(again, 0));
  EXPECT_NE(product_id_from_place(replayed, 0).str(), id);

  const auto out = *bench.feed({first, second});
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(std::get<StockCounted>(*decode(out[0])).product_id.str(), id);
  EXPECT_EQ(bench.documents.size(), 2U);
  ASSERT_NE(bench.get<Product>(Collection::products, id), nullptr);
  EXPECT_EQ(bench.get<Product>(Collection::products, id)->id.str(), id);

  // Its client finds the id in the list of products, and uses it for changes.
  bench.feed({bench.record("", R"({"action":"update","product":{"_id":")" + id + R"(","price":3}})")});
  EXPECT_EQ(bench.get<Product>(Collection::products, id)->price.amount, 300);
  bench.feed({bench.record("", R"({"action":"delete","product":{"_id":")" + id + R"("}})")});
  EXPECT_EQ(bench.get<Product>(Collection::products, id)->status, ProductStatus::archived);
}

TEST(Catalog, ASeedsChangeWithoutAnIdIsRefused) {
  Catalog catalog(kUsd, LocationId("main"));
  Bench bench(catalog);
  const auto out = *bench.feed({bench.record("", R"({"action":"update","product":{"price":3}})")});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_TRUE(out[0].at.dlq);
  EXPECT_EQ(reason_of(out[0]), "invalid_fields");
}

TEST(Catalog, ASeedsRecordIsForwardedUnderItsNameAndInItsType) {
  Catalog catalog(kUsd, LocationId("main"));
  Bench bench(catalog, 8);
  for (int i = 0; i < 20; ++i) {
    const auto record = bench.record("", R"({"action":"create","product":{"name":7,"price":"2.5","stock":"1"}})");
    const auto id = product_id_from_place(record, 0).str();
    const auto home = bench.topology.partition_of(Topic::product_events, id);
    if (home == 0) continue;
    const auto out = *bench.feed({record});
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].at, (TopicPartition{Topic::product_events, home, false}));
    EXPECT_EQ(out[0].envelope.type, kTypeOf<ProductEvent>);
    const auto message = decode(out[0]);
    ASSERT_TRUE(message.has_value()) << message.error().text();
    EXPECT_EQ(std::get<ProductEvent>(*message).product._id.str(), id);
    EXPECT_EQ(std::get<ProductEvent>(*message).product.price->text, "2.5");
    // A record that gives the same with a type is passed on byte for byte.
    const std::string plain = R"({ "action": "update", "product": {"_id": ")" + id + R"(", "price": 2, "x": 1}})";
    EXPECT_EQ(bench.feed({bench.record("", plain)})->at(0).value, plain);
    return;
  }
  FAIL() << "of 20 records none had another home than partition 0";
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

// A service may take the place of intake. Its figures must add up.
TEST(Orders, CheckAnOrderThatAnotherServicePriced) {
  Orders orders;
  Bench bench(orders);
  const auto outcome = [&](const std::string& source, const OrderCreated& order) {
    auto record = bench.record(kTypeOf<OrderCreated>, encode(order));
    record.envelope.source = source;
    return reason_of(bench.feed({record})->at(0));
  };
  auto wrong = created("a");
  wrong.total.amount += 1;
  EXPECT_EQ(outcome("/pricing", wrong), "invalid_fields");
  wrong = created("b");
  wrong.lines[0].quantity = 0;
  EXPECT_EQ(outcome("/pricing", wrong), "invalid_fields");
  wrong = created("c");
  wrong.number = std::string(65, '1');
  EXPECT_EQ(outcome("/pricing", wrong), "invalid_fields");
  EXPECT_EQ(outcome("/pricing", created("d")), "");
  wrong = created("f");
  wrong.total.amount += 1;
  auto forwarded = bench.record(kTypeOf<OrderCreated>, encode(wrong));
  forwarded.envelope.source = "/ordo/orders/1/0";
  forwarded.envelope.extra.emplace_back(kForeignSourceHeader, "/pricing");
  EXPECT_EQ(reason_of(bench.feed({forwarded})->at(0)), "invalid_fields");
  // Intake checked its own, by the rules of its release.
  wrong = created("e");
  wrong.total.amount += 1;
  EXPECT_EQ(outcome("/ordo/intake/0/0", wrong), "");
}

TEST(Orders, AskForStockAndTakeTheVerdict) {
  Orders orders;
  Bench bench(orders);
  auto out = bench.send(kTypeOf<OrderCreated>, created("o1"));
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[1].envelope.type, kTypeOf<CustomerOrderChanged>);
  EXPECT_EQ(std::get<CustomerOrderChanged>(*decode(out[1])).total, bench.get<Order>(Collection::orders, "o1")->total);
  EXPECT_EQ(out[0].at.topic, Topic::stock);
  EXPECT_EQ(out[0].key, "main");
  EXPECT_EQ(std::get<ReserveRequested>(*decode(out[0])).lines, (std::vector<StockLine>{{ProductId("p"), 2}}));

  out = bench.send(kTypeOf<StockReserved>, StockReserved{OrderId("o1")});
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].envelope.type, type::kOrderReserved);
  EXPECT_EQ(out[1].envelope.type, kTypeOf<AuthorizeRequested>);
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o1")->status, OrderStatus::reserved);
  EXPECT_TRUE(bench.send(kTypeOf<StockReserved>, StockReserved{OrderId("o1")}).empty());  // sent twice
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o1")->rev, 2);
}

TEST(Orders, CancelReleasesOnceAndALateVerdictChangesNothing) {
  Orders orders;
  Bench bench(orders);
  bench.send(kTypeOf<OrderCreated>, created("o1"));
  auto out = bench.send(kTypeOf<CancelRequested>, CancelRequested{OrderId("o1"), "changed my mind"});
  ASSERT_EQ(out.size(), 3U);
  EXPECT_EQ(out[0].envelope.type, type::kOrderCancelled);
  EXPECT_EQ(out[1].envelope.type, kTypeOf<ReleaseRequested>);
  EXPECT_TRUE(bench.send(kTypeOf<StockReserved>, StockReserved{OrderId("o1")}).empty());
  EXPECT_TRUE(bench.send(kTypeOf<CancelRequested>, CancelRequested{OrderId("o1"), "again"}).empty());
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o1")->status, OrderStatus::cancelled);
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o1")->status_reason, "changed my mind");
}

TEST(Orders, WhatAStateDoesNotAllowGoesToTheDeadLetterTopic) {
  Orders orders;
  Bench bench(orders);
  auto unknown = created("o1");
  unknown.rejection = "unknown_product";
  auto out = bench.send(kTypeOf<OrderCreated>, unknown);
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].envelope.type, type::kOrderRejected);
  out = bench.send(kTypeOf<StockReserved>, StockReserved{OrderId("o1")});
  EXPECT_EQ(reason_of(out.at(0)), "illegal_transition");
  out = bench.send(kTypeOf<CancelRequested>, CancelRequested{OrderId("nobody"), ""});
  EXPECT_EQ(reason_of(out.at(0)), "unknown_order");
}

TEST(Orders, ARequestThatComesTooLateIsToldAndIsNoDeadLetter) {
  Orders orders;
  Bench bench(orders);
  auto unknown = created("o1");
  unknown.rejection = "unknown_product";
  ASSERT_EQ(bench.send(kTypeOf<OrderCreated>, unknown).size(), 2U);
  const OrderId id("o1");
  const std::vector<OrderPieces> lines = {{ProductId("mug-red"), 1}};
  const auto refused = [&](std::string_view type, const auto& request, std::string_view fact) {
    const auto out = bench.send(type, request);
    ASSERT_EQ(out.size(), 1U) << type;
    EXPECT_EQ(out[0].envelope.type, fact);
  };
  refused(kTypeOf<CancelRequested>, CancelRequested{id, ""}, type::kOrderCancelRefused);
  refused(kTypeOf<RefundRequested>, RefundRequested{id, "r1", std::nullopt, "why"}, type::kRefundRefused);
  refused(kTypeOf<ReturnRequested>, ReturnRequested{id, "b1", lines, false, false, "why"}, type::kReturnRefused);
  refused(kTypeOf<ResendRequested>, ResendRequested{id, "s1", std::nullopt, "why"}, type::kResendRefused);
  const auto order = bench.get<Order>(Collection::orders, "o1");
  ASSERT_EQ(order->refusals.size(), 4U);
  EXPECT_EQ(order->refusals[1].request, "refund");
  EXPECT_EQ(order->refusals[1].id, "r1");
  EXPECT_EQ(order->refusals[1].reason, "illegal_transition");
  EXPECT_EQ(order->status, OrderStatus::rejected);
}

TEST(Orders, TakeTheCodeOfACancelAndRefuseOthers) {
  Orders orders;
  Bench bench(orders);
  bench.send(kTypeOf<OrderCreated>, created("o"));
  const auto wrong =
      *bench.feed({bench.record(kTypeOf<CancelRequested>, R"({"order_id":"o","reason":"x","reason_code":"boredom"})")});
  ASSERT_EQ(wrong.size(), 1U);
  EXPECT_EQ(reason_of(wrong[0]), "invalid_fields");
  EXPECT_NE(read_letter(wrong[0]).detail.find("/reason_code"), std::string::npos) << read_letter(wrong[0]).detail;
  const auto out = bench.send(kTypeOf<CancelRequested>,
                              CancelRequested{OrderId("o"), "no", std::nullopt, std::nullopt, CancelReason::staff});
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o")->status_reason_code, CancelReason::staff);
  const auto fact = std::find_if(out.begin(), out.end(),
                                 [](const Record& record) { return record.envelope.type == type::kOrderCancelled; });
  ASSERT_NE(fact, out.end());
  EXPECT_NE(fact->value.find(R"("reason_code":"staff")"), std::string::npos) << fact->value;
}

TEST(Orders, KeepNotesOfTheStaffAndCheckThoseOfOtherPrograms) {
  Orders orders;
  Bench bench(orders);
  bench.send(kTypeOf<OrderCreated>, created("o"));
  auto record = bench.record(kTypeOf<NoteAdded>, encode(NoteAdded{OrderId("o"), "n", "call back", true}));
  record.envelope.by = Actor{ActorKind::token, "ann"};
  EXPECT_TRUE(bench.feed({record})->empty());
  const auto* order = bench.get<Order>(Collection::orders, "o");
  ASSERT_TRUE(order->notes);
  EXPECT_EQ((*order->notes)[0],
            (OrderNote{"n", "call back", true, record.envelope.time, Actor{ActorKind::token, "ann"}}));
  for (const auto& note : {NoteAdded{OrderId("o"), "", "x", {}}, NoteAdded{OrderId("o"), "m", "", {}},
                           NoteAdded{OrderId("o"), "m", std::string(2'001, 'x'), {}}}) {
    const auto refused = bench.send(kTypeOf<NoteAdded>, note);
    ASSERT_EQ(refused.size(), 1U);
    EXPECT_EQ(reason_of(refused[0]), "invalid_fields");
  }
  // A note beyond the bound is refused by a record of its own. It is no dead letter.
  for (std::size_t i = 1; i < Order::kMaxNotes; ++i) {
    bench.send(kTypeOf<NoteAdded>, NoteAdded{OrderId("o"), "n" + std::to_string(i), "x", {}});
  }
  const auto late = bench.send(kTypeOf<NoteAdded>, NoteAdded{OrderId("o"), "late", "x", {}});
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(late[0].envelope.type, type::kNoteRefused);
  order = bench.get<Order>(Collection::orders, "o");
  EXPECT_EQ(order->notes->size(), Order::kMaxNotes);
  EXPECT_EQ(order->refusals.back().request, "note");
  EXPECT_EQ(order->refusals.back().reason, "too_many_notes");
}

TEST(Orders, ChangeTagsAndCheckThoseOfOtherPrograms) {
  Orders orders;
  Bench bench(orders);
  bench.send(kTypeOf<OrderCreated>, created("o"));
  TagsChangeRequested change{{}, OrderId("o"), "c1"};
  const auto refused = [&] {
    const auto out = bench.send(kTypeOf<TagsChangeRequested>, change);
    return out.size() == 1 && out[0].at.dlq;
  };
  EXPECT_TRUE(refused()) << "nothing changes";
  change.add = {std::string(65, 'x')};
  EXPECT_TRUE(refused());
  change.add = {"gift"};
  change.change_id = "a/b";
  EXPECT_TRUE(refused());
  change.change_id = "c1";
  EXPECT_FALSE(refused());
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o")->tags, std::vector<std::string>{"gift"});
  change.add.emplace();
  for (int i = 0; i < 50; ++i) change.add->push_back("t" + std::to_string(i));
  change.change_id = "c2";
  const auto late = bench.send(kTypeOf<TagsChangeRequested>, change);
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(late[0].envelope.type, type::kTagsRefused);
  const auto& refusal = bench.get<Order>(Collection::orders, "o")->refusals.back();
  EXPECT_EQ(refusal.request + " " + refusal.id + " " + refusal.reason, "tags c2 too_many_tags");
}

TEST(Orders, AChangeOfTheAddressIsChecked) {
  Orders orders;
  Bench bench(orders);
  bench.send(kTypeOf<OrderCreated>, created("o"));
  OrderChangeRequested change{{}, OrderId("o"), "c1", std::nullopt};
  const auto refused = [&] {
    const auto out = bench.send(kTypeOf<OrderChangeRequested>, change);
    return out.size() == 1 && out[0].at.dlq;
  };
  EXPECT_TRUE(refused()) << "nothing changes";
  change.contact = Contact{{}, "no address", {}};
  EXPECT_TRUE(refused());
  change.contact->email = "ann@example.com";
  change.change_id = "a/b";
  EXPECT_TRUE(refused());
  change.change_id = "c1";
  EXPECT_FALSE(refused());
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o")->contact, change.contact);
  change.change_id = "c2";
  change.expected_rev = 1;
  const auto late = bench.send(kTypeOf<OrderChangeRequested>, change);
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(late[0].envelope.type, type::kChangeRefused);
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o")->refusals.back().reason, "stale_revision");
}

// Stock knows goods only: a line without goods is cancelled without it.
TEST(Orders, ACancelledFeeIsNoMatterOfStock) {
  Orders orders;
  Bench bench(orders);
  auto order = created("o");
  order.dispatch_hold_s = 60;
  PricedLine& fee = order.lines.emplace_back();
  fee.kind = LineKind::fee;
  fee.name = "Gift wrap";
  fee.quantity = 1;
  fee.unit_price = fee.total = Money{100, order.total.currency};
  order.total.amount += 100;
  auto placed = bench.record(kTypeOf<OrderCreated>, encode(order));
  placed.envelope.source = "/ordo/intake/0/0";
  bench.feed({placed});
  bench.send(kTypeOf<StockReserved>, StockReserved{OrderId("o")});
  bench.send(kTypeOf<PaymentCaptured>, PaymentCaptured{OrderId("o"), order.total});
  CancelRequested cancel{OrderId("o"), "no wrap", "c1"};
  cancel.lines = {{std::nullopt, 1, place_id(order.lines.size() - 1)}};
  bool refunds = false;
  for (const auto& record : bench.send(kTypeOf<CancelRequested>, cancel)) {
    EXPECT_NE(record.at.topic, Topic::stock);
    refunds = refunds || record.envelope.type == kTypeOf<PaymentRefundRequested>;
  }
  EXPECT_TRUE(refunds);
  EXPECT_EQ(bench.get<Order>(Collection::orders, "o")->lines.back().cancelled, 1);
}

TEST(Logistics, AShipmentAndItsRestKnowTheNumberOfTheirOrder) {
  Logistics logistics;
  Bench bench(logistics);
  const OrderId id("o1");
  ShipmentRequested request{{}, id, LocationId("main"), {{ProductId("a"), 2}}, std::nullopt};
  request.order_number = std::string(65, '1');
  EXPECT_EQ(reason_of(bench.send(kTypeOf<ShipmentRequested>, request).at(0)), "invalid_fields");
  request.order_number = "1042";
  EXPECT_TRUE(bench.send(kTypeOf<ShipmentRequested>, request).empty());
  CarrierUpdated update;
  update.order_id = id;
  update.shipment_id = "o1:1";
  update.status = ShipmentStatus::shipped;
  update.lines = {{ProductId("a"), 1}};
  bench.send(kTypeOf<CarrierUpdated>, update);
  EXPECT_EQ(bench.get<Shipment>(Collection::shipments, "o1:1")->order_number, "1042");
  EXPECT_EQ(bench.get<Shipment>(Collection::shipments, "o1:2")->order_number, "1042");
}

TEST(Logistics, ACarrierThatComesTooLateIsToldAndIsNoDeadLetter) {
  Logistics logistics;
  Bench bench(logistics);
  const OrderId id("o1");
  bench.send(kTypeOf<ShipmentRequested>,
             ShipmentRequested{{}, id, LocationId("main"), {{ProductId("a"), 1}}, std::nullopt});
  CarrierUpdated update;
  update.order_id = id;
  update.shipment_id = "o1:1";
  update.status = ShipmentStatus::cancelled;
  bench.send(kTypeOf<CarrierUpdated>, update);
  update.status = ShipmentStatus::shipped;
  const auto out = bench.send(kTypeOf<CarrierUpdated>, update);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].envelope.type, type::kShipmentUpdateRefused);
  const auto* shipment = bench.get<Shipment>(Collection::shipments, "o1:1");
  EXPECT_EQ(shipment->status, ShipmentStatus::cancelled);
  EXPECT_EQ(shipment->last_refused->reason, "illegal_transition");
  update.shipment_id = "o1:2";
  EXPECT_EQ(reason_of(bench.send(kTypeOf<CarrierUpdated>, update).at(0)), "unknown_shipment");
}

TEST(Orders, ARetryUnderTheSameKeyIsTheSameOrderAndAnotherBodyIsRefused) {
  Orders orders;
  Bench bench(orders);
  auto keyed = created("o1");
  keyed.fresh = false;
  keyed.request_hash = "h1";
  EXPECT_EQ(bench.send(kTypeOf<OrderCreated>, keyed).size(), 2U);
  EXPECT_TRUE(bench.send(kTypeOf<OrderCreated>, keyed).empty());
  keyed.request_hash = "h2";
  EXPECT_EQ(reason_of(bench.send(kTypeOf<OrderCreated>, keyed).at(0)), "idempotency_conflict");
}

TEST(Intake, BelievesPricesAndFreshIdsOfTheApiOnly) {
  Prices prices;
  prices.products[ProductId("p1")] = {"Tea", {1999, kUsd}};
  Intake intake(prices, LocationId("main"));
  Bench bench(intake);
  NewOrder order;
  order.orderId = OrderId("o1");
  order.userId = CustomerId("u");
  order.products = {{{}, ProductId("p1"), 1, "Tea", Money{1, kUsd}}};
  order.fresh = true;
  const auto said = [&](const char* source) {
    auto record = bench.record(kTypeOf<NewOrder>, encode(order));
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
  EXPECT_EQ(bench.send(kTypeOf<ProductEvent>, event).size(), 1U);
  EXPECT_TRUE(bench.send(kTypeOf<ProductEvent>, event).empty());
}

TEST(Orders, WhatEndsAnOrderThatHoldsStockGivesItBack) {
  Orders orders;
  Bench bench(orders);
  bench.send(kTypeOf<OrderCreated>, created("o1"));
  bench.send(kTypeOf<StockReserved>, StockReserved{OrderId("o1")});
  std::vector<std::string> types;
  for (const auto& record : bench.send(kTypeOf<PaymentFailed>, PaymentFailed{OrderId("o1"), "declined"})) {
    types.push_back(record.envelope.type);
  }
  EXPECT_EQ(std::count(types.begin(), types.end(), kTypeOf<ReleaseRequested>), 1);
}

TEST(Orders, AnAuthorizationAfterTheEndIsVoided) {
  Orders orders;
  Bench bench(orders);
  bench.send(kTypeOf<OrderCreated>, created("o1"));
  bench.send(kTypeOf<StockReserved>, StockReserved{OrderId("o1")});
  bench.send(kTypeOf<PaymentTimedOut>, PaymentTimedOut{OrderId("o1")});
  ASSERT_EQ(bench.get<Order>(Collection::orders, "o1")->status, OrderStatus::expired);
  const auto out = bench.send(kTypeOf<PaymentAuthorized>, PaymentAuthorized{OrderId("o1")});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].envelope.type, kTypeOf<VoidRequested>);
}

// Older releases accepted such ids, so a rebuild must.
TEST(Processors, TakeIdsThatAreStepsInAPathFromOrdosOwnRecordsOnly) {
  Prices prices;
  prices.products[ProductId("p")] = {"Tea", {250, kUsd}};
  Intake intake(prices, LocationId("main"));
  Catalog catalog(kUsd, LocationId("main"));
  Crm crm;
  const auto expect_refused_unless_own = [](Processor& processor, std::string_view type, const std::string& value) {
    Bench bench(processor);
    auto foreign = bench.record(type, value);
    foreign.envelope.source = "/shop";
    EXPECT_EQ(reason_of(bench.feed({foreign})->at(0)), "invalid_fields") << value;
    auto own = bench.record(type, value);
    own.envelope.source = "/ordo/api/1";
    const auto out = *bench.feed({own});
    for (const auto& record : out) EXPECT_FALSE(record.at.dlq) << value << reason_of(record);
  };
  for (const std::string step : {".", ".."}) {
    for (const auto& [user, order] : {std::pair("u", step.c_str()), {step.c_str(), "o"}}) {
      expect_refused_unless_own(intake, kTypeOf<NewOrder>,
                                R"({"userId":")" + std::string(user) + R"(","orderId":")" + order +
                                    R"(","products":[{"productId":"p","quantity":1}]})");
    }
    ProductEvent event;
    event.action = "create";
    event.product._id = ProductId(step);
    event.product.name = "Tea";
    event.product.price = Decimal{"2.5"};
    expect_refused_unless_own(catalog, kTypeOf<ProductEvent>, encode(event));
    CustomerChanged customer;
    customer.action = CustomerAction::create;
    customer.customer_id = CustomerId(step);
    expect_refused_unless_own(crm, kTypeOf<CustomerChanged>, encode(customer));
  }
}

TEST(Payments, AreNotKeptUnderAnIdThatNoOrderCanHave) {
  Payments payments;
  Bench bench(payments);
  const AuthorizeRequested request{OrderId("a/b"), CustomerId("c"), {900, kUsd}, "card", true};
  EXPECT_EQ(reason_of(bench.send(kTypeOf<AuthorizeRequested>, request).at(0)), "invalid_fields");
  EXPECT_TRUE(bench.documents.empty());
}

// An order with tax, as the API writes it.
NewOrder taxed_order() {
  NewOrder order;
  order.orderId = OrderId("o1");
  order.userId = CustomerId("u");
  PricedOrder priced;
  priced.total.currency = kUsd;
  auto& line = priced.lines.emplace_back(plain_line(ProductId("p1"), "Tea", 2, Money{1'000, kUsd}, {}));
  line.tax = std::vector<TaxLine>{{{"VAT", std::nullopt, 190'000, std::nullopt, std::nullopt}, {}, false}};
  EXPECT_TRUE(compute_figures(priced));
  figures_of(order) = priced;
  auto& product = order.products.emplace_back();
  details_of(product) = priced.lines[0];
  product.productId = ProductId("p1");
  product.quantity = 2;
  product.name = "Tea";
  product.unitPrice = Money{1'000, kUsd};
  product.total = priced.lines[0].total;
  return order;
}

TEST(Intake, CopiesTheFiguresOfTheApiAndRefusesWrongOnes) {
  Prices prices;
  Intake intake(prices, LocationId("main"));
  Bench bench(intake);
  const auto feed = [&](const NewOrder& order) {
    auto record = bench.record(kTypeOf<NewOrder>, encode(order));
    record.envelope.source = "/ordo/api/1";
    return bench.feed({record})->at(0);
  };
  auto order = taxed_order();
  const auto created = std::get<OrderCreated>(*decode(feed(order)));
  EXPECT_EQ(created.total, (Money{2'380, kUsd}));
  EXPECT_EQ(created.lines[0].id, "1");
  EXPECT_EQ(created.lines[0].tax_total, (Money{380, kUsd}));
  EXPECT_EQ(created.totals->tax, (Money{380, kUsd}));
  EXPECT_EQ(created.tax_summary->size(), 1U);

  order.products[0].tax->at(0).amount.amount = 379;
  const auto letter = feed(order);
  EXPECT_EQ(reason_of(letter), "invalid_fields");
  EXPECT_NE(extra_header(letter, "ordo_dlq_detail").find("/products/0/tax"), std::string::npos);
}

TEST(Intake, TakesStatedPricesFromTheApiOnly) {
  Prices prices;
  prices.products[ProductId("p1")] = {"Tea", {1999, kUsd}};
  Intake intake(prices, LocationId("main"));
  Bench bench(intake);
  const auto reason = [&](const NewOrder& order) {
    auto record = bench.record(kTypeOf<NewOrder>, encode(order));
    record.envelope.source = "/shop/checkout";
    return reason_of(bench.feed({record})->at(0));
  };
  EXPECT_EQ(reason(taxed_order()), "price_not_allowed");
  NewOrder order;
  order.userId = CustomerId("u");
  order.products = {{{}, ProductId("p1"), 1, std::nullopt, std::nullopt}};
  order.products[0].kind = LineKind::fee;
  EXPECT_EQ(reason(order), "price_not_allowed");
  order.products[0].kind.reset();
  order.discounts.emplace();
  EXPECT_EQ(reason(order), "price_not_allowed");
}

}  // namespace
}  // namespace ordo::processors
