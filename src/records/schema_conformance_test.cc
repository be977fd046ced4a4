// The codec writes JSON that satisfies the schemas, for every document and every record.
#include <gtest/gtest.h>

#include "records/documents.h"
#include "records/json_codec.h"
#include "records/json_view.h"
#include "records/messages.h"
#include "records/schema.h"

namespace ordo {
namespace {

// Sets all members, optionals too, and puts one element into each list.
template <class T>
void fill(T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    value = true;
  } else if constexpr (std::is_integral_v<T>) {
    value = 7;
  } else if constexpr (std::is_same_v<T, std::string>) {
    value = "text";
  } else if constexpr (std::is_same_v<T, Decimal>) {
    value.text = "12.50";
  } else if constexpr (std::is_same_v<T, Currency>) {
    value = *Currency::parse("USD");
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    value = from_unix_ms(1'700'000'000'123);
  } else if constexpr (schema::kIs<T, Id>) {
    value = T("an-id");
  } else if constexpr (schema::kIs<T, std::optional>) {
    fill(value.emplace());
  } else if constexpr (schema::kIs<T, std::vector>) {
    fill(value.emplace_back());
  } else if constexpr (schema::kIs<T, std::map>) {
    fill(value["key"]);
  } else if constexpr (kDescribed<T>) {
    for_each_member(value, [](std::string_view, auto& member) { fill(member); });
  }
}

// The part of JSON Schema that schema.h writes, without formats and patterns.
class Validator {
 public:
  explicit Validator(const SchemaSet& set) {
    for (const auto& [name, text] : set.definitions()) {
      const auto [at, is_new] = tapes_.emplace("#/components/schemas/" + name, JsonTape::parse(text));
      EXPECT_TRUE(at->second.has_value()) << text;
    }
  }

  void check(JsonView schema, JsonView value, const std::string& where) const {
    if (const auto reference = schema["$ref"]) {
      const auto found = tapes_.find(std::string(reference.text()));
      ASSERT_NE(found, tapes_.end()) << where << ": " << reference.text();
      return check(JsonView(*found->second), value, where);
    }
    check_type(schema["type"].text(), value, where);
    if (const auto values = schema["enum"]) {
      bool found = false;
      values.elements([&](JsonView one) { found = found || one.text() == value.text(); });
      EXPECT_TRUE(found) << where << ": " << value.text();
    }
    schema["required"].elements(
        [&](JsonView name) { EXPECT_TRUE(value[name.text()]) << where << " has no " << name.text(); });
    value.elements([&](JsonView element) { check(schema["items"], element, where + "[]"); });
    value.members([&](std::string_view name, JsonView member) {
      const auto known = schema["properties"] ? schema["properties"][name] : schema["additionalProperties"];
      ASSERT_TRUE(known) << where << " has a member that its schema does not know: " << name;
      check(known, member, where + "." + std::string(name));
    });
  }

 private:
  static void check_type(std::string_view type, JsonView value, const std::string& where) {
    using Kind = JsonNode::Kind;
    const bool fits =
        (type == "object" && value.is(Kind::object)) || (type == "array" && value.is(Kind::array)) ||
        (type == "string" && value.is(Kind::string)) || (type == "boolean" && value.is(Kind::boolean)) ||
        (type == "number" && value.is(Kind::number)) ||
        (type == "integer" && value.is(Kind::number) && value.text().find_first_of(".eE") == std::string_view::npos);
    EXPECT_TRUE(fits) << where << " is not of type " << type << ": " << value.compact();
  }

  std::map<std::string, Result<JsonTape>> tapes_;
};

template <class T>
void conforms() {
  T value;
  fill(value);
  SchemaSet set;
  const auto schema = schema_of<T>(set);
  const Validator validator(set);
  const auto schema_tape = JsonTape::parse(schema);
  ASSERT_TRUE(schema_tape.has_value()) << schema;
  for (const T& one : {T(), value}) {
    const auto text = to_json(one);
    const auto tape = JsonTape::parse(text);
    // A default-constructed Decimal is empty text. No reader returns one, so it is not written.
    if (!tape) continue;
    validator.check(JsonView(*schema_tape), JsonView(*tape), std::string(type_name<T>()));
  }
  ASSERT_TRUE(JsonTape::parse(to_json(value)).has_value());
}

template <class... T>
void all_conform(const std::variant<T...>*) {
  (conforms<T>(), ...);
}

TEST(SchemaConformance, OfEveryDocument) {
  all_conform(static_cast<const Document*>(nullptr));
}

TEST(SchemaConformance, OfEveryMessage) {
  all_conform(static_cast<const Message*>(nullptr));
}

}  // namespace
}  // namespace ordo
