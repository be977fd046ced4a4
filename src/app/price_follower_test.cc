#include "app/price_follower.h"

#include <gtest/gtest.h>

#include <set>

#include "app/price_lookup.h"
#include "domain/test_values.h"
#include "records/messages.h"

namespace ordo::app {
namespace {

using std::chrono::milliseconds;

// The store and the log of one partition, as the catalog processor would leave them.
class FakeBackend final : public DocumentReader, public LogSource {
 public:
  Result<std::optional<Document>> get(Collection, std::string_view id) override {
    const std::lock_guard lock(mutex);
    ++reads;
    if (away) return fail(ErrorCode::kUnavailable, "store_away", "the store is away");
    const auto found = products.find(std::string(id));
    if (found == products.end()) return std::nullopt;
    if (unreadable.contains(found->first)) {
      return fail(ErrorCode::kCorrupt, std::string(kUnreadableDocument), found->first);
    }
    return Document(found->second);
  }
  Result<Page> list(const Query& query) override {
    const std::lock_guard lock(mutex);
    if (away) return fail(ErrorCode::kUnavailable, "store_away", "the store is away");
    Page page;
    auto at = query.after ? products.upper_bound(query.after->id) : products.begin();
    std::string last;
    for (; at != products.end() && page.documents.size() + page.unreadable.size() < 2; ++at) {
      last = at->first;
      if (unreadable.contains(last)) {
        page.unreadable.push_back(last);
      } else {
        page.documents.emplace_back(at->second);
      }
    }
    if (at != products.end()) page.next = PageKey{0, last};
    return page;
  }
  Result<Cursor> cursor(const Owner&) override {
    const std::lock_guard lock(mutex);
    Cursor cursor;
    cursor.partitions = 1;
    cursor.next = next;
    return cursor;
  }
  Result<std::unique_ptr<LogReader>> open_reader(Topic topic, bool dlq, std::vector<std::int64_t> from) override;
  Result<std::vector<LogRange>> ranges(Topic, bool) override {
    const std::lock_guard lock(mutex);
    return std::vector<LogRange>{{0, static_cast<std::int64_t>(log.size())}};
  }

  void append(const std::string& action, const std::string& id, std::optional<std::string> price,
              std::optional<std::string> change_id = {}) {
    ProductEvent event;
    event.action = action;
    event.product._id = ProductId(id);
    event.product.name = "name of " + id;
    if (price) event.product.price = Decimal{*price};
    event.changeId = std::move(change_id);
    const std::lock_guard lock(mutex);
    Record record;
    record.at = {Topic::product_events, 0, false};
    record.offset = static_cast<std::int64_t>(log.size());
    record.appended_at = from_unix_ms(record.offset + 1);
    record.key = id;
    record.value = encode(event);
    log.push_back(std::move(record));
    changed.notify_all();
  }
  void keep(const std::string& id, std::int64_t cents, std::int64_t rev = 1) {
    const std::lock_guard lock(mutex);
    auto& product = products[id];
    product.id = ProductId(id);
    product.name = "name of " + id;
    product.price = {cents, kUsd};
    product.rev = rev;
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, Product> products;
  std::set<std::string> unreadable;  // ids
  std::vector<Record> log;
  std::int64_t next = 0;
  int reads = 0;  // reads of single products
  bool away = false;
  bool broken = false;  // the next poll of each reader fails permanently
};

class FakeReader final : public LogReader {
 public:
  FakeReader(FakeBackend& backend, std::int64_t next, std::int64_t end) : backend_(backend), next_(next), end_(end) {}

  Result<std::vector<Record>> poll(std::size_t max, milliseconds timeout) override {
    std::unique_lock lock(backend_.mutex);
    const auto end = [&] { return static_cast<std::int64_t>(backend_.log.size()); };
    backend_.changed.wait_for(lock, timeout, [&] { return next_ < end() || backend_.broken; });
    if (std::exchange(backend_.broken, false)) return fail(ErrorCode::kCorrupt, "broken", "as the test wants");
    std::vector<Record> records;
    for (; next_ < end() && records.size() < max; ++next_) {
      records.push_back(backend_.log[static_cast<std::size_t>(next_)]);
    }
    return records;
  }
  bool caught_up() const override { return next_ >= end_; }

