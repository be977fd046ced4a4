// Puts the settings together: flags, before the environment, before the TOML file, before the defaults.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/settings.h"

namespace ordo::cli {

struct SettingSources {
  std::map<std::string, std::string> flags;                        // setting key -> text
  std::vector<std::pair<std::string, std::string>> environment;    // all of it
  std::optional<std::string> config_file;                          // --config
  std::optional<std::string> default_config_file = "./ordo.toml";  // read when it is there
};

// kInvalid with one violation for each thing that is wrong, at most 20; kNotFound for a --config that is not there.
Result<Settings> load_settings(const SettingSources& sources);

// The environment of this process.
std::vector<std::pair<std::string, std::string>> process_environment();

}  // namespace ordo::cli
