#include <gtest/gtest.h>

#include "api/testing/test_api.h"
#include "http/testing/test_client.h"

namespace ordo::api {
namespace {

// --- the seed's routes

TEST_F(ApiTest, TheSeedsClientsFindWhatTheyKnow) {
  const auto created = client_->send_json("POST", "/api/product",
                                          R"({"name":"Mug","price":12.5,"stock":4,"category":"kitchen","extra":1})");
  ASSERT_EQ(created.status, 200) << created.body;
  EXPECT_EQ(member(created.body, "message"), "Product creation requested");
  const auto product = member(created.body, "productId");
  // The seed's consumers store no product with an id of another form.
  EXPECT_EQ(product.size(), 24U);
  EXPECT_EQ(product.find_first_not_of("0123456789abcdef"), std::string::npos) << product;
  engine_.settle();
  const auto products = client_->get("/api/product");
  EXPECT_EQ(member(products.body, "0._id"), product);
  EXPECT_EQ(member(products.body, "0.price"), "12.50");
  EXPECT_EQ(member(products.body, "0.stock"), "4");

  const auto ordered = client_->request(
      "POST /api/order HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(75 + product.size()) + "\r\n\r\n" +
      R"({"userId":"u1","products":[{"productId":")" + product + R"(","quantity":2}],"totalAmount":25})");
  EXPECT_EQ(ordered.status, 200) << ordered.body;
  EXPECT_EQ(member(ordered.body, "message"), "Order received and is being processed");
  engine_.settle();
  const auto order = client_->get("/v1/orders/" + member(ordered.body, "orderId"));
  EXPECT_EQ(member(order.body, "status"), "reserved") << order.body;
  EXPECT_EQ(member(order.body, "number"), member(ordered.body, "number"));
  const auto orders = client_->get("/api/order");
  EXPECT_EQ(member(orders.body, "0.userId"), "u1");
  EXPECT_EQ(member(orders.body, "0.totalAmount"), "25.00");

  const auto changed = client_->send_json("PUT", "/api/product/" + product, R"({"price":0,"stock":0})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(member(changed.body, "message"), "Product update requested");
  engine_.settle();
  EXPECT_EQ(member(client_->get("/api/product").body, "0.price"), "0.00");
  const auto deleted = client_->request("DELETE /api/product/" + product + " HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(deleted.status, 200);
  EXPECT_EQ(member(deleted.body, "message"), "Product deletion requested");
  engine_.settle();
  EXPECT_EQ(client_->get("/api/product").body, "[]");
  EXPECT_EQ(client_->send_json("PUT", "/api/product/" + product, R"({"price":1})").status, 404);
}

TEST_F(ApiTest, TheSeedsErrorsAreMessages) {
  const auto missing = [&](std::string_view target, std::string_view body) {
    const auto answer = client_->send_json("POST", target, body);
    EXPECT_EQ(answer.status, 400) << body;
    return member(answer.body, "message");
  };
  constexpr const char* kMissing = "Missing required fields";
  EXPECT_EQ(missing("/api/order", R"({"products":[],"totalAmount":1})"), kMissing);
  EXPECT_EQ(missing("/api/order", R"({"userId":"","products":[],"totalAmount":1})"), kMissing);
  EXPECT_EQ(missing("/api/order", R"({"userId":"u","totalAmount":1})"), kMissing);
  EXPECT_EQ(missing("/api/order", R"({"userId":"u","products":[],"totalAmount":null})"), kMissing);
  EXPECT_EQ(missing("/api/order", ""), kMissing);
  EXPECT_EQ(missing("/api/product", R"({"name":"n","price":1,"stock":1})"), kMissing);
  EXPECT_EQ(missing("/api/product", R"({"name":"n","price":"","stock":1,"category":"c"})"), kMissing);
  EXPECT_EQ(missing("/api/product", R"({"name":"n","price":1,"stock":1,"category":""})"), kMissing);
  EXPECT_EQ(missing("/api/order", R"({"userId":"u","products":[{}],"totalAmount":1})"),
            "products/0/productId must not be empty");
  EXPECT_EQ(missing("/api/order", R"({"userId":"u","products":[],"totalAmount":1})"),
            "products an order needs at least one line");
  EXPECT_EQ(missing("/api/product", R"({"name":"n","price":1.005,"stock":1,"category":"c"})"),
            "price more decimals than the currency has");
  missing("/api/order", "nonsense");
  // Zero is a valid price and a valid stock.
  EXPECT_EQ(client_->send_json("POST", "/api/product", R"({"name":"n","price":0,"stock":0,"category":"c"})").status,
            200);
  // As in the seed, an unknown product is detected only when the order is processed.
  const auto unknown = client_->send_json(
      "POST", "/api/order", R"({"userId":"u","products":[{"productId":"none","quantity":1}],"totalAmount":1})");
  EXPECT_EQ(unknown.status, 200);
  engine_.settle();
  const auto order = client_->get("/v1/orders/" + member(unknown.body, "orderId"));
  EXPECT_EQ(member(order.body, "status"), "rejected") << order.body;
  EXPECT_EQ(member(order.body, "status_reason"), "unknown_product");
}

TEST_F(ApiTest, TheSeedsBodiesAreCastAsItsDatabaseCastThem) {
  const auto created = client_->send_json(
      "POST", "/api/product", R"({"name":7,"price":" 12.50 ","stock":"4","category":"kitchen","extra":{"a":1}})");
  ASSERT_EQ(created.status, 200) << created.body;
  const auto product = member(created.body, "productId");
  engine_.settle();
  const auto listed = client_->get("/api/product").body;
  EXPECT_EQ(member(listed, "0.name"), "7");
  EXPECT_EQ(member(listed, "0.price"), "12.50");
  EXPECT_EQ(member(listed, "0.stock"), "4");

  const auto placed =
      client_->send_json("POST", "/api/order",
                         R"({"userId":77,"products":[{"productId":")" + product + R"("},{"productId":")" + product +
                             R"(","quantity":"2"}],"totalAmount":"37.50"})");
  ASSERT_EQ(placed.status, 200) << placed.body;
  engine_.settle();
  const auto order = client_->get("/v1/orders/" + member(placed.body, "orderId"));
  EXPECT_EQ(member(order.body, "customer_id"), "77") << order.body;
  EXPECT_EQ(member(order.body, "lines.0.quantity"), "1");
  EXPECT_EQ(member(order.body, "lines.1.quantity"), "2");
  EXPECT_EQ(member(order.body, "status"), "reserved");
  // Under /v1, values are not converted.
  EXPECT_EQ(post("/v1/orders", R"({"customer_id":77,"lines":[{"product_id":"p","quantity":1}]})").status, 422);
}

