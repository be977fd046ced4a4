#include <gtest/gtest.h>

#include "http/test_api.h"

namespace ordo::http {
namespace {

class ShipmentRoutesTest : public ApiTest {
 protected:
  ShipmentRoutesTest() {
    engine_.pay(true);
    add_product("mug", 1000, 10);
  }
  Answer tell(const std::string& shipment, std::string_view body, std::string_view headers = {}) {
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

TEST_F(ShipmentRoutesTest, WithASecretCarriersSign) {
  ApiOptions options;
  const std::vector secrets = {outbound::SigningSecret{std::string(32, 'k')}};
  options.carrier_secrets = secrets;
  restart(options);
  const auto shipment = settled_order("mug", 1) + ":1";
  const std::string body = R"({"status":"shipped"})";
  EXPECT_EQ(tell(shipment, body).status, 401);
  const auto headers = outbound::sign(secrets, "msg-1", now(), body);
  EXPECT_EQ(tell(shipment, body,
                 "webhook-id: " + headers.id + "\r\nwebhook-timestamp: " + headers.timestamp +
                     "\r\nwebhook-signature: " + headers.signature + "\r\n")
                .status,
            200);
}

}  // namespace
}  // namespace ordo::http
