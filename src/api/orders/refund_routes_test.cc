// Cancels, returns and refunds that name lines, and refunds of shipping.
#include <gtest/gtest.h>

#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

class LineRequests : public ApiTest {
 protected:
  // A paid order: 3 mugs of 10.00, gift wrap for 3.00, shipping for 4.90.
  std::string paid_order() {
    engine_.pay(true);
    add_product("mug", 1000, 9);
    const auto created =
        post("/v1/orders", R"({"customer_id":"c1","lines":[{"product_id":"mug","quantity":3},{"kind":"fee",)"
                           R"("name":"Gift wrap","quantity":1,"unit_price":{"amount":300,"currency":"USD"}}],)"
                           R"("shipping":[{"name":"Parcel","price":{"amount":490,"currency":"USD"}}]})");
    EXPECT_EQ(created.status, 201) << created.body;
    engine_.settle();
    return "/v1/orders/" + member(created.body, "id");
  }
};

TEST_F(LineRequests, ARefundOfLinesIsMadeOnce) {
  const auto order = paid_order();
  const std::string body = R"({"lines":[{"line_id":"1","quantity":1},{"line_id":"2","quantity":1}],"shipping":true,)"
                           R"("reason":"late","id":"r1"})";
  const auto first = post(order + "/refunds", body);
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(member(first.body, "amount.amount"), "1790");
  EXPECT_EQ(member(first.body, "lines.0.amount.amount"), "1000");
  EXPECT_EQ(member(first.body, "lines.0.product_id"), "mug");
  EXPECT_EQ(member(first.body, "shipping.amount"), "490");
  const auto repeated = post(order + "/refunds", body);  // its status may be a later one
  EXPECT_EQ(repeated.status, 201) << repeated.body;
  for (const auto* part :
       {"id", "amount.amount", "reason", "lines.0.line_id", "lines.0.product_id", "lines.0.quantity",
        "lines.0.amount.amount", "lines.1.line_id", "lines.1.quantity", "lines.1.amount.amount", "shipping.amount"}) {
    EXPECT_EQ(member(repeated.body, part), member(first.body, part)) << part;
  }
  for (const auto* other : {R"({"lines":[{"line_id":"1","quantity":2}],"shipping":true,"reason":"late","id":"r1"})",
                            R"({"shipping":true,"reason":"late","id":"r1"})", R"({"reason":"late","id":"r1"})"}) {
    EXPECT_EQ(member(post(order + "/refunds", other).body, "code"), "refund_id_reused") << other;
  }
  const auto again = post(order + "/refunds", R"({"lines":[{"line_id":"2","quantity":1}],"reason":"x"})");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(member(again.body, "code"), "lines_exceed_order");
  EXPECT_EQ(member(post(order + "/refunds", R"({"shipping":true,"reason":"x"})").body, "code"),
            "refund_exceeds_payment");
  engine_.settle();
  const auto shown = client_->get(order).body;
  EXPECT_EQ(member(shown, "refunded.amount"), "1790");
  EXPECT_EQ(member(shown, "lines.0.refunded"), "1");
  EXPECT_EQ(member(shown, "lines.0.given_back.amount"), "1000");
}

TEST_F(LineRequests, ARefundOfLinesMustNameSome) {
  const auto order = paid_order();
  const auto pointer = [&](const std::string& body) {
    const auto answer = post(order + "/refunds", body);
    EXPECT_EQ(answer.status, 422) << answer.body;
    return member(answer.body, "code") + " " + member(answer.body, "errors.0.pointer");
  };
  EXPECT_EQ(pointer(R"({"reason":"x","lines":[]})"), "invalid_fields /lines");
  EXPECT_EQ(pointer(R"({"reason":"x","lines":[{"quantity":1}]})"), "invalid_fields /lines/0/line_id");
  EXPECT_EQ(pointer(R"({"reason":"x","lines":[{"line_id":"","quantity":1}]})"), "invalid_fields /lines/0/line_id");
  EXPECT_EQ(pointer(R"({"reason":"x","lines":[{"line_id":"1","quantity":0}]})"), "invalid_fields /lines/0/quantity");
  EXPECT_EQ(pointer(R"({"reason":"x","lines":[{"product_id":"a/b","quantity":1}]})"),
            "invalid_fields /lines/0/product_id");
  EXPECT_EQ(pointer(R"({"reason":"x","shipping":true,"amount":{"amount":1,"currency":"USD"}})"),
            "invalid_fields /amount");
  EXPECT_EQ(pointer(R"({"reason":"x","lines":[{"line_id":"3","quantity":1}]})"), "unknown_line (none)");
}

TEST_F(LineRequests, ALineWithoutGoodsIsCancelledAtOnce) {
  const auto order = paid_order();
  const auto cancelled = post(order + "/cancel", R"({"lines":[{"line_id":"2","quantity":1}],"reason":"no wrap"})");
  EXPECT_EQ(cancelled.status, 200) << cancelled.body;
  EXPECT_EQ(member(cancelled.body, "status"), "confirmed");
  EXPECT_EQ(member(cancelled.body, "lines.1.cancelled"), "1");
  EXPECT_EQ(member(cancelled.body, "cancellations.0.lines.0.line_id"), "2");
  engine_.settle();
  EXPECT_EQ(member(client_->get(order).body, "refunded.amount"), "300");
  EXPECT_EQ(member(client_->get("/v1/products/mug/stock").body, "reserved"), "3");
  // Then the goods: nothing is left, and shipping is refunded too.
  EXPECT_EQ(post(order + "/cancel", R"({"lines":[{"line_id":"1","quantity":3}]})").status, 200);
  engine_.settle();
  EXPECT_EQ(member(client_->get(order).body, "status"), "cancelled");
  EXPECT_EQ(member(client_->get(order).body, "payment_status"), "refunded");
}

TEST_F(LineRequests, AReturnNamesLines) {
  engine_.ship(true);
  const auto order = paid_order();
  const std::string body =
      R"({"lines":[{"line_id":"1","quantity":2}],"restock":true,"refund":true,"reason":"red","id":"b1"})";
  const auto first = post(order + "/returns", body);
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(member(first.body, "lines.0.product_id"), "mug");
  EXPECT_EQ(post(order + "/returns", body).body, first.body);
  const auto wrap = post(order + "/returns", R"({"lines":[{"line_id":"2","quantity":1}],"restock":true,)"
                                             R"("refund":true,"reason":"ugly"})");
  EXPECT_EQ(wrap.status, 409);
  EXPECT_EQ(member(wrap.body, "code"), "lines_exceed_order");
  engine_.settle();
  EXPECT_EQ(member(client_->get(order).body, "refunded.amount"), "2000") << "without shipping";
}

}  // namespace
}  // namespace ordo::api
