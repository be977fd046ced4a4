#include <gtest/gtest.h>

#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

// --- products

TEST_F(ApiTest, AProductLives) {
  const auto created = client_->send_json(
      "POST", "/v1/products", R"({"name":"Mug","price":{"amount":1250,"currency":"USD"},"category":"kitchen"})");
  ASSERT_EQ(created.status, 201) << created.body;
  const std::string path = created.header("Location");
  EXPECT_EQ(path, "/v1/products/" + member(created.body, "id"));
  EXPECT_EQ(client_->get(path).body, created.body);
  EXPECT_EQ(client_->get(path, "If-None-Match: " + created.header("ETag") + "\r\n").status, 304);

  const auto patched = client_->send_json("PATCH", path, R"({"price":{"amount":1500,"currency":"USD"}})",
                                          "If-Match: " + created.header("ETag") + "\r\n");
  EXPECT_EQ(patched.status, 200) << patched.body;
  EXPECT_EQ(member(patched.body, "price.amount"), "1500");
  EXPECT_EQ(member(patched.body, "category"), "kitchen");
  const auto stale =
      client_->send_json("PATCH", path, R"({"name":"Cup"})", "If-Match: " + created.header("ETag") + "\r\n");
  EXPECT_EQ(stale.status, 412);
  EXPECT_EQ(client_->send_json("PATCH", path, R"({"name":"Cup"})", "If-Match: W/x\r\n").status, 400);
  const auto status_with = [&](const std::string& tags) {
    return client_->send_json("PATCH", path, R"({"name":"Bowl"})", "If-Match: " + tags + "\r\n").status;
  };
  const auto now = client_->get(path).header("ETag");
  for (const auto& none : {"\"x\"", "\"a,b\"", "\"\"", "\"-1\"", "\"0\", \"x\""})
    EXPECT_EQ(status_with(none), 412) << none;
  EXPECT_EQ(status_with("W/" + now), 412);  // weak tags never match
  EXPECT_EQ(status_with("\"0\", \"x\" , " + now), 200);
  for (const auto* wrong : {"3", "\"3", "\"3\" \"4\"", "\"3\",", ",", "*, \"3\""})
    EXPECT_EQ(status_with(wrong), 400) << wrong;

  const auto put = client_->send_json("PUT", path, R"({"name":"Cup","price":{"amount":1,"currency":"USD"}})");
  EXPECT_EQ(put.status, 200);
  EXPECT_EQ(member(put.body, "category"), "");
  EXPECT_EQ(member(client_->get("/v1/products").body, "data"), "1");

  EXPECT_EQ(client_->request("DELETE " + path + " HTTP/1.1\r\nHost: h\r\n\r\n").status, 204);
  EXPECT_EQ(client_->get(path).status, 404);
  EXPECT_EQ(client_->request("DELETE " + path + " HTTP/1.1\r\nHost: h\r\n\r\n").status, 404);
  EXPECT_EQ(member(client_->get("/v1/products").body, "data"), "0");
  EXPECT_EQ(member(client_->get("/v1/products?status=archived").body, "data"), "1");
  EXPECT_EQ(client_->send_json("PUT", path, R"({"name":"Cup","price":{"amount":1,"currency":"USD"}})").status, 404);
}

