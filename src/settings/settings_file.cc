#include "settings/settings_file.h"

#define TOML_HEADER_ONLY 0
#include <toml++/toml.h>

#include <fstream>
#include <sstream>

namespace ordo::settings {
namespace {

constexpr int kMaxDepth = 8;

FileValue describe(std::string key, const toml::node& node) {
  FileValue value;
  value.key = std::move(key);
  value.line = node.source().begin.line;
  if (const auto* text = node.as_string()) {
    value.shape = SettingShape::text;
    value.type = "text";
    value.text = text->get();
  } else if (const auto* number = node.as_integer()) {
    value.shape = SettingShape::whole;
    value.type = "a whole number";
    value.text = std::to_string(number->get());
  } else if (const auto* list = node.as_array()) {
    value.type = "a list";
    bool texts = true;
    for (const auto& element : *list) {
      texts = texts && element.is_string();
      if (!element.is_string()) continue;
      if (!value.text.empty()) value.text += ",";
      value.text += element.as_string()->get();
    }
    if (texts) value.shape = SettingShape::list;
  } else {
    value.type = node.is_boolean()          ? "a boolean"
                 : node.is_floating_point() ? "a number with a fraction"
                 : node.is_table()          ? "a table"
                                            : "a date or time";
  }
  return value;
}

void flatten(const toml::table& table, const std::string& prefix, int depth, std::vector<FileValue>& out) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    const auto* inner = node.as_table();
    if (inner != nullptr && !inner->empty() && depth < kMaxDepth) {
      flatten(*inner, key + ".", depth + 1, out);
    } else {
      out.push_back(describe(key, node));
    }
  }
}

}  // namespace

Result<std::vector<FileValue>> parse_settings(std::string_view text, const std::string& path) {
  try {
    std::vector<FileValue> values;
    flatten(toml::parse(text, path), "", 0, values);
    return values;
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::kInvalid, "bad_toml",
                path + ":" + std::to_string(error.source().begin.line) + ": " + std::string(error.description()));
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInvalid, "bad_toml", path + ": " + error.what());
  }
}

Result<std::vector<FileValue>> read_settings_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return fail(ErrorCode::kNotFound, "no_config_file", "cannot read " + path);
  std::ostringstream text;
  text << stream.rdbuf();
  return parse_settings(text.str(), path);
}

}  // namespace ordo::settings