TEST_F(ApiTest, ACustomersIdMayBeTheirName) {
  const std::string name = "Nguyễn Văn A";
  const auto created = post("/v1/customers", R"({"id":")" + name + R"(","name":"A"})");
  ASSERT_TRUE(created.status == 201 || created.status == 202) << created.body;
  engine_.settle();
  const auto placed = post(
      "/api/order", R"({"userId":")" + name + R"(","products":[{"productId":"none","quantity":1}],"totalAmount":1})");
  ASSERT_EQ(placed.status, 200) << placed.body;
  engine_.settle();
  EXPECT_EQ(member(client_->get("/v1/customers/Nguy%E1%BB%85n%20V%C4%83n%20A").body, "id"), name);
  const auto orders = client_->get("/v1/orders?customer_id=Nguy%E1%BB%85n%20V%C4%83n%20A");
  EXPECT_EQ(member(orders.body, "data.0.customer_id"), name) << orders.body;
  EXPECT_EQ(post("/v1/customers", R"({"id":"a\u200bb"})").status, 422);
}

TEST_F(ApiTest, TheSeedsPathsAreFoundInAnyCaseAndWithASlash) {
  for (const auto* path : {"/api/product", "/api/product/", "/API/Product", "/Api/PRODUCT/?x=1"}) {
    EXPECT_EQ(client_->get(path).status, 200) << path;
  }
  EXPECT_EQ(member(client_->send_json("PUT", "/API/product/No-Such/", R"({"price":1})").body, "message"),
            "Product not found");
  for (const auto* path : {"/api/product//", "/V1/orders", "/v1/orders/"}) {
    EXPECT_EQ(client_->get(path).status, 404) << path;
  }
}

TEST_F(ApiTest, EveryErrorUnderTheSeedsPathsTellsAMessage) {
  const auto port = serve();
  const auto told = [&](const std::string& request, int status) {
    http::TestClient client(port);
    const auto answer = client.request(request);
    EXPECT_EQ(answer.status, status) << request << answer.body;
    return member(answer.body, "message");
  };
  const std::string end = " HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(told("GET /api/nothing" + end + "\r\n", 404), "there is nothing at /api/nothing");
  EXPECT_NE(told("DELETE /API/order" + end + "\r\n", 405), "(none)");
  EXPECT_EQ(told("POST /api/order" + end + "Content-Type: text/plain\r\nContent-Length: 1\r\n\r\nx", 415),
            "the body must be JSON");
  EXPECT_EQ(told("POST /api/order" + end + "Content-Length: 99999999\r\n\r\n", 413),
            "the body is larger than the limit");
  EXPECT_EQ(told("GET /v1/nothing" + end + "\r\n", 404), "(none)");
}

}  // namespace
}  // namespace ordo::api
