// PATCH /v1/orders/{id}
#include <gtest/gtest.h>

#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

class OrderTermsTest : public ApiTest {
 protected:
  http::Answer patch(const std::string& order, const std::string& body, std::string_view headers = {}) {
    return client_->send_json("PATCH", "/v1/orders/" + order, body, headers);
  }
};

constexpr const char* kAddress =
    R"({"shipping_address":{"name":"Ann Lee","line1":"Oranienstr. 1","city":"Berlin","country":"DE"},"id":"c1"})";

TEST_F(OrderTermsTest, AreChangedOnce) {
  add_product("mug", 1000, 5);
  const auto order = settled_order("mug", 1);
  const auto first = patch(order, kAddress);
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(member(first.body, "shipping_address.city"), "Berlin");
  EXPECT_EQ(member(first.body, "changes.0.id"), "c1");
  EXPECT_EQ(patch(order, kAddress).status, 200);
  const auto reused = patch(order, R"({"contact":{"email":"ann@example.com"},"id":"c1"})");
  EXPECT_EQ(reused.status, 422);
  EXPECT_EQ(member(reused.body, "code"), "change_id_reused");
  const auto stale = patch(order, R"({"contact":{"email":"ann@example.com"}})", "If-Match: \"0\"\r\n");
  EXPECT_EQ(stale.status, 412) << stale.body;
  EXPECT_EQ(member(stale.body, "code"), "stale_revision");
  const auto second =
      patch(order, R"({"contact":{"email":"ann@example.com"}})", "If-Match: " + first.header("ETag") + "\r\n");
  EXPECT_EQ(second.status, 200) << second.body;
  EXPECT_EQ(member(second.body, "shipping_address.city"), "Berlin");
  for (const auto* wrong : {"{}", R"({"id":"x"})", R"({"contact":{"email":"ann"}})", R"({"tags":["x"]})",
                            R"({"shipping_address":{"name":"A","line1":"L","city":"C","country":"XX"}})",
                            R"({"contact":{"name":"Ann"},"id":"a/b"})"}) {
    EXPECT_EQ(patch(order, wrong).status, 422) << wrong;
  }
  EXPECT_EQ(patch("none", kAddress).status, 404);
}

TEST_F(OrderTermsTest, AreFixedOnceTheShipmentIsRequested) {
  engine_.pay(true);
  add_product("mug", 1000, 5);
  const auto late = patch(settled_order("mug", 1), kAddress);
  EXPECT_EQ(late.status, 409);
  EXPECT_EQ(member(late.body, "code"), "illegal_transition");
}

}  // namespace
}  // namespace ordo::api