TEST_F(ApiTest, ProductsAreCheckedAndCreatedOnce) {
  const std::string body = R"({"id":"mug","name":"Mug","price":{"amount":1250,"currency":"USD"},"stock":5})";
  const std::string key = "Idempotency-Key: p-1\r\n";
  const auto first = client_->send_json("POST", "/v1/products", body, key);
  EXPECT_EQ(first.status, 201);
  const auto again = client_->send_json("POST", "/v1/products", body, key);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(engine_.records(Topic::product_events).size(), 1U);
  EXPECT_EQ(client_->send_json("POST", "/v1/products", body).status, 409);
  const auto other = client_->send_json("POST", "/v1/products",
                                        R"({"id":"mug","name":"Cup","price":{"amount":1250,"currency":"USD"}})", key);
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(member(other.body, "code"), "idempotency_key_reused");

  EXPECT_EQ(client_->send_json("POST", "/v1/products", R"({"name":"x"})").status, 422);
  const auto wrong =
      client_->send_json("POST", "/v1/products",
                         R"({"id":"a/b","name":"","price":{"amount":-1,"currency":"USD"},"stock":-1,"location":" "})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(member(wrong.body, "errors"), "5") << wrong.body;
  EXPECT_EQ(client_->send_json("POST", "/v1/products", R"({"name":"x","price":{"amount":1,"currency":"XXX"}})").status,
            422);
  for (const auto& [amount, status] : {std::pair{"1000000000000001", 422}, {"1000000000000000", 201}}) {
    const auto costly = std::string(R"({"name":"x","price":{"amount":)") + amount + R"(,"currency":"USD"}})";
    EXPECT_EQ(client_->send_json("POST", "/v1/products", costly).status, status) << amount;
  }
}

TEST_F(ApiTest, AProductHasTraitsForTaxesAndShipping) {
  const auto created = client_->send_json("POST", "/v1/products",
                                          R"({"id":"mug","name":"Mug","price":{"amount":1250,"currency":"USD"},)"
                                          R"("tax_class":"food","weight_g":350,"requires_shipping":false})");
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(member(created.body, "tax_class"), "food");
  EXPECT_EQ(member(created.body, "weight_g"), "350");
  EXPECT_EQ(member(created.body, "requires_shipping"), "false");
  const auto patched = client_->send_json("PATCH", "/v1/products/mug", R"({"weight_g":400})");
  EXPECT_EQ(member(patched.body, "weight_g"), "400");
  EXPECT_EQ(member(patched.body, "tax_class"), "food");
  const auto wrong = client_->send_json("PATCH", "/v1/products/mug", R"({"weight_g":-1})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(member(wrong.body, "errors.0.pointer"), "/weight_g") << wrong.body;
  const auto put =
      client_->send_json("PUT", "/v1/products/mug", R"({"name":"Mug","price":{"amount":1250,"currency":"USD"}})");
  EXPECT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(member(put.body, "tax_class"), "(none)") << "a PUT replaces the whole product";
  EXPECT_EQ(member(put.body, "weight_g"), "(none)");
}

TEST_F(ApiTest, AnArchivedProductIsReadOnlyWhenAskedFor) {
  add_product("mug", 100, 5);
  const std::string path = "/v1/products/mug";
  EXPECT_EQ(client_->get(path + "?archived=true").body, client_->get(path).body);
  ASSERT_EQ(client_->request("DELETE " + path + " HTTP/1.1\r\nHost: h\r\n\r\n").status, 204);
  EXPECT_EQ(client_->get(path).status, 404);
  EXPECT_EQ(client_->get(path + "?archived=false").status, 404);
  const auto archived = client_->get(path + "?archived=true");
  EXPECT_EQ(archived.status, 200) << archived.body;
  EXPECT_EQ(member(archived.body, "status"), "archived");
  EXPECT_EQ(client_->get("/v1/products/none?archived=true").status, 404);
  const auto wrong = client_->get(path + "?archived=perhaps");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(member(wrong.body, "code"), "bad_query");
}

// --- stock

TEST_F(ApiTest, StockIsCountedAndAdjusted) {
  add_product("mug", 100, 5);
  const std::string path = "/v1/products/mug/stock";
  const auto adjusted = client_->send_json("POST", path, R"({"adjust":-2,"reason":"broken","id":"m1"})");
  EXPECT_EQ(adjusted.status, 200) << adjusted.body;
  EXPECT_EQ(member(adjusted.body, "on_hand"), "3");
  EXPECT_EQ(member(adjusted.body, "available"), "3");
  // A repeated request changes nothing. Another movement with the same id is refused.
  EXPECT_EQ(member(client_->send_json("POST", path, R"({"adjust":-2,"reason":"broken","id":"m1"})").body, "on_hand"),
            "3");
  EXPECT_EQ(client_->send_json("POST", path, R"({"adjust":-1,"id":"m1"})").status, 422);
  const auto negative = client_->send_json("POST", path, R"({"adjust":-4})");
  EXPECT_EQ(negative.status, 409);
  EXPECT_EQ(member(negative.body, "code"), "negative_stock");
  EXPECT_EQ(member(negative.body, "detail"), "with 3 on hand, 4 cannot be removed");
  const auto too_many = client_->send_json("POST", path, R"({"adjust":1000000000000})");
  EXPECT_EQ(too_many.status, 422);
  EXPECT_EQ(member(too_many.body, "detail"), "with 3 on hand, 1000000000000 more would exceed 1000000000000");
  EXPECT_EQ(member(client_->send_json("POST", path, R"({"count":7,"location":"east"})").body, "on_hand"), "7");
  const auto all = client_->get(path);
  EXPECT_EQ(member(all.body, "on_hand"), "10");
  EXPECT_EQ(member(all.body, "levels"), "2");
  EXPECT_EQ(client_->send_json("POST", path, R"({"count":1,"adjust":1})").status, 422);
  EXPECT_EQ(client_->send_json("POST", path, R"({"count":-1})").status, 422);
  EXPECT_EQ(client_->send_json("POST", path, R"({"adjust":0})").status, 422);
  EXPECT_EQ(client_->send_json("POST", "/v1/products/none/stock", R"({"count":1})").status, 404);
  EXPECT_EQ(client_->get("/v1/products/none/stock").status, 404);
}

}  // namespace
}  // namespace ordo::api
