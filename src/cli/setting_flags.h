// The flags of the settings on the command line.
#pragma once

#include <map>
#include <string>

#include "settings/settings.h"

namespace CLI {
class App;
}

namespace ordo::cli {

class SettingFlags {
 public:
  // Adds the flags of the settings of `scope` and of the common settings to `command`.
  void add(CLI::App& command, settings::SettingScope scope);

  // Setting key -> text, for each flag on the command line. Valid after the parse.
  const std::map<std::string, std::string>& given() const { return given_; }

 private:
  std::map<std::string, std::string> given_;
};

}  // namespace ordo::cli
