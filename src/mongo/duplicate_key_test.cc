#include "mongo/duplicate_key.h"

#include <gtest/gtest.h>

#include "mongo/driver.h"

namespace ordo::mongo {
namespace {

// The outcome of a bulk of inserts into orders whose reply has this element in `writeErrors`.
Result<BulkOutcome> outcome(const std::string& entry) {
  const std::string json = R"({"nInserted": 2, "writeErrors": [)" + entry + "]}";
  bson_error_t error{};
  bson_t* parsed =
      bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json.data()), static_cast<ssize_t>(json.size()), &error);
  EXPECT_NE(parsed, nullptr) << error.message;
  Reply reply;
  bson_copy_to(parsed, reply.receive());
  bson_destroy(parsed);
  return outcome_of(reply, false, {MONGOC_ERROR_SERVER, kDuplicateKey, "E11000"}, "orders", "insert into orders");
}

void expect_unique_index(const std::string& entry, const std::string& message) {
  const auto met = outcome(entry);
  ASSERT_FALSE(met) << entry;
  EXPECT_EQ(met.error().text(), "unique_index: collection orders, " + message + ": drop it or make it non-unique");
  EXPECT_EQ(met.error().code, ErrorCode::kUnavailable);  // it is retried, and nothing is committed beyond it
}

TEST(DuplicateKey, OfAnotherIndexIsNotTakenForADocumentThatIsThere) {
  // MongoDB 4.2 to 8.
  expect_unique_index(
      R"({"index": 1, "code": 11000, "keyPattern": {"reference": 1}, "keyValue": {"reference": "PO-1"},
          "errmsg": "E11000 duplicate key error collection: shop.orders index: po dup key: { reference: \"PO-1\" }"})",
      "index po, value \"PO-1\"");
  expect_unique_index(
      R"({"index": 1, "code": 11000, "keyPattern": {"a": 1, "b": -1}, "keyValue": {"a": 1, "b": null}})",
      R"(index a_1_b_-1, value { "a" : 1, "b" : null })");
  // With a collation; 4.0; 2.6.
  expect_unique_index(
      R"({"index": 1, "code": 11000, "errmsg": "E11000 duplicate key error collection: shop.orders index: po collation: { locale: \"vi\" } dup key: { reference: \"x\" }"})",
      "index po, value { reference: \"x\" }");
  expect_unique_index(
      R"({"index": 1, "code": 11000, "errmsg": "E11000 duplicate key error collection: shop.orders index: reference_1 dup key: { : \"PO-1\" }"})",
      "index reference_1, value { : \"PO-1\" }");
  expect_unique_index(
      R"({"index": 1, "code": 11000, "errmsg": "E11000 duplicate key error index: shop.orders.$reference_1  dup key: { : null }"})",
      "index reference_1, value { : null }");
  // mongo-java-server, with a duplicate _id in the same bulk.
  expect_unique_index(
      R"({"index": 0, "code": 11000, "errmsg": "E11000 duplicate key error collection: shop.orders index: _id_ dup key: { _id: \"a\" }"},
         {"index": 1, "code": 11000, "errmsg": "[Error 11000] E11000 duplicate key error collection: shop.orders index: reference_1 dup key: { reference: \"PO-1\" }"})",
      "index reference_1, value { reference: \"PO-1\" }");
  // A unique index on _id and another field is not the index of _id.
  expect_unique_index(R"({"index": 1, "code": 11000, "keyPattern": {"_id": 1, "rev": 1}})", "index _id_1_rev_1");
}

TEST(DuplicateKey, OfTheIdIsADocumentThatIsThere) {
  for (
      const char* entry : {
          R"({"index": 7, "code": 11000, "keyPattern": {"_id": 1}, "keyValue": {"_id": "a"}})",
          R"({"index": 7, "code": 11000, "errmsg": "E11000 duplicate key error collection: s.orders index: _id_ dup key: { _id: \"a index: x_1 dup key: \" }"})",
          R"({"index": 7, "code": 11000, "errmsg": "E11000 duplicate key error index: s.orders.$_id_ dup key: { : \"a\" }"})",
      }) {
    const auto met = outcome(entry);
    ASSERT_TRUE(met) << entry << met.error().text();
    ASSERT_EQ(met->duplicates.size(), 1U);
    EXPECT_EQ(met->duplicates[0].position, 7U);
    EXPECT_TRUE(met->duplicates[0].key.of_id()) << entry;
  }
}

TEST(DuplicateKey, OfAnIndexThatIsNotNamedIsLeftToTheCaller) {
  const auto met =
      outcome(R"({"index": 1, "code": 11000, "errmsg": "E11000 duplicate key error collection: s.orders"})");
  ASSERT_TRUE(met) << met.error().text();
  ASSERT_EQ(met->duplicates.size(), 1U);
  EXPECT_FALSE(met->duplicates[0].key.of_id());
  EXPECT_EQ(unique_index("orders", met->duplicates[0].key).message,
            "collection orders, a unique index that the server does not name: drop it or make it non-unique");
}

TEST(DuplicateKey, OtherErrorsBesideItAreNotLost) {
  EXPECT_EQ(outcome(R"({"index": 0, "code": 11000, "keyPattern": {"_id": 1}},
                       {"index": 1, "code": 121, "errmsg": "Document failed validation"})")
                .error()
                .reason,
            "document_validation");
  EXPECT_EQ(outcome(R"({"index": 0, "code": 11000, "keyPattern": {"_id": 1}}], "writeConcernErrors": [{"code": 64})")
                .error()
                .reason,
            "database_unavailable");
}

TEST(DuplicateKey, AValueIsCutBetweenCharacters) {
  std::string long_value;
  for (int i = 0; i < 60; ++i) long_value += "đ";
  const auto met =
      outcome(R"({"index": 1, "code": 11000, "keyPattern": {"n": 1}, "keyValue": {"n": ")" + long_value + "\"}}");
  ASSERT_FALSE(met);
  EXPECT_LT(met.error().message.size(), 180U);
  EXPECT_NE(met.error().message.find("đ...:"), std::string::npos) << met.error().message;
}

}  // namespace
}  // namespace ordo::mongo
