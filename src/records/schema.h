// JSON Schema (2020-12) of described types: the JSON that json_codec.h writes and reads. A BOOST_DESCRIBE is enough;
// notes beside it add texts and examples.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/time.h"
#include "domain/rules.h"
#include "records/describe.h"
#include "records/json_text.h"
#include "records/notes.h"

namespace ordo {

class SchemaSet;

// Returns the schema of one type as JSON text, and defines the schemas that it refers to in the set. For example
// `schema_of<Order>`.
using Schema = std::string (*)(SchemaSet& set);

// An object's members, in the order they are added.
class ObjectSchema {
 public:
  explicit ObjectSchema(std::span<const Note> notes = {}) : notes_(notes.begin(), notes.end()) {}
  // `rule`: the rule of the member, if it has one.
  void add(std::string_view name, const std::string& schema, bool required = true, const Rule* rule = nullptr);
  std::string text() const;

 private:
  std::vector<Note> notes_;
  JsonObject properties_;
  JsonArray required_;
};

// The named schemas of one document. References to structs and enums have the form "#/components/schemas/<name>".
class SchemaSet {
 public:
  // The reference to `name`. `make` defines it the first time. `type` distinguishes types of the same name: the second
  // one becomes "<name>2".
  template <class Make>
  std::string define(std::string_view name, const void* type, const Make& make) {
    const auto [key, is_new] = place(name, type);
    if (is_new) definitions_[key] = make(*this);
    return "{\"$ref\":\"#/components/schemas/" + key + "\"}";
  }

  // JSON texts by name.
  const std::map<std::string, std::string>& definitions() const { return definitions_; }
  // {"<name>":<schema>,...}
  std::string text() const;

 private:
  std::pair<std::string, bool> place(std::string_view name, const void* type);

  std::map<std::string, std::string> definitions_;
  std::map<std::string, const void*> types_;
};

// "OrderLine" of ordo::OrderLine.
template <class T>
constexpr std::string_view type_name() {
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_prefix(text.find("T = ") + 4);
  text = text.substr(0, text.find_first_of(";]"));
  const auto colon = text.rfind("::");
  return colon == std::string_view::npos ? text : text.substr(colon + 2);
}

namespace schema {

template <class T, template <class...> class Family>
inline constexpr bool kIs = false;
template <class... A, template <class...> class Family>
inline constexpr bool kIs<Family<A...>, Family> = true;

template <class T>
inline constexpr char kTypeKey = 0;  // its address stands for T

template <class Pointer>
struct ClassOfPointer;
template <class T, class M>
struct ClassOfPointer<M T::*> {
  using type = T;
};
// The class of a pointer to a member.
template <class Pointer>
using ClassOf = typename ClassOfPointer<std::remove_const_t<Pointer>>::type;

template <class T>
constexpr auto notes_of() {
  if constexpr (requires { notes(NotesOf<T>{}); }) {
    return notes(NotesOf<T>{});
  } else {
    return std::array<Note, 0>{};
  }
}

// Whether each note names an existing member.
template <class T>
constexpr bool notes_fit() {
  bool fit = true;
  for (const Note& note : notes_of<T>()) {
    bool found = note.member.empty();
    boost::mp11::mp_for_each<AllMembers<T>>([&](auto member) { found = found || note.member == member.name; });
    fit = fit && found;
  }
  return fit;
}

inline constexpr std::string_view kBoolean = R"({"type":"boolean"})";
inline constexpr std::string_view kInteger = R"({"type":"integer","format":"int64"})";
inline constexpr std::string_view kNumber = R"({"type":"number"})";
inline constexpr std::string_view kString = R"({"type":"string"})";
inline constexpr std::string_view kTime = R"({"type":"string","format":"date-time"})";
inline constexpr std::string_view kCurrency = R"({"type":"string","pattern":"^[A-Z]{3}$"})";
// The rule of id_problem().
inline constexpr std::string_view kId =
    R"({"type":"string","description":"Yours to choose: letters, digits, . _ : ~ @ + - and spaces inside.",)"
    R"("minLength":1,"maxLength":128,)"
    R"("pattern":"^[A-Za-z0-9._:~@+\\-]([A-Za-z0-9._:~@+ \\-]*[A-Za-z0-9._:~@+\\-])?$"})";
// The rule of customer_id_problem().
std::string customer_id();

std::string array_of(const std::string& items);
std::string map_of(const std::string& values);
std::string enumeration(std::span<const std::string_view> names, std::span<const Note> notes);

}  // namespace schema

template <class T>
std::string schema_of(SchemaSet& set);

// T under a name of its own, for views: without the members `hidden`; the caller can add others.
template <class T>
ObjectSchema members_of(SchemaSet& set, std::span<const std::string_view> hidden = {}) {
  static constexpr auto kNotes = schema::notes_of<T>();
  static_assert(schema::notes_fit<T>(), "a note names a member that does not exist");
  ObjectSchema object(kNotes);
  boost::mp11::mp_for_each<AllMembers<T>>([&](auto member) {
    using M = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
    for (const auto& name : hidden) {
      if (name == member.name) return;
    }
    constexpr bool kRequired = !schema::kIs<M, std::optional> && !schema::kIs<M, std::map>;
    object.add(member.name, schema_of<M>(set), kRequired,
               find_rule<schema::ClassOf<decltype(member.pointer)>>(member.name));
  });
  return object;
}

template <class T>
std::string schema_of(SchemaSet& set) {
  if constexpr (std::is_same_v<T, bool>) {
    return std::string(schema::kBoolean);
  } else if constexpr (std::is_integral_v<T>) {
    return std::string(schema::kInteger);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return std::string(schema::kString);
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    return std::string(schema::kTime);
  } else if constexpr (std::is_same_v<T, Currency>) {
    return std::string(schema::kCurrency);
  } else if constexpr (std::is_same_v<T, Decimal>) {
    return std::string(schema::kNumber);
  } else if constexpr (std::is_same_v<T, CustomerId>) {
    return set.define("CustomerId", &schema::kTypeKey<T>, [](SchemaSet&) { return schema::customer_id(); });
  } else if constexpr (schema::kIs<T, Id>) {
    return set.define("Id", &schema::kId, [](SchemaSet&) { return std::string(schema::kId); });
  } else if constexpr (schema::kIs<T, std::optional>) {
    return schema_of<typename T::value_type>(set);
  } else if constexpr (schema::kIs<T, std::vector>) {
    return schema::array_of(schema_of<typename T::value_type>(set));
  } else if constexpr (schema::kIs<T, std::map>) {
    static_assert(std::is_same_v<typename T::key_type, std::string>);
    auto map = schema::map_of(schema_of<typename T::mapped_type>(set));
    if constexpr (!std::is_same_v<T, Metadata>) return map;
    return JsonObject(std::move(map)).add("maxProperties", std::to_string(kMaxMetadataEntries)).text();
  } else if constexpr (std::is_enum_v<T>) {
    return set.define(type_name<T>(), &schema::kTypeKey<T>, [](SchemaSet&) {
      static constexpr auto kNotes = schema::notes_of<T>();
      std::vector<std::string_view> names;
      boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
          [&](auto enumerator) { names.push_back(written_name(enumerator.name)); });
      return schema::enumeration(names, kNotes);
    });
  } else {
    static_assert(kDescribed<T>, "describe the type with BOOST_DESCRIBE_STRUCT");
    return set.define(type_name<T>(), &schema::kTypeKey<T>,
                      [](SchemaSet& inner) { return members_of<T>(inner).text(); });
  }
}

}  // namespace ordo
