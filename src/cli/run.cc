#include "cli/run.h"

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "base/log.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/setting_flags.h"
#include "settings/load_settings.h"

namespace ordo::cli {
namespace {

// The innermost command that was named.
const CLI::App& innermost(const CLI::App& app) {
  const CLI::App* at = &app;
  for (auto inner = at->get_subcommands(); !inner.empty(); inner = at->get_subcommands()) at = inner.front();
  return *at;
}

// The words that are possible in place of `word`.
std::vector<std::string> candidates(const CLI::App& app, const CLI::App& command, std::string_view word) {
  std::vector<std::string> known;
  if (!word.starts_with("-")) {
    for (const auto* inner : command.get_subcommands([](const CLI::App*) { return true; })) {
      known.push_back(inner->get_name());
    }
    return known;
  }
  for (const auto* from : {&app, &command}) {
    for (const auto* option : from->get_options()) {
      for (const auto& name : option->get_lnames()) known.push_back("--" + name);
    }
  }
  return known;
}

int refuse_command_line(const CLI::App& app, const CLI::ParseError& error) {
  const auto& command = innermost(app);
  const auto rest = app.remaining(true);
  const auto path = &command == &app ? "ordo" : command.get_display_name();
  if (!rest.empty()) {
    const auto word = rest.front().substr(0, rest.front().find('='));
    const auto known = candidates(app, command, word);
    const auto near = nearest(word, known);
    std::cerr << "ordo: there is no " << (word.starts_with("-") ? "option " : "command ") << word;
    if (!near.empty()) std::cerr << ", did you mean " << near << "?";
    std::cerr << '\n';
  } else {
    std::cerr << "ordo: " << error.what() << '\n';
  }
  std::cerr << "Run with --help to see the possible commands and flags.\n";
  return kExitUsage;
}

int refuse_settings(const Error& error) {
  std::cerr << "ordo: " << error.message << '\n';
  for (const auto& problem : error.violations) std::cerr << "  " << problem.pointer << ": " << problem.detail << '\n';
  return kExitUsage;
}

void add_commands(CLI::App& app, CommandLine& line) {
  add_serve(app, line);
  add_version(app, line);
  add_config(app, line);
  add_epoch(app, line);
  add_import(app, line);
  add_orders(app, line);
  add_products(app, line);
  add_payments(app, line);
  add_shipments(app, line);
  add_customers(app, line);
  add_shop_rules(app, line);
  add_events(app, line);
  add_check(app, line);
  add_rebuild(app, line);
  add_dlq(app, line);
  add_webhooks(app, line);
  add_key(app, line);
  add_audit(app, line);
  add_skip(app, line);
  add_log(app, line);
}

int parse_and_run(int argc, const char* const* argv) {
  CLI::App app("Order processing, embedded or on Kafka and MongoDB", "ordo");
  app.fallthrough();
  app.require_subcommand(0, 1);
  SettingFlags flags;
  CommandLine line{flags, {}};
  settings::SettingSources sources;
  app.add_option("--config", sources.config_file, "Configuration file (TOML). Default: ./ordo.toml, if it exists");
  app.set_version_flag("--version", "ordo " ORDO_VERSION, "Print the version");
  flags.add(app, settings::SettingScope::kCommon);
  add_commands(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wanted) {  // --help, --version
    return app.exit(wanted);
  } catch (const CLI::ParseError& error) {
    return refuse_command_line(app, error);
  }
  if (!line.run) {
    std::cerr << app.help();
    return kExitUsage;
  }
  sources.flags = flags.given();
  sources.environment = settings::process_environment();
  const auto settings = settings::load_settings(sources);
  if (!settings) return refuse_settings(settings.error());
  set_log_level(settings->log_level);
  return line.run(*settings);
}

}  // namespace

int run(int argc, const char* const* argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "ordo: " << error.what() << '\n';
    return kExitFailed;
  }
}

}  // namespace ordo::cli
