// A request that is too large for the log is refused at once, field by field, and never with a 5xx status.
#include <gtest/gtest.h>

#include <set>

#include "api/testing/test_api.h"
#include "records/documents.h"

namespace ordo::api {
namespace {

class SizeTest : public ApiTest {
 protected:
  void limit_to(std::size_t bytes) {
    ApiOptions options;
    options.limits.records.fill(bytes);
    restart(options);
  }
  // A quote takes two bytes in JSON. So this product has the longest possible name.
  void add_product() {
    std::string name;
    for (int i = 0; i < 200; ++i) name += R"(\")";
    const auto made = client_->send_json(
        "POST", "/v1/products", R"({"id":"long","name":")" + name + R"(","price":{"amount":1,"currency":"USD"}})");
    ASSERT_EQ(made.status, 201) << made.body;
  }
  static std::string lines(int count, std::string_view field) {
    std::string all;
    for (int i = 0; i < count; ++i) {
      all += (i == 0 ? R"({")" : R"(,{")") + std::string(field) + R"(":"long","quantity":1})";
    }
    return "[" + all + "]";
  }
};

TEST_F(SizeTest, AnOrderThatTheLogCouldNotTakeIsRefusedWhenItIsPlaced) {
  limit_to(262'144);
  add_product();
  const auto order = [&](int count) {
    return client_->send_json("POST", "/v1/orders",
                              R"({"customer_id":"c","lines":)" + lines(count, "product_id") + "}");
  };
  const auto refused = order(760);
  EXPECT_EQ(refused.status, 422) << refused.body;
  EXPECT_EQ(member(refused.body, "code"), "record_too_large");
  EXPECT_EQ(member(refused.body, "errors.0.pointer"), "/lines");
  EXPECT_EQ(order(200).status, 201);
  const auto old = client_->send_json("POST", "/api/order",
                                      R"({"userId":"c","totalAmount":1,"products":)" + lines(760, "productId") + "}");
  EXPECT_EQ(old.status, 422) << old.body;
  EXPECT_EQ(engine_.records(Topic::order_created).size(), 1U);
}

TEST_F(SizeTest, WithoutALimitItIsTaken) {
  add_product();
  EXPECT_EQ(client_->send_json("POST", "/v1/orders", R"({"customer_id":"c","lines":)" + lines(760, "product_id") + "}")
                .status,
            201);
}

Order large_order(int number, int lines) {
  Order order;
  order.id = OrderId("large-" + std::to_string(1000 + number));
  order.customer_id = CustomerId("c");
  order.rev = 1;
  for (int i = 0; i < lines; ++i) {
    OrderLine line;
    line.product_id = ProductId(std::string(128, 'p'));
    line.name = std::string(200, 'n');
    line.quantity = 1;
    order.lines.push_back(line);
  }
  return order;
}

TEST_F(SizeTest, APageEndsWhereItGetsTooLarge) {
  ApiOptions options;
  options.max_page_bytes = document_to_json(large_order(0, 10)).size() * 3 / 2;
  restart(options);
  for (int i = 0; i < 7; ++i) engine_.put(large_order(i, 10));
  std::vector<std::string> seen;
  std::string target = "/v1/orders?limit=500";
  for (int pages = 0; pages < 4; ++pages) {
    const auto page = client_->get(target).body;
    for (const auto* place : {"data.0.id", "data.1.id"}) {
      if (const auto id = member(page, place); id != "(none)") seen.push_back(id);
    }
    EXPECT_LE(member(page, "data"), "2") << "the one that goes beyond is the last";
    const auto cursor = member(page, "next_cursor");
    EXPECT_EQ(cursor == "null", pages == 3) << page;
    target = "/v1/orders?limit=500&cursor=" + cursor;
  }
  EXPECT_EQ(seen.size(), 7U);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 7U);
  options.max_page_bytes = 1;
  restart(options);
  EXPECT_EQ(member(client_->get("/v1/orders").body, "data"), "1") << "a page is never empty for size";
}

TEST_F(SizeTest, AListWithoutPagesIsRefusedWhenItGetsTooLarge) {
  engine_.put(large_order(0, 1000));
  const auto listed = client_->get("/api/order");
  ASSERT_EQ(listed.status, 200);
  ApiOptions options;
  options.max_listed_bytes = listed.body.size();
  restart(options);
  EXPECT_EQ(client_->get("/api/order").status, 200);
  engine_.put(large_order(1, 1000));
  const auto refused = client_->get("/api/order");
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.body.find("/v1/orders") < 300U) << refused.body.substr(0, 300);
}

TEST_F(SizeTest, ReadsAreRefusedWhileClientsLeaveTooMuchUntaken) {
  add_product();
  http::ServerOptions options;
  options.max_answer_bytes = 0;  // always full
  serve(options);
  engine_.fail_reads(Error{ErrorCode::kIo, "asked", "the database was asked", {}});
  for (const auto* target :
       {"/v1/orders", "/v1/orders/x", "/v1/products/long", "/v1/customers/x", "/openapi.json", "/docs"}) {
    const auto refused = client_->get(target);
    EXPECT_EQ(member(refused.body, "code"), "answers_queue_full") << target << refused.body;
    EXPECT_EQ(refused.status, 503);
    EXPECT_NE(refused.header("Retry-After"), "");
  }
  EXPECT_EQ(client_->get("/api/order").status, 503);
  EXPECT_EQ(client_->get("/livez").status, 200);
  engine_.fail_reads(std::nullopt);
  EXPECT_EQ(order("long", 1).status, 201);
}

TEST_F(SizeTest, ControlCharactersAreRefusedWhereverTextsComeIn) {
  const auto expect_refused = [&](const char* method, const std::string& path, const std::string& body,
                                  const std::string& pointer) {
    const auto answer = client_->send_json(method, path, body);
    EXPECT_EQ(answer.status, 422) << path << " " << body << "\n" << answer.body;
    EXPECT_EQ(member(answer.body, "errors.0.pointer"), pointer) << answer.body;
  };
  const std::string price = R"("price":{"amount":1,"currency":"USD"})";
  expect_refused("POST", "/v1/products", R"({"name":"a\u0001",)" + price + "}", "/name");
  expect_refused("POST", "/v1/products", R"({"name":"a","category":"b\u007f",)" + price + "}", "/category");
  ASSERT_EQ(client_->send_json("POST", "/v1/products", R"({"id":"p","name":"a",)" + price + "}").status, 201);
  expect_refused("PATCH", "/v1/products/p", R"({"name":"a\u0085"})", "/name");
  const std::string order = R"({"customer_id":"c","lines":[{"product_id":"p","quantity":1}],)";
  expect_refused("POST", "/v1/orders", order + R"("reference":"a\u0001"})", "/reference");
  expect_refused("POST", "/v1/orders", order + R"("payment_method":"a\u0001"})", "/payment_method");
  expect_refused("POST", "/v1/orders", order + R"("metadata":{"a":"\u0001"}})", "/metadata");
  expect_refused("POST", "/v1/orders", order + R"("metadata":{"a\n":"b"}})", "/metadata");
  EXPECT_EQ(client_->send_json("POST", "/v1/orders", order + R"("metadata":{"a":"one\ntwo\tthree"}})").status, 201);
  expect_refused("POST", "/v1/customers", R"({"name":"a\u0001"})", "/name");
  expect_refused("POST", "/v1/products/p/stock", R"({"count":1,"reason":"a\u0001"})", "/reason");
}

}  // namespace
}  // namespace ordo::api
