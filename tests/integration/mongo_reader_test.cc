// Compares lists with a model that sorts and filters in memory. Also tests readiness, and a server that does not exist.
#include <algorithm>
#include <random>
#include <thread>

#include "records/describe.h"
#include "records/testing/query_match.h"
#include "tests/integration/mongo_fixture.h"

namespace ordo::mongo {
namespace {

class MongoReader : public MongoTest {
 protected:
  void store(const std::vector<Document>& documents) {
    Store store(*database_);
    const Owner owner{ProcessorKind::stock, 0};
    ASSERT_TRUE(store.recover(owner));
    std::vector<Change> changes;
    changes.reserve(documents.size());
    for (const auto& document : documents) changes.push_back({&document, true});
    Cursor cursor;
    cursor.partitions = 4;
    cursor.next = 1;
    const auto committed = store.commit({owner, 0, &cursor, changes});
    ASSERT_TRUE(committed) << committed.error().text();
  }

  // Reads all pages and compares them with the model.
  void expect_pages(Query query, const std::vector<Document>& all) {
    const auto expected = model(query, all);
    Reader reader(*database_);
    std::vector<std::string> got;
    for (std::size_t pages = 0; pages <= expected.size() + 1; ++pages) {
      const auto page = reader.list(query);
      ASSERT_TRUE(page) << page.error().text();
      EXPECT_LE(page->documents.size(), query.limit);
      for (const auto& document : page->documents) {
        got.push_back(id_of(document));
        const auto source = std::find_if(all.begin(), all.end(), [&](const auto& d) { return id_of(d) == got.back(); });
        ASSERT_NE(source, all.end());
        EXPECT_EQ(document, *source);
      }
      if (!page->next) break;
      if (query.max_bytes == 1) {
        EXPECT_EQ(page->documents.size(), 1U) << "a page is never empty for size";
      } else {
        EXPECT_EQ(page->documents.size(), query.limit);
      }
      query.after = page->next;
    }
    EXPECT_EQ(got, expected);
    const auto total = static_cast<std::int64_t>(expected.size());
    for (const std::int64_t most : {std::int64_t{3}, std::int64_t{1000}}) {
      const auto count = reader.count(query, most);
      ASSERT_TRUE(count) << count.error().text();
      EXPECT_EQ(*count, std::min(total, most));
    }
  }

