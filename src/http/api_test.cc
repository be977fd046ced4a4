#include "http/api.h"

#include <gtest/gtest.h>

#include <future>

#include "http/list_request.h"
#include "http/test_client.h"
#include "http/test_engine.h"
#include "http/test_log.h"
#include "records/json.h"

namespace ordo::http {
namespace {

// The text of a member at the top of a JSON object, or of one inside it ("price.amount"); "(none)" when it is not
// there.
std::string member(std::string_view json, std::string_view path) {
  const auto tape = JsonTape::parse(json);
  if (!tape) return "(not JSON)";
  std::size_t at = 0;
  while (!path.empty()) {
    const auto name = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    const auto& node = (*tape)[at];
    std::size_t child = at + 1;
    const bool is_array = node.kind == JsonNode::Kind::array;
    if (is_array) {
      for (std::size_t i = 0; i < std::stoul(std::string(name)); ++i) child = (*tape)[child].end;
      if (child >= node.end) return "(none)";
      at = child;
      continue;
    }
    while (child < node.end && (*tape)[child].text != name) child = (*tape)[child + 1].end;
    if (child >= node.end) return "(none)";
    at = child + 1;
  }
  const auto& node = (*tape)[at];
  if (node.kind == JsonNode::Kind::array || node.kind == JsonNode::Kind::object) return std::to_string(node.count);
  if (node.kind == JsonNode::Kind::boolean) return node.boolean ? "true" : "false";
  return node.kind == JsonNode::Kind::null ? "null" : std::string(node.text);
}

class ApiTest : public testing::Test {
 protected:
  ApiTest() { start({}); }
  ~ApiTest() override { stop(); }

  void start(ApiOptions options) {
    options.topology = engine_.topology;
    options.currency = *Currency::parse("USD");
    options.location = LocationId("main");
    options.source = "/ordo/api/test";
    api_ = std::make_unique<Api>(
        options, ApiPorts{engine_, source_, engine_, engine_, [this] { return checks_; },
                          [this] { return server_->stats(); }, [](std::string& out) { out += "backend_metric 1\n"; }});
    server_ = *Server::start(ServerOptions{}, api_->handler());
    client_ = std::make_unique<TestClient>(server_->port());
  }
  void restart(const ApiOptions& options) {
    stop();
    start(options);
  }
  void stop() {
    engine_.pause(false);
    engine_.block_reads(false);
    client_.reset();
    server_->stop();
    api_->stop();
    engine_.settle();
    api_.reset();
  }

  void add_product(const std::string& id, int cents, int stock) {
    const auto answer =
        client_->send_json("POST", "/v1/products",
                           R"({"id":")" + id + R"(","name":"Product )" + id + R"(","price":{"amount":)" +
                               std::to_string(cents) + R"(,"currency":"USD"},"stock":)" + std::to_string(stock) + "}");
    ASSERT_EQ(answer.status, 201) << answer.body;
  }
  Answer order(const std::string& product, int quantity, std::string_view headers = {}) {
    return client_->send_json("POST", "/v1/orders",
                              R"({"customer_id":"c1","lines":[{"product_id":")" + product + R"(","quantity":)" +
                                  std::to_string(quantity) + "}]}",
                              headers);
  }

