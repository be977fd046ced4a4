// Reads the TOML configuration file into a flat list of keys and values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "settings/setting_specs.h"

namespace ordo::settings {

struct FileValue {
  std::string key;                    // "topics.stock.partitions"
  std::optional<SettingShape> shape;  // nullopt for a type that no setting has
  std::string type;                   // "a boolean", for messages
  std::string text;                   // the text form; empty without a shape
  unsigned line = 0;
};

// kNotFound when the file cannot be read. kInvalid "bad_toml" with the line of the mistake.
Result<std::vector<FileValue>> read_settings_file(const std::string& path);

// Parses a text; `path` is for the messages.
Result<std::vector<FileValue>> parse_settings(std::string_view text, const std::string& path);

}  // namespace ordo::settings
