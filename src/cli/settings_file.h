// The configuration file: TOML, flattened to keys and values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/setting_specs.h"

namespace ordo::cli {

struct FileValue {
  std::string key;                    // "topics.stock.partitions"
  std::optional<SettingShape> shape;  // nothing for a type that no setting has
  std::string type;                   // "a boolean", for messages
  std::string text;                   // the text form, where it has a shape
  unsigned line = 0;
};

// kNotFound when the file cannot be read; kInvalid "bad_toml" with the line of the mistake.
Result<std::vector<FileValue>> read_settings_file(const std::string& path);

// The same of a text; `path` is for the messages.
Result<std::vector<FileValue>> parse_settings(std::string_view text, const std::string& path);

}  // namespace ordo::cli
