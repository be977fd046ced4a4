#include <gtest/gtest.h>

#include <map>
#include <set>

#include "audit/check_invariants.h"
#include "audit/check_report.h"
#include "domain/imported_order.h"
#include "domain/test_values.h"
#include "processors/intake.h"
#include "records/json.h"
#include "records/messages.h"

namespace ordo::audit {
namespace {

// Documents and a log in memory, in any state.
class FakeSystem : public DocumentReader, public LogSource {
 public:
  void put(Document document) {
    auto& documents = documents_[collection_of(document)];
    documents.insert_or_assign(id_of(document), std::move(document));
  }
  void append(Record record) {
    auto& log = logs_[record.at];
    record.offset = static_cast<std::int64_t>(log.size());
    log.push_back(std::move(record));
  }
  // The owners have folded all present records.
  void settle(const Topology& topology) {
    for (const auto kind : kAllProcessors) {
      const Topic inbox = inbox_of(kind);
      for (int p = 0; p < topology[inbox].partitions; ++p) {
        cursors[{kind, p}].next = static_cast<std::int64_t>(logs_[{inbox, p}].size());
      }
    }
  }

  Result<std::optional<Document>> get(Collection collection, std::string_view id) override {
    const auto& documents = documents_[collection];
    const auto found = documents.find(std::string(id));
    if (found == documents.end()) return std::optional<Document>();
    if (unreadable.contains(found->first)) {
      return fail(ErrorCode::kCorrupt, std::string(kUnreadableDocument), found->first + ": test");
    }
    return std::optional<Document>(found->second);
  }
  // Pages of one document, in the order of ids.
  Result<Page> list(const Query& query) override {
    Page page;
    const auto& documents = documents_[query.collection];
    auto at = query.after ? documents.upper_bound(query.after->id) : documents.begin();
    if (at == documents.end()) return page;
    if (unreadable.contains(at->first)) {
      page.unreadable.push_back(at->first + ": test");
    } else {
      page.documents.push_back(at->second);
    }
    if (std::next(at) != documents.end()) page.next = PageKey{0, at->first};
    return page;
  }
  Result<Cursor> cursor(const Owner& owner) override { return cursors[owner]; }

  Result<std::vector<LogRange>> ranges(Topic topic, bool dlq) override {
    std::vector<LogRange> ranges(dlq ? 1 : 4);
    for (std::size_t p = 0; p < ranges.size(); ++p) {
      const auto begin = begins.find({topic, static_cast<int>(p), dlq});
      if (begin != begins.end()) ranges[p].begin = begin->second;
      ranges[p].end = static_cast<std::int64_t>(logs_[{topic, static_cast<int>(p), dlq}].size());
    }
    return ranges;
  }
  Result<std::unique_ptr<LogReader>> open_reader(Topic topic, bool dlq, std::vector<std::int64_t> from) override {
    std::vector<Record> records;
    for (std::size_t p = 0; p < from.size(); ++p) {
      const auto& log = logs_[{topic, static_cast<int>(p), dlq}];
      records.insert(records.end(), log.begin() + from[p], log.end());
    }
    return std::unique_ptr<LogReader>(std::make_unique<Reader>(std::move(records)));
  }

  std::map<Owner, Cursor> cursors;
  std::map<TopicPartition, std::int64_t> begins;  // earlier records have expired
  std::set<std::string> unreadable;               // ids

 private:
  class Reader : public LogReader {
   public:
    explicit Reader(std::vector<Record> records) : records_(std::move(records)) {}
    Result<std::vector<Record>> poll(std::size_t, std::chrono::milliseconds) override {
      if (caught_up()) return std::vector<Record>();
      return std::vector<Record>{records_[next_++]};
    }
    bool caught_up() const override { return next_ == records_.size(); }

   private:
    std::vector<Record> records_;
    std::size_t next_ = 0;
  };

