// The table of settings: each one described once.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/settings.h"

namespace ordo::cli {

// The type a setting has in the TOML file.
enum class SettingShape { text, whole, list };

struct SettingSpec {
  std::string key;   // in the TOML file, with dots for tables: "topics.stock.partitions"
  std::string env;   // "ORDO_TOPICS_STOCK_PARTITIONS"
  std::string flag;  // "--topics-stock-partitions"
  SettingScope scope = SettingScope::kServer;
  SettingShape shape = SettingShape::text;
  std::string help;
  std::string expects;  // ends the sentence "expected ..."
  bool secret = false;
  bool listed = true;  // in the help text of the commands
  // Of "<key>_file": the key of the secret that stands in the file; empty for all others.
  std::string secret_of;
  // Of a secret: whether a value holds what must not be seen. A connection string without a password does not.
  std::function<bool(std::string_view)> holds_secret;

  // Takes a value in its text form; false when it is not what `expects` says.
  std::function<bool(std::string_view, Settings&)> read;
  // The text form that `read` takes; masked where it is a secret.
  std::function<std::string(const Settings&)> show;
};

const std::vector<SettingSpec>& setting_specs();

// Null when there is none.
const SettingSpec* find_setting(std::string_view key);

}  // namespace ordo::cli
