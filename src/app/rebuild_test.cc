#include "audit/rebuild.h"

#include <gtest/gtest.h>

#include "app/processor_rules.h"
#include "app/rebuild_swap.h"
#include "app/scratch.h"
#include "embedded/data_directory.h"
#include "embedded/skip.h"
#include "embedded/testing/shop.h"

namespace ordo::app {
namespace {

using embedded::append_and_wait;

// A shop that has run and stopped: ten mugs, and three orders that hold two each.
class RebuildTest : public testing::Test {
 protected:
  RebuildTest() {
    settings_.data_dir = directory_.data();
    embedded::EngineOptions options;
    options.directory = settings_.data_dir;
    embedded::Shop shop;
    const auto processors = shop.processors();
    auto engine = embedded::Engine::open(std::move(options), processors);
    EXPECT_TRUE(engine) << engine.error().text();
    (*engine)->start();
    EXPECT_TRUE(append_and_wait(**engine, embedded::count_record(topology_, "mug", 10)));
    for (const auto* id : {"o-1", "o-2", "o-3"}) {
      EXPECT_TRUE(append_and_wait(**engine, embedded::order_record(topology_, id, "c", {"mug"}, 2)));
    }
    EXPECT_TRUE((*engine)->wait_idle(std::chrono::seconds(20)));
    (*engine)->stop();
    engine->reset();
    auto reader = embedded::Reader::open(settings_.data_dir, topology_);
    EXPECT_TRUE(reader) << reader.error().text();
    reader_ = std::move(*reader);
    options_.collections = {Collection::products, Collection::orders, Collection::stock_levels,
                            Collection::reservations, Collection::stock_movements};
    options_.compare.pause = std::chrono::milliseconds(1);
  }

  audit::RebuildReport run(DocumentReader& documents, bool frozen, audit::Swapper* swapper = nullptr) {
    auto scratch = Scratch::open("");
    EXPECT_TRUE(scratch) << scratch.error().text();
    const processors::NoPrices prices;
    processors::ProcessorSet processors(processor_rules(settings_), prices);
    const audit::CheckSources live{documents, *reader_, topology_, frozen};
    auto report = audit::rebuild(live, processors, **scratch, options_, swapper);
    EXPECT_TRUE(report) << report.error().text();
    return report ? std::move(*report) : audit::RebuildReport{};
  }
  audit::RebuildReport run() { return run(*reader_, true); }

  void write(const std::function<Result<void>(embedded::Store&)>& change) {
    embedded::StoreOptions options;
    options.path = embedded::database_path(settings_.data_dir);
    auto store = embedded::Store::open(options);
    ASSERT_TRUE(store) << store.error().text();
    auto done = (*store)->begin();
    if (done) done = change(**store);
    if (done) done = (*store)->commit();
    ASSERT_TRUE(done) << done.error().text();
  }

  Order order(const std::string& id) {
    auto found = reader_->get(Collection::orders, id);
    EXPECT_TRUE(found && *found);
    return std::get<Order>(**found);
  }

  const audit::ComparedCollection& of(const audit::RebuildReport& report, Collection collection) {
    for (const auto& one : report.collections) {
      if (one.collection == collection) return one;
    }
    ADD_FAILURE() << to_string(collection) << " was not compared";
    return report.collections.front();
  }