  TestLog source_;
  TestEngine engine_;
  std::vector<ReadinessCheck> checks_{{"log", true, "fine"}};
  std::unique_ptr<Api> api_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<TestClient> client_;
};

// --- placing orders

TEST_F(ApiTest, AnOrderIsCreatedPendingAndThenReserved) {
  add_product("mug", 1250, 10);
  engine_.pause(true);
  const auto created = order("mug", 2);
  ASSERT_EQ(created.status, 201) << created.body;
  const auto id = member(created.body, "id");
  EXPECT_EQ(created.header("Location"), "/v1/orders/" + id);
  EXPECT_EQ(created.header("ETag"), "\"0\"");
  EXPECT_EQ(member(created.body, "status"), "pending");
  EXPECT_NE(member(created.body, "number"), "");
  EXPECT_EQ(member(created.body, "total.amount"), "2500");
  EXPECT_EQ(member(created.body, "lines.0.name"), "Product mug");
  EXPECT_EQ(member(created.body, "history"), "(none)");

  // The process that took it in knows it before anybody has processed it.
  const auto early = client_->get("/v1/orders/" + id);
  EXPECT_EQ(early.status, 200);
  EXPECT_EQ(early.body, created.body);
  EXPECT_EQ(client_->get("/v1/orders/" + id + "/history").body, "{\"data\":[]}");

  engine_.pause(false);
  engine_.settle();
  const auto later = client_->get("/v1/orders/" + id);
  EXPECT_EQ(member(later.body, "status"), "reserved") << later.body;
  EXPECT_EQ(member(later.body, "number"), member(created.body, "number"));
  EXPECT_EQ(member(later.body, "total.amount"), "2500");
  EXPECT_EQ(client_->get("/v1/orders/" + id, "If-None-Match: " + later.header("ETag") + "\r\n").status, 304);
  EXPECT_EQ(member(client_->get("/v1/orders/" + id + "/history").body, "data"), "2");
}

TEST_F(ApiTest, PreferWaitAnswersWithTheDecision) {
  add_product("mug", 1250, 3);
  const auto reserved = order("mug", 2, "Prefer: wait=10\r\n");
  EXPECT_EQ(reserved.status, 201);
  EXPECT_EQ(member(reserved.body, "status"), "reserved");
  EXPECT_EQ(reserved.header("Preference-Applied"), "wait");
  const auto rejected = order("mug", 2, "Prefer: respond-async, wait=10\r\n");
  EXPECT_EQ(member(rejected.body, "status"), "rejected");
  EXPECT_EQ(member(rejected.body, "status_reason"), "out_of_stock");
  engine_.pause(true);
  EXPECT_EQ(member(order("mug", 1, "Prefer: wait=0\r\n").body, "status"), "pending");
}

TEST_F(ApiTest, AKeyGivesTheSameOrderOnce) {
  add_product("mug", 1250, 10);
  engine_.pause(true);
  const std::string key = "Idempotency-Key: abc-1\r\n";
  const auto first = order("mug", 2, key);
  const auto at_once = order("mug", 2, key);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(at_once.status, 201);
  EXPECT_EQ(at_once.body, first.body);
  EXPECT_EQ(engine_.records(Topic::order_created).size(), 1U);
  EXPECT_EQ(order("mug", 3, key).status, 422);
  engine_.pause(false);
  engine_.settle();
  // Through another process, that knows the document only.
  restart({});
  const auto elsewhere = order("mug", 2, key);
  EXPECT_EQ(elsewhere.status, 201);
  EXPECT_EQ(member(elsewhere.body, "id"), member(first.body, "id"));
  EXPECT_EQ(member(elsewhere.body, "status"), "reserved");
  const auto reused = order("mug", 3, key);
  EXPECT_EQ(reused.status, 422);
  EXPECT_EQ(member(reused.body, "code"), "idempotency_key_reused");
  EXPECT_EQ(engine_.records(Topic::order_created).size(), 1U);
  EXPECT_EQ(order("mug", 2, "Idempotency-Key: \r\n").status, 400);
}

TEST_F(ApiTest, WhatIsWrongWithAnOrderIsNamedFieldByField) {
  add_product("mug", 1250, 10);
  const auto post = [&](std::string_view body) { return client_->send_json("POST", "/v1/orders", body); };
  EXPECT_EQ(post("").status, 400);
  EXPECT_EQ(post("{").status, 400);
  EXPECT_EQ(post("[]").status, 422);
  EXPECT_EQ(post(R"({"customer_id":"a","customer_id":"b","lines":[]})").status, 400);
  const auto typo = post(R"({"costumer_id":"c","lines":[{"product_id":"mug","quantity":1}]})");
  EXPECT_EQ(typo.status, 422);
  EXPECT_NE(typo.body.find(R"(did you mean \"customer_id\"?)"), std::string::npos) << typo.body;
  const auto wrong = post(R"({"customer_id":"c/d","lines":[{"product_id":"mug","quantity":0}],"currency":"usd"})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(member(wrong.body, "errors"), "3") << wrong.body;
  EXPECT_EQ(member(wrong.body, "errors.0.pointer"), "/lines/0/quantity");
  const auto unknown = order("cup", 1);
  EXPECT_EQ(unknown.status, 422);
  EXPECT_EQ(member(unknown.body, "code"), "unknown_product");
  EXPECT_EQ(member(unknown.body, "trace_id").size(), 32U);
  const auto total = post(
      R"({"customer_id":"c","lines":[{"product_id":"mug","quantity":2}],"expected_total":{"amount":2499,"currency":"USD"}})");
  EXPECT_EQ(total.status, 422);
  EXPECT_EQ(member(total.body, "code"), "total_mismatch");
  EXPECT_EQ(client_->request("POST /v1/orders HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}").status, 415);
  EXPECT_TRUE(engine_.records(Topic::order_created).empty());
  EXPECT_EQ(post(R"({"customer_id":"c","lines":[{"product_id":"mug","quantity":2}],"currency":"USD","location":"east",)"
                 R"("reference":"R-1","metadata":{"k":"v"},"expected_total":{"amount":2500,"currency":"USD"}})")
                .status,
            201);
}

TEST_F(ApiTest, AnOrderPlacedElsewhereBeforeKeepsItsTime) {
  add_product("mug", 1250, 10);
  const auto placed = [this](const std::string& time) {
    return client_->send_json("POST", "/v1/orders",
                              R"({"customer_id":"c","lines":[{"product_id":"mug","quantity":1}],)"
                              R"("placed_at":")" +
                                  time + R"("})");
  };
  const auto old = placed("2010-12-01T08:26:00Z");
  EXPECT_EQ(old.status, 201) << old.body;
  EXPECT_EQ(member(old.body, "placed_at"), "2010-12-01T08:26:00.000Z");
  const auto future = placed("2999-01-01T00:00:00Z");
  EXPECT_EQ(future.status, 422);
  EXPECT_EQ(member(future.body, "errors.0.pointer"), "/placed_at");
}

TEST_F(ApiTest, AnOrderThatIsNotDurableIsNotAccepted) {
  add_product("mug", 1250, 10);
  engine_.fail_appends(Error{ErrorCode::kBusy, "queue_full", "the queue is full", {}});
  const auto busy = order("mug", 1, "Idempotency-Key: k\r\n");
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(busy.header("Retry-After"), "1");
  EXPECT_EQ(member(busy.body, "code"), "queue_full");
  engine_.fail_appends(std::nullopt);
  EXPECT_EQ(order("mug", 2, "Idempotency-Key: k\r\n").status, 201);
}

TEST_F(ApiTest, OrdersAreTakenWhileTheDatabaseIsAway) {
  add_product("mug", 1250, 10);
  engine_.fail_reads(Error{ErrorCode::kUnavailable, "database_away", "no connection", {}});
  const auto created = order("mug", 1);
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(client_->get("/v1/orders/" + member(created.body, "id")).status, 200);
  EXPECT_EQ(order("mug", 1, "Idempotency-Key: k\r\n").status, 201);
  const auto unknown = client_->get("/v1/orders/unknown");
  EXPECT_EQ(unknown.status, 503);
  EXPECT_EQ(unknown.header("Retry-After"), "1");
  EXPECT_EQ(client_->get("/v1/orders").status, 503);
}

TEST_F(ApiTest, TheRecordIsWhatOtherConsumersExpect) {
  add_product("mug", 1250, 10);
  const auto created = order("mug", 2, "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n");
  const auto records = engine_.records(Topic::order_created);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].key, member(created.body, "id"));
  EXPECT_EQ(member(records[0].value, "userId"), "c1");
  EXPECT_EQ(member(records[0].value, "products.0.productId"), "mug");
  EXPECT_EQ(member(records[0].value, "totalAmount"), "25.00");
  EXPECT_EQ(records[0].envelope.type, type::kOrderPlaced);
  EXPECT_EQ(records[0].envelope.source, "/ordo/api/test");
  EXPECT_EQ(records[0].envelope.traceparent, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
}

