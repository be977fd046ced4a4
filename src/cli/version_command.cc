#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "app/libraries.h"
#include "cli/commands.h"
#include "settings/settings.h"

namespace ordo::cli {

void add_version(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("version", "Print the version");
  auto with_libraries = std::make_shared<bool>(false);
  command->add_flag("--libraries", *with_libraries, "Also print the versions of the libraries in use");
  command->callback([&line, with_libraries] {
    line.run = [with_libraries](const settings::Settings&) {
      std::cout << "ordo " << ORDO_VERSION << '\n';
      if (!*with_libraries) return kExitOk;
      for (const auto& library : app::libraries()) std::cout << library.name << ' ' << library.version << '\n';
      return kExitOk;
    };
  });
}

}  // namespace ordo::cli
