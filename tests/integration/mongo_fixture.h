// A separate database per test on the server that ORDO_TEST_MONGO_URI names, and direct access to it without ordo.
#pragma once

#include <gtest/gtest.h>
#include <mongoc/mongoc.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "base/time.h"
#include "base/uuid.h"
#include "mongo/database.h"
#include "mongo/reader.h"
#include "mongo/store.h"

namespace ordo::mongo {

class MongoTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* uri = std::getenv("ORDO_TEST_MONGO_URI");
    if (uri == nullptr || *uri == '\0') GTEST_SKIP() << "ORDO_TEST_MONGO_URI names no server";
    options_.uri = uri;
    options_.socket_timeout = std::chrono::seconds(60);  // A large step takes long when the CPU is shared.
    options_.database = "ordo_test_" + uuid_v7(now()).substr(0, 18);
    auto opened = Database::open(options_);
    ASSERT_TRUE(opened) << opened.error().text();
    database_ = std::move(*opened);
    const auto made = database_->ensure_collections();
    ASSERT_TRUE(made) << made.error().text();
    client_ = mongoc_client_new(uri);
    ASSERT_NE(client_, nullptr);
  }

  void TearDown() override {
    if (client_ == nullptr) return;
    mongoc_database_t* dropped = mongoc_client_get_database(client_, options_.database.c_str());
    bson_error_t error;
    EXPECT_TRUE(mongoc_database_drop(dropped, &error)) << error.message;
    mongoc_database_destroy(dropped);
    mongoc_client_destroy(client_);
  }

  // The only document with this _id as relaxed extended JSON; "" when there is none.
  std::string raw(const char* collection, const std::string& id) {
    bson_t* filter = BCON_NEW("_id", BCON_UTF8(id.c_str()));
    std::string out;
    with_collection(collection, [&](mongoc_collection_t* from) {
      mongoc_cursor_t* cursor = mongoc_collection_find_with_opts(from, filter, nullptr, nullptr);
      const bson_t* found = nullptr;
      while (mongoc_cursor_next(cursor, &found)) {
        EXPECT_EQ(out, "") << "two documents with _id " << id;
        char* text = bson_as_relaxed_extended_json(found, nullptr);
        out = text;
        bson_free(text);
      }
      bson_error_t error;
      EXPECT_FALSE(mongoc_cursor_error(cursor, &error)) << error.message;
      mongoc_cursor_destroy(cursor);
    });
    bson_destroy(filter);
    return out;
  }

  void remove_raw(const char* collection, const std::string& id) {
    bson_t* filter = BCON_NEW("_id", BCON_UTF8(id.c_str()));
    with_collection(collection, [&](mongoc_collection_t* from) {
      bson_error_t error;
      EXPECT_TRUE(mongoc_collection_delete_one(from, filter, nullptr, nullptr, &error)) << error.message;
    });
    bson_destroy(filter);
  }

  // `json` is extended JSON.
  void insert_raw(const char* collection, const std::string& json) {
    bson_error_t error;
    bson_t* document = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json.data()),
                                          static_cast<ssize_t>(json.size()), &error);
    ASSERT_NE(document, nullptr) << error.message;
    with_collection(collection, [&](mongoc_collection_t* into) {
      EXPECT_TRUE(mongoc_collection_insert_one(into, document, nullptr, nullptr, &error)) << error.message;
    });
    bson_destroy(document);
  }

  template <class F>
  void with_collection(const char* name, F&& f) {
    mongoc_collection_t* collection = mongoc_client_get_collection(client_, options_.database.c_str(), name);
    f(collection);
    mongoc_collection_destroy(collection);
  }

  Options options_;
  std::unique_ptr<Database> database_;
  mongoc_client_t* client_ = nullptr;
};

inline Money usd(std::int64_t amount) {
  return {amount, *Currency::parse("USD")};
}

inline Order order_of(const std::string& id, std::int64_t rev, OrderStatus status = OrderStatus::pending) {
  Order order;
  order.id = OrderId(id);
  order.number = "1042";
  order.customer_id = CustomerId("c1");
  order.location = LocationId("main");
  order.lines = {{{}, ProductId("p1"), "Tea", 2, usd(250), usd(500)}};
  order.total = usd(500);
  order.status = status;
  order.placed_at = from_unix_ms(1'700'000'000'000);
  order.updated_at = from_unix_ms(1'700'000'000'000 + rev);
  order.metadata = {{"shop.note", "a"}, {"$x", "b"}, {"", "c"}};
  order.rev = rev;
  return order;
}

}  // namespace ordo::mongo
