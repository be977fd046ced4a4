// For tests of the check: a shop in memory, consistent at first.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "audit/check_invariants.h"
#include "audit/check_report.h"
#include "domain/order_hour.h"
#include "domain/test_values.h"
#include "records/messages.h"

namespace ordo::audit {

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
    ++gets;
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
  int gets = 0;                                   // how often a single document was read

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

}  // namespace ordo::audit
