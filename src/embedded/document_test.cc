// Documents in tables against a model in memory: every filter, every page, after changes.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "embedded/data_directory.h"
#include "embedded/document_query.h"
#include "embedded/document_writer.h"
#include "embedded/store.h"
#include "embedded/testing/shop.h"
#include "records/testing/query_match.h"

namespace ordo::embedded {
namespace {

class DocumentTest : public testing::Test {
 protected:
  DocumentTest() {
    auto locked = DataDirectory::lock(directory.data());
    EXPECT_TRUE(locked);
    StoreOptions options;
    options.path = database_path(directory.data());
    store = std::move(*Store::open(options));
    reader = std::make_unique<Connection>(std::move(*Connection::open(options.path, Connection::Mode::kReader)));
  }

  void put(const Document& document) {
    const DocumentKey key{collection_of(document), id_of(document)};
    const bool created = !model.contains(key);
    model[key] = document;
    const Change change{&document, created};
    const Cursor cursor;
    ASSERT_TRUE(store->begin());
    const auto done = store->commit_step({{}, 0, &cursor, {&change, 1}});
    ASSERT_TRUE(done) << done.error().text();
    ASSERT_TRUE(store->commit());
  }

  // The expected result of list(), all pages together.
  std::vector<std::string> expected(const Query& query) const {
    std::vector<PageKey> found;
    for (const auto& [key, document] : model) {
      if (key.collection == query.collection && matches(document, query)) found.push_back(list_key(document, query));
    }
    std::sort(found.begin(), found.end(),
              [&query](const PageKey& a, const PageKey& b) { return comes_before(a, b, query); });
    std::vector<std::string> ids;
    ids.reserve(found.size());
    for (auto& key : found) ids.push_back(std::move(key.id));
    return ids;
  }

  std::vector<std::string> listed(Query query) {
    std::vector<std::string> ids;
    for (int pages = 0; pages < 10'000; ++pages) {
      const auto page = list_documents(*reader, query);
      EXPECT_TRUE(page) << (page ? "" : page.error().text());
      if (!page) break;
      EXPECT_LE(page->documents.size(), query.limit);
      for (const auto& document : page->documents) {
        EXPECT_EQ(document, model.at({query.collection, id_of(document)}));
        ids.push_back(id_of(document));
      }
      if (!page->next) return ids;
      query.after = page->next;
    }
    ADD_FAILURE() << "the list has no end";
    return ids;
  }

  std::int64_t count(const std::string& sql) {
    auto statement = reader->prepare(sql);
    EXPECT_TRUE(statement && statement->step());
    return statement->integer(0);
  }

  TemporaryDirectory directory;
  std::unique_ptr<Store> store;
  std::unique_ptr<Connection> reader;
  std::map<DocumentKey, Document> model;
  std::minstd_rand random{42};
  int pick(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random); }

