#include <gtest/gtest.h>

#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

class ShipmentRoutesTest : public ApiTest {
 protected:
  ShipmentRoutesTest() {
    engine_.pay(true);
    add_product("mug", 1000, 10);
  }
  http::Answer tell(const std::string& shipment, std::string_view body, std::string_view headers = {}) {
    return post("/v1/shipments/" + shipment + "/updates", body, headers);
  }
};

TEST_F(ShipmentRoutesTest, AShipmentReachesTheCustomer) {
  const auto order = settled_order("mug", 2);
  const auto shipment = order + ":1";
  const auto requested = client_->get("/v1/shipments/" + shipment);
  ASSERT_EQ(requested.status, 200) << requested.body;
  EXPECT_EQ(member(requested.body, "status"), "requested");
  const auto shipped = tell(shipment, R"({"status":"shipped","carrier":"DHL","tracking":"JD01"})");
  EXPECT_EQ(shipped.status, 200) << shipped.body;
  EXPECT_EQ(member(shipped.body, "status"), "shipped");
  EXPECT_EQ(member(shipped.body, "tracking"), "JD01");
  const auto records = engine_.records(Topic::shipments).size();
  EXPECT_EQ(tell(shipment, R"({"status":"shipped","carrier":"DHL","tracking":"JD01"})").status, 200);
  EXPECT_EQ(engine_.records(Topic::shipments).size(), records) << "a repeat says nothing new";
  const auto moving = tell(shipment, R"({"status":"in_transit","note":"left Leipzig"})");
  EXPECT_EQ(member(moving.body, "last_note"), "left Leipzig") << moving.body;
  EXPECT_EQ(tell(shipment, R"({"status":"delivered"})").status, 200);
  engine_.settle();
  EXPECT_EQ(status_of(order), "completed");
  const auto lost = tell(shipment, R"({"status":"lost"})");
  EXPECT_EQ(lost.status, 409);
  EXPECT_EQ(member(lost.body, "code"), "illegal_transition");
  EXPECT_EQ(member(client_->get("/v1/shipments?status=delivered").body, "data"), "1");
}

TEST_F(ShipmentRoutesTest, APartLeavesAlone) {
  const auto order = settled_order("mug", 3);
  const auto part = tell(order + ":1", R"({"status":"shipped","lines":[{"product_id":"mug","quantity":1}]})");
  EXPECT_EQ(part.status, 200) << part.body;
  EXPECT_EQ(member(part.body, "lines.0.quantity"), "1");
  engine_.settle();
  EXPECT_EQ(member(client_->get("/v1/shipments?order_id=" + order).body, "data"), "2");
  EXPECT_EQ(member(client_->get("/v1/shipments/" + order + ":2").body, "lines.0.quantity"), "2");
  EXPECT_EQ(member(client_->get("/v1/orders/" + order).body, "fulfillment_status"), "partially_shipped");
  EXPECT_EQ(tell(order + ":2", R"({"status":"shipped","lines":[{"product_id":"mug","quantity":3}]})").status, 409);
}

TEST_F(ShipmentRoutesTest, TheCarrierCancelsTheRest) {
  const auto order = settled_order("mug", 3);
  ASSERT_EQ(tell(order + ":1", R"({"status":"shipped","lines":[{"product_id":"mug","quantity":1}]})").status, 200);
  engine_.settle();
  EXPECT_EQ(tell(order + ":2", R"({"status":"cancelled"})").status, 200);
  engine_.settle();
  const auto after = client_->get("/v1/orders/" + order);
  EXPECT_EQ(member(after.body, "status"), "fulfilled");
  EXPECT_EQ(member(after.body, "lines.0.cancelled"), "2");
  EXPECT_EQ(member(after.body, "refunded.amount"), "2000");
  EXPECT_EQ(member(client_->get("/v1/products/mug/stock").body, "reserved"), "0");
  EXPECT_EQ(engine_.dead_letters(), 0U);
}

