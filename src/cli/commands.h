// The commands of `ordo`. Each one adds itself to the command line and says what to run; main.cc parses, resolves the
// settings and runs what was chosen.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace ordo::cli {

struct Settings;
class SettingFlags;

// What the process ends with.
enum ExitCode : int {
  kExitOk = 0,
  kExitFailed = 1,       // the work could not be done: why is on stderr
  kExitUsage = 2,        // flags, environment or configuration file are wrong; nothing was done
  kExitPartly = 3,       // done, but some of the input was refused: which is in the report
  kExitNotFound = 4,     // there is no such document
  kExitViolated = 5,     // a check found something wrong
  kExitUnavailable = 6,  // a server, broker or database did not answer
};

// What a command does once the settings are known. Returns the exit code; reports its own errors on stderr.
using CommandBody = std::function<int(const Settings&)>;

// Shared by all commands while the command line is built and parsed. Outlives the parse.
struct CommandLine {
  SettingFlags& flags;  // which settings came as flags: `flags.add(*subcommand, SettingScope::kClient)`
  CommandBody run;      // set by the callback of the command that was chosen
};

// A command is added so, options first, what is done last:
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
void add_orders(CLI::App& app, CommandLine& line);
void add_order_changes(CLI::App& orders, CommandLine& line);  // to `orders`
void add_products(CLI::App& app, CommandLine& line);
void add_payments(CLI::App& app, CommandLine& line);
void add_shipments(CLI::App& app, CommandLine& line);
void add_customers(CLI::App& app, CommandLine& line);
void add_events(CLI::App& app, CommandLine& line);
void add_check(CLI::App& app, CommandLine& line);
void add_rebuild(CLI::App& app, CommandLine& line);
void add_dlq(CLI::App& app, CommandLine& line);
void add_webhooks(CLI::App& app, CommandLine& line);
void add_key(CLI::App& app, CommandLine& line);

}  // namespace ordo::cli
