#include "columns/import_tables.h"

#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "columns/columns.h"

namespace ordo::imports {
namespace {

using Member = std::pair<std::string_view, std::string_view>;

// The members of an object, without its braces.
std::string text_members(std::initializer_list<Member> members) {
  std::string json;
  for (const auto& [name, text] : members) {
    append_json_key(name, json.empty(), json);
    append_json_string(text, json);
  }
  return json;
}

std::string_view words_of(ImportKind kind, Role role) {
  for (const VocabularyRow& row : vocabulary(kind)) {
    if (row.role == role) return row.headings;
  }
  return {};
}

std::string role_json(const RoleInfo& info) {
  return "{" +
         text_members({{"name", info.name},
                       {"of", enum_name(info.use)},
                       {"several", enum_name(info.reading)},
                       {"meaning", info.meaning},
                       {"order_headings", words_of(ImportKind::orders, info.role)},
                       {"product_headings", words_of(ImportKind::products, info.role)}}) +
         "}";
}

std::string texts_json(std::span<const std::string_view> texts) {
  return "[" +
         joined(texts, ",",
                [](std::string_view text) {
                  std::string json;
                  append_json_string(text, json);
                  return json;
                }) +
         "]";
}

std::string profile_json(const Profile& profile) {
  const auto column_json = [](const KnownColumn& known) {
    return "{" + text_members({{"heading", known.heading}, {"role", to_string(known.role)}}) + "}";
  };
  std::string json = "{" + text_members({{"name", profile.name},
                                         {"title", profile.title},
                                         {"kind", to_string(profile.kind)},
                                         {"advice", profile.advice}});
  append_json_key("has_lines", false, json);
  json += profile.has_lines ? "true" : "false";
  append_json_key("recognized_by", false, json);
  json += texts_json(profile.signature);
  append_json_key("columns", false, json);
  json += "[" + joined(profile.columns, ",", column_json) + "]";
  append_json_key("metadata", false, json);
  return json + texts_json(profile.kept) + "}";
}

}  // namespace

std::string import_tables_json() {
  return "{\"roles\":[" + joined(roles(), ",", role_json) + "],\"profiles\":[" + joined(profiles(), ",", profile_json) +
         "]}";
}

}  // namespace ordo::imports