 private:
  static std::vector<std::string> model(const Query& query, const std::vector<Document>& all) {
    std::vector<PageKey> found;
    for (const auto& document : all) {
      if (matches(document, query)) found.push_back(list_key(document, query));
    }
    std::sort(found.begin(), found.end(),
              [&query](const PageKey& a, const PageKey& b) { return comes_before(a, b, query); });
    std::vector<std::string> ids;
    ids.reserve(found.size());
    for (auto& key : found) ids.push_back(std::move(key.id));
    return ids;
  }
};

std::vector<Document> random_orders(std::size_t count) {
  std::minstd_rand random(7);
  const auto pick = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
  std::vector<Document> out;
  for (std::size_t i = 0; i < count; ++i) {
    auto order = order_of(std::to_string(pick(1000)) + "-" + std::to_string(i), 1,
                          pick(2) == 0 ? OrderStatus::pending : OrderStatus::reserved);
    order.customer_id = CustomerId("c" + std::to_string(pick(3)));
    order.placed_at = from_unix_ms(1'700'000'000'000 + pick(20));  // many with the same time
    order.updated_at = from_unix_ms(1'700'000'000'000 + pick(20));
    order.location = LocationId(pick(2) == 0 ? "main" : "north");
    order.total = usd(pick(5) * 100);
    if (pick(2) == 0) order.reference = "PO-" + std::to_string(pick(10));
    if (pick(2) == 0) order.channel = "web";
    if (pick(2) == 0) order.tags = {{"gift", "t" + std::to_string(pick(3))}};
    if (pick(2) == 0) order.contact = Contact{"Ann Nguyễn", "Ann" + std::to_string(pick(3)) + "@Example.com", "+49 30"};
    order.lines.clear();
    for (unsigned line = 0; line <= pick(3); ++line) {
      order.lines.push_back({{}, ProductId("p" + std::to_string(pick(4))), "", 1, {}, usd(0)});
    }
    out.emplace_back(std::move(order));
  }
  return out;
}

TEST_F(MongoReader, PagesOfOrdersAreThoseOfTheModel) {
  const auto orders = random_orders(60);
  store(orders);
  for (const std::size_t limit : {1, 7, 60, 500}) {
    Query query;
    query.limit = limit;
    if (limit != 1) expect_pages(query, orders);
    query.where = {{"status", "pending"}};
    expect_pages(query, orders);
    query.where = {{"product_id", "p1"}, {"customer_id", "c2"}};
    expect_pages(query, orders);
    query.where = {{"product_id", "p1"}, {"product_id", "p2"}};  // both in one order
    expect_pages(query, orders);
    query.where = {{"status", "pending"}};
    query.from = from_unix_ms(1'700'000'000'004);
    query.to = from_unix_ms(1'700'000'000'011);
    expect_pages(query, orders);
    query.where = {{"customer_id", "nobody"}};
    expect_pages(query, orders);
  }
}

TEST_F(MongoReader, FiltersOfOrdersAreThoseOfTheModel) {
  const auto orders = random_orders(60);
  store(orders);
  using Where = std::vector<std::pair<std::string, std::string>>;
  for (const auto& where :
       {Where{{"email", "ANN1@example.com"}}, Where{{"tag", "gift"}, {"tag", "t1"}}, Where{{"location", "north"}},
        Where{{"channel", "web"}, {"total_min", "200"}}, Where{{"total_min", "100"}, {"total_max", "200"}},
        Where{{"search", "nguyen"}}, Where{{"search", "ann"}, {"search", "c1"}}, Where{{"search", "po-1"}},
        Where{{"search", "1042"}, {"search", "4930"}}, Where{{"search", "n.*"}}}) {
    Query query;
    query.where = where;
    query.limit = 7;
    query.time_limit = std::chrono::seconds(30);
    expect_pages(query, orders);
    query.order = ListOrder::updated;
    query.from = from_unix_ms(1'700'000'000'003);
    query.to = from_unix_ms(1'700'000'000'015);
    expect_pages(query, orders);
  }
}

TEST_F(MongoReader, DocumentsOfAnEarlierReleaseGetTheFieldsThatFiltersCompute) {
  auto orders = random_orders(20);
  StockLevel level;
  level.id = "main/p1";
  level.product_id = ProductId("p1");
  level.rev = 1;
  store(orders);
  {
    Store levels(*database_);
    const Owner owner{ProcessorKind::stock, 1};
    ASSERT_TRUE(levels.recover(owner));
    const Document document(level);
    const Change change{&document, true};
    Cursor cursor;
    cursor.partitions = 4;
    cursor.next = 1;
    ASSERT_TRUE(levels.commit({owner, 0, &cursor, {&change, 1}}));
  }
  for (const auto* field : {"search", "availability"}) {
    with_collection(std::string_view(field) == "search" ? "orders" : "stock_levels", [&](mongoc_collection_t* from) {
      bson_t* all = bson_new();
      bson_t* unset = BCON_NEW("$unset", "{", field, BCON_UTF8(""), "}");
      bson_error_t error;
      EXPECT_TRUE(mongoc_collection_update_many(from, all, unset, nullptr, nullptr, &error)) << error.message;
      const auto* index = std::string_view(field) == "search" ? "search_1_placed_at_-1__id_-1" : "availability_1__id_1";
      EXPECT_TRUE(mongoc_collection_drop_index(from, index, &error)) << error.message;
      bson_destroy(all);
      bson_destroy(unset);
    });
  }
  EXPECT_EQ(raw("orders", id_of(orders[0])).find("\"search\""), std::string::npos);
  insert_raw("orders", R"({"_id":"broken","rev":1,"status":7})");
  ASSERT_TRUE(database_->ensure_collections());
  insert_raw("orders", R"({"_id":"later","rev":1,"status":7})");
  ASSERT_TRUE(database_->ensure_collections()) << "nothing is left to fill";
  EXPECT_EQ(raw("orders", "later").find("\"search\""), std::string::npos) << "a start read the whole collection";
  EXPECT_NE(raw("orders", "broken").find("\"search\""), std::string::npos);
  Query query;
  query.where = {{"search", "nguyen"}};
  expect_pages(query, orders);
  query.collection = Collection::stock_levels;
  query.where = {{"availability", "none"}};
  expect_pages(query, {Document(level)});
}

TEST_F(MongoReader, ACollectionWithoutTimeIsListedById) {
  std::vector<Document> levels;
  for (int i = 0; i < 40; ++i) {
    StockLevel level;
    level.id = "main/" + std::to_string(i * 37 % 40);
    level.product_id = ProductId(i % 3 == 0 ? "p0" : "p1");
    level.rev = 1;
    levels.emplace_back(level);
  }
  store(levels);
  Query query;
  query.collection = Collection::stock_levels;
  query.limit = 9;
  expect_pages(query, levels);
  query.max_bytes = 1;
  expect_pages(query, levels);
  query.max_bytes = Query::kMaxPageBytes;
  query.where = {{"product_id", "p0"}};
  expect_pages(query, levels);
}

TEST_F(MongoReader, WhatCannotBeAskedIsInvalid) {
  Reader reader(*database_);
  const auto reason = [&](const Query& query) {
    const auto page = reader.list(query);
    return page ? std::string("none") : page.error().reason;
  };
  Query query;
  query.where = {{"total", "1"}};
  EXPECT_EQ(reason(query), "unknown_filter");
  query.where.clear();
  query.limit = 0;
  EXPECT_EQ(reason(query), "bad_limit");
  query.limit = Query::kMaxPage + 1;
  EXPECT_EQ(reason(query), "bad_limit");
  query.limit = 5;
  query.collection = Collection::stock_levels;
  query.to = from_unix_ms(5);
  EXPECT_EQ(reason(query), "no_time");
}

TEST_F(MongoReader, StartIsIdempotentAndMakesTheIndexes) {
  const auto again = database_->ensure_collections();
  EXPECT_TRUE(again) << again.error().text();
  std::set<std::string> names;
  with_collection("orders", [&](mongoc_collection_t* orders) {
    mongoc_cursor_t* cursor = mongoc_collection_find_indexes_with_opts(orders, nullptr);
    const bson_t* index = nullptr;
    while (mongoc_cursor_next(cursor, &index)) {
      bson_iter_t at;
      ASSERT_TRUE(bson_iter_init_find(&at, index, "name"));
      names.insert(bson_iter_utf8(&at, nullptr));
    }
    mongoc_cursor_destroy(cursor);
  });
  EXPECT_EQ(
      names,
      (std::set<std::string>{
          "_id_", "placed_at_-1__id_-1", "status_1_placed_at_-1__id_-1", "payment_status_1_placed_at_-1__id_-1",
          "fulfillment_status_1_placed_at_-1__id_-1", "customer_id_1_placed_at_-1__id_-1",
          "lines.product_id_1_placed_at_-1__id_-1", "number_1_placed_at_-1__id_-1", "reference_1_placed_at_-1__id_-1",
          "updated_at_-1__id_-1", "contact.email_1_placed_at_-1__id_-1", "tags_1_placed_at_-1__id_-1",
          "location_1_placed_at_-1__id_-1", "channel_1_placed_at_-1__id_-1", "search_1_placed_at_-1__id_-1"}));
  EXPECT_TRUE(database_->ping());
}

TEST_F(MongoReader, ManyThreadsShareFewConnections) {
  store(random_orders(20));
  auto options = options_;
  options.max_reading_clients = 2;
  const auto small = Database::open(options);
  ASSERT_TRUE(small);
  Reader reader(**small);
  std::vector<std::thread> threads;
  std::array<int, 8> failures{};
  threads.reserve(failures.size());
  for (auto& failed : failures) {
    threads.emplace_back([&reader, &failed] {
      for (int i = 0; i < 20; ++i) {
        if (!reader.get(Collection::orders, "none")) ++failed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const int failed : failures) EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace ordo::mongo