  Order random_order(int number) {
    Order order;
    order.number = std::to_string(number);
    if (pick(2) == 0) order.reference = "R-" + std::to_string(pick(3));
    order.id = OrderId("o-" + std::to_string(number * 7919 % 1000));
    order.customer_id = CustomerId("c" + std::to_string(pick(4)));
    order.status = static_cast<OrderStatus>(pick(3));
    order.payment_status = static_cast<PaymentStatus>(pick(2));
    order.placed_at = from_unix_ms(1'000 + pick(20));  // many with the same time: ids decide the order
    for (int line = pick(4); line >= 0; --line) {
      OrderLine made;
      made.product_id = ProductId("p" + std::to_string(pick(5)));
      made.name = "it's a \"name\" \xc3\xa9";
      made.quantity = 1;
      order.lines.push_back(made);
    }
    order.updated_at = from_unix_ms(2'000 + pick(15));
    order.location = LocationId("l" + std::to_string(pick(3)));
    order.total.amount = 100 * pick(10);
    if (pick(2) == 0) order.channel = "Web";
    if (pick(2) == 0) order.tags = {{"gift", "t" + std::to_string(pick(3))}};
    if (pick(2) == 0) {
      order.contact.emplace();
      order.contact->email = "Ann" + std::to_string(pick(4)) + "@Example.com";
      order.contact->name = pick(2) == 0 ? "Ann Nguyễn" : "Bob Lee-Do";
    }
    order.rev = 1;
    return order;
  }
};

TEST_F(DocumentTest, APageEndsWhereItGetsTooLarge) {
  for (int i = 0; i < 9; ++i) put(random_order(i));
  Query query;
  for (const std::size_t bytes : {1U, 700U, 1'000'000U}) {
    query.max_bytes = bytes;
    EXPECT_EQ(listed(query), expected(query)) << bytes;
  }
  query.max_bytes = 1;
  EXPECT_EQ(list_documents(*reader, query)->documents.size(), 1U) << "never empty for size";
}

TEST_F(DocumentTest, ADocumentThatCannotBeReadIsLeftOutOfListsAndCounted) {
  for (int i = 0; i < 7; ++i) {
    Order order = random_order(i);
    order.placed_at = from_unix_ms(1'000 + i);
    put(order);
  }
  auto hand = Connection::open(database_path(directory.data()), Connection::Mode::kWriter);
  ASSERT_TRUE(hand);
  // The newest, the oldest, and the last document of a page of two.
  const auto ids = expected(Query{});
  for (const auto at : {0U, 3U, 6U}) {
    ASSERT_TRUE(hand->execute("UPDATE orders SET body = '{\"status\":7}' WHERE id = '" + ids[at] + "'"));
  }
  Query query;
  query.limit = 2;
  std::vector<std::string> read;
  std::size_t unreadable = 0;
  for (int pages = 0; pages < 4; ++pages) {
    const auto page = list_documents(*reader, query);
    ASSERT_TRUE(page) << page.error().text();
    for (const auto& document : page->documents) read.push_back(id_of(document));
    for (const auto& text : page->unreadable) EXPECT_EQ(text.find("orders \"o-"), 0U) << text;
    unreadable += page->unreadable.size();
    query.after = page->next;
  }
  EXPECT_FALSE(query.after);
  EXPECT_EQ(read, (std::vector<std::string>{ids[1], ids[2], ids[4], ids[5]}));
  EXPECT_EQ(unreadable, 3U);
  const auto one = get_document(*reader, Collection::orders, ids[0]);
  ASSERT_FALSE(one);
  EXPECT_EQ(one.error().reason, kUnreadableDocument);
  EXPECT_NE(one.error().message.find(ids[0]), std::string::npos) << one.error().message;
}

TEST_F(DocumentTest, ListsOrdersAsAModelDoes) {
  for (int i = 0; i < 300; ++i) put(random_order(i));
  // Changes move documents in the lists by status, customer, product and time.
  for (int i = 0; i < 150; ++i) {
    const int number = pick(300);
    Order changed = std::get<Order>(model.at({Collection::orders, "o-" + std::to_string(number * 7919 % 1000)}));
    const Order other = random_order(number);
    if (pick(2) == 0) changed.status = other.status;
    if (pick(4) == 0) changed.customer_id = other.customer_id;
    if (pick(4) == 0) changed.lines = other.lines;
    if (pick(4) == 0) changed.placed_at = other.placed_at;
    if (pick(2) == 0) changed.contact = other.contact;
    if (pick(2) == 0) changed.tags = other.tags;
    changed.updated_at = other.updated_at;
    ++changed.rev;
    put(changed);
  }
  using Where = std::vector<std::pair<std::string, std::string>>;
  const std::vector<Where> wheres = {{},
                                     {{"status", "pending"}},
                                     {{"payment_status", "none"}},
                                     {{"fulfillment_status", "unfulfilled"}},
                                     {{"customer_id", "c1"}},
                                     {{"product_id", "p2"}},
                                     {{"status", "reserved"}, {"customer_id", "c2"}},
                                     {{"product_id", "p0"}, {"product_id", "p1"}},
                                     {{"product_id", "p3"}, {"status", "pending"}, {"payment_status", "authorized"}},
                                     {{"status", "pending"}, {"status", "reserved"}},
                                     {{"email", "aNN1@example.COM"}},
                                     {{"email", "ann1@example.com"}, {"tag", "t1"}, {"location", "l0"}},
                                     {{"tag", "gift"}},
                                     {{"tag", "gift"}, {"tag", "t2"}},
                                     {{"channel", "Web"}},
                                     {{"location", "l2"}},
                                     {{"total_min", "300"}},
                                     {{"total_min", "300"}, {"total_max", "500"}, {"status", "pending"}},
                                     {{"total_max", "-1"}},
                                     {{"customer_id", "nobody"}}};
  for (const auto& where : wheres) {
    for (const std::size_t limit : {1U, 7U, 500U}) {
      for (const int range : {0, 1, 2, 3, 4, 5, 6, 7}) {
        if (limit == 1 && range % 3 != 0) continue;
        Query query;
        query.where = where;
        query.limit = limit;
        query.order = range < 4 ? ListOrder::time : ListOrder::updated;
        const int base = range < 4 ? 1'000 : 2'000;
        if ((range & 1) != 0) query.from = from_unix_ms(base + 5);
        if ((range & 2) != 0) query.to = from_unix_ms(base + 12);
        const auto all = expected(query);
        EXPECT_EQ(listed(query), all) << testing::PrintToString(where) << limit << " " << range;
        if (limit == 1) continue;
        EXPECT_EQ(*count_documents(*reader, query, 1'000'000), static_cast<std::int64_t>(all.size()));
        EXPECT_EQ(*count_documents(*reader, query, 3),
                  std::min<std::int64_t>(3, static_cast<std::int64_t>(all.size())));
      }
    }
  }
}

TEST_F(DocumentTest, ASearchFindsTheBeginningsOfWordsWhateverTheirCaseAndMarks) {
  for (int i = 0; i < 120; ++i) put(random_order(i));
  for (int i = 0; i < 120; i += 3) {
    Order changed = std::get<Order>(model.at({Collection::orders, "o-" + std::to_string(i * 7919 % 1000)}));
    changed.contact = random_order(i).contact;
    if (i % 2 == 0) changed.reference = "PO-" + std::to_string(i);
    ++changed.rev;
    put(changed);
  }
  using Words = std::vector<std::string>;
  for (const auto& words :
       {Words{"nguyen"}, Words{"ann", "ngu"}, Words{"do"}, Words{"lee", "b"}, Words{"1"}, Words{"11"}, Words{"po-1"},
        Words{"ann2@ex"}, Words{"c1"}, Words{"c1", "ann"}, Words{"zz"}}) {
    for (const std::size_t limit : {1U, 7U, 500U}) {
      Query query;
      for (const auto& word : words) query.where.emplace_back("search", word);
      query.limit = limit;
      const auto all = expected(query);
      EXPECT_EQ(all.empty(), words.front() == "zz") << words.front();
      EXPECT_EQ(listed(query), all) << words.front();
      EXPECT_EQ(*count_documents(*reader, query, 1'000), static_cast<std::int64_t>(all.size()));
      query.where.emplace_back("status", "pending");
      EXPECT_EQ(listed(query), expected(query)) << words.front();
    }
  }
}

TEST_F(DocumentTest, AListEndsAtItsTimeLimit) {
  auto hand = Connection::open(database_path(directory.data()), Connection::Mode::kWriter);
  ASSERT_TRUE(hand);
  ASSERT_TRUE(
      hand->execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
                    "INSERT INTO orders(id, sort, rev, total_amount, body) SELECT 'x' || i, i, 1, 5, '{}' FROM n"));
  Query query;
  query.where = {{"total_min", "6"}};
  query.time_limit = std::chrono::milliseconds(1);
  const auto page = list_documents(*reader, query);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(page.error().reason, kTooSlow);
  EXPECT_EQ(count_documents(*reader, query, 1).error().reason, kTooSlow);
  query.time_limit = {};
  EXPECT_TRUE(list_documents(*reader, query)->documents.empty()) << "the connection has no limit any more";
}

TEST_F(DocumentTest, ListsACollectionWithoutTimeById) {
  for (int i = 0; i < 100; ++i) {
    StockLevel level;
    level.location = LocationId("l" + std::to_string(pick(3)));
    level.product_id = ProductId("p" + std::to_string(pick(30)));
    level.id = stock_level_id(level.location, level.product_id);
    level.on_hand = i;
    put(level);
  }
  Query query;
  query.collection = Collection::stock_levels;
  query.limit = 7;
  EXPECT_EQ(listed(query), expected(query));
  query.where = {{"product_id", "p1"}};
  query.limit = 1;
  EXPECT_EQ(listed(query), expected(query));
  query.from = from_unix_ms(0);
  EXPECT_EQ(list_documents(*reader, query).error().reason, "no_time");
}

TEST_F(DocumentTest, RefusesWhatItCannotAnswer) {
  Query query;
  query.where = {{"colour", "red"}};
  EXPECT_EQ(list_documents(*reader, query).error().code, ErrorCode::kInvalid);
  query.where.clear();
  for (const std::size_t limit : {std::size_t{0}, Query::kMaxPage + 1}) {
    query.limit = limit;
    EXPECT_EQ(list_documents(*reader, query).error().reason, "bad_limit");
  }
  EXPECT_FALSE(*get_document(*reader, Collection::orders, "nothing"));
}

TEST_F(DocumentTest, ADocumentThatWasThoughtNewReplacesTheOld) {
  Order order = random_order(1);
  put(order);
  model.clear();
  order.status = OrderStatus::cancelled;
  order.lines.resize(1);
  put(order);
  EXPECT_EQ(count("SELECT count(*) FROM orders"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM orders_by_product_id"), 1);
  EXPECT_EQ(**get_document(*reader, Collection::orders, order.id.str()), Document(order));
}

TEST_F(DocumentTest, AListWalksAnIndexWhateverItsFilters) {
  for (int i = 0; i < 50; ++i) put(random_order(i));
  for (const std::string filter :
       {"status", "customer_id", "payment_status", "reference", "number", "location", "channel"}) {
    auto plan =
        reader->prepare(std::string("EXPLAIN QUERY PLAN SELECT id FROM orders AS d INDEXED BY orders_by_")
                            .append(filter)
                            .append(" WHERE d.")
                            .append(filter)
                            .append(" = 'x' AND (d.sort, d.id) < (5, 'a') ORDER BY d.sort DESC, d.id DESC LIMIT 5"));
    ASSERT_TRUE(plan && plan->step());
    const std::string text(plan->text(3));
    EXPECT_NE(text.find("(" + filter + "=? AND (sort,id)<(?,?))"), std::string::npos) << text;
    EXPECT_FALSE(*plan->step()) << "a sort of its own: " << plan->text(3);
  }
}

TEST_F(DocumentTest, AnAddressIsFoundInAnyCase) {
  Customer customer;
  customer.id = CustomerId("ann");
  customer.email = "Ann@Example.com";
  customer.rev = 1;
  put(customer);
  Query query;
  query.collection = Collection::customers;
  query.where = {{"email", "ANN@example.COM"}};
  EXPECT_EQ(listed(query), std::vector<std::string>{"ann"});
  query.where = {{"email", "bob@example.com"}};
  EXPECT_TRUE(listed(query).empty());
}

TEST_F(DocumentTest, AListByTheLastChangeWalksItsIndex) {
  auto plan = reader->prepare(
      "EXPLAIN QUERY PLAN SELECT id FROM orders AS d INDEXED BY orders_by_updated WHERE 1 AND (d.updated, d.id) < (5, "
      "'a')"
      " ORDER BY d.updated DESC, d.id DESC LIMIT 5");
  ASSERT_TRUE(plan && plan->step());
  EXPECT_NE(plan->text(3).find("(updated<?)"), std::string_view::npos) << plan->text(3);
  ASSERT_TRUE(plan->step());
  // It sorts only those of one time: an order that the index does not begin would be "TEMP B-TREE FOR ORDER BY".
  EXPECT_NE(plan->text(3).find("OF ORDER BY"), std::string_view::npos) << plan->text(3);
}

// As left by a version without these filters, and by a fill that a crash ended.
TEST_F(DocumentTest, FiltersThatCameLaterFindTheDocumentsThatWereThere) {
  for (int i = 0; i < 40; ++i) put(random_order(i));
  StockLevel level;
  level.id = "main/p1";
  level.product_id = ProductId("p1");
  put(level);
  store.reset();
  auto hand = Connection::open(database_path(directory.data()), Connection::Mode::kWriter);
  ASSERT_TRUE(hand);
  for (const std::string column : {"reference", "number", "email", "location", "channel", "updated"}) {
    const std::string index = column == "email" ? "email_any_case" : column;
    std::string sql = "DROP INDEX orders_by_";
    sql.append(index).append("; ALTER TABLE orders DROP COLUMN ").append(column);
    ASSERT_TRUE(hand->execute(sql));
  }
  ASSERT_TRUE(
      hand->execute("ALTER TABLE orders DROP COLUMN total_amount; ALTER TABLE orders DROP COLUMN tag_hash;"
                    "ALTER TABLE orders DROP COLUMN search_hash; DROP TABLE orders_by_tag;"
                    "DROP TABLE orders_by_search; DROP INDEX stock_levels_by_availability;"
                    "ALTER TABLE stock_levels DROP COLUMN availability"));
  StoreOptions options;
  options.path = database_path(directory.data());
  const auto expect_all = [this] {
    for (const auto& where : std::vector<std::pair<std::string, std::string>>{{"reference", "R-1"},
                                                                              {"number", "2"},
                                                                              {"email", "ann1@example.com"},
                                                                              {"tag", "gift"},
                                                                              {"channel", "Web"},
                                                                              {"total_min", "400"},
                                                                              {"search", "nguyen"}}) {
      Query query;
      query.where = {where};
      EXPECT_FALSE(expected(query).empty()) << where.first;
      EXPECT_EQ(listed(query), expected(query)) << where.first;
    }
    Query updated;
    updated.order = ListOrder::updated;
    EXPECT_EQ(listed(updated), expected(updated));
    Query levels;
    levels.collection = Collection::stock_levels;
    levels.where = {{"availability", "none"}};
    EXPECT_EQ(listed(levels), std::vector<std::string>{"main/p1"});
  };
  store = std::move(*Store::open(options));
  expect_all();
  EXPECT_EQ(count("SELECT count(*) FROM meta WHERE name LIKE 'fill:%'"), 0);
  store.reset();
  ASSERT_TRUE(
      hand->execute("UPDATE orders SET number = NULL, search_hash = NULL WHERE rowid > 20;"
                    "DELETE FROM orders_by_search WHERE id IN (SELECT id FROM orders WHERE rowid > 20);"
                    "INSERT INTO meta VALUES('fill:orders', '20')"));
  store = std::move(*Store::open(options));
  expect_all();
  Order changed = std::get<Order>(model.at({Collection::orders, "o-919"}));
  changed.contact.reset();
  ++changed.rev;
  put(changed);
  expect_all();
}

}  // namespace
}  // namespace ordo::embedded
