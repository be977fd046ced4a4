// /openapi.json and /docs follow from the registered routes. End-to-end tests compare real answers with the documents.
#include <gtest/gtest.h>

#include "api/docs/docs_page.h"
#include "api/docs/openapi.h"
#include "api/docs/schema_html.h"
#include "http/router.h"
#include "records/asyncapi.h"
#include "records/json_view.h"

namespace ordo::api {
namespace {

struct Thing {
  std::string name;
  std::optional<std::int64_t> weight;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (name, weight))
constexpr auto notes(NotesOf<Thing>) {
  return std::array{Note{"name", "<b>not bold</b>"}};
}

http::Router two_routes() {
  http::Router router;
  const auto nothing = [](const http::Request&, http::Respond respond) { respond(http::Response()); };
  router.add(http::Method::kGet, "/things/{id}", nothing,
             {.tag = "Things",
              .operation = "getThing",
              .summary = "Read a thing",
              .answers = {{200, "The thing.", schema_of<Thing>}}});
  router.add(http::Method::kPut, "/things/{id}", nothing,
             {.tag = "Things",
              .operation = "makeThing",
              .summary = "Put a thing",
              .parameters = {http::idempotency_key_parameter()},
              .body = {schema_of<Thing>, R"({"name":"it's"})"},
              .answers = {{204, "Done."}},
              .problems = {{409, "thing_exists"}}});
  return router;
}

TEST(OpenApi, HasEveryRoute) {
  const auto router = two_routes();
  const auto text = openapi_document(router.described());
  const auto tape = JsonTape::parse(text);
  ASSERT_TRUE(tape.has_value()) << text;
  const auto path = JsonView(*tape)["paths"]["/things/{id}"];
  EXPECT_EQ(path["get"]["operationId"].text(), "getThing");
  EXPECT_EQ(path["get"]["parameters"].compact(),
            R"([{"name":"id","in":"path","required":true,"schema":{"$ref":"#/components/schemas/Id"}}])");
  EXPECT_EQ(path["put"]["requestBody"].compact(),
            R"({"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Thing",)"
            R"("unevaluatedProperties":false},"example":{"name":"it's"}}}})");
  EXPECT_EQ(path["put"]["responses"]["409"]["description"].text(), "Conflict: thing_exists");
  EXPECT_TRUE(path["put"]["responses"]["default"]);
}

TEST(DocsPage, ShowsEveryRouteEscaped) {
  const auto router = two_routes();
  const auto page = docs_page(openapi_document(router.described()), asyncapi_document(Topology()));
  for (const auto* part : {"id=\"getThing\"", "id=\"makeThing\"", "id=\"schema-Thing\"", "id=\"topic-stock\"",
                           "&lt;b&gt;not bold&lt;/b&gt;", R"(-d '{&quot;name&quot;:&quot;it'\''s&quot;}')"}) {
    EXPECT_NE(page.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(page.find("<b>"), std::string::npos);
  EXPECT_EQ(page.find("{{"), std::string::npos);
}

TEST(AsyncApi, CallsTopicsAsTheyAreConfigured) {
  Topology topology;
  topology[Topic::stock].name = "shop.stock";
  topology[Topic::stock].partitions = 7;
  const auto text = asyncapi_document(topology);
  const auto tape = JsonTape::parse(text);
  ASSERT_TRUE(tape.has_value()) << text;
  const auto channels = JsonView(*tape)["channels"];
  EXPECT_EQ(channels["stock"]["address"].text(), "shop.stock");
  EXPECT_EQ(channels["stock"]["bindings"]["kafka"]["partitions"].text(), "7");
  EXPECT_EQ(channels["stock.dlq"]["address"].text(), "shop.stock.dlq");
}

TEST(RouterDeathTest, ARouteNeedsADescription) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  http::Router router;
  EXPECT_DEATH(router.add(http::Method::kGet, "/x", nullptr, {.tag = "Things", .summary = "Nothing is answered"}),
               "without a description: GET /x");
}

}  // namespace
}  // namespace ordo::api
