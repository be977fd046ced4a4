// Loads the settings. Flags override the environment, which overrides the TOML file, which overrides the defaults.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "settings/settings.h"

namespace ordo::settings {

struct SettingSources {
  std::map<std::string, std::string> flags;                        // setting key -> text
  std::vector<std::pair<std::string, std::string>> environment;    // every variable
  std::optional<std::string> config_file;                          // --config
  std::optional<std::string> default_config_file = "./ordo.toml";  // optional: used if the file exists
};

// kInvalid with one violation per problem, at most 20. kNotFound when the --config file does not exist.
Result<Settings> load_settings(const SettingSources& sources);

// The environment of this process.
std::vector<std::pair<std::string, std::string>> process_environment();

}  // namespace ordo::settings
