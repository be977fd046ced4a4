#include "records/schema.h"

#include <gtest/gtest.h>

#include "records/json.h"

namespace ordo {
namespace {

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Part {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Part, (), (name))

struct Everything {
  ProductId id;
  bool flag = false;
  std::int64_t count = 0;
  std::optional<Decimal> price;
  Currency currency;
  Timestamp at;
  Colour colour = Colour::red;
  std::vector<Part> parts;
  std::map<std::string, std::string> names;
  std::optional<Part> spare;
};
BOOST_DESCRIBE_STRUCT(Everything, (), (id, flag, count, price, currency, at, colour, parts, names, spare))
constexpr auto notes(NotesOf<Everything>) {
  return std::array{Note{"", "all of it"}, Note{"count", "how many", "7"}, Note{"spare", "one \"more\""},
                    Note{.member = "parts", .text = "", .rules = R"({"minItems":1,"maxItems":9})"}};
}

namespace other {
struct Part {
  std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Part, (), (number))
}  // namespace other

TEST(Schema, FollowsTheDescription) {
  SchemaSet set;
  EXPECT_EQ(schema_of<Everything>(set), R"({"$ref":"#/components/schemas/Everything"})");
  EXPECT_EQ(set.definitions().at("Everything"),
            R"({"type":"object","description":"all of it","properties":{"id":{"$ref":"#/components/schemas/Id"},)"
            R"("flag":{"type":"boolean"},)"
            R"("count":{"type":"integer","format":"int64","description":"how many","examples":[7]},)"
            R"("price":{"type":"number"},"currency":{"type":"string","pattern":"^[A-Z]{3}$"},)"
            R"("at":{"type":"string","format":"date-time"},"colour":{"$ref":"#/components/schemas/Colour"},)"
            R"("parts":{"type":"array","items":{"$ref":"#/components/schemas/Part"},"minItems":1,"maxItems":9},)"
            R"("names":{"type":"object","additionalProperties":{"type":"string"},"maxProperties":50},)"
            R"("spare":{"$ref":"#/components/schemas/Part","description":"one \"more\""}},)"
            R"("required":["id","flag","count","currency","at","colour","parts"]})");
  EXPECT_EQ(set.definitions().at("Colour"), R"({"type":"string","enum":["red","green"]})");
  EXPECT_EQ(set.definitions().at("Part"),
            R"({"type":"object","properties":{"name":{"type":"string"}},"required":["name"]})");
  EXPECT_EQ(set.definitions().at("Id"), schema::kId);
  EXPECT_EQ(set.definitions().size(), 4U);
  EXPECT_TRUE(JsonTape::parse(set.text()).has_value());
}

TEST(Schema, TwoTypesOfOneNameAreTwoSchemas) {
  SchemaSet set;
  EXPECT_EQ(schema_of<Part>(set), R"({"$ref":"#/components/schemas/Part"})");
  EXPECT_EQ(schema_of<other::Part>(set), R"({"$ref":"#/components/schemas/Part2"})");
  EXPECT_EQ(schema_of<Part>(set), R"({"$ref":"#/components/schemas/Part"})");
  EXPECT_NE(set.definitions().at("Part2").find("number"), std::string::npos);
}

TEST(Schema, ViewsHideMembers) {
  SchemaSet set;
  constexpr std::string_view kHidden[] = {"id", "parts"};
  const auto view = members_of<Everything>(set, kHidden).text();
  EXPECT_EQ(view.find("\"id\""), std::string::npos);
  EXPECT_EQ(view.find("\"parts\""), std::string::npos);
  EXPECT_NE(view.find(R"("required":["flag",)"), std::string::npos) << view;
}

}  // namespace
}  // namespace ordo
