// Changes that an operator or another program makes to ordo's collections: a unique index, a validator, foreign
// documents.
#include <set>
#include <string>
#include <vector>

#include "tests/integration/mongo_fixture.h"

namespace ordo::mongo {
namespace {

const Owner kOperatedOwner{ProcessorKind::orders, 3};

class MongoOperator : public MongoTest {
 protected:
  void command(const std::string& json) {
    bson_error_t error;
    bson_t* parsed = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json.data()),
                                        static_cast<ssize_t>(json.size()), &error);
    ASSERT_NE(parsed, nullptr) << error.message;
    EXPECT_TRUE(mongoc_client_command_simple(client_, options_.database.c_str(), parsed, nullptr, nullptr, &error))
        << json << ": " << error.message;
    bson_destroy(parsed);
  }
  void make_unique(const std::string& collection, const std::string& field) {
    command(R"({"createIndexes": ")" + collection + R"(", "indexes": [{"key": {")" + field + R"(": 1}, "name": ")" +
            field + R"(_1", "unique": true}]})");
  }
  void drop_index(const std::string& collection, const std::string& name) {
    command(R"({"dropIndexes": ")" + collection + R"(", "index": ")" + name + R"("})");
  }
  // Commits the documents as the owner's step from `from` to `next`.
  Result<void> commit(Store& store, std::int64_t from, std::int64_t next, const std::vector<Document>& documents) {
    std::vector<Change> changes;
    for (const auto& document : documents) changes.push_back({&document, rev_of(document) == 1});
    Cursor cursor;
    cursor.partitions = 4;
    cursor.next = next;
    return store.commit({kOperatedOwner, from, &cursor, changes});
  }
  void expect_waits(const Result<void>& done, const std::string& reason, const std::string& what) {
    ASSERT_FALSE(done) << "it worked";
    EXPECT_EQ(done.error().code, ErrorCode::kUnavailable) << done.error().text();
    EXPECT_EQ(done.error().reason, reason) << done.error().text();
    EXPECT_NE(done.error().message.find(what), std::string::npos) << done.error().text();
  }
  void expect_unfit(const std::string& what) {
    const auto inspected = database_->inspect();
    ASSERT_FALSE(inspected) << "nothing was found";
    EXPECT_EQ(inspected.error().code, ErrorCode::kInvalid) << inspected.error().text();
    EXPECT_NE(inspected.error().text().find(what), std::string::npos) << inspected.error().text();
  }
  void expect_fit() {
    const auto inspected = database_->inspect();
    EXPECT_TRUE(inspected) << inspected.error().text();
  }
};

Order order_with(const std::string& id, const std::string& reference, std::int64_t rev = 1) {
  auto order = order_of(id, rev);
  order.reference = reference;
  return order;
}

// Earlier, the second order counted as stored: it was paid and shipped, but could never be found.
TEST_F(MongoOperator, AnInsertThatMeetsAUniqueIndexIsNotDoneUntilTheIndexIsGone) {
  Store store(*database_);
  ASSERT_TRUE(store.recover(kOperatedOwner));
  make_unique("orders", "reference");
  const std::vector<Document> orders{order_with("o1", "PO-1"), order_with("o2", "PO-1"), order_with("o3", "PO-3")};
  for (int attempt = 0; attempt < 2; ++attempt) {
    expect_waits(commit(store, 0, 10, orders), "unique_index", "collection orders");
  }
  Store next_owner(*database_);
  const auto recovered = next_owner.recover(kOperatedOwner);
  ASSERT_FALSE(recovered);
  EXPECT_EQ(recovered.error().reason, "unique_index") << recovered.error().text();

  drop_index("orders", "reference_1");
  EXPECT_TRUE(commit(store, 0, 10, orders));
  for (const char* id : {"o1", "o2", "o3"}) EXPECT_NE(raw("orders", id), "") << id;
}

TEST_F(MongoOperator, AReplacementThatMeetsAUniqueIndexIsNotDoneUntilTheIndexIsGone) {
  Store store(*database_);
  ASSERT_TRUE(store.recover(kOperatedOwner));
  make_unique("orders", "reference");
  ASSERT_TRUE(commit(store, 0, 10, {order_with("o1", "PO-1"), order_with("o2", "PO-2")}));
  const std::vector<Document> changed{order_with("o2", "PO-1", 2)};
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto done = commit(store, 10, 20, changed);
    ASSERT_FALSE(done) << "it worked";
    EXPECT_EQ(done.error().code, ErrorCode::kUnavailable);  // FerretDB 1.24 has no better code for it
    EXPECT_NE(done.error().message.find("reference_1"), std::string::npos) << done.error().text();
  }
  drop_index("orders", "reference_1");
  EXPECT_TRUE(commit(store, 10, 20, changed));
  EXPECT_NE(raw("orders", "o2").find("PO-1"), std::string::npos);
}

