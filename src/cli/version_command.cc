#include <CLI/CLI.hpp>
#include <iostream>

#include "cli/commands.h"
#include "cli/settings.h"

namespace ordo::cli {

void add_version(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("version", "Print the version");
  command->callback([&line] {
    line.run = [](const Settings&) {
      std::cout << "ordo " << ORDO_VERSION << '\n';
      return kExitOk;
    };
  });
}

}  // namespace ordo::cli