 private:
  FakeBackend& backend_;
  std::int64_t next_;
  const std::int64_t end_;
};

Result<std::unique_ptr<LogReader>> FakeBackend::open_reader(Topic, bool, std::vector<std::int64_t> from) {
  const std::lock_guard lock(mutex);
  return std::make_unique<FakeReader>(*this, from.at(0), static_cast<std::int64_t>(log.size()));
}

class PriceFollowerTest : public testing::Test {
 protected:
  PriceFollowerTest() { topology_[Topic::product_events].partitions = 1; }

  void start() {
    PriceFollowerOptions options;
    options.poll_timeout = milliseconds(5);
    options.min_backoff = milliseconds(1);
    options.settle_interval = milliseconds(5);
    prices_ = std::make_unique<PriceFollower>(topology_, kUsd, LocationId("main"), options);
    prices_->start(backend_, backend_);
  }
  // Waits until the product costs this many cents; 0: until it is not for sale.
  testing::AssertionResult costs(const std::string& id, std::int64_t cents) {
    return eventually([&] { return cents_of(id) == cents; }, id + " costs " + std::to_string(cents_of(id)));
  }
  std::int64_t cents_of(const std::string& id) {
    const auto product = prices_->listed(ProductId(id));
    return product ? product->price.amount : 0;
  }
  static testing::AssertionResult eventually(const std::function<bool()>& holds, const std::string& otherwise) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > until) return testing::AssertionFailure() << otherwise;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return testing::AssertionSuccess();
  }
  testing::AssertionResult caught_up() {
    return eventually([&] { return prices_->caught_up(); }, "never caught up");
  }

