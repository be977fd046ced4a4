#include <gtest/gtest.h>

#include <array>

#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

TEST_F(ApiTest, ACustomerLives) {
  const auto created =
      post("/v1/customers", R"({"id":"ann","name":"Ann","email":"ann@example.com","metadata":{"k":"v"}})");
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(created.header("Location"), "/v1/customers/ann");
  EXPECT_EQ(member(created.body, "segment"), "prospect");
  EXPECT_EQ(member(created.body, "recent_changes"), "(none)");
  const auto read = client_->get("/v1/customers/ann");
  EXPECT_EQ(member(read.body, "recent_orders"), "0") << read.body;
  EXPECT_EQ(client_->get("/v1/customers/ann", "If-None-Match: " + read.header("ETag") + "\r\n").status, 304);

  // A tag from a read works for a change.
  const std::string match = "If-Match: " + read.header("ETag") + "\r\n";
  const auto patched = client_->send_json("PATCH", "/v1/customers/ann", R"({"phone":"123"})", match);
  EXPECT_EQ(patched.status, 200) << patched.body;
  EXPECT_EQ(member(patched.body, "name"), "Ann");
  EXPECT_EQ(member(patched.body, "phone"), "123");
  EXPECT_EQ(client_->send_json("PATCH", "/v1/customers/ann", R"({"phone":"4"})", match).status, 412);
  EXPECT_EQ(member(client_->get("/v1/customers?email=ann%40example.com").body, "data"), "1");
  EXPECT_EQ(member(client_->get("/v1/customers?email=ANN%40Example.com").body, "data"), "1");

  EXPECT_EQ(client_->request("DELETE /v1/customers/ann HTTP/1.1\r\nHost: h\r\n\r\n").status, 204);
  const auto erased = client_->get("/v1/customers/ann").body;
  for (const auto* gone : {"name", "email", "phone", "registered_at"})
    EXPECT_EQ(member(erased, gone), "(none)") << gone;
  EXPECT_EQ(member(erased, "metadata"), "0");
  EXPECT_NE(member(erased, "erased_at"), "(none)");
  EXPECT_EQ(member(client_->get("/v1/customers?email=ann%40example.com").body, "data"), "0");
}

