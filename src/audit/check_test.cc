#include "audit/testing/check_fixture.h"
#include "domain/imported_order.h"
#include "processors/intake.h"
#include "records/json.h"

namespace ordo::audit {
namespace {

TEST_F(CheckTest, AConsistentShopIsClean) {
  const auto report = check();
  EXPECT_TRUE(report.clean()) << check_text(report);
  EXPECT_EQ(report.lag(), 0);
  EXPECT_EQ(report.invariants[0].checked, 4U);
  EXPECT_EQ(report.invariants[1].checked, 3U);
  EXPECT_EQ(report.invariants[2].checked, 1U);
  EXPECT_EQ(report.invariants[3].checked, 3U);
  EXPECT_EQ(report.dead_letters, (std::map<std::string, std::int64_t>{{"order_created", 1}}));
  EXPECT_TRUE(check(false).clean());
}

TEST_F(CheckTest, AnOrderThatIsGoneIsTold) {
  place("o-4");
  system_.settle(topology_);
  const auto found = broken();
  EXPECT_EQ(found.name, "orders_kept");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_NE(found.samples[0].find("o-4"), std::string::npos);
}

TEST_F(CheckTest, AnOrderOfThePastThatIsGoneIsTold) {
  OrderImported past;
  past.order_id = OrderId("past");
  Record record;
  record.at = {Topic::order_events, 2};
  record.envelope.type = kTypeOf<OrderImported>;
  record.value = encode(past);
  system_.append(record);
  EXPECT_EQ(check().invariants[0].waiting, 1U);
  system_.settle(topology_);
  const auto found = broken();
  EXPECT_EQ(found.name, "orders_kept");
  ASSERT_EQ(found.samples.size(), 1U);
  EXPECT_NE(found.samples[0].find("order_events/2@0: order past"), std::string::npos) << found.samples[0];
  Order order;
  order.id = past.order_id;
  system_.put(order);
  EXPECT_EQ(check().invariants[0].violated, 0U);
}

TEST_F(CheckTest, ADocumentThatCannotBeReadIsToldAndTheCheckGoesOn) {
  system_.unreadable = {"p-unreadable"};
  Product product;
  product.id = ProductId("p-unreadable");
  system_.put(product);
  const auto found = broken();
  EXPECT_EQ(found.name, "documents_readable");
  EXPECT_EQ(found.samples, (std::vector<std::string>{"p-unreadable: test"}));

  system_.unreadable.insert(orders_.begin()->first);
  const auto report = check();
  EXPECT_EQ(report.invariants.back().violated, 2U);
  EXPECT_GT(report.invariants[0].violated, 0U);  // orders_kept
}

TEST_F(CheckTest, AnOrderThatIsNotYetFoldedIsWaiting) {
  place("o-4");
  const auto report = check();
  EXPECT_TRUE(report.clean()) << check_text(report);
  EXPECT_EQ(report.invariants[0].waiting, 1U);
  EXPECT_EQ(report.lag(), 1);
}

TEST_F(CheckTest, AnUnreadableRecordThatIsNoDeadLetterIsTold) {
  Record record;
  record.at = {Topic::order_created, 1};
  record.value = "no json";
  system_.append(record);
  system_.settle(topology_);
  EXPECT_EQ(broken().name, "orders_kept");
}

TEST_F(CheckTest, AnOrderWithoutAnIdIsFoundByItsPlace) {
  Record record;
  record.at = {Topic::order_created, 1};
  record.value = R"({"userId":"c","products":[{"productId":"mug","quantity":1}]})";
  system_.append(record);
  system_.settle(topology_);
  EXPECT_EQ(broken().name, "orders_kept");
}

// The log was replaced after the fold: the id counts in the epoch before.
TEST_F(CheckTest, AnOrderWithoutAnIdIsFoundInAnEarlierEpoch) {
  Record record;
  record.at = {Topic::order_created, 1};
  record.offset = 0;
  record.value = R"({"userId":"c","products":[{"productId":"mug","quantity":1}]})";
  system_.append(record);
  system_.settle(topology_);
  const Owner owner{ProcessorKind::intake, 1};
  system_.cursors[owner].epoch = 2;
  put_order(processors::order_id_from_place(owner, 1, record).str(), OrderStatus::rejected);
  EXPECT_TRUE(check().clean()) << check_text(check());
}

// From a run against a broker: the records of a partition expired before any processor had read them, and the check
// reported no problem.
TEST_F(CheckTest, RecordsThatExpiredUnreadAreTold) {
  auto& cursor = system_.cursors[{ProcessorKind::intake, 2}];
  cursor.partitions = 4;
  cursor.next = 0;
  system_.begins[{Topic::order_created, 2}] = 1;
  const auto unread = broken();
  EXPECT_EQ(unread.name, "logs_whole");
  EXPECT_EQ(unread.samples[0],
            "intake/2: 1 records expired unread; it has read up to offset 0 and the log begins at 1");
  cursor = Cursor{};
  EXPECT_NE(broken().samples[0].find("no processor has read it yet"), std::string::npos);
  cursor.partitions = 4;
  cursor.next = 99;
  EXPECT_EQ(broken().name, "logs_whole");
}

TEST_F(CheckTest, AWrongTotalIsTold) {
  auto order = make_order("o-2", OrderStatus::rejected);
  order.total.amount = 2501;
  put_order(order);
  const auto found = broken();
  EXPECT_EQ(found.name, "order_totals");
  EXPECT_EQ(found.samples[0], "order o-2: /total is 25.01 USD, but the lines come to 25.00 USD");
  order.total.amount = 2500;
  order.lines[0].total.amount = order.total.amount = 2400;
  put_order(order);
  EXPECT_EQ(broken().name, "order_totals");
}

TEST_F(CheckTest, AWrongLevelIsTold) {
  auto wrong = level();
  wrong.on_hand = 9;
  system_.put(wrong);
  EXPECT_EQ(broken().samples[0], "main/mug: on_hand is 9, counted + adjusted - shipped + returned is 10");
  wrong = level();
  wrong.on_hand = 10;
  wrong.reserved = 3;
  system_.put(wrong);
  EXPECT_EQ(broken().samples[0], "main/mug: reserved is 3, its active reservations hold 2");
}

TEST_F(CheckTest, LessThanNothingNeedsACount) {
  auto wrong = level();
  wrong.on_hand = wrong.counted = 1;
  system_.put(wrong);
  EXPECT_EQ(broken().samples[0], "main/mug: -1 available, and no count or adjustment explains it");
  put_movement("m-2");
  EXPECT_TRUE(check().clean());
}

TEST_F(CheckTest, StockThatIsNotGivenBackIsTold) {
  put_order("o-1", OrderStatus::cancelled);
  EXPECT_EQ(broken().samples[0], "order o-1 is cancelled, but its stock is still reserved");
}

TEST_F(CheckTest, AReservationThatIsMissingOrDiffersIsTold) {
  put_order("o-3", OrderStatus::reserved);
  EXPECT_EQ(broken().samples[0], "order o-3 is reserved, but has no active reservation");
  put_order("o-3", OrderStatus::cancelled);
  put_reservation("o-1", ReservationStatus::active, 3);
  auto with_three = level();
  with_three.reserved = 3;
  system_.put(with_three);
  EXPECT_EQ(broken().samples[0], "order o-1 is reserved, but its reservation holds other lines than the order");
}

TEST_F(CheckTest, AReservationWithoutAnOrderIsTold) {
  put_reservation("o-9", ReservationStatus::active);
  auto with_four = level();
  with_four.reserved = 4;
  system_.put(with_four);
  EXPECT_EQ(broken().samples[0], "an active reservation for order o-9, which does not exist");
}

TEST_F(CheckTest, APendingOrderNeedsSomethingUnderWay) {
  put_order("o-5", OrderStatus::pending);
  EXPECT_EQ(broken().samples[0], "order o-5 is pending, but no record in progress will decide it");
  Record request;
  request.at = {Topic::stock, topology_.partition_of(Topic::stock, "main")};
  system_.append(request);
  const auto report = check();
  EXPECT_TRUE(report.clean());
  EXPECT_EQ(report.invariants[3].waiting, 1U);
}

TEST_F(CheckTest, WithoutASnapshotWhatMovesIsNotAViolation) {
  auto moving = level();
  moving.reserved = 4;
  system_.put(moving);
  EXPECT_EQ(broken(false).name, "stock_levels");
  Record request;
  request.at = {Topic::stock, topology_.partition_of(Topic::stock, "main")};
  system_.append(request);
  EXPECT_TRUE(check(false).clean());
  EXPECT_EQ(broken(true).name, "stock_levels");
}

TEST_F(CheckTest, MoneyThatTheStatusDoesNotExplainIsTold) {
  Order paid = make_order("o-1", OrderStatus::reserved);
  paid.captured = {2500, kUsd};
  derive_statuses(paid);
  put_order(paid);
  EXPECT_EQ(broken().name, "money");

  paid.status = OrderStatus::confirmed;
  put_order(paid);
  EXPECT_TRUE(check().clean()) << check_text(check());
  paid.captured = {2400, kUsd};
  put_order(paid);
  EXPECT_EQ(broken().name, "money");
}

TEST_F(CheckTest, MoneyOfACancelledOrderIsOwedUntilItIsGivenBack) {
  Order order = make_order("o-3", OrderStatus::cancelled);
  order.captured = {2500, kUsd};
  derive_statuses(order);
  put_order(order);
  EXPECT_EQ(broken().name, "money");
  order.refunds = {{"automatic", {2500, kUsd}, "", RefundStatus::requested, "", Timestamp()}};
  put_order(order);
  EXPECT_TRUE(check().clean()) << check_text(check());
  order.refunds[0].status = RefundStatus::succeeded;
  order.refunded = {2500, kUsd};
  derive_statuses(order);
  put_order(order);
  EXPECT_TRUE(check().clean()) << check_text(check());
}

TEST_F(CheckTest, AnOrderMayBePaidInPartsAndBeyondItsTotal) {
  Order order = make_order("o-1", OrderStatus::reserved);
  order.captured = {1000, kUsd};
  order.captures = {{"c1", {1000, kUsd}, Timestamp()}};
  derive_statuses(order);
  put_order(order);
  EXPECT_TRUE(check().clean()) << check_text(check());
  order.captures->push_back({"c2", {500, kUsd}, Timestamp()});
  put_order(order);
  EXPECT_EQ(broken().name, "money");
  order.captured = {2600, kUsd};
  order.captures = {{"c1", {1000, kUsd}, Timestamp()}, {"c2", {1600, kUsd}, Timestamp()}};
  order.status = OrderStatus::confirmed;
  derive_statuses(order);
  put_order(order);
  EXPECT_TRUE(check().clean()) << check_text(check());
  order.overcharged.reset();
  put_order(order);
  EXPECT_EQ(broken().name, "money");
}

TEST_F(CheckTest, AManualOrderIsPaidByItsPaymentsAndMayBePaidLater) {
  Order order = make_order("o-1", OrderStatus::confirmed);
  order.payment_terms = PaymentTerms::manual;
  derive_statuses(order);
  put_order(order);
  EXPECT_EQ(broken().name, "money");
  order.ship_before_payment = true;
  put_order(order);
  EXPECT_TRUE(check().clean()) << check_text(check());
  order.captured = {2500, kUsd};
  derive_statuses(order);
  put_order(order);
  EXPECT_EQ(broken().samples[0], "order o-1 is confirmed: captured 25.00 USD, its payments sum to 0");
  order.payments = {{{{2500, kUsd}, "cash"}, "p1", Timestamp()}};
  put_order(order);
  EXPECT_TRUE(check().clean()) << check_text(check());
  order.payment_terms = PaymentTerms::none;
  order.ship_before_payment.reset();
  put_order(order);
  EXPECT_TRUE(check().clean()) << check_text(check());
}

TEST_F(CheckTest, ARefundByHandIsDueAndBreaksNothing) {
  Order order = make_order("o-3", OrderStatus::cancelled);
  order.payment_terms = PaymentTerms::manual;
  order.captured = {1000, kUsd};
  order.payments = {{{{1000, kUsd}, "cash"}, "p1", Timestamp()}};
  order.refunds = {{"automatic", {1000, kUsd}, "", RefundStatus::requested, "", Timestamp(), {}, true}};
  derive_statuses(order);
  put_order(order);
  const auto report = check();
  EXPECT_TRUE(report.clean()) << check_text(report);
  EXPECT_EQ(report.refunds_due.count, 1U);
  EXPECT_EQ(report.refunds_due.samples, (std::vector<std::string>{"order o-3: refund automatic of 10.00 USD"}));
  EXPECT_NE(check_text(report).find("1 refunds are to be paid by hand"), std::string::npos) << check_text(report);
  EXPECT_NE(check_json(report).find(R"("refunds_due":{"count":1,)"), std::string::npos) << check_json(report);
}

// An order of the past is as it was: it need not end, was paid elsewhere, and holds no stock.
TEST_F(CheckTest, AnOrderOfThePastOnlyNeedsSumsThatAddUp) {
  ImportedOrder past;
  past.source = "old-shop";
  past.number = "#1";
  past.customer_id = CustomerId("c");
  past.location = LocationId("main");
  past.lines.emplace_back();
  past.lines[0].product_id = ProductId("mug");
  past.lines[0].quantity = 2;
  past.lines[0].unit_price = Money{1250, kUsd};
  past.lines[0].total = past.total = {2500, kUsd};
  const auto id = imported_order_id(past.source, past.number);
  for (const auto status : {OrderStatus::pending, OrderStatus::reserved, OrderStatus::confirmed, OrderStatus::fulfilled,
                            OrderStatus::completed, OrderStatus::cancelled}) {
    past.status = status;
    past.captured = Money{1000, kUsd};
    past.delivered = status == OrderStatus::fulfilled ? std::optional(true) : std::nullopt;
    put_order(imported_order(id, past, Timestamp()));
    EXPECT_TRUE(check().clean()) << to_string(status) << check_text(check());
  }
  put_reservation(id.str(), ReservationStatus::active, 0);
  EXPECT_EQ(broken().name, "reservations");
  put_reservation(id.str(), ReservationStatus::released, 0);
  auto order = imported_order(id, past, Timestamp());
  order.refunds.push_back({"r1", {100, kUsd}, "", RefundStatus::succeeded, "", {}});
  put_order(order);
  EXPECT_EQ(broken().name, "money");
}

// An import that amended another one may leave a currency without a sum.
TEST_F(CheckTest, ACurrencyWithoutASumIsNoDifference) {
  auto customer = std::get<Customer>(**system_.get(Collection::customers, "c"));
  customer.value.push_back({kEur, 0, 0});
  system_.put(customer);
  EXPECT_TRUE(check().clean()) << check_text(check());
}

TEST_F(CheckTest, PiecesThatDoNotAddUpAreTold) {
  auto order = make_order("o-2", OrderStatus::rejected);
  order.lines[0].refunded = 3;
  put_order(order);
  const auto found = broken();
  EXPECT_EQ(found.name, "pieces");
  EXPECT_EQ(found.samples[0], "order o-2: line 1: more was shipped, cancelled, returned or refunded than was ordered");
}

TEST_F(CheckTest, APaymentThatDiffersFromItsOrderIsTold) {
  Payment payment;
  payment.id = OrderId("o-1");
  system_.put(payment);
  EXPECT_TRUE(check().clean()) << check_text(check());
  payment.captured = {2500, kUsd};
  system_.put(payment);
  EXPECT_EQ(broken().name, "payments");
  Record fact;  // not yet folded: the order is about to receive it
  fact.at = {Topic::order_events, topology_.partition_of(Topic::order_events, "o-1")};
  system_.append(fact);
  EXPECT_TRUE(check().clean()) << check_text(check());
}

TEST_F(CheckTest, AShipmentThatItsOrderDoesNotKnowIsTold) {
  Shipment shipment;
  shipment.order_id = OrderId("o-1");
  shipment.id = shipment_id(shipment.order_id, 1);
  shipment.lines = {{ProductId("mug"), 2}};
  system_.put(shipment);
  EXPECT_TRUE(check().clean()) << check_text(check());
  shipment.status = ShipmentStatus::shipped;
  system_.put(shipment);
  EXPECT_EQ(broken().name, "shipments");
}

TEST_F(CheckTest, AnOrderIsReadOnceAlthoughItsRecordPaymentAndShipmentNameIt) {
  auto order = make_order("o-1", OrderStatus::reserved);
  Payment payment;
  payment.id = order.id;
  system_.put(payment);
  Shipment shipment;
  shipment.order_id = order.id;
  shipment.id = shipment_id(order.id, 1);
  shipment.status = ShipmentStatus::shipped;
  shipment.lines = {{ProductId("mug"), 2}};
  system_.put(shipment);
  order.parcels = {{shipment.id, shipment.lines, ParcelStatus::shipped, "", Timestamp(), {}}};
  put_order(order);
  check();
  EXPECT_EQ(system_.gets, 0);
}

TEST_F(CheckTest, PersonalDataThatSurvivedItsRemovalIsTold) {
  auto order = make_order("o-2", OrderStatus::rejected);
  order.redacted_at = Timestamp();
  order.channel = "web";  // says nothing about the person
  order.tags = {"gift"};
  system_.put(order);
  EXPECT_TRUE(check().clean()) << check_text(check());
  order.reference = "Ann's";
  system_.put(order);
  EXPECT_EQ(broken().name, "redaction");
  order.reference.reset();
  order.history = {{"t", Timestamp(), "s", "placed", Actor{ActorKind::key, "4fQ0", "web shop"}}};
  system_.put(order);
  EXPECT_TRUE(check().clean()) << check_text(check());
  order.history[0].by = Actor{ActorKind::customer, "ann"};
  system_.put(order);
  EXPECT_EQ(broken().name, "redaction");
  order.history.clear();
  order.notes = {{"n", "", false, Timestamp()}};
  system_.put(order);
  EXPECT_TRUE(check().clean()) << check_text(check());
  order.notes->front().text = "call Ann";
  system_.put(order);
  EXPECT_EQ(broken().name, "redaction");
  order.notes.reset();
  order.payments = {{{{2500, kUsd}, "from Ann"}, "p1", Timestamp()}};
  order.payment_terms = PaymentTerms::manual;
  order.captured = order.refunded = {2500, kUsd};
  order.refunds = {{"r", {2500, kUsd}, "", RefundStatus::succeeded, "", Timestamp()}};
  derive_statuses(order);
  put_order(order);
  EXPECT_EQ(broken().name, "redaction");
  order.payments->front().method.clear();
  put_order(order);
  EXPECT_TRUE(check().clean()) << check_text(check());
  order.dispatch_requested_at = Timestamp();
  system_.put(order);
  Shipment shipment;
  shipment.order_id = order.id;
  shipment.id = shipment_id(order.id, 1);
  shipment.lines = {{ProductId("mug"), 2}};
  system_.put(shipment);
  EXPECT_TRUE(check().clean()) << check_text(check());
  shipment.shipping_address = Address{"Ann Lee", {}, "Oranienstr. 1", {}, "Berlin", {}, {}, "DE", {}, {}};
  system_.put(shipment);
  EXPECT_EQ(broken().name, "redaction");
}

TEST_F(CheckTest, ACustomerWhoseFiguresAreNotTheSumsIsTold) {
  auto customer = std::get<Customer>(**system_.get(Collection::customers, "c"));
  ++customer.orders.placed;
  system_.put(customer);
  EXPECT_EQ(broken().name, "customers");
  --customer.orders.placed;
  customer.value.push_back({kUsd, 1, 0});
  system_.put(customer);
  EXPECT_EQ(broken().name, "customers");
}

TEST_F(CheckTest, TheReportIsReadableByPeopleAndPrograms) {
  put_order("o-1", OrderStatus::cancelled);
  const auto report = check();
  EXPECT_NE(check_text(report).find("VIOLATED  reservations"), std::string::npos) << check_text(report);
  const auto json = check_json(report);
  EXPECT_TRUE(JsonTape::parse(json)) << json;
  EXPECT_TRUE(json.starts_with(R"({"clean":false,"lag":0,)")) << json;
}

}  // namespace
}  // namespace ordo::audit
