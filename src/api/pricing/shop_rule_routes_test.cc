#include <gtest/gtest.h>

#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

constexpr std::string_view kGermanVat =
    R"({"id":"de","country":"DE","rate_ppm":190000,"label":"VAT 19 %","code":"VAT"})";

std::string code_of(const http::Answer& answer) {
  return std::to_string(answer.status) + " " + member(answer.body, "code");
}

TEST_F(ApiTest, ATaxRateLives) {
  const auto created = post("/v1/tax-rates", kGermanVat);
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(created.header("Location"), "/v1/tax-rates/de");
  EXPECT_EQ(member(created.body, "tax_class"), "standard");
  EXPECT_EQ(member(created.body, "status"), "active");
  EXPECT_EQ(member(created.body, "recent_changes"), "(none)");
  EXPECT_EQ(client_->get("/v1/tax-rates/de").body, created.body);
  EXPECT_EQ(client_->get("/v1/tax-rates/de", "If-None-Match: " + created.header("ETag") + "\r\n").status, 304);

  const std::string match = "If-Match: " + created.header("ETag") + "\r\n";
  const auto patched = client_->send_json(
      "PATCH", "/v1/tax-rates/de", R"({"reason":"export","rate_ppm":0,"valid_to":"2027-01-01T00:00:00Z"})", match);
  ASSERT_EQ(patched.status, 200) << patched.body;
  EXPECT_EQ(member(patched.body, "reason"), "export");
  EXPECT_EQ(member(patched.body, "country"), "DE");
  EXPECT_EQ(code_of(client_->send_json("PATCH", "/v1/tax-rates/de", R"({"rate_ppm":1})", match)), "412 stale_revision");
  const auto cleared = client_->send_json("PATCH", "/v1/tax-rates/de", R"({"clear":["valid_to"]})");
  EXPECT_EQ(member(cleared.body, "valid_to"), "(none)") << cleared.body;
  EXPECT_EQ(member(client_->send_json("PATCH", "/v1/tax-rates/de", R"({"clear":["code"]})").body, "errors.0.pointer"),
            "/clear/0");

  EXPECT_EQ(member(client_->get("/v1/tax-rates?country=DE&status=active").body, "data"), "1");
  EXPECT_EQ(member(client_->get("/v1/tax-rates?country=FR").body, "data"), "0");
  const auto ended = post("/v1/tax-rates/de/end", "");
  ASSERT_EQ(ended.status, 200) << ended.body;
  EXPECT_EQ(member(ended.body, "status"), "ended");
  EXPECT_EQ(member(client_->get("/v1/tax-rates?status=active").body, "data"), "0");
  EXPECT_EQ(code_of(post("/v1/tax-rates/de/end", "")), "409 tax_rate_ended");
  EXPECT_EQ(code_of(client_->send_json("PATCH", "/v1/tax-rates/de", R"({"rate_ppm":1})")), "409 tax_rate_ended");
}

TEST_F(ApiTest, ShopRulesAreCheckedAndCreatedOnce) {
  const std::string key = "Idempotency-Key: t-1\r\n";
  const std::string body = R"({"country":"DE","rate_ppm":190000,"label":"VAT 19 %","code":"VAT"})";
  const auto first = post("/v1/tax-rates", body, key);
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(post("/v1/tax-rates", body, key).body, first.body);
  EXPECT_EQ(engine_.records(Topic::pricing).size(), 1U);
  EXPECT_EQ(code_of(post("/v1/tax-rates", R"({"country":"AT","rate_ppm":1,"label":"x","code":"VAT"})", key)),
            "422 idempotency_key_reused");
  ASSERT_EQ(post("/v1/tax-rates", kGermanVat).status, 201);
  EXPECT_EQ(code_of(post("/v1/tax-rates", kGermanVat)), "409 tax_rate_exists");

  const auto wrong = post("/v1/tax-rates", R"({"id":"a/b","country":"XX","rate_ppm":1000001,"label":""})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(member(wrong.body, "errors"), "5") << wrong.body;
  for (const auto* path : {"/v1/tax-rates", "/v1/shipping-methods", "/v1/promotions"}) {
    const std::string none = std::string(path) + "/none";
    EXPECT_EQ(client_->get(none).status, 404) << path;
    EXPECT_EQ(client_->send_json("PATCH", none, "{}").status, 404) << path;
    EXPECT_EQ(post(none + "/end", "").status, 404) << path;
    EXPECT_EQ(code_of(post(path, "{}")), "422 invalid_fields") << path;
  }
}

TEST_F(ApiTest, AShippingMethodLives) {
  const auto created =
      post("/v1/shipping-methods",
           R"({"id":"parcel","name":"Parcel","countries":["DE","AT"],"price":{"kind":"by_weight","steps":[)"
           R"({"up_to":1000,"amount":{"amount":490,"currency":"EUR"}},{"amount":{"amount":990,"currency":"EUR"}}]}})");
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(member(created.body, "price.steps.0.up_to"), "1000");
  const auto mixed =
      client_->send_json("PATCH", "/v1/shipping-methods/parcel", R"({"free_from":{"amount":5000,"currency":"USD"}})");
  EXPECT_EQ(mixed.status, 422);
  EXPECT_EQ(member(mixed.body, "errors.0.pointer"), "/free_from/currency") << mixed.body;
  const auto flat = client_->send_json("PATCH", "/v1/shipping-methods/parcel",
                                       R"({"price":{"kind":"flat","amount":{"amount":500,"currency":"EUR"}}})");
  EXPECT_EQ(member(flat.body, "price.kind"), "flat") << flat.body;
  EXPECT_EQ(member(flat.body, "price.steps"), "(none)") << "the price is replaced as a whole";
  EXPECT_EQ(member(client_->get("/v1/shipping-methods").body, "data"), "1");
}

TEST_F(ApiTest, ACodeBelongsToOneActivePromotion) {
  const auto promotion = [](const std::string& id, const std::string& code) {
    return R"({"id":")" + id + R"(","label":"Sale","code":")" + code +
           R"(","action":{"kind":"percent","percent_ppm":100000}})";
  };
  const auto created = post("/v1/promotions", promotion("spring", "SALE"));
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(member(created.body, "used"), "0");
  EXPECT_EQ(member(client_->get("/v1/promotions?code=sale").body, "data"), "1");
  EXPECT_EQ(code_of(post("/v1/promotions", promotion("summer", "sale"))), "409 code_taken");
  ASSERT_EQ(post("/v1/promotions", promotion("summer", "SUMMER")).status, 201);
  EXPECT_EQ(code_of(client_->send_json("PATCH", "/v1/promotions/summer", R"({"code":"Sale"})")), "409 code_taken");
  // Its own code is no obstacle, and an ended promotion has given its code back.
  EXPECT_EQ(client_->send_json("PATCH", "/v1/promotions/spring", R"({"usage_limit":5})").status, 200);
  EXPECT_EQ(post("/v1/promotions/spring/end", "").status, 200);
  EXPECT_EQ(client_->send_json("PATCH", "/v1/promotions/summer", R"({"code":"Sale"})").status, 200);
}

