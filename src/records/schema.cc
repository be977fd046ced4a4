#include "records/schema.h"

#include "base/check.h"
#include "base/text.h"

namespace ordo {
namespace {

// Opens `json`, an object, for one more member. A reference takes siblings too (2020-12).
void append_member(std::string_view name, std::string_view json, std::string& object) {
  object.pop_back();
  if (object.size() > 1) object.push_back(',');
  append_json_string(name, object);
  object.push_back(':');
  object += json;
  object.push_back('}');
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

void append_note(const Note& note, std::string& object) {
  if (!note.text.empty()) append_member("description", quoted(note.text), object);
  if (!note.example.empty()) append_member("examples", "[" + std::string(note.example) + "]", object);
}

void append_notes_of(std::string_view member, std::span<const Note> notes, std::string& object) {
  for (const auto& note : notes) {
    if (note.member == member) append_note(note, object);
  }
}

}  // namespace

void ObjectSchema::add(std::string_view name, const std::string& schema, bool required) {
  std::string member = schema;
  append_notes_of(name, notes_, member);
  if (!properties_.empty()) properties_.push_back(',');
  properties_ += quoted(name) + ":" + member;
  if (!required) return;
  if (!required_.empty()) required_.push_back(',');
  required_ += quoted(name);
}

std::string ObjectSchema::text() const {
  std::string out = R"({"type":"object"})";
  append_notes_of({}, notes_, out);
  append_member("properties", "{" + properties_ + "}", out);
  if (!required_.empty()) append_member("required", "[" + required_ + "]", out);
  return out;
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
  std::string out = "{";
  for (const auto& [name, schema] : definitions_) {
    if (out.size() > 1) out.push_back(',');
    out += quoted(name) + ":" + schema;
  }
  out.push_back('}');
  return out;
}

namespace schema {

std::string array_of(const std::string& items) {
  return R"({"type":"array","items":)" + items + "}";
}

std::string map_of(const std::string& values) {
  return R"({"type":"object","additionalProperties":)" + values + "}";
}

std::string enumeration(std::span<const std::string_view> names, std::span<const Note> notes) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ",") + quoted(name);
  std::string out = R"({"type":"string","enum":[)" + list + "]}";
  append_notes_of({}, notes, out);
  return out;
}

}  // namespace schema
}  // namespace ordo