  std::map<Collection, std::map<std::string, Document>> documents_;
  std::map<TopicPartition, std::vector<Record>> logs_;
};

class CheckTest : public testing::Test {
 protected:
  // A consistent shop: order o-1 holds 2 of 10 mugs, o-2 was rejected, o-3 cancelled; one record was refused.
  CheckTest() {
    StockLevel level;
    level.id = "main/mug";
    level.location = LocationId("main");
    level.product_id = ProductId("mug");
    level.on_hand = level.counted = 10;
    level.reserved = 2;
    system_.put(level);
    put_movement("m-1");
    put_order("o-1", OrderStatus::reserved);
    put_reservation("o-1", ReservationStatus::active);
    put_order("o-2", OrderStatus::rejected);
    put_reservation("o-2", ReservationStatus::rejected);
    put_order("o-3", OrderStatus::cancelled);
    put_reservation("o-3", ReservationStatus::released);
    for (const auto* id : {"o-1", "o-2", "o-3"}) place(id);
    Record broken;
    broken.at = {Topic::order_created, 2};
    broken.value = "no json";
    system_.append(broken);
    broken.at = {Topic::order_created, 0, true};
    broken.envelope.extra = {{"ordo_dlq_partition", "2"}, {"ordo_dlq_offset", std::to_string(broken_offset())}};
    system_.append(broken);
    system_.settle(topology_);
  }

  static Order make_order(const std::string& id, OrderStatus status) {
    Order order;
    order.id = OrderId(id);
    order.customer_id = CustomerId("c");
    order.location = LocationId("main");
    order.lines = {{{}, ProductId("mug"), "Mug", 2, Money{1250, kUsd}, Money{2500, kUsd}}};
    order.total = {2500, kUsd};
    order.status = status;
    return order;
  }
  void put_order(const std::string& id, OrderStatus status) { put_order(make_order(id, status)); }
  // Also puts the order's customer and hour with matching figures. All orders are of one customer and one hour.
  void put_order(const Order& order) {
    system_.put(order);
    orders_[order.id.str()] = order;
    std::optional<Customer> customer;
    std::optional<OrderHour> hour;
    for (const auto& [id, known] : orders_) {
      const auto step = whole_step(known);
      customer = count_order(customer ? &*customer : nullptr, known.customer_id, step, Timestamp());
      hour = count_order(hour ? &*hour : nullptr, order_hour_id(known.placed_at, kUsd, 0), step, Timestamp());
    }
    system_.put(*customer);
    system_.put(*hour);
  }
  void put_reservation(const std::string& id, ReservationStatus status, std::int64_t quantity = 2) {
    Reservation reservation;
    reservation.id = OrderId(id);
    reservation.location = LocationId("main");
    reservation.status = status;
    reservation.lines = {{ProductId("mug"), quantity}};
    system_.put(reservation);
  }
  void put_movement(const std::string& id) {
    StockMovement movement;
    movement.id = id;
    movement.location = LocationId("main");
    movement.product_id = ProductId("mug");
    system_.put(movement);
  }
  void place(const std::string& id) {
    NewOrder message;
    message.orderId = OrderId(id);
    message.userId = CustomerId("c");
    message.products = {{{}, ProductId("mug"), 2, {}, {}}};
    Record record;
    record.at = {Topic::order_created, topology_.partition_of(Topic::order_created, id)};
    record.key = id;
    record.envelope.type = kTypeOf<NewOrder>;
    record.value = encode(message);
    system_.append(record);
  }
  std::int64_t broken_offset() { return (*system_.ranges(Topic::order_created, false))[2].end - 1; }
  StockLevel level() { return std::get<StockLevel>(**system_.get(Collection::stock_levels, "main/mug")); }

  CheckReport check(bool snapshot = true) {
    const auto report = check_invariants({system_, system_, topology_, snapshot}, {});
    EXPECT_TRUE(report) << report.error().text();
    return *report;
  }
  // The only violated invariant.
  Invariant broken(bool snapshot = true) {
    Invariant found;
    int count = 0;
    for (const auto& invariant : check(snapshot).invariants) {
      if (invariant.violated == 0) continue;
      found = invariant;
      ++count;
    }
    EXPECT_EQ(count, 1);
    return found;
  }