  Topology topology_;
  FakeBackend backend_;
  std::unique_ptr<PriceFollower> prices_;
};

TEST_F(PriceFollowerTest, LoadsAllPagesThenFollows) {
  for (const auto* id : {"a", "b", "c", "d", "e"}) backend_.keep(id, 100);
  start();
  ASSERT_TRUE(caught_up());
  EXPECT_EQ(prices_->size(), 5U);
  EXPECT_EQ(cents_of("e"), 100);
  EXPECT_EQ(cents_of("f"), 0);
  backend_.append("create", "f", "2.50");
  EXPECT_TRUE(costs("f", 250));
  backend_.append("update", "f", "3");
  EXPECT_TRUE(costs("f", 300));
  backend_.append("delete", "f", {});
  EXPECT_TRUE(costs("f", 0));
}

// Earlier, one such product kept the whole process from becoming ready.
TEST_F(PriceFollowerTest, AProductThatCannotBeReadIsLeftOut) {
  for (const auto* id : {"a", "b", "c"}) backend_.keep(id, 100);
  backend_.unreadable = {"b"};
  start();
  ASSERT_TRUE(caught_up());
  EXPECT_EQ(prices_->size(), 2U);
  EXPECT_EQ(cents_of("b"), 0);
  EXPECT_EQ(cents_of("c"), 100);
}

TEST_F(PriceFollowerTest, BeginsWhereTheCatalogStoodAndIsReadyOnlyAtTheEnd) {
  backend_.append("create", "a", "1");
  backend_.append("create", "b", "2");
  backend_.keep("a", 100);
  backend_.next = 1;
  start();
  ASSERT_TRUE(caught_up());
  EXPECT_EQ(cents_of("a"), 100);
  EXPECT_EQ(cents_of("b"), 200);  // not in the store yet
}

TEST_F(PriceFollowerTest, RefusesWhatTheCatalogRefuses) {
  backend_.keep("a", 100);
  start();
  backend_.append("create", "a", "9");  // exists
  backend_.append("update", "x", "9");  // unknown
  backend_.append("create", "y", "-1");
  backend_.append("create", "z", "1");
  EXPECT_TRUE(costs("z", 100));
  EXPECT_EQ(cents_of("a"), 100);
  EXPECT_EQ(cents_of("x"), 0);
  EXPECT_EQ(cents_of("y"), 0);
}

// The store already contains both changes. In the replay, the first one is applied again, but the second is recognized
// by its id and is not. The state of the store must win in the end.
TEST_F(PriceFollowerTest, ComesToWhatTheStoreSaysAfterAReplay) {
  backend_.append("update", "a", "1");
  backend_.append("update", "a", "2", "change-2");
  backend_.keep("a", 200, 3);
  backend_.products["a"].recent_changes = {{"change-2", ChangeOutcome::applied, ""}};
  backend_.next = 0;
  start();
  ASSERT_TRUE(caught_up());
  {
    const std::lock_guard lock(backend_.mutex);
    backend_.next = 2;
  }
  EXPECT_TRUE(costs("a", 200));
  backend_.append("update", "a", "4");
  EXPECT_TRUE(costs("a", 400));
}

TEST_F(PriceFollowerTest, ShowsAProductThatWasReadFromTheStoreAtOnce) {
  start();
  ASSERT_TRUE(caught_up());
  backend_.keep("a", 100, 1);
  ShopRulesView rules(Topology(), {});
  ObservingReader reader(backend_, *prices_, rules);
  ASSERT_TRUE(reader.get(Collection::products, "a"));
  EXPECT_EQ(cents_of("a"), 100);

  backend_.append("create", "a", "1");
  backend_.append("update", "a", "5");
  EXPECT_TRUE(costs("a", 500));
  prices_->observe(backend_.products["a"]);  // an old copy
  EXPECT_EQ(cents_of("a"), 500);
}

// Another process has created the product and answered its client. The log reader of this process has not read it yet.
class PriceLookupTest : public PriceFollowerTest {
 protected:
  void SetUp() override {
    start();
    ASSERT_TRUE(caught_up());
  }
  Result<std::optional<PricedProduct>> found(const std::string& id) {
    ShopRulesView rules(Topology(), {});
    ObservingReader reader(backend_, *prices_, rules);
    return PriceLookup(*prices_, reader).find(ProductId(id));
  }
};

TEST_F(PriceLookupTest, FindsAProductThatIsNotOnTheListYetAndListsIt) {
  backend_.keep("a", 100);
  const auto product = found("a");
  ASSERT_TRUE(product && *product);
  EXPECT_EQ((*product)->price.amount, 100);
  EXPECT_EQ(cents_of("a"), 100);
  const auto reads = backend_.reads;
  ASSERT_TRUE(found("a"));
  EXPECT_EQ(backend_.reads, reads);
}

TEST_F(PriceLookupTest, WhatIsNotForSaleIsNotFound) {
  backend_.keep("b", 100);
  backend_.products["b"].status = ProductStatus::archived;
  backend_.keep("c", 100);
  backend_.unreadable = {"c"};
  for (const auto* id : {"a", "b", "c"}) {
    const auto product = found(id);
    ASSERT_TRUE(product) << product.error().text();
    EXPECT_FALSE(*product) << id;
  }
}

TEST_F(PriceLookupTest, AnAbsentStoreIsNotTakenForAnUnknownProductNorAskedAtOnceAgain) {
  backend_.keep("a", 100);
  backend_.away = true;
  const PriceLookup lookup(*prices_, backend_);
  for (int i = 0; i < 3; ++i) {
    const auto product = lookup.find(ProductId("a"));
    ASSERT_FALSE(product);
    EXPECT_EQ(product.error().code, ErrorCode::kUnavailable);
  }
  EXPECT_EQ(backend_.reads, 1);
}

TEST_F(PriceFollowerTest, WaitsForTheStoreAndBeginsAgainAfterAnError) {
  backend_.away = true;
  backend_.keep("a", 100);
  start();
  EXPECT_FALSE(prices_->caught_up());
  {
    const std::lock_guard lock(backend_.mutex);
    backend_.away = false;
  }
  ASSERT_TRUE(caught_up());
  backend_.keep("a", 700);
  {
    const std::lock_guard lock(backend_.mutex);
    backend_.broken = true;
  }
  backend_.changed.notify_all();
  EXPECT_TRUE(costs("a", 700));
  EXPECT_TRUE(caught_up());
}

TEST_F(PriceFollowerTest, StopsWhileTheStoreIsAway) {
  backend_.away = true;
  start();
  prices_->stop();
  EXPECT_FALSE(prices_->caught_up());
}

}  // namespace
}  // namespace ordo::app
