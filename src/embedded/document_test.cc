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
    store = std::move(*Store::open(options, LogLayout(Topology())));
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
    const CollectionSpec& spec = spec_of(query.collection);
    std::vector<std::pair<std::int64_t, std::string>> found;
    for (const auto& [key, document] : model) {
      if (key.collection != query.collection) continue;
      if (!matches(document, query)) continue;
      found.emplace_back(index_entries(document).sort, key.id);
    }
    std::sort(found.begin(), found.end());
    if (!spec.time_path.empty()) std::reverse(found.begin(), found.end());
    std::vector<std::string> ids;
    ids.reserve(found.size());
    for (auto& [sort, id] : found) ids.push_back(std::move(id));
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
                                     {{"customer_id", "nobody"}}};
  for (const auto& where : wheres) {
    for (const std::size_t limit : {1U, 7U, 500U}) {
      for (const int range : {0, 1, 2, 3}) {
        Query query;
        query.where = where;
        query.limit = limit;
        if ((range & 1) != 0) query.from = from_unix_ms(1'005);
        if ((range & 2) != 0) query.to = from_unix_ms(1'015);
        EXPECT_EQ(listed(query), expected(query)) << testing::PrintToString(where) << limit << " " << range;
      }
    }
  }
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
  for (const std::string filter : {"status", "customer_id", "payment_status", "reference", "number"}) {
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

// As left by a version without these filters.
TEST_F(DocumentTest, AFilterThatCameLaterFindsTheDocumentsThatWereThere) {
  auto order = random_order(1);
  order.reference = "R-9";
  put(order);
  order = random_order(2);
  order.reference.reset();
  put(order);
  auto hand = Connection::open(database_path(directory.data()), Connection::Mode::kWriter);
  ASSERT_TRUE(hand && hand->execute("DROP INDEX orders_by_reference; DROP INDEX orders_by_number;"
                                    "ALTER TABLE orders DROP COLUMN reference; ALTER TABLE orders DROP COLUMN number"));
  ASSERT_TRUE(DocumentSchema(Collection::orders).create(*hand));
  Query query;
  query.where = {{"reference", "R-9"}};
  EXPECT_EQ(listed(query), expected(query));
  query.where = {{"number", "2"}};
  EXPECT_EQ(listed(query), expected(query));
}

}  // namespace
}  // namespace ordo::embedded
