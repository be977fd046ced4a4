#include "records/schema.h"

namespace ordo {
namespace {

// A reference may have siblings (2020-12).
void add_notes(std::string_view member, std::span<const Note> notes, JsonObject& object) {
  for (const auto& note : notes) {
    if (note.member != member) continue;
    if (!note.text.empty()) object.add_string("description", note.text);
    if (!note.example.empty()) object.add("examples", JsonArray().add(note.example).text());
    object.merge(note.rules);
  }
}

void add_lengths(const Rule& rule, JsonObject& text) {
  text.add("minLength", std::to_string(rule.least)).add("maxLength", std::to_string(rule.most));
}

void add_rule(const Rule& rule, JsonObject& object) {
  if (!rule.text.empty()) object.add_string("description", rule.text);
  if (rule.entries > 0) {
    object.add("maxItems", std::to_string(rule.entries));
  } else if (rule.most > 0) {
    add_lengths(rule, object);
  }
}

std::string list_of_texts(const Rule& rule) {
  JsonObject text{std::string(schema::kString)};
  add_lengths(rule, text);
  return schema::array_of(text.text());
}

void append_utf8(char32_t code, std::string& out) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x800) {
    put(0xc0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
  }
  put(0x80 | (code & 0x3f));
}

}  // namespace

void ObjectSchema::add(std::string_view name, const std::string& schema, bool required, const Rule* rule) {
  const bool texts = rule != nullptr && rule->entries > 0 && rule->most > 0;
  JsonObject member(texts ? list_of_texts(*rule) : schema);
  if (rule != nullptr) add_rule(*rule, member);
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

std::string customer_id() {
  std::string visible = "A-Za-z0-9._:~@+\\-";
  for (const auto& range : kVisibleBeyondAscii) {
    append_utf8(range.first, visible);
    visible.push_back('-');
    append_utf8(range.last, visible);
  }
  return JsonObject(R"({"type":"string"})")
      .add_string("description",
                  "You choose it: letters of any script, digits, . _ : ~ @ + - and spaces inside. Not normalised: the "
                  "bytes are the id.")
      .add("minLength", "1")
      .add("maxLength", "128")
      .add_string("pattern", "^[" + visible + "]([" + visible + " ]*[" + visible + "])?$")
      .text();
}

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
