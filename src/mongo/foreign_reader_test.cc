#include "mongo/foreign_reader.h"

#include <gtest/gtest.h>
#include <mongoc/mongoc.h>

#include <limits>
#include <memory>
#include <string>

namespace ordo::mongo {
namespace {

class Bson {
 public:
  ~Bson() { bson_destroy(bson_); }
  bson_t* get() const { return bson_; }

 private:
  bson_t* bson_ = bson_new();
};

ForeignDocument read(const Bson& bson) {
  return foreign_document(
      {reinterpret_cast<const char*>(bson_get_data(bson.get())), static_cast<std::size_t>(bson.get()->len)});
}

TEST(ForeignDocument, ValuesComeAsTheyWereMeant) {
  bson_oid_t id;
  bson_oid_init_from_string(&id, "66f0c0ffee0000000000000a");
  bson_decimal128_t decimal;
  bson_decimal128_from_string("19.990", &decimal);
  const Bson bson;
  BSON_APPEND_OID(bson.get(), "_id", &id);
  BSON_APPEND_DOUBLE(bson.get(), "price", 19.99);
  BSON_APPEND_DOUBLE(bson.get(), "whole", 5.0);
  BSON_APPEND_DECIMAL128(bson.get(), "exact", &decimal);
  BSON_APPEND_INT32(bson.get(), "stock", 4);
  BSON_APPEND_INT64(bson.get(), "big", 1'000'000'000'000);
  BSON_APPEND_UTF8(bson.get(), "name", "Trà \"xanh\"");
  BSON_APPEND_BOOL(bson.get(), "on", true);
  BSON_APPEND_NULL(bson.get(), "none");
  BSON_APPEND_DATE_TIME(bson.get(), "at", 0);
  bson_t lines;
  BSON_APPEND_ARRAY_BEGIN(bson.get(), "lines", &lines);
  bson_t line;
  BSON_APPEND_DOCUMENT_BEGIN(&lines, "0", &line);
  BSON_APPEND_UTF8(&line, "productId", "p");
  bson_append_document_end(&lines, &line);
  bson_append_array_end(bson.get(), &lines);
  const auto document = read(bson);
  EXPECT_EQ(document.id, "66f0c0ffee0000000000000a");
  EXPECT_EQ(document.json,
            R"({"_id":"66f0c0ffee0000000000000a","price":19.99,"whole":5,"exact":"19.990","stock":4,)"
            R"("big":1000000000000,"name":"Trà \"xanh\"","on":true,"none":null,"at":"1970-01-01T00:00:00.000Z",)"
            R"("lines":[{"productId":"p"}]})");
}

TEST(ForeignDocument, WhatJsonHasNotIsToldByItsType) {
  const Bson bson;
  const std::uint8_t bytes[] = {1, 2};
  BSON_APPEND_BINARY(bson.get(), "_id", BSON_SUBTYPE_BINARY, bytes, 2);
  BSON_APPEND_DOUBLE(bson.get(), "nan", std::numeric_limits<double>::quiet_NaN());
  BSON_APPEND_UTF8(bson.get(), "name", "\xff");
  bson_t deepest;
  bson_init(&deepest);
  for (int i = 0; i < 40; ++i) {
    bson_t outer;
    bson_init(&outer);
    BSON_APPEND_DOCUMENT(&outer, "d", &deepest);
    bson_destroy(&deepest);
    bson_steal(&deepest, &outer);
  }
  BSON_APPEND_DOCUMENT(bson.get(), "deep", &deepest);
  bson_destroy(&deepest);
  const auto document = read(bson);
  EXPECT_EQ(document.id, "(BSON type 5)");
  EXPECT_TRUE(
      document.json.starts_with(R"({"_id":{"$type":"BSON type 5"},"nan":{"$type":"a number that is not finite"},)"
                                R"("name":{"$type":"text that is no UTF-8"},"deep":{"d":)"))
      << document.json;
  EXPECT_NE(document.json.find(R"({"$type":"nested too deeply"})"), std::string::npos);
}

TEST(ForeignDocument, ADocumentNeedsNoId) {
  const Bson bson;
  EXPECT_EQ(read(bson).id, "(none)");
  EXPECT_EQ(read(bson).json, "{}");
}

}  // namespace
}  // namespace ordo::mongo
