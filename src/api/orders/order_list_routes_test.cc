// The lists of orders: filters, order, CSV, counts.
#include <algorithm>

#include "api/testing/test_api.h"
#include "http/testing/test_client.h"

namespace ordo::api {
namespace {

class OrderListTest : public ApiTest {
 protected:
  OrderListTest() {
    add_product("mug", 1250, 100);
    // The middle one is the dearest, and the one that changes last.
    first_ = settled_order("mug", 1, R"(,"contact":{"name":"=Ann","email":"Ann@Example.com"},"tags":["gift","vip"])");
    second_ = settled_order("mug", 3, R"(,"channel":"phone","location":"north")");
    third_ = settled_order("mug", 2, R"(,"reference":"PO-1")");
    EXPECT_EQ(post("/v1/orders/" + second_ + "/notes", R"({"text":"call","public":false})").status, 201);
    engine_.settle();
  }
  std::string ids(const std::string& query) {
    const auto list = client_->get("/v1/orders" + query);
    EXPECT_EQ(list.status, 200) << query << list.body;
    std::string found;
    for (int i = 0; i < std::stoi(member(list.body, "data")); ++i) {
      const auto id = member(list.body, "data." + std::to_string(i) + ".id");
      found += id == first_ ? "1" : id == second_ ? "2" : "3";
    }
    return found;
  }
  // The body of a streamed answer.
  std::string csv(const std::string& query) {
    http::TestClient client(port_);
    client.send(http::get_request("/v1/orders" + query, "Accept: text/csv\r\n"));
    const auto head = client.receive_until("\r\n\r\n");
    EXPECT_NE(head.find("text/csv"), std::string::npos) << head;
    std::string body;
    while (true) {
      const auto size = std::strtoul(client.receive_until("\r\n").c_str(), nullptr, 16);
      if (size == 0) return body;
      body += client.receive_exactly(size);
      client.receive_exactly(2);
    }
  }

