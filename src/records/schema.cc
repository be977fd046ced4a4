#include "records/schema.h"

namespace ordo {
namespace {

// A reference takes siblings too (2020-12).
void add_notes(std::string_view member, std::span<const Note> notes, JsonObject& object) {
  for (const auto& note : notes) {
    if (note.member != member) continue;
    if (!note.text.empty()) object.add_string("description", note.text);
    if (!note.example.empty()) object.add("examples", JsonArray().add(note.example).text());
    object.merge(note.rules);
  }
}

}  // namespace

void ObjectSchema::add(std::string_view name, const std::string& schema, bool required) {
  JsonObject member(schema);
  add_notes(name, notes_, member);
  properties_.add(name, member.text());
  if (required) required_.add_string(name);
}

std::string ObjectSchema::text() const {
  JsonObject object;
  object.add_string("type", "object");
  add_notes({}, notes_, object);
  object.add("properties", properties_.text());
  if (!required_.empty()) object.add("required", required_.text());
  return object.text();
}

std::pair<std::string, bool> SchemaSet::place(std::string_view name, const void* type) {
  std::string key(name);
  for (int n = 2;; ++n) {
    const auto [found, is_new] = types_.try_emplace(key, type);
    if (is_new || found->second == type) return {key, is_new};
    key = std::string(name) + std::to_string(n);
  }
}

std::string SchemaSet::text() const {
  JsonObject all;
  for (const auto& [name, schema] : definitions_) all.add(name, schema);
  return all.text();
}

namespace schema {

std::string array_of(const std::string& items) {
  return JsonObject(R"({"type":"array"})").add("items", items).text();
}

std::string map_of(const std::string& values) {
  return JsonObject(R"({"type":"object"})").add("additionalProperties", values).text();
}

std::string enumeration(std::span<const std::string_view> names, std::span<const Note> notes) {
  JsonArray list;
  for (const auto& name : names) list.add_string(name);
  JsonObject out(R"({"type":"string"})");
  add_notes({}, notes, out);
  return out.add("enum", list.text()).text();
}

}  // namespace schema
}  // namespace ordo
