// The flags of the settings, as they were given.
#pragma once

#include <map>
#include <string>

#include "cli/settings.h"

namespace CLI {
class App;
}

namespace ordo::cli {

class SettingFlags {
 public:
  // Gives `command` the flags of the settings of `scope` and of the common ones.
  void add(CLI::App& command, SettingScope scope);

  // Setting key -> text, of the flags that were on the command line. Known after the parse.
  const std::map<std::string, std::string>& given() const { return given_; }

 private:
  std::map<std::string, std::string> given_;
};

}  // namespace ordo::cli
