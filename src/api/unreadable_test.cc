// The answers for documents in the database that cannot be read.
#include <gtest/gtest.h>

#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

TEST_F(ApiTest, AListSaysHowManyDocumentsItLeavesOut) {
  add_product("p1", 500, 3);
  add_product("p2", 500, 3);
  engine_.unreadable = {"p1"};
  const auto list = client_->get("/v1/products");
  ASSERT_EQ(list.status, 200) << list.body;
  EXPECT_EQ(member(list.body, "unreadable"), "1");
  EXPECT_EQ(member(list.body, "data.0.id"), "p2");
  EXPECT_EQ(member(client_->get("/v1/orders").body, "unreadable"), "(none)");
  EXPECT_EQ(client_->get("/api/product").status, 200);
}

TEST_F(ApiTest, ADocumentThatCannotBeReadIsNamedAsSuch) {
  engine_.fail_reads(
      Error{ErrorCode::kCorrupt, std::string(kUnreadableDocument), "orders \"o\": /total: is wrong", {}});
  const auto answer = client_->get("/v1/orders/o");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(member(answer.body, "code"), "unreadable_document") << answer.body;
  EXPECT_NE(member(answer.body, "trace_id"), "(none)");
  EXPECT_EQ(answer.body.find("/total"), std::string::npos) << "what the database holds is for the log alone";
  // The answer to a read never says that something was not saved.
  for (const char* path : {"/api/order", "/api/product"}) {
    const auto seed = client_->get(path);
    EXPECT_EQ(seed.status, 500);
    EXPECT_EQ(member(seed.body, "message"), "Not read, please try again") << seed.body;
  }
  engine_.fail_reads(std::nullopt);
}

}  // namespace
}  // namespace ordo::api