  Topology topology_;
  FakeSystem system_;
  std::map<std::string, Order> orders_;
};

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

// The figures of the quarter of an hour in which all orders were placed.
class CheckHoursTest : public CheckTest {
 protected:
  CheckHoursTest() : hour_(std::get<OrderHour>(**system_.get(Collection::order_hours, "1970-01-01T00/USD/0"))) {}

  OrderSums& sums() { return hour_.quarters.at(0).sums; }
  bool is_found() {
    system_.put(hour_);
    const auto found = broken();
    return found.name == "hours" && found.samples.size() == 1 &&
           found.samples[0].starts_with("the quarter of an hour at 1970-01-01T00:00:00.000Z in USD: ");
  }

  OrderHour hour_;
};

TEST_F(CheckHoursTest, WrongFiguresAreTold) {
  EXPECT_EQ(sums().orders, (OrderCounts{3, 0, 1, 0, 1}));
  EXPECT_EQ(sums().total, 7500);
  ++sums().orders.placed;
  EXPECT_TRUE(is_found());
  --sums().orders.placed;
  ++sums().total;
  EXPECT_TRUE(is_found());
  --sums().total;
  ++sums().captured;
  EXPECT_TRUE(is_found());
  --sums().captured;
  sums().reasons.pop_back();
  EXPECT_TRUE(is_found());
}

TEST_F(CheckHoursTest, AnHourThatIsGoneIsTold) {
  hour_.quarters.clear();
  EXPECT_TRUE(is_found());
}

TEST_F(CheckHoursTest, AStepThatIsNotYetCountedIsWaiting) {
  ++sums().orders.completed;
  system_.put(hour_);
  Record step;
  step.at = {Topic::customers, 1};
  system_.append(step);
  EXPECT_TRUE(check().clean()) << check_text(check());
}

TEST_F(CheckHoursTest, TotalsThatNoRecordSaidAreNotCompared) {
  sums().without_total = 1;
  sums().total = 5000;
  sums().reasons.clear();
  system_.put(hour_);
  EXPECT_TRUE(check().clean()) << check_text(check());
}

TEST_F(CheckHoursTest, AWrongTimeIsTold) {
  hour_.quarters.at(0).minute = 7;
  system_.put(hour_);
  EXPECT_EQ(broken().samples[0], "hour 1970-01-01T00/USD/0: it has a wrong time or currency");
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

class CheckRedemptionsTest : public CheckTest {
 protected:
  // Order o-1 uses the promotion "spring".
  CheckRedemptionsTest() {
    promotion_.id = "spring";
    promotion_.usage_limit = promotion_.used = 1;
    system_.put(promotion_);
    buyer_.id = promotion_buyer_id("spring", CustomerId("c"));
    buyer_.promotion_id = "spring";
    buyer_.customer_id = CustomerId("c");
    buyer_.used = 1;
    system_.put(buyer_);
    use_ = use_of("o-1");
    system_.put(use_);
    put_use("o-1", OrderStatus::reserved, OrderRedemptionStatus::redeemed);
  }

  static Redemption use_of(const std::string& order) {
    Redemption use;
    use.id = redemption_id("spring", OrderId(order));
    use.promotion_id = "spring";
    use.order_id = OrderId(order);
    use.customer_id = CustomerId("c");
    return use;
  }
  void put_use(const std::string& id, OrderStatus status, OrderRedemptionStatus use) {
    auto order = make_order(id, status);
    order.redemptions = {{"spring", use}};
    put_order(order);
  }
  // The one violation, with its first sample.
  std::string problem() {
    const auto found = broken();
    EXPECT_EQ(found.name, "redemptions");
    return found.samples.empty() ? "" : found.samples[0];
  }

  Promotion promotion_;
  PromotionBuyer buyer_;
  Redemption use_;
};

TEST_F(CheckRedemptionsTest, UsesThatAreTheOrdersAreClean) {
  EXPECT_TRUE(check().clean()) << check_text(check());
  put_use("o-2", OrderStatus::rejected, OrderRedemptionStatus::refused);
  put_use("o-3", OrderStatus::cancelled, OrderRedemptionStatus::returned);
  auto returned = use_of("o-3");
  returned.status = RedemptionStatus::returned;
  system_.put(returned);
  EXPECT_TRUE(check().clean()) << check_text(check());
}

TEST_F(CheckRedemptionsTest, WrongCountsAreTold) {
  promotion_.used = 0;
  system_.put(promotion_);
  EXPECT_EQ(problem(), "spring: used is 0, orders hold 1");
  promotion_.used = 1;
  system_.put(promotion_);
  buyer_.used = 2;
  system_.put(buyer_);
  EXPECT_EQ(problem(), "spring/c: used is 2, orders hold 1");
}

TEST_F(CheckRedemptionsTest, ALimitThatIsExceededIsTold) {
  promotion_.usage_limit = 0;
  system_.put(promotion_);
  EXPECT_EQ(problem(), "spring: used is 1, its limit is 0");
}

TEST_F(CheckRedemptionsTest, AUseWithoutAnOrderIsTold) {
  put_use("o-1", OrderStatus::reserved, OrderRedemptionStatus::redeemed);
  auto order = make_order("o-1", OrderStatus::reserved);
  put_order(order);
  EXPECT_EQ(problem(), "the promotion spring counts order o-1, which does not use it");
  put_use("o-1", OrderStatus::reserved, OrderRedemptionStatus::redeemed);
  system_.put(use_of("o-9"));
  promotion_.used = promotion_.usage_limit.emplace(2);
  system_.put(promotion_);
  buyer_.used = 2;
  system_.put(buyer_);
  EXPECT_EQ(problem(), "the promotion spring counts order o-9, which does not exist");
}

TEST_F(CheckRedemptionsTest, AUseThatIsNotGivenBackIsTold) {
  put_use("o-1", OrderStatus::cancelled, OrderRedemptionStatus::returned);
  put_reservation("o-1", ReservationStatus::released);
  auto free = level();
  free.reserved = 0;
  system_.put(free);
  EXPECT_EQ(problem(), "the promotion spring counts order o-1, which is cancelled");
  Record request;
  request.at = {Topic::promotions, topology_.partition_of(Topic::promotions, "spring")};
  system_.append(request);
  EXPECT_TRUE(check().clean()) << "the request to give it back may be in progress";
}

TEST_F(CheckRedemptionsTest, AnOrderThatDoesNotCountIsTold) {
  use_.status = RedemptionStatus::returned;
  system_.put(use_);
  promotion_.used = 0;
  system_.put(promotion_);
  buyer_.used = 0;
  system_.put(buyer_);
  EXPECT_EQ(problem(), "order o-1 is reserved, but the promotion spring does not count it");
}

TEST_F(CheckRedemptionsTest, AStatusThatDoesNotMatchTheOrderIsTold) {
  put_use("o-3", OrderStatus::cancelled, OrderRedemptionStatus::redeemed);
  EXPECT_EQ(problem(), "order o-3 is cancelled, which does not match its use of the promotion spring");
  put_use("o-3", OrderStatus::cancelled, OrderRedemptionStatus::returned);
  put_use("o-2", OrderStatus::rejected, OrderRedemptionStatus::requested);
  EXPECT_EQ(problem(), "order o-2 is rejected, which does not match its use of the promotion spring");
}

TEST_F(CheckRedemptionsTest, APendingOrderMayWaitForAPromotionAlone) {
  auto order = make_order("o-5", OrderStatus::pending);
  order.stock_reserved_at = Timestamp();
  order.redemptions = {{"spring", OrderRedemptionStatus::requested}};
  put_order(order);
  put_reservation("o-5", ReservationStatus::active);
  auto with_four = level();
  with_four.reserved = 4;
  system_.put(with_four);
  EXPECT_EQ(broken().samples[0], "order o-5 is pending, but no record in progress will decide it");
  Record request;
  request.at = {Topic::promotions, topology_.partition_of(Topic::promotions, "spring")};
  system_.append(request);
  EXPECT_TRUE(check().clean()) << check_text(check());
  put_reservation("o-5", ReservationStatus::released);
  with_four.reserved = 2;
  system_.put(with_four);
  EXPECT_EQ(broken().samples[0], "order o-5 is pending, but its stock is not reserved any more");
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