  embedded::TemporaryDirectory directory_;
  settings::Settings settings_;
  const Topology topology_;
  std::unique_ptr<embedded::Reader> reader_;
  audit::RebuildOptions options_;
};

TEST_F(RebuildTest, WhatCameFromTheLogIsIdentical) {
  const auto report = run();
  EXPECT_EQ(report.differences(), 0U) << audit::rebuild_text(report);
  EXPECT_EQ(of(report, Collection::orders).documents, 3U);
  EXPECT_EQ(of(report, Collection::reservations).documents, 3U);
  EXPECT_EQ(of(report, Collection::stock_levels).documents, 1U);
  EXPECT_EQ(of(report, Collection::stock_movements).documents, 1U);
  // Three orders, each with the records created, reserved by stock and reserved; also the three requests and the count
  // in the inbox of stock.
  EXPECT_EQ(report.folded, 3U * 3U + 3U + 1U);
}

TEST_F(RebuildTest, WhatAnOperatorPassedOverStaysPassedOver) {
  auto cancel = embedded::record_for(topology_, Topic::order_events, "o-1", kTypeOf<CancelRequested>,
                                     encode(CancelRequested{OrderId("o-1"), "forget it"}));
  const auto at = embedded::append_to_files(settings_.data_dir, topology_, cancel);
  ASSERT_TRUE(at) << at.error().text();
  const auto skipped = embedded::skip(settings_.data_dir, topology_, {ProcessorKind::orders, cancel.at.partition},
                                      at->offset, "ticket 7");
  ASSERT_TRUE(skipped) << skipped.error().text();
  {
    embedded::EngineOptions options;
    options.directory = settings_.data_dir;
    embedded::Shop shop;
    auto engine = embedded::Engine::open(std::move(options), shop.processors());
    ASSERT_TRUE(engine) << engine.error().text();
    (*engine)->start();
    ASSERT_TRUE((*engine)->wait_idle(std::chrono::seconds(20)));
  }
  EXPECT_EQ(order("o-1").status, OrderStatus::reserved);
  const auto report = run();
  EXPECT_EQ(report.differences(), 0U) << audit::rebuild_text(report);
}

TEST_F(RebuildTest, WhatIsSpoiledIsFoundSwappedAndFoundNoMore) {
  Order changed = order("o-1");
  changed.lines[0].quantity = 7;
  changed.placed_at = changed.placed_at + std::chrono::hours(1);  // another position in the list
  Order made_up = order("o-2");
  made_up.id = OrderId("o-9");
  write([&](embedded::Store& store) -> Result<void> {
    auto done = store.put(changed);
    if (done) done = store.put(made_up);
    if (done) done = store.erase({Collection::orders, "o-3"});
    if (done) done = store.erase({Collection::reservations, "o-3"});
    return done;
  });
  const auto report = run();
  const auto& orders = of(report, Collection::orders);
  EXPECT_EQ(orders.different, 1U) << audit::rebuild_text(report);
  EXPECT_EQ(orders.missing, 1U);
  EXPECT_EQ(orders.surplus, 1U);
  EXPECT_EQ(of(report, Collection::reservations).missing, 1U);
  EXPECT_EQ(report.differences(), 4U);
  EXPECT_NE(audit::rebuild_text(report).find("orders/o-1: /lines/0/quantity is 7 but should be 2"), std::string::npos)
      << audit::rebuild_text(report);

  auto swapper = open_swapper(settings_, {ProcessorKind::orders, ProcessorKind::stock});
  ASSERT_TRUE(swapper) << swapper.error().text();
  EXPECT_EQ(run(*reader_, true, swapper->get()).differences(), 4U);
  swapper->reset();
  EXPECT_EQ(run().differences(), 0U) << audit::rebuild_text(run());
  Query by_product;
  by_product.collection = Collection::orders;
  by_product.where = {{"product_id", "mug"}};
  const auto listed = reader_->list(by_product);
  ASSERT_TRUE(listed) << listed.error().text();
  EXPECT_EQ(listed->documents.size(), 3U);
}

TEST_F(RebuildTest, SwappingNeedsTheDirectory) {
  auto first = open_swapper(settings_, {ProcessorKind::orders});
  ASSERT_TRUE(first) << first.error().text();
  const auto second = open_swapper(settings_, {ProcessorKind::orders});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "directory_in_use");
}

// The documents of a running system. One of them appears late, or never.
class LateReader : public DocumentReader {
 public:
  LateReader(DocumentReader& all, Order old, int looks) : all_(all), old_(std::move(old)), looks_(looks) {}

  Result<std::optional<Document>> get(Collection collection, std::string_view id) override {
    if (collection == Collection::orders && id == old_.id.str() && looks_-- > 0) return std::optional<Document>(old_);
    return all_.get(collection, id);
  }
  Result<Page> list(const Query& query) override {
    auto page = all_.list(query);
    if (!page) return page;
    for (auto& document : page->documents) {
      if (id_of(document) == old_.id.str() && query.collection == Collection::orders) document = old_;
    }
    return page;
  }
  Result<Cursor> cursor(const Owner& owner) override { return all_.cursor(owner); }

 private:
  DocumentReader& all_;
  const Order old_;
  int looks_;
};

TEST_F(RebuildTest, OnARunningSystemADifferenceCountsWhenItStandsStill) {
  Order old = order("o-1");
  old.rev -= 1;
  LateReader late(*reader_, old, 2);
  const auto on_its_way = run(late, false);
  EXPECT_EQ(on_its_way.differences(), 0U) << audit::rebuild_text(on_its_way);
  EXPECT_EQ(on_its_way.unsettled(), 0U);
  LateReader never(*reader_, old, 1'000'000);
  EXPECT_EQ(of(run(never, false), Collection::orders).different, 1U);
}

TEST_F(RebuildTest, ALogBegunAnewIsNotRebuilt) {
  write([&](embedded::Store& store) -> Result<void> {
    auto cursor = store.cursor({ProcessorKind::orders, 2});
    if (!cursor) return fail(cursor.error());
    cursor->epoch = 1;
    return store.commit_step({{ProcessorKind::orders, 2}, cursor->next, &*cursor, {}});
  });
  const auto report = run();
  ASSERT_EQ(report.unreplayable.size(), 1U) << audit::rebuild_text(report);
  EXPECT_EQ(report.unreplayable.begin()->first, Collection::orders);
  EXPECT_EQ(report.unreplayable.begin()->second.front().owner, (Owner{ProcessorKind::orders, 2}));
  EXPECT_EQ(of(report, Collection::stock_levels).differences(), 0U);
}

TEST_F(RebuildTest, ACursorThatHasSeenSomethingElseIsTold) {
  const Owner owner{ProcessorKind::stock, topology_.partition_of(Topic::stock, "main")};
  write([&](embedded::Store& store) -> Result<void> {
    auto cursor = store.cursor(owner);
    if (!cursor) return fail(cursor.error());
    cursor->seen.begin()->second += 1;
    return store.commit_step({owner, cursor->next, &*cursor, {}});
  });
  const auto report = run();
  ASSERT_EQ(report.cursors.size(), 1U) << audit::rebuild_text(report);
  EXPECT_EQ(report.cursors[0].find(to_string(owner)), 0U) << report.cursors[0];
}

}  // namespace
}  // namespace ordo::app