  std::string first_, second_, third_;
  std::uint16_t port_ = 0;
};

TEST_F(OrderListTest, IsFilteredByWhatAnOrderHas) {
  EXPECT_EQ(ids("?email=ANN@example.com"), "1");
  EXPECT_EQ(ids("?tag=vip"), "1");
  EXPECT_EQ(ids("?location=north"), "2");
  EXPECT_EQ(ids("?channel=phone"), "2");
  EXPECT_EQ(ids("?total_min=2500"), "32");
  EXPECT_EQ(ids("?total_min=1250&total_max=2500"), "31");
  EXPECT_EQ(ids("?total_max=2500&reference=PO-1"), "3");
  EXPECT_EQ(client_->get("/v1/orders?total_min=ten").status, 400);
  EXPECT_EQ(client_->get("/v1/orders?search=ann").status, 400) << "search is a route of its own";
}

TEST_F(OrderListTest, IsSortedByTheLastChange) {
  EXPECT_EQ(ids(""), "321");
  EXPECT_EQ(ids("?sort=updated_at"), "231");
  EXPECT_EQ(client_->get("/v1/orders?sort=total").status, 400);
  EXPECT_EQ(client_->get("/v1/customers?sort=updated_at").status, 400);
  const auto page = client_->get("/v1/orders?sort=updated_at&limit=1");
  const auto cursor = member(page.body, "next_cursor");
  EXPECT_EQ(ids("?sort=updated_at&limit=1&cursor=" + cursor), "3");
  EXPECT_EQ(client_->get("/v1/orders?limit=1&cursor=" + cursor).status, 400) << "a cursor belongs to its order";
  const auto changed = member(page.body, "data.0.updated_at");
  EXPECT_EQ(ids("?sort=updated_at&from=" + changed), "2");
  EXPECT_EQ(ids("?from=" + changed), "");
}

TEST_F(OrderListTest, IsAFileOnRequest) {
  port_ = serve();
  const auto file = csv("");
  EXPECT_EQ(
      file.substr(0, file.find('\n')),
      "id,number,reference,placed_at,customer_id,name,email,status,payment_status,fulfillment_status,lines,currency,"
      "total,captured,refunded,channel,location,tags,updated_at");
  EXPECT_EQ(std::count(file.begin(), file.end(), '\n'), 4);
  EXPECT_NE(file.find(",c1,'=Ann,Ann@Example.com,reserved,none,unfulfilled,1,USD,12.50,0.00,0.00,,main,\"gift; vip\","),
            std::string::npos)
      << file;
  EXPECT_LT(file.find(third_), file.find(first_));
  const auto one = csv("?limit=1&sort=updated_at");
  EXPECT_EQ(std::count(one.begin(), one.end(), '\n'), 2);
  EXPECT_NE(one.find(second_), std::string::npos);
  EXPECT_EQ(client_->get("/v1/orders?staus=x", "Accept: text/csv\r\n").status, 400);
}

TEST_F(OrderListTest, AFileThatFailsIsNotWhole) {
  port_ = serve();
  // More than the sockets and the stream hold, so the server cannot be done before reads fail.
  for (int i = 0; i < 4'000; ++i) {
    Order order;
    order.id = OrderId("o" + std::to_string(i));
    order.placed_at = from_unix_ms(i);
    order.tags = {{std::string(8'000, 't')}};
    engine_.put(order);
  }
  http::TestClient client(port_);
  client.send(http::get_request("/v1/orders", "Accept: text/csv\r\n"));
  client.receive_until("\r\n\r\n");
  engine_.fail_reads(Error{ErrorCode::kUnavailable, "database_unavailable", "away", {}});
  const auto rest = client.receive_until("\r\n0\r\n\r\n");
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(rest.find("o0,"), std::string::npos) << "the oldest order is the last one";
  engine_.fail_reads(std::nullopt);
}

TEST_F(OrderListTest, IsCountedByStatus) {
  const auto counts = client_->get("/v1/orders/counts?by=status");
  EXPECT_EQ(counts.status, 200) << counts.body;
  EXPECT_EQ(member(counts.body, "by"), "status");
  EXPECT_EQ(member(counts.body, "data"), "8");
  EXPECT_EQ(member(counts.body, "data.0.value"), "pending");
  EXPECT_EQ(member(counts.body, "data.1.value"), "reserved");
  EXPECT_EQ(member(counts.body, "data.1.count"), "2");
  EXPECT_EQ(member(counts.body, "data.5.value"), "rejected") << "there is no stock in the north";
  EXPECT_EQ(member(counts.body, "data.1.at_least"), "false");
  EXPECT_EQ(member(client_->get("/v1/orders/counts?by=status&location=north").body, "data.5.count"), "1");
  EXPECT_EQ(member(client_->get("/v1/orders/counts?by=status&status=pending").body, "data.1.count"), "0");
  EXPECT_EQ(member(client_->get("/v1/orders/counts?by=payment_status&total_max=1250").body, "data.0.count"), "1");
  for (const auto* wrong : {"", "?by=total", "?by=status&limit=5", "?by=status&sort=placed_at", "?by=status&tag="}) {
    EXPECT_EQ(client_->get("/v1/orders/counts" + std::string(wrong)).status, 400) << wrong;
  }
}

TEST_F(OrderListTest, AListThatTakesTooLongSaysWhatHelps) {
  engine_.fail_reads(Error{ErrorCode::kUnavailable, std::string(kTooSlow), "", {}});
  for (const auto* target : {"/v1/orders?total_min=1", "/v1/orders/counts?by=status", "/v1/search?q=ann"}) {
    const auto answer = client_->get(target);
    EXPECT_EQ(answer.status, 503) << target;
    EXPECT_EQ(member(answer.body, "code"), "list_too_slow");
    EXPECT_NE(member(answer.body, "hint").find("from and to"), std::string::npos) << answer.body;
  }
  engine_.fail_reads(std::nullopt);
}

}  // namespace
}  // namespace ordo::api
