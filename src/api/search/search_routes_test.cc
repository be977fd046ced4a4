// The search over all kinds.
#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

class SearchTest : public ApiTest {
 protected:
  SearchTest() {
    engine_.pay(true);
    engine_.ship(true);
    add_product("mug-red", 1250, 100);
    order_ = settled_order("mug-red", 1,
                           R"(,"reference":"PO-17","contact":{"name":"Đỗ Nguyễn","email":"do@example.com",)"
                           R"("phone":"+49 30 5551234"})");
    other_ = settled_order("mug-red", 2);
    number_ = member(client_->get("/v1/orders/" + order_).body, "number");
    EXPECT_EQ(post("/v1/customers", R"({"id":"c2","name":"Ann Nguyen","email":"ann@example.com"})").status, 201);
    engine_.settle();
  }
  // "order customer": the kinds of the hits, in order.
  std::string kinds(const std::string& query) {
    const auto answer = client_->get("/v1/search?q=" + query);
    EXPECT_EQ(answer.status, 200) << query << answer.body;
    std::string found;
    for (int i = 0; i < std::stoi(member(answer.body, "data")); ++i) {
      found += (i > 0 ? " " : "") + member(answer.body, "data." + std::to_string(i) + ".kind");
    }
    return found;
  }

  std::string order_, other_, number_;
};

TEST_F(SearchTest, FindsWhateverTheCaseAndMarks) {
  EXPECT_EQ(kinds("nguyen"), "order customer");
  EXPECT_EQ(kinds("NGUY+do"), "order");
  EXPECT_EQ(kinds("%C4%90%E1%BB%97"), "order") << "Đỗ";
  EXPECT_EQ(kinds("nguyen+nobody"), "");
  EXPECT_EQ(kinds("po-17"), "order");
  EXPECT_EQ(kinds("ann@"), "customer");
  EXPECT_EQ(kinds("c2"), "customer");
  EXPECT_EQ(kinds("red"), "product");
  EXPECT_EQ(kinds("mug-"), "product");
  EXPECT_EQ(kinds("product+mug"), "product");
}

TEST_F(SearchTest, FindsPhoneNumbersAsPeopleWriteThem) {
  for (const auto* phone : {"4930555", "%2B49+30+555-1234", "0049+(30)+5551234", "49"})
    EXPECT_EQ(kinds(phone), "order");
  EXPECT_EQ(kinds("%2B49+31"), "");
}

TEST_F(SearchTest, ANumberFindsItsOrderFirstAndItsShipments) {
  const auto answer = client_->get("/v1/search?q=%23" + number_);
  EXPECT_EQ(member(answer.body, "data.0.kind"), "order") << answer.body;
  EXPECT_EQ(member(answer.body, "data.0.id"), order_);
  EXPECT_EQ(member(answer.body, "data.0.title"), "#" + number_);
  EXPECT_EQ(member(answer.body, "data.0.detail"), "Đỗ Nguyễn, do@example.com, PO-17");
  EXPECT_EQ(member(answer.body, "data.0.status"), "completed");
  const auto hits = std::stoul(member(answer.body, "data"));
  EXPECT_EQ(member(answer.body, "data." + std::to_string(hits - 1) + ".kind"), "shipment");
  EXPECT_EQ(member(answer.body, "data." + std::to_string(hits - 1) + ".order_id"), order_);
}

TEST_F(SearchTest, EachKindGetsItsPartOfALimit) {
  EXPECT_EQ(kinds("c"), "order order customer customer");
  EXPECT_EQ(kinds("c&limit=2"), "order customer");
  EXPECT_EQ(kinds("c&limit=1"), "order");
}

TEST_F(SearchTest, RefusesWhatIsNoSearch) {
  for (const auto* wrong : {"", "?q=", "?q=%20", "?q=...", "?q=a&limit=51", "?q=a&limit=0", "?q=a&kind=order"}) {
    EXPECT_EQ(client_->get("/v1/search" + std::string(wrong)).status, 400) << wrong;
  }
  EXPECT_EQ(client_->get("/v1/search?q=" + std::string(101, 'a')).status, 400);
}

}  // namespace
}  // namespace ordo::api
