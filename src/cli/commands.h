// The commands of `ordo`. Each command adds itself to the command line and sets what to run. run.cc parses the command
// line, loads the settings and runs the chosen command.
#pragma once

#include <functional>

#include "cli/exit_code.h"

namespace CLI {
class App;
}

namespace ordo::settings {
struct Settings;
}

namespace ordo::exports {
enum class Exported;
}

namespace ordo::cli {

class SettingFlags;

// Runs a command with the loaded settings. Prints its own errors to stderr and returns the exit code.
using CommandBody = std::function<int(const settings::Settings&)>;

// All commands share this while the command line is built and parsed. It outlives the parse.
struct CommandLine {
  SettingFlags& flags;  // which settings came as flags: `flags.add(*subcommand, SettingScope::kClient)`
  CommandBody run;      // the callback of the chosen command sets this
};

// This shows how to add a command: first the options, then the callback.
//
//   void add_check(CLI::App& app, CommandLine& line) {
//     auto* command = app.add_subcommand("check", "Check the invariants of a running system");
//     line.flags.add(*command, SettingScope::kClient);
//     auto options = std::make_shared<CheckOptions>();
//     command->add_flag("--json", options->json, "...");
//     command->callback([&line, options] { line.run = [options](const Settings& s) { return run_check(s, *options); };
//     });
//   }
void add_serve(CLI::App& app, CommandLine& line);
void add_version(CLI::App& app, CommandLine& line);
void add_config(CLI::App& app, CommandLine& line);
void add_epoch(CLI::App& app, CommandLine& line);
void add_import(CLI::App& app, CommandLine& line);
void add_import_formats(CLI::App& import, CommandLine& line);  // adds to `import`
void add_import_seed(CLI::App& import, CommandLine& line);     // adds to `import`
void add_orders(CLI::App& app, CommandLine& line);
void add_order_creation(CLI::App& orders, CommandLine& line);      // adds to `orders`
void add_order_changes(CLI::App& orders, CommandLine& line);       // adds to `orders`
void add_order_terms_change(CLI::App& orders, CommandLine& line);  // adds to `orders`
void add_order_tag(CLI::App& orders, CommandLine& line);           // adds to `orders`
// Adds `export` to the commands of orders, products or customers.
void add_export(CLI::App& kind, CommandLine& line, exports::Exported what);
void add_products(CLI::App& app, CommandLine& line);
void add_payments(CLI::App& app, CommandLine& line);
void add_shipments(CLI::App& app, CommandLine& line);
void add_customers(CLI::App& app, CommandLine& line);
void add_shop_rules(CLI::App& app, CommandLine& line);  // tax rates, shipping methods, promotions
void add_events(CLI::App& app, CommandLine& line);
void add_check(CLI::App& app, CommandLine& line);
void add_rebuild(CLI::App& app, CommandLine& line);
void add_dlq(CLI::App& app, CommandLine& line);
void add_webhooks(CLI::App& app, CommandLine& line);
void add_key(CLI::App& app, CommandLine& line);
void add_audit(CLI::App& app, CommandLine& line);
void add_skip(CLI::App& app, CommandLine& line);
void add_log(CLI::App& app, CommandLine& line);

}  // namespace ordo::cli
