#include "mongo/bson_codec.h"

#include <bson/bson.h>
#include <gtest/gtest.h>

#include <limits>

namespace ordo::mongo {
namespace {

Money usd(std::int64_t amount) {
  return {amount, *Currency::parse("USD")};
}

Order order_named(const char* id) {
  Order order;
  order.id = OrderId(id);
  return order;
}

Order sample_order() {
  Order order = order_named("018f-1");
  order.number = "1042";
  order.reference = "SHOP-7";
  order.customer_id = CustomerId("c1");
  order.location = LocationId("main");
  order.lines = {{{}, ProductId("p1"), "Tea \"Earl\" \u2615", 3, usd(250), usd(750)},
                 {{}, ProductId("p2"), "", 1, {}, usd(0)}};
  order.total = usd(750);
  order.status = OrderStatus::rejected;
  order.status_reason = "unknown_product";
  order.payment_status = PaymentStatus::voided;
  order.fulfillment_status = FulfillmentStatus::partially_shipped;
  order.placed_at = from_unix_ms(1'700'000'000'123);
  order.updated_at = from_unix_ms(-1);
  order.metadata = {
      {"plain", "1"}, {"a.b", "2"}, {"$set", "3"}, {"", "4"}, {"100%", "5"}, {"%2E", "6"}, {std::string(1, '\0'), "7"},
      {"a$b", "8"}};
  order.request_hash = "abc";
  order.history = {{"ordo.order.created.v1", from_unix_ms(5), "/ordo/intake/0/0", std::string("a\0b", 3)}};
  order.rev = std::numeric_limits<std::int64_t>::max();
  return order;
}

TaxRate sample_rate() {
  TaxRate rate;
  rate.id = "de";
  rate.country = "DE";
  rate.region = "Bavaria";
  rate.rate_ppm = 190'000;
  rate.label = "VAT 19 %";
  rate.code = "VAT";
  rate.reason = TaxReason::export_;
  rate.valid_from = from_unix_ms(5);
  rate.price_includes_tax = true;
  rate.status = ShopRuleStatus::ended;
  rate.recent_changes = {{"change-1", ChangeOutcome::refused, "stale_revision"}};
  rate.rev = 3;
  return rate;
}

// Set member by member: g++ 12 warns that the traits of a Product in braces are uninitialized.
Product sample_product(Timestamp at, const char* id) {
  Product product;
  product.tax_class = "food";
  product.weight_g = 350;
  product.requires_shipping = false;
  product.id = ProductId(id);
  product.name = "Tea";
  product.category = "drinks";
  product.price = usd(-5);
  product.status = ProductStatus::archived;
  product.created_at = product.updated_at = at;
  product.recent_changes = {{"change-1", ChangeOutcome::refused, "stale_revision"}};
  product.rev = 7;
  return product;
}

ShippingMethod sample_method() {
  ShippingMethod method;
  method.id = "parcel";
  method.name = "Parcel";
  method.countries = {"DE", "AT"};
  method.price = {ShippingPriceKind::by_weight, {}, {{{1'000, usd(490)}, {{}, usd(990)}}}};
  method.free_from = usd(5'000);
  method.carrier = "DHL";
  return method;
}

Promotion sample_promotion() {
  Promotion promotion;
  promotion.id = "spring";
  promotion.code = "SPRING";
  promotion.label = "Spring sale";
  promotion.conditions = PromotionConditions{2, usd(100), {{"mug"}}, {}, {{"vip"}}, true};
  promotion.action = {PromotionKind::fixed, PromotionTarget::line, {}, usd(500), {}, {}};
  promotion.usage_limit = 10;
  promotion.used = 3;
  return promotion;
}

std::vector<Document> samples() {
  const auto at = from_unix_ms(1'700'000'000'000);
  return {sample_product(at, "p1"),
          Product{{}, ProductId("p2"), "", "", {}, ProductStatus::active, at, at, {}, 1},
          sample_order(),
          sample_rate(),
          sample_method(),
          sample_promotion(),
          order_named("empty"),
          StockLevel{"main/p1", LocationId("main"), ProductId("p1"), 1, 2, 3, -4, 5, 6, at, 8},
          Reservation{OrderId("o1"),
                      LocationId("main"),
                      ReservationStatus::rejected,
                      {{ProductId("p1"), 3}},
                      {{ProductId("p1"), 3, 2}},
                      {{ProductId("p1"), 1}},
                      {{ProductId("p2"), 1}},
                      {"ship:o1:1"},
                      at,
                      at,
                      2},
          StockMovement{"m1",
                        LocationId("main"),
                        ProductId("p1"),
                        MovementKind::adjust,
                        -3,
                        "broken",
                        MovementStatus::refused,
                        "negative_stock",
                        2,
                        at,
                        {},
                        1}};
}

std::string bson_of(const Document& document) {
  std::string out;
  append_bson(document, out);
  return out;
}

// Converts extended JSON to BSON.
std::string from_extended_json(const char* json) {
  bson_error_t error;
  bson_t* bson = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json), -1, &error);
  EXPECT_NE(bson, nullptr) << error.message;
  if (bson == nullptr) return {};
  std::string out(reinterpret_cast<const char*>(bson_get_data(bson)), bson->len);
  bson_destroy(bson);
  return out;
}

std::string to_extended_json(const std::string& bytes) {
  bson_t bson;
  if (!bson_init_static(&bson, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size())) return "not BSON";
  char* text = bson_as_relaxed_extended_json(&bson, nullptr);
  std::string out(text);
  bson_free(text);
  return out;
}

TEST(BsonCodec, EveryTypeOfDocumentComesBackAsItWas) {
  for (const auto& document : samples()) {
    const auto bytes = bson_of(document);
    bson_t bson;
    ASSERT_TRUE(bson_init_static(&bson, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
    constexpr int kRules = BSON_VALIDATE_UTF8 | BSON_VALIDATE_UTF8_ALLOW_NULL | BSON_VALIDATE_DOLLAR_KEYS |
                           BSON_VALIDATE_DOT_KEYS | BSON_VALIDATE_EMPTY_KEYS;
    bson_error_t error;
    EXPECT_TRUE(bson_validate_with_error(&bson, static_cast<bson_validate_flags_t>(kRules), &error)) << error.message;
    const auto back = document_from_bson(collection_of(document), bytes);
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(*back, document) << to_extended_json(bytes);
  }
}

TEST(BsonCodec, ReadsWellInCompass) {
  Order order = order_named("o1");
  order.number = "1";
  order.customer_id = CustomerId("c");
  order.lines = {{{}, ProductId("p"), "Tea", 2, usd(5), usd(10)}};
  order.placed_at = from_unix_ms(0);
  const auto json = to_extended_json(bson_of(Document(order)));
  EXPECT_EQ(json.find(R"({ "_id" : "o1", "number" : "1", "customer_id" : "c", "location" : "", "lines" : )"
                      R"([ { "product_id" : "p", "name" : "Tea", "quantity" : 2, )"
                      R"("unit_price" : { "amount" : 5, "currency" : "USD" }, )"),
            0U)
      << json;
  EXPECT_NE(json.find(R"("status" : "pending", "payment_status" : "none")"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("placed_at" : { "$date" : "1970-01-01T00:00:00Z" })"), std::string::npos) << json;
  EXPECT_EQ(json.find("reference"), std::string::npos) << json;
}

TEST(BsonCodec, MissingUnknownAndReorderedFieldsAreTolerated) {
  const auto document = document_from_bson(
      Collection::stock_levels,
      from_extended_json(R"({"rev": 2, "new_field": [1], "on_hand": {"$numberDouble": "5.0"}, "_id": "main/p",
                             "reserved": {"$numberInt": "3"}, "counted": {"$numberLong": "4"}})"));
  ASSERT_TRUE(document) << document.error().text();
  StockLevel expected;
  expected.id = "main/p";
  expected.on_hand = 5;
  expected.reserved = 3;
  expected.counted = 4;
  expected.rev = 2;
  EXPECT_EQ(*document, Document(expected));
}

TEST(BsonCodec, ANullOptionalIsAbsent) {
  const auto document =
      document_from_bson(Collection::orders, from_extended_json(R"({"_id": "o", "reference": null})"));
  ASSERT_TRUE(document) << document.error().text();
  EXPECT_FALSE(std::get<Order>(*document).reference.has_value());
}

TEST(BsonCodec, WhatCannotBeMeantIsCorruptAndNamed) {
  const auto problem = [](Collection collection, const char* json) {
    const auto document = document_from_bson(collection, from_extended_json(json));
    EXPECT_FALSE(document) << json;
    if (document) return std::string();
    EXPECT_EQ(document.error().code, ErrorCode::kCorrupt);
    return document.error().message;
  };
  EXPECT_NE(problem(Collection::orders, R"({"_id": "o1", "lines": [{"quantity": 1}, {"quantity": "2"}]})")
                .find("orders \"o1\": /lines/1/quantity: expected a whole number"),
            std::string::npos);
  EXPECT_NE(problem(Collection::orders, R"({"_id": "o1", "total": {"amount": 1.5}})").find("/total/amount"),
            std::string::npos);
  EXPECT_NE(problem(Collection::orders, R"({"_id": "o1", "total": {"amount": 1e300}})").find("/total/amount"),
            std::string::npos);
  EXPECT_NE(problem(Collection::orders, R"({"_id": "o1", "total": {"currency": "usd"}})").find("/total/currency"),
            std::string::npos);
  EXPECT_NE(problem(Collection::orders, R"({"_id": "o1", "status": "lost"})").find("/status"), std::string::npos);
  EXPECT_NE(problem(Collection::orders, R"({"_id": "o1", "placed_at": "2026-01-01"})").find("/placed_at"),
            std::string::npos);
  EXPECT_NE(problem(Collection::orders, R"({"_id": "o1", "metadata": {"k": 1}})").find("/metadata/k"),
            std::string::npos);
  EXPECT_NE(problem(Collection::orders, R"({"_id": "o1", "lines": {}})").find("/lines"), std::string::npos);
  EXPECT_NE(problem(Collection::products, R"({"name": "no id"})").find("/_id"), std::string::npos);
  EXPECT_NE(problem(Collection::products, R"({"_id": 7})").find("/_id"), std::string::npos);
}

TEST(BsonCodec, DamagedBytesAreCorruptAndNeverReadBeyond) {
  for (const auto& document : samples()) {
    const auto bytes = bson_of(document);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      EXPECT_FALSE(document_from_bson(collection_of(document), std::string(bytes.data(), length)));
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {  // a flipped bit may still be a document; it must not crash
      auto damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
      static_cast<void>(document_from_bson(collection_of(document), damaged));
    }
  }
}

TEST(BsonCodec, KeysAreEscapedAndComeBack) {
  EXPECT_EQ(escape_key("gift note"), "gift note");
  EXPECT_EQ(escape_key("a.b"), "a%2Eb");
  EXPECT_EQ(escape_key("$ref$"), "%24ref$");
  EXPECT_EQ(escape_key(""), "%");
  for (const std::string key : {"", "%", "%%", ".", "$", "%2E", "a%", "%zz", "caf\u00e9"}) {
    EXPECT_EQ(unescape_key(escape_key(key)), key);
  }
  EXPECT_EQ(unescape_key("50% off"), "50% off");  // as from a manual edit
  EXPECT_EQ(unescape_key("100%"), "100%");
}

}  // namespace
}  // namespace ordo::mongo