TEST_F(MongoOperator, ACommitRecordThatMeetsAUniqueIndexIsNotTakenForAnotherOwners) {
  make_unique("commits", "partitions");
  Store store(*database_);
  const Owner other{ProcessorKind::orders, 2};
  ASSERT_TRUE(store.recover(other));
  Cursor cursor;
  cursor.partitions = 4;
  cursor.next = 1;
  ASSERT_TRUE(store.commit({other, 0, &cursor, {}}));
  ASSERT_TRUE(store.recover(kOperatedOwner));
  expect_waits(commit(store, 0, 10, {order_of("o1", 1)}), "unique_index", "collection commits");
  drop_index("commits", "partitions_1");
  EXPECT_TRUE(commit(store, 0, 10, {order_of("o1", 1)}));
}

// It has no `rev`. So the replacement matches nothing, and an insert finds its id taken.
TEST_F(MongoOperator, ADocumentOfSomebodyElseUnderTheIdOfOursIsNotTakenForOurs) {
  Store store(*database_);
  ASSERT_TRUE(store.recover(kOperatedOwner));
  insert_raw("orders", R"({"_id": "o1", "note": "mine"})");
  expect_waits(commit(store, 0, 10, {order_of("o1", 1)}), "foreign_document", "_id \"o1\"");
  remove_raw("orders", "o1");
  EXPECT_TRUE(commit(store, 0, 10, {order_of("o1", 1)}));
  EXPECT_NE(raw("orders", "o1"), "");
}

TEST_F(MongoOperator, TheStartRefusesAUniqueIndexAndSaysHowToDropIt) {
  expect_fit();
  make_unique("orders", "reference");
  expect_unfit(
      "the index reference_1 of orders is unique, so it can make writes of ordo fail: "
      "db.orders.dropIndex(\"reference_1\")");
  drop_index("orders", "reference_1");
  make_unique("commits", "epoch");
  expect_unfit("db.commits.dropIndex(\"epoch_1\")");
  drop_index("commits", "epoch_1");
  make_unique("somebody_elses", "name");
  expect_fit();
}

TEST_F(MongoOperator, TheStartRefusesDocumentsOfAnotherProgram) {
  Store store(*database_);
  ASSERT_TRUE(store.recover(kOperatedOwner));
  ASSERT_TRUE(commit(store, 0, 10, {order_of("o1", 1)}));
  expect_fit();
  insert_raw("products", R"({"_id": {"$oid": "6b0a0000000000000000000a"}, "name": "Tea"})");
  expect_unfit("foreign_documents: database " + options_.database +
               " holds 1 document of another program in products " +
               "(first: ObjectId(\"6b0a0000000000000000000a\")): set another database in mongo, or import them with "
               "ordo import seed");
  insert_raw("orders", R"({"_id": "a-slug", "userId": "u"})");
  insert_raw("orders", R"({"_id": 7, "rev": {"$numberLong": "1"}})");
  expect_unfit("2 documents of another program in orders (first: ");
}

TEST_F(MongoOperator, ADocumentThatCannotBeReadIsLeftOutOfListsAndCounted) {
  Store store(*database_);
  ASSERT_TRUE(store.recover(kOperatedOwner));
  const auto at = from_unix_ms(1'700'000'000'000);
  std::vector<Document> documents;
  for (const char* id : {"p1", "p2", "p3"}) {
    documents.push_back(StockLevel{id, LocationId("main"), ProductId(id), 1, 1, 0, 0, 0, 0, at, 1});
    documents.push_back(order_of("o" + std::string(id), 1));
  }
  ASSERT_TRUE(commit(store, 0, 10, documents));
  // Before, among and after the others.
  insert_raw("stock_levels", R"({"_id": 1, "name": "Tea"})");
  insert_raw("stock_levels", R"({"_id": 2, "name": "Tea"})");
  insert_raw("stock_levels", R"({"_id": "p1x", "on_hand": "many"})");
  insert_raw("stock_levels", R"({"_id": {"$oid": "6b0a0000000000000000000a"}})");
  insert_raw("orders", R"({"_id": "z", "placed_at": {"$date": "2020-01-01T00:00:00Z"}, "total": 5})");
  insert_raw("orders", R"({"_id": {"$oid": "6b0a0000000000000000000a"}, "userId": "u"})");
  Reader reader(*database_);
  for (const std::size_t limit : {2U, 3U, 50U}) {
    for (const auto collection : {Collection::stock_levels, Collection::orders}) {
      Query query;
      query.collection = collection;
      query.limit = limit;
      std::set<std::string> read;
      std::set<std::string> left_out;
      for (int pages = 0; pages < 10; ++pages) {
        const auto page = reader.list(query);
        ASSERT_TRUE(page) << page.error().text();
        EXPECT_LE(page->documents.size() + page->unreadable.size(), limit);
        for (const auto& document : page->documents) EXPECT_TRUE(read.insert(id_of(document)).second);
        left_out.insert(page->unreadable.begin(), page->unreadable.end());
        query.after = page->next;
        if (!page->next) break;
      }
      EXPECT_FALSE(query.after) << "the list has no end";
      EXPECT_EQ(read.size(), 3U) << limit;
      EXPECT_FALSE(left_out.empty());
      const auto all = collection == Collection::stock_levels ? 4U : 2U;
      EXPECT_TRUE(limit < 50 || left_out.size() == all) << left_out.size();
    }
  }
  const auto one = reader.get(Collection::orders, "z");
  ASSERT_FALSE(one);
  EXPECT_EQ(one.error().reason, kUnreadableDocument);
  EXPECT_EQ(one.error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace ordo::mongo
