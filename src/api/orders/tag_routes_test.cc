#include <gtest/gtest.h>

#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

TEST_F(ApiTest, TagsAreAddedAndRemoved) {
  add_product("mug", 100, 3);
  const auto id = settled_order("mug", 1, R"(,"tags":["web"])");
  const std::string path = "/v1/orders/" + id + "/tags";
  const auto tagged = post(path, R"({"add":["gift","rush"]})");
  EXPECT_EQ(tagged.status, 200) << tagged.body;
  EXPECT_EQ(member(tagged.body, "tags"), "3");
  EXPECT_NE(tagged.header("ETag"), "");
  const auto records = engine_.records(Topic::order_events).size();
  const auto again = post(path, R"({"add":["gift"],"remove":["never"]})");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(engine_.records(Topic::order_events).size(), records) << "nothing changes";
  const auto less = post(path, R"({"add":["late"],"remove":["gift","rush","web"]})");
  EXPECT_EQ(member(less.body, "tags") + member(less.body, "tags.0"), "1late");
  EXPECT_EQ(member(less.body, "tagged_at").substr(0, 2), "20");
}

TEST_F(ApiTest, TagsThatCannotBe) {
  add_product("mug", 100, 3);
  const auto id = settled_order("mug", 1);
  const std::string path = "/v1/orders/" + id + "/tags";
  for (const auto* body : {"{}", R"({"add":[]})", R"({"add":[""]})", R"({"add":["a"],"remove":["a"]})",
                           R"({"add":["a\nb"]})", R"({"tags":["a"]})"}) {
    EXPECT_EQ(post(path, body).status, 422) << body;
  }
  std::string many;
  for (int i = 0; i < 50; ++i) many += (i > 0 ? ",\"t" : "\"t") + std::to_string(i) + "\"";
  EXPECT_EQ(post(path, "{\"add\":[" + many + "]}").status, 200);
  EXPECT_EQ(member(post(path, R"({"add":["more"]})").body, "code"), "too_many_tags");
  EXPECT_EQ(post("/v1/orders/none/tags", R"({"add":["a"]})").status, 404);
}

TEST_F(ApiTest, TagsThatTakeLongAre202) {
  add_product("mug", 100, 3);
  const auto id = settled_order("mug", 1);
  engine_.pause(true);
  EXPECT_EQ(post("/v1/orders/" + id + "/tags", R"({"add":["a"]})", "Prefer: wait=0\r\n").status, 202);
}

}  // namespace
}  // namespace ordo::api