TEST_F(ApiTest, ACustomerHasAddressesToChooseFrom) {
  const std::string home = R"({"name":"Ann Lee","line1":"Oranienstr. 1","city":"Berlin","country":"DE"})";
  const std::string work =
      R"({"name":"Ann Lee","company":"Tea Ltd","line1":"Hang Bac 2","city":"Hanoi","country":"VN"})";
  const auto created = post("/v1/customers", R"({"id":"ann","addresses":[)" + home + "]}");
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_NE(created.body.find(R"("addresses":[)" + home + "]"), std::string::npos) << created.body;
  const auto patched = client_->send_json("PATCH", "/v1/customers/ann", R"({"addresses":[)" + home + "," + work + "]}");
  EXPECT_EQ(member(patched.body, "addresses"), "2") << patched.body;
  // A member that is absent stays.
  EXPECT_EQ(member(client_->send_json("PATCH", "/v1/customers/ann", R"({"phone":"1"})").body, "addresses"), "2");

  const auto wrong = client_->send_json("PATCH", "/v1/customers/ann",
                                        R"({"addresses":[{"name":"A","line1":"x","city":"y","country":"Berlin"}]})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(member(wrong.body, "errors.0.pointer"), "/addresses/0/country") << wrong.body;
  std::string many = home;
  for (int i = 0; i < 20; ++i) many += "," + home;
  const auto too_many = client_->send_json("PATCH", "/v1/customers/ann", R"({"addresses":[)" + many + "]}");
  EXPECT_EQ(member(too_many.body, "errors.0.pointer"), "/addresses") << too_many.body;

  EXPECT_EQ(client_->request("DELETE /v1/customers/ann HTTP/1.1\r\nHost: h\r\n\r\n").status, 204);
  EXPECT_EQ(member(client_->get("/v1/customers/ann").body, "addresses"), "(none)");
}

TEST_F(ApiTest, CustomersAreCheckedAndCreatedOnce) {
  const std::string key = "Idempotency-Key: c-1\r\n";
  const std::string body = R"({"name":"Ann"})";
  const auto first = post("/v1/customers", body, key);
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(post("/v1/customers", body, key).body, first.body);
  EXPECT_EQ(engine_.records(Topic::customers).size(), 1U);
  const auto other = post("/v1/customers", R"({"name":"Bob"})", key);
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(member(other.body, "code"), "idempotency_key_reused");
  const auto exists = post("/v1/customers", R"({"id":")" + member(first.body, "id") + R"("})");
  EXPECT_EQ(exists.status, 409);
  EXPECT_EQ(member(exists.body, "code"), "customer_exists");
  const auto wrong = post("/v1/customers", R"({"id":"a/b","email":"nowhere"})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(member(wrong.body, "errors"), "2") << wrong.body;
  EXPECT_EQ(member(wrong.body, "errors.0.pointer"), "/id");
  EXPECT_EQ(client_->send_json("PATCH", "/v1/customers/none", "{}").status, 404);
  EXPECT_EQ(client_->request("DELETE /v1/customers/none HTTP/1.1\r\nHost: h\r\n\r\n").status, 404);
  EXPECT_EQ(client_->get("/v1/customers/none").status, 404);
}

// Clients resolve such path steps, even percent-encoded. So they could never request a customer with such an id.
TEST_F(ApiTest, NothingIsCalledLikeAStepInAPath) {
  add_product("mug", 1250, 10);
  for (const std::string step : {".", ".."}) {
    const auto quoted = '"' + step + '"';
    for (const auto& [path, body, pointer] : {
             std::array{std::string("/v1/customers"), R"({"id":)" + quoted + "}", std::string("/id")},
             {"/v1/products", R"({"id":)" + quoted + R"(,"name":"n","price":{"amount":1,"currency":"USD"}})", "/id"},
             {"/v1/orders", R"({"customer_id":)" + quoted + R"(,"lines":[{"product_id":"mug","quantity":1}]})",
              "/customer_id"},
         }) {
      const auto refused = post(path, body);
      EXPECT_EQ(refused.status, 422) << path << refused.body;
      EXPECT_EQ(member(refused.body, "errors.0.pointer"), pointer) << path;
    }
  }
}

TEST_F(ApiTest, AllAboutACustomer) {
  ApiOptions options;
  options.segments.vip_orders = 12;
  options.segments.vip_value = 1'000'000;
  restart(options);
  engine_.pay(true);
  add_product("mug", 1000, 100);
  const auto newest = [this] {
    for (int i = 0; i < 10; ++i) settled_order("mug", 1);
    return settled_order("mug", 2);
  }();
  const auto refund =
      post("/v1/orders/" + newest + "/refunds", R"({"amount":{"amount":1500,"currency":"USD"},"reason":"x"})");
  ASSERT_EQ(refund.status, 201);
  engine_.settle();
  const auto customer = client_->get("/v1/customers/c1");
  ASSERT_EQ(customer.status, 200) << customer.body;
  EXPECT_EQ(member(customer.body, "orders.placed"), "11");
  EXPECT_EQ(member(customer.body, "value.0.currency"), "USD");
  EXPECT_EQ(member(customer.body, "value.0.captured"), "12000");
  EXPECT_EQ(member(customer.body, "value.0.refunded"), "1500");
  EXPECT_EQ(member(customer.body, "value.0.lifetime_value"), "10500");
  EXPECT_EQ(member(customer.body, "segment"), "returning");
  EXPECT_EQ(member(customer.body, "recent_orders"), "10");
  EXPECT_EQ(member(customer.body, "recent_orders.0.id"), newest);
  settled_order("mug", 1);
  const auto later = client_->get("/v1/customers/c1", "If-None-Match: " + customer.header("ETag") + "\r\n");
  EXPECT_EQ(later.status, 200);
  EXPECT_EQ(member(later.body, "segment"), "vip");
  // The tag also changes when an order moves on, although no figure of the customer changes.
  EXPECT_EQ(post("/v1/shipments/" + newest + ":1/updates", R"({"status":"shipped"})").status, 200);
  engine_.settle();
  EXPECT_EQ(client_->get("/v1/customers/c1", "If-None-Match: " + later.header("ETag") + "\r\n").status, 200);
  EXPECT_EQ(member(client_->get("/v1/customers").body, "data.0.recent_orders"), "(none)");
}

}  // namespace
}  // namespace ordo::api