// --- reading and listing

TEST_F(ApiTest, ListsAreFilteredAndPagedToTheEnd) {
  add_product("mug", 100, 3);
  for (int i = 0; i < 5; ++i) order("mug", 1, "Prefer: wait=10\r\n");
  std::size_t seen = 0;
  std::string target = "/v1/orders?status=reserved&limit=2&customer_id=c1";
  while (!target.empty()) {
    const auto page = client_->get(target);
    ASSERT_EQ(page.status, 200) << page.body;
    seen += std::stoul(member(page.body, "data"));
    const auto link = page.header("Link");
    EXPECT_EQ(link.empty(), member(page.body, "next_cursor") == "null");
    target = link.empty() ? "" : link.substr(1, link.find('>') - 1);
  }
  EXPECT_EQ(seen, 3U);
  EXPECT_EQ(member(client_->get("/v1/orders?status=rejected").body, "data"), "2");
  EXPECT_EQ(member(client_->get("/v1/orders?product_id=other").body, "data"), "0");
  EXPECT_EQ(member(client_->get("/v1/orders?from=2020-01-01&to=2021-01-01").body, "data"), "0");
  EXPECT_EQ(member(client_->get("/v1/orders?status=&limit=").body, "data"), "5");
}

TEST_F(ApiTest, ListsRefuseWhatTheyDoNotUnderstand) {
  for (const auto* query : {"limit=0", "limit=501", "limit=x", "status=open", "from=yesterday", "cursor=abc", "a=%zz",
                            "limit=1&limit=2", "staus=reserved"}) {
    const auto answer = client_->get(std::string("/v1/orders?") + query);
    EXPECT_EQ(answer.status, 400) << query << answer.body;
  }
  EXPECT_NE(client_->get("/v1/orders?staus=reserved").body.find("did you mean status?"), std::string::npos);
}

