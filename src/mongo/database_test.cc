#include "mongo/database.h"

#include <gtest/gtest.h>

#include "mongo/driver.h"
#include "mongo/reader.h"
#include "mongo/store.h"

namespace ordo::mongo {
namespace {

Options options_of(std::string uri) {
  Options options;
  options.uri = std::move(uri);
  options.server_selection_timeout = std::chrono::milliseconds(50);
  options.connect_timeout = std::chrono::milliseconds(50);
  return options;
}

std::string address_of(const char* uri) {
  const auto database = Database::open(options_of(uri));
  EXPECT_TRUE(database) << uri;
  return database ? (*database)->address() : "";
}

TEST(MongoDatabase, TheNameComesFromTheUri) {
  EXPECT_EQ(address_of("mongodb://h1"), "h1:27017/ordo");
  EXPECT_EQ(address_of("mongodb://h1:1,h2:2/shop?replicaSet=rs"), "h1:1,h2:2/shop");
  EXPECT_EQ(address_of("mongodb://user:s%40cret@h1/shop?authSource=admin"), "h1:27017/shop");
  auto options = options_of("mongodb://h1/shop");
  options.database = "other";
  EXPECT_EQ((*Database::open(options))->address(), "h1:27017/other");
  options.database = "no/slash";
  EXPECT_EQ(Database::open(options).error().reason, "bad_database_name");
}

TEST(MongoDatabase, ABadAddressIsRefusedWithoutItsPassword) {
  for (const char* uri : {"", "redis://h", "mongodb://user:top:secret@h", "mongodb://user:secret%@h",
                          "mongodb://user:secret@", "mongodb://u:secret@h:99999999/x", "mongodb+srv://u:secret@h/x",
                          "mongodb+srv://u:secret@h.shop.example:27017/x"}) {
    const auto database = Database::open(options_of(uri));
    ASSERT_FALSE(database) << uri;
    EXPECT_EQ(database.error().code, ErrorCode::kInvalid) << uri;
    EXPECT_EQ(database.error().reason, "bad_mongo_uri") << uri;
    EXPECT_EQ(database.error().text().find("secret"), std::string::npos) << database.error().text();
  }
}

TEST(MongoDatabase, AServerThatIsAwayIsUnavailable) {
  // No server listens on port 1 of loopback.
  const auto database = Database::open(options_of("mongodb://user:secret@127.0.0.1:1/shop"));
  ASSERT_TRUE(database) << database.error().text();
  const auto expect_away = [](const Error& error) {
    EXPECT_EQ(error.code, ErrorCode::kUnavailable) << error.text();
    EXPECT_EQ(error.text().find("secret"), std::string::npos) << error.text();
  };
  expect_away((*database)->ping().error());
  expect_away((*database)->ensure_collections().error());
  Reader reader(**database);
  expect_away(reader.get(Collection::orders, "o").error());
  expect_away(reader.list({}).error());
  expect_away(reader.cursor({}).error());
  Store store(**database);
  expect_away(store.recover({}).error());
}

// The domain .invalid never resolves, as if the name server were not available.
TEST(MongoDatabase, ANameThatDoesNotResolveIsAServerThatIsAway) {
  const auto database = Database::open(options_of("mongodb+srv://user:secret@db.shop.invalid/shop"));
  ASSERT_TRUE(database) << database.error().text();
  EXPECT_EQ((*database)->address(), "db.shop.invalid/shop");
  const auto answered = (*database)->ping();
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(answered.error().reason, "database_unresolved");
  EXPECT_NE(answered.error().message.find("db.shop.invalid"), std::string::npos) << answered.error().message;
  EXPECT_EQ(answered.error().message.find("secret"), std::string::npos) << answered.error().message;
  const auto plain = Database::open(options_of("mongodb://db.shop.invalid/shop"));
  ASSERT_TRUE(plain);
  EXPECT_EQ((*plain)->ping().error().code, ErrorCode::kUnavailable);
}

TEST(MongoDatabase, AReaderWaitsForAFreeConnectionButNotForEver) {
  auto options = options_of("mongodb://127.0.0.1:1/shop");
  options.max_reading_clients = 1;
  options.wait_queue_timeout = std::chrono::milliseconds(20);
  const auto database = Database::open(options);
  ASSERT_TRUE(database);
  const auto held = (*database)->driver().lease(Purpose::read);
  ASSERT_TRUE(held);
  const auto other = (*database)->driver().lease(Purpose::read);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().reason, "database_busy");
  EXPECT_TRUE((*database)->driver().lease(Purpose::write));
}

TEST(MongoErrors, AreMappedByWhatTheCallerCanDo) {
  const auto map = [](std::uint32_t domain, std::uint32_t code) {
    bson_error_t error{domain, code, "at mongodb://u:secret@h/x: no"};
    return to_error(error, "try");
  };
  for (const std::uint32_t code : {10107U, 13435U, 11600U, 11602U, 189U, 91U, 50U, 64U, 6U, 89U, 112U, 1U, 4711U}) {
    EXPECT_EQ(map(MONGOC_ERROR_SERVER, code).code, ErrorCode::kUnavailable) << code;
  }
  EXPECT_EQ(map(MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_SOCKET).code, ErrorCode::kUnavailable);
  EXPECT_EQ(map(MONGOC_ERROR_SERVER_SELECTION, MONGOC_ERROR_SERVER_SELECTION_FAILURE).code, ErrorCode::kUnavailable);
  EXPECT_EQ(map(MONGOC_ERROR_SERVER, 18).reason, "database_authentication");
  EXPECT_EQ(map(MONGOC_ERROR_CLIENT, MONGOC_ERROR_CLIENT_AUTHENTICATE).reason, "database_authentication");
  EXPECT_EQ(map(MONGOC_ERROR_SERVER, 10334).code, ErrorCode::kInvalid);
  // Works again once the operator has removed the validator.
  EXPECT_EQ(map(MONGOC_ERROR_SERVER, 121).code, ErrorCode::kUnavailable);
  EXPECT_EQ(map(MONGOC_ERROR_SERVER, 121).reason, "document_validation");
  EXPECT_EQ(map(MONGOC_ERROR_SERVER, 1).message.find("secret"), std::string::npos);
}

TEST(MongoErrors, CredentialsAreCutOut) {
  EXPECT_EQ(without_credentials("no server at mongodb://u:p@h:1/x?a=b, sorry"),
            "no server at mongodb://...@h:1/x?a=b, sorry");
  EXPECT_EQ(without_credentials("a://u:p@h b://v:q@i"), "a://...@h b://...@i");
  EXPECT_EQ(without_credentials("mongodb://h/x"), "mongodb://h/x");
  EXPECT_EQ(without_credentials("a@b"), "a@b");
}

}  // namespace
}  // namespace ordo::mongo
