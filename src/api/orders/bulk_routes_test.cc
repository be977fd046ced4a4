#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "access/signature.h"
#include "api/orders/bulk_run.h"
#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

class BulkTest : public ApiTest {
 protected:
  BulkTest() { add_product("mug", 100, 1'000); }

  http::Answer bulk(const std::string& members, std::string_view headers = {}) {
    return post("/v1/orders/bulk", "{" + members + "}", headers);
  }
  static std::string ids(const std::vector<std::string>& list) {
    std::string text = "\"ids\":[";
    for (const auto& id : list) text += (&id == list.data() ? "\"" : ",\"") + id + "\"";
    return text + "]";
  }
  // The outcomes and codes of an answer.
  static std::string outcomes(const http::Answer& answer) {
    std::string text = answer.status == 200 ? "" : answer.body;
    for (std::size_t i = 0; answer.status == 200; ++i) {
      const auto at = "data." + std::to_string(i) + ".";
      const auto outcome = member(answer.body, at + "outcome");
      if (outcome == "(none)") break;
      const auto code = member(answer.body, at + "code");
      text += outcome;
      if (code != "(none)") text += " " + code;
      text += "; ";
    }
    return text;
  }
};

TEST_F(BulkTest, TagsManyOrders) {
  std::vector<std::string> list(20);
  for (auto& order : list) order = settled_order("mug", 1);
  const auto dry = bulk(ids(list) + R"(,"action":"tag","add":["recall"],"dry_run":true)");
  EXPECT_EQ(member(dry.body, "would") + member(dry.body, "dry_run"), "20true") << dry.body;
  EXPECT_EQ(member(client_->get("/v1/orders/" + list[0]).body, "tags"), "(none)");
  const auto done = bulk(ids(list) + R"(,"action":"tag","add":["recall"])");
  EXPECT_EQ(member(done.body, "done"), "20") << done.body;
  for (std::size_t i = 0; i < list.size(); ++i) {
    EXPECT_EQ(member(done.body, "data." + std::to_string(i) + ".id"), list[i]) << "the order of the request";
    EXPECT_EQ(member(client_->get("/v1/orders/" + list[i]).body, "tags.0"), "recall");
  }
  EXPECT_NE(member(done.body, "data.0.number"), "(none)");
  EXPECT_EQ(member(bulk(ids(list) + R"(,"action":"tag","add":["recall"])").body, "unchanged"), "20");
}

TEST_F(BulkTest, CancelsAndSaysWhatItCouldNot) {
  const auto open = settled_order("mug", 1);
  const auto rejected = settled_order("mug", 5'000);
  const auto both = ids({open, rejected, "none"}) + R"(,"action":"cancel","reason":"recall","reason_code":"staff")";
  EXPECT_EQ(outcomes(bulk(both + R"(,"dry_run":true)")), "would; refused illegal_transition; refused unknown_order; ");
  EXPECT_EQ(status_of(open), "reserved");
  EXPECT_EQ(outcomes(bulk(both)), "done; refused illegal_transition; refused unknown_order; ");
  const auto order = client_->get("/v1/orders/" + open).body;
  EXPECT_EQ(member(order, "status_reason") + member(order, "status_reason_code"), "recallstaff");
  EXPECT_EQ(outcomes(bulk(both)), "unchanged; refused illegal_transition; refused unknown_order; ");
}

TEST_F(BulkTest, ShipsEveryOpenShipment) {
  engine_.pay(true);
  const auto paid = settled_order("mug", 1);
  engine_.settle();
  ASSERT_EQ(status_of(paid), "confirmed");
  engine_.pay(false);
  const auto unpaid = settled_order("mug", 1);
  const auto both = ids({paid, unpaid}) + R"(,"action":"ship")";
  EXPECT_EQ(outcomes(bulk(both + R"(,"dry_run":true)")), "would; refused no_open_shipment; ");
  EXPECT_EQ(outcomes(bulk(both)), "done; refused no_open_shipment; ");
  engine_.settle();
  EXPECT_EQ(status_of(paid), "fulfilled");
  EXPECT_EQ(outcomes(bulk(both)), "unchanged; refused no_open_shipment; ");
}

TEST_F(BulkTest, TakesTheFilterOfTheList) {
  const auto one = settled_order("mug", 1);
  settled_order("mug", 5'000);
  const auto tag = [&](const std::string& filter) {
    return bulk("\"filter\":" + filter + R"(,"action":"tag","add":["x"])");
  };
  const auto answer = tag(R"({"status":"reserved","customer_id":"c1"})");
  EXPECT_EQ(member(answer.body, "data") + member(answer.body, "data.0.id"), "1" + one) << answer.body;
  EXPECT_EQ(member(tag(R"({"status":"expired"})").body, "data"), "0");
  EXPECT_EQ(tag(R"({"status":"nonsense"})").status, 400);
  EXPECT_EQ(tag(R"({"nothing":"x"})").status, 400);
  EXPECT_EQ(tag(R"({"status":""})").status, 400);
  EXPECT_EQ(tag("{}").status, 422) << "every order";
  EXPECT_EQ(tag(R"({"limit":"5"})").status, 422);
}

TEST_F(BulkTest, IsBounded) {
  const auto tag = std::string(R"(,"action":"tag","add":["x"])");
  EXPECT_EQ(bulk(ids(std::vector<std::string>(501, "x")) + tag).status, 422);
  EXPECT_EQ(bulk(ids({}) + tag).status, 422);
  EXPECT_EQ(bulk(ids({"a", "a"}) + tag).status, 422);
  EXPECT_EQ(bulk(ids({"a"}) + R"(,"filter":{"status":"pending"})" + tag).status, 422);
  EXPECT_EQ(bulk(R"("action":"tag","add":["x"])").status, 422);
  EXPECT_EQ(bulk(ids({"a"}) + R"(,"action":"tag")").status, 422);
  EXPECT_EQ(bulk(ids({"a"}) + R"(,"action":"ship","add":["x"])").status, 422);
  EXPECT_EQ(bulk(ids({"a"}) + R"(,"action":"tag","add":["x"],"reason":"y")").status, 422);
  Order order;
  order.customer_id = CustomerId("many");
  order.total = {1, *Currency::parse("USD")};
  for (int i = 0; i < 501; ++i) {
    order.id = OrderId("o" + std::to_string(i));
    engine_.put(order);
  }
  const auto many = bulk(R"("filter":{"customer_id":"many"})" + tag);
  EXPECT_EQ(member(many.body, "code"), "too_many_orders") << many.body;
}

// While no decision comes, each order is answered as accepted; none is lost.
TEST_F(BulkTest, DoesNotWaitForDecisionsThatDoNotCome) {
  std::vector<std::string> list;
  for (std::size_t i = 0; i < 3 * kBulkAtOnce; ++i) list.push_back(settled_order("mug", 1));
  engine_.pause(true);
  const auto answer = bulk(ids(list) + R"(,"action":"tag","add":["x"])", "Prefer: wait=0\r\n");
  EXPECT_EQ(member(answer.body, "accepted"), std::to_string(list.size())) << answer.body;
}

TEST_F(BulkTest, LeavesShippingToCarriersThatSign) {
  http::RequestGuardOptions signers;
  signers.carrier_secrets = {access::SigningSecret{std::string(32, 'k')}};
  restart({}, signers);
  EXPECT_EQ(member(bulk(ids({"a"}) + R"(,"action":"ship")").body, "code"), "carriers_sign");
}

}  // namespace
}  // namespace ordo::api