TEST_F(ApiTest, APromotionWithALimitIsUsedByAsManyOrders) {
  add_product("mug", 1000, 10);
  const auto limited = [](std::string_view limit) {
    return R"({"id":"spring","label":"Sale","code":"SPRING","action":{"kind":"percent","percent_ppm":100000})" +
           std::string(limit) + "}";
  };
  ASSERT_EQ(post("/v1/promotions", limited(R"(,"usage_limit":2)")).status, 201);
  const auto place = [&](const std::string& customer) {
    return post("/v1/orders", R"({"customer_id":")" + customer +
                                  R"(","lines":[{"product_id":"mug","quantity":1}],"codes":["spring"]})");
  };
  const auto first = place("ann");
  ASSERT_EQ(first.status, 201) << first.body;
  ASSERT_EQ(place("bob").status, 201);
  engine_.settle();
  const auto shown = client_->get("/v1/orders/" + member(first.body, "id")).body;
  EXPECT_EQ(member(shown, "redemptions.0.promotion_id"), "spring") << shown;
  EXPECT_EQ(member(shown, "redemptions.0.status"), "redeemed") << shown;
  EXPECT_EQ(member(client_->get("/v1/promotions/spring").body, "used"), "2");
  EXPECT_EQ(code_of(place("eve")), "422 promotion_used_up");

  const auto uses = client_->get("/v1/promotions/spring/redemptions?status=held");
  EXPECT_EQ(member(uses.body, "data"), "2") << uses.body;
  EXPECT_EQ(member(client_->get("/v1/promotions/spring/redemptions?limit=1").body, "data"), "1");
  EXPECT_EQ(member(client_->get("/v1/promotions/summer/redemptions").body, "data"), "0");
  EXPECT_EQ(code_of(client_->get("/v1/promotions/spring/redemptions?status=nonsense")), "400 bad_query");
  EXPECT_EQ(code_of(client_->get("/v1/promotions/spring/redemptions?promotion_id=x")), "400 bad_query");

  const auto below = client_->send_json("PATCH", "/v1/promotions/spring", R"({"usage_limit":1})");
  EXPECT_EQ(code_of(below), "409 limit_below_used") << below.body;
  EXPECT_EQ(client_->send_json("PATCH", "/v1/promotions/spring", R"({"usage_limit":3})").status, 200);

  // An order that ends without goods gives its use back.
  ASSERT_EQ(post("/v1/orders/" + member(first.body, "id") + "/cancel", R"({"reason":"regret"})").status, 200);
  engine_.settle();
  EXPECT_EQ(member(client_->get("/v1/promotions/spring").body, "used"), "1");
  EXPECT_EQ(member(client_->get("/v1/promotions/spring/redemptions?status=returned").body, "data"), "1");
}

// The API cannot know how many orders race for the last use.
TEST_F(ApiTest, AnOrderThatComesTooLateForAPromotionIsRejected) {
  add_product("mug", 1000, 10);
  ASSERT_EQ(post("/v1/promotions", R"({"id":"one","label":"First come","code":"ONE","usage_limit":9,)"
                                   R"("per_customer_limit":1,"action":{"kind":"percent","percent_ppm":500000}})")
                .status,
            201);
  const auto place = [&] {
    return member(post("/v1/orders", R"({"customer_id":"ann","lines":[{"product_id":"mug","quantity":1}],)"
                                     R"("codes":["ONE"]})")
                      .body,
                  "id");
  };
  const auto first = place();
  const auto second = place();
  engine_.settle();
  EXPECT_EQ(member(client_->get("/v1/orders/" + first).body, "redemptions.0.status"), "redeemed");
  const auto rejected = client_->get("/v1/orders/" + second).body;
  EXPECT_EQ(member(rejected, "status"), "rejected") << rejected;
  EXPECT_EQ(member(rejected, "status_reason"), "promotion_customer_limit");
  EXPECT_EQ(member(client_->get("/v1/products/mug/stock").body, "reserved"), "1") << "its stock is free again";
}

}  // namespace
}  // namespace ordo::api