TEST(Cursor, IsBoundToItsFilter) {
  const PageKey key{1'700'000'000'000, "0190-a"};
  const auto cursor = encode_cursor(key, "orders\nstatus=reserved");
  const auto back = decode_cursor(cursor, "orders\nstatus=reserved");
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->sort, key.sort);
  EXPECT_EQ(back->id, key.id);
  EXPECT_FALSE(decode_cursor(cursor, "orders").has_value());
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    auto tampered = cursor;
    tampered[i] = tampered[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(decode_cursor(tampered, "orders\nstatus=reserved").has_value()) << i;
  }
}

// --- cancelling

TEST_F(ApiTest, AnOrderIsCancelledOnce) {
  add_product("mug", 100, 3);
  const auto created = order("mug", 1, "Prefer: wait=10\r\n");
  const std::string path = "/v1/orders/" + member(created.body, "id");
  const auto cancelled = client_->send_json("POST", path + "/cancel", R"({"reason":"changed my mind"})");
  EXPECT_EQ(cancelled.status, 200) << cancelled.body;
  EXPECT_EQ(member(cancelled.body, "status"), "cancelled");
  EXPECT_EQ(member(cancelled.body, "status_reason"), "changed my mind");
  EXPECT_EQ(client_->send_json("POST", path + "/cancel", "").status, 200);
  engine_.settle();
  EXPECT_EQ(member(client_->get("/v1/products/mug/stock").body, "available"), "3");
}

TEST_F(ApiTest, ACancelThatCannotBe) {
  EXPECT_EQ(client_->send_json("POST", "/v1/orders/nothing/cancel", "{}").status, 404);
  add_product("mug", 100, 0);
  const auto rejected = order("mug", 1, "Prefer: wait=10\r\n");
  ASSERT_EQ(member(rejected.body, "status"), "rejected");
  const auto answer = client_->send_json("POST", "/v1/orders/" + member(rejected.body, "id") + "/cancel", "{}");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(member(answer.body, "code"), "illegal_transition");
  EXPECT_EQ(client_->send_json("POST", "/v1/orders/x/cancel", R"({"why":"x"})").status, 422);
}

TEST_F(ApiTest, ACancelThatTakesLongIs202) {
  ApiOptions options;
  options.decision_wait = std::chrono::milliseconds(20);
  restart(options);
  add_product("mug", 100, 3);
  const auto created = order("mug", 1, "Prefer: wait=10\r\n");
  engine_.pause(true);
  const auto answer = client_->send_json("POST", "/v1/orders/" + member(created.body, "id") + "/cancel", "{}");
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(member(answer.body, "status"), "reserved");
  // An order that nobody has processed yet: the request would overtake it.
  const auto fresh = order("mug", 1);
  const auto early = client_->send_json("POST", "/v1/orders/" + member(fresh.body, "id") + "/cancel", "{}");
  EXPECT_EQ(early.status, 503);
  EXPECT_EQ(member(early.body, "code"), "order_not_ready");
}

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
}

// --- stock

