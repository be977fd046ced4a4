// The table of settings. It describes each setting once.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "settings/settings.h"

namespace ordo::settings {

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
  bool listed = true;  // shown in the help text of the commands
  // For "<key>_file": the key of the secret that the file holds. Empty for all other settings.
  std::string secret_of;
  // For a secret: true when a value must be masked. A connection string without a password need not be.
  std::function<bool(std::string_view)> holds_secret;

  // For a setting that names files which ordo trusts or executes: those file names. Only the owner of such a file may
  // have write access. Null for all other settings.
  std::function<std::vector<std::string>(std::string_view)> trusted_files;

  // Reads the text form of a value. False when the value does not match `expects`.
  std::function<bool(std::string_view, Settings&)> read;
  // The text form that `read` accepts. Secrets are masked.
  std::function<std::string(const Settings&)> show;
};

const std::vector<SettingSpec>& setting_specs();

// Null when there is no such setting.
const SettingSpec* find_setting(std::string_view key);

}  // namespace ordo::settings