TEST_F(ShipmentRoutesTest, AnUpdateIsChecked) {
  const auto shipment = settled_order("mug", 1) + ":1";
  EXPECT_EQ(tell("none:1", R"({"status":"shipped"})").status, 404);
  EXPECT_EQ(client_->get("/v1/shipments/none").status, 404);
  EXPECT_EQ(client_->get("/v1/shipments?status=gone").status, 400);
  EXPECT_EQ(tell(shipment, R"({"status":"delivered"})").status, 409);
  for (const auto* wrong :
       {R"({"status":"requested"})", R"({"status":"shipped","lines":[]})",
        R"({"status":"delivered","lines":[{"product_id":"mug","quantity":1}]})",
        R"({"status":"shipped","lines":[{"product_id":"mug","quantity":0}]})", R"({"state":"shipped"})"}) {
    EXPECT_EQ(tell(shipment, wrong).status, 422) << wrong;
  }
  engine_.pause(true);
  const auto slow = tell(shipment, R"({"status":"shipped"})", "Prefer: wait=0\r\n");
  EXPECT_EQ(slow.status, 202);
  EXPECT_EQ(member(slow.body, "status"), "requested");
}

class SignedShipmentsTest : public ShipmentRoutesTest {
 protected:
  SignedShipmentsTest() { begin({}); }
  void begin(const ApiOptions& options) {
    http::RequestGuardOptions signers;
    signers.carrier_secrets = secrets_;
    restart(options, signers);
  }
  std::string signature(std::string_view body, std::string_view id) {
    const auto headers = access::sign(secrets_, id, now(), body);
    return "webhook-id: " + headers.id + "\r\nwebhook-timestamp: " + headers.timestamp +
           "\r\nwebhook-signature: " + headers.signature + "\r\n";
  }
  static std::string report(const std::string& shipment, const std::string& status) {
    return R"({"shipment_id":")" + shipment + R"(","status":")" + status + "\"}";
  }
  const std::vector<access::SigningSecret> secrets_ = {access::SigningSecret{std::string(32, 'k')}};
};

TEST_F(SignedShipmentsTest, WithASecretCarriersSign) {
  const auto shipment = settled_order("mug", 1) + ":1";
  const auto body = report(shipment, "shipped");
  EXPECT_EQ(tell(shipment, body).status, 401);
  EXPECT_EQ(tell(shipment, body, signature(body, "msg-1")).status, 200);
}

TEST_F(SignedShipmentsTest, ASignedReportIsOfOneShipmentOnly) {
  const auto mine = settled_order("mug", 1) + ":1";
  const auto other = settled_order("mug", 1) + ":1";
  const auto body = report(mine, "shipped");
  EXPECT_EQ(tell(mine, body, signature(body, "msg-1")).status, 200);
  const auto elsewhere = tell(other, body, signature(body, "msg-2"));
  EXPECT_EQ(elsewhere.status, 422);
  EXPECT_NE(elsewhere.body.find("/shipment_id"), std::string::npos) << elsewhere.body;
  const std::string unbound = R"({"status":"shipped"})";
  EXPECT_EQ(tell(other, unbound, signature(unbound, "msg-3")).status, 422);
  EXPECT_EQ(member(client_->get("/v1/shipments/" + other).body, "status"), "requested");
  ApiOptions options;
  options.carrier_unbound = true;
  begin(options);
  EXPECT_EQ(tell(other, body, signature(body, "msg-4")).status, 422) << "a named shipment is checked all the same";
  EXPECT_EQ(tell(other, unbound, signature(unbound, "msg-5")).status, 200);
}

TEST_F(SignedShipmentsTest, AMessageIsOneMessage) {
  const auto shipment = settled_order("mug", 1) + ":1";
  const auto shipped = report(shipment, "shipped");
  const auto headers = signature(shipped, "msg-1");
  EXPECT_EQ(tell(shipment, shipped, headers).status, 200);
  EXPECT_EQ(tell(shipment, shipped, headers).status, 200);
  const auto moved = tell("none:1", shipped, headers);
  EXPECT_EQ(moved.status, 409);
  EXPECT_EQ(member(moved.body, "code"), "message_reused");
  const auto delivered = report(shipment, "delivered");
  EXPECT_EQ(tell(shipment, delivered, signature(delivered, "msg-1")).status, 409);
  EXPECT_EQ(tell(shipment, delivered, signature(delivered, "msg-2")).status, 200);
}

}  // namespace
}  // namespace ordo::api
