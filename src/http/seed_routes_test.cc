#include <gtest/gtest.h>

#include "http/test_api.h"

namespace ordo::http {
namespace {

// --- the seed's routes

TEST_F(ApiTest, TheSeedsClientsFindWhatTheyKnow) {
  const auto created = client_->send_json("POST", "/api/product",
                                          R"({"name":"Mug","price":12.5,"stock":4,"category":"kitchen","extra":1})");
  ASSERT_EQ(created.status, 200) << created.body;
  const auto product = member(created.body, "productId");
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

  EXPECT_EQ(client_->send_json("PUT", "/api/product/" + product, R"({"price":0,"stock":0})").status, 200);
  engine_.settle();
  EXPECT_EQ(member(client_->get("/api/product").body, "0.price"), "0.00");
  EXPECT_EQ(client_->request("DELETE /api/product/" + product + " HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
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
  EXPECT_EQ(missing("/api/order", R"({"products":[],"totalAmount":1})"), "userId is required");
  EXPECT_EQ(missing("/api/order", R"({"userId":"u","totalAmount":1})"), "products is required");
  EXPECT_EQ(missing("/api/order", R"({"userId":"u","products":[{"productId":"p"}],"totalAmount":1})"),
            "quantity is required in each of products");
  EXPECT_EQ(missing("/api/order", R"({"userId":"u","products":[],"totalAmount":1})"),
            "products an order needs at least one line");
  EXPECT_EQ(missing("/api/product", R"({"name":"n","price":1,"stock":1})"), "category is required");
  EXPECT_EQ(missing("/api/product", R"({"name":"n","price":1.005,"stock":1,"category":"c"})"),
            "price more decimals than the currency has");
  missing("/api/order", "nonsense");
  // Zero is a price and a stock like any other.
  EXPECT_EQ(client_->send_json("POST", "/api/product", R"({"name":"n","price":0,"stock":0,"category":""})").status,
            200);
  // An unknown product is found out when the order is processed, as it always was.
  const auto unknown = client_->send_json(
      "POST", "/api/order", R"({"userId":"u","products":[{"productId":"none","quantity":1}],"totalAmount":1})");
  EXPECT_EQ(unknown.status, 200);
  engine_.settle();
  const auto order = client_->get("/v1/orders/" + member(unknown.body, "orderId"));
  EXPECT_EQ(member(order.body, "status"), "rejected") << order.body;
  EXPECT_EQ(member(order.body, "status_reason"), "unknown_product");
}

}  // namespace
}  // namespace ordo::http
