#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/setting_flags.h"

namespace ordo::cli {

void add_serve(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("serve", "Run the shop back end, or some of its roles");
  line.flags.add(*command, SettingScope::kStorage);
  line.flags.add(*command, SettingScope::kServer);
}
void add_epoch(CLI::App&, CommandLine&) {}
}  // namespace ordo::cli