TEST_F(ApiTest, StockIsCountedAndAdjusted) {
  add_product("mug", 100, 5);
  const std::string path = "/v1/products/mug/stock";
  const auto adjusted = client_->send_json("POST", path, R"({"adjust":-2,"reason":"broken","id":"m1"})");
  EXPECT_EQ(adjusted.status, 200) << adjusted.body;
  EXPECT_EQ(member(adjusted.body, "on_hand"), "3");
  EXPECT_EQ(member(adjusted.body, "available"), "3");
  // A repeat changes nothing; another movement under the same id is refused.
  EXPECT_EQ(member(client_->send_json("POST", path, R"({"adjust":-2,"reason":"broken","id":"m1"})").body, "on_hand"),
            "3");
  EXPECT_EQ(client_->send_json("POST", path, R"({"adjust":-1,"id":"m1"})").status, 422);
  const auto negative = client_->send_json("POST", path, R"({"adjust":-4})");
  EXPECT_EQ(negative.status, 409);
  EXPECT_EQ(member(negative.body, "code"), "negative_stock");
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

// --- operation

TEST_F(ApiTest, HealthAndMetrics) {
  EXPECT_EQ(client_->get("/livez").status, 200);
  EXPECT_EQ(client_->get("/readyz").body, "{\"status\":\"ready\"}");
  EXPECT_EQ(member(client_->get("/readyz?verbose").body, "checks.0.name"), "log");
  checks_[0].ok = false;
  EXPECT_EQ(client_->get("/readyz").status, 503);
  add_product("mug", 1, 1);
  order("mug", 1);
  const auto metrics = client_->get("/metrics");
  EXPECT_NE(metrics.body.find("\nordo_orders_accepted_total 1\n"), std::string::npos) << metrics.body;
  EXPECT_NE(metrics.body.find("ordo_http_responses_total{class=\"5xx\"} 1\n"), std::string::npos);
  EXPECT_NE(metrics.body.find("ordo_http_request_duration_seconds_bucket{le=\"+Inf\"} 6\n"), std::string::npos);
  EXPECT_NE(metrics.body.find("backend_metric 1\n"), std::string::npos);
  EXPECT_NE(client_->get("/").body.find("POST /v1/orders"), std::string::npos);
}

TEST_F(ApiTest, DescribesItself) {
  for (const auto* path : {"/openapi.json", "/asyncapi.json", "/docs"}) {
    const auto document = client_->get(path);
    EXPECT_EQ(document.status, 200) << path;
    const auto again = client_->request("GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\nIf-None-Match: " +
                                        std::string(document.header("ETag")) + "\r\n\r\n");
    EXPECT_EQ(again.status, 304) << path;
    EXPECT_NE(client_->get("/").body.find("\"GET " + std::string(path) + "\""), std::string::npos) << path;
  }
  EXPECT_EQ(client_->get("/docs").header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(member(client_->get("/openapi.json").body, "openapi"), "3.1.0");
}

TEST_F(ApiTest, AFullQueueOfReadsIs503) {
  ApiOptions options;
  options.read_threads = 1;
  options.max_queued_reads = 1;
  restart(options);
  engine_.block_reads(true);
  std::string requests;
  for (int i = 0; i < 4; ++i) requests += "GET /v1/orders/x HTTP/1.1\r\nHost: h\r\n\r\n";
  client_->send(requests);
  // Another connection is served while the reads hang.
  TestClient other(server_->port());
  EXPECT_EQ(other.get("/livez").status, 200);
  engine_.block_reads(false);
  int refused = 0;
  for (int i = 0; i < 4; ++i) refused += client_->receive().status == 503 ? 1 : 0;
  EXPECT_GE(refused, 2);
}

TEST_F(ApiTest, StoppingEndsTheWaiting) {
  add_product("mug", 100, 3);
  engine_.pause(true);
  auto waiting = std::async(std::launch::async, [&] {
    TestClient client(server_->port());
    return client.send_json("POST", "/v1/orders", R"({"customer_id":"c","lines":[{"product_id":"mug","quantity":1}]})",
                            "Prefer: wait=30\r\n");
  });
  while (client_->get("/metrics").body.find("ordo_http_waiting 1\n") == std::string::npos) std::this_thread::yield();
  api_->stop();
  const auto answer = waiting.get();
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(member(answer.body, "status"), "pending");
}

}  // namespace
}  // namespace ordo::http
