#include "access/strict_json.h"

#include <boost/json.hpp>

namespace ordo::access {
namespace {

namespace json = boost::json;

std::size_t members_of(const json::value& value) {
  std::size_t count = 0;
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) count += 1 + members_of(member.value());
  } else if (const auto* list = value.if_array()) {
    for (const auto& item : *list) count += members_of(item);
  }
  return count;
}

// Counts the colons outside strings: every member in the text has one.
std::size_t colons_of(std::string_view json) {
  std::size_t count = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '"') in_text = !in_text;
    if (in_text && json[i] == '\\') ++i;
    if (!in_text && json[i] == ':') ++count;
  }
  return count;
}

}  // namespace

std::optional<json::value> parse_strict_json(std::string_view text) {
  json::error_code error;
  auto value = json::parse({text.data(), text.size()}, error);
  // The parser keeps the last of two members with the same name.
  // guard: json-names-once
  if (error || colons_of(text) != members_of(value)) return std::nullopt;
  return value;
}

}  // namespace ordo::access
