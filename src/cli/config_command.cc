#include <CLI/CLI.hpp>
#include <iostream>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/setting_flags.h"
#include "records/documents.h"
#include "settings/setting_specs.h"
#include "settings/setting_values.h"

namespace ordo::cli {
namespace {

std::string origin_of(const settings::Settings& settings, const settings::SettingSpec& spec) {
  const auto found = settings.origins.find(spec.key);
  return found == settings.origins.end() ? "default" : found->second;
}

// Prints TOML that can be saved and used as a file. Secrets are masked; the origin of each value is a comment.
void show_toml(const settings::Settings& settings) {
  for (const auto& spec : settings::setting_specs()) {
    std::string value = spec.show(settings);
    if (spec.shape != settings::SettingShape::whole) {
      std::string text;
      append_json_string(value, text);  // a JSON string is a TOML basic string
      value = std::move(text);
    }
    std::string line = spec.key + " = " + value;
    if (spec.secret && !spec.show(settings).empty()) line.insert(0, "# ");
    line.resize(std::max<std::size_t>(line.size() + 1, 48), ' ');
    std::cout << line << "# " << origin_of(settings, spec) << '\n';
  }
  // Comments on which collections can no longer be rebuilt because of the retention of their topic.
  for (std::size_t i = 0; i < kCollections; ++i) {
    const auto collection = static_cast<Collection>(i);
    const auto inbox = inbox_of(writer_of(collection));
    const auto keep = settings.retention_of(inbox);
    if (keep == settings::kForever) continue;
    std::cout << "# " << to_string(collection) << " cannot be rebuilt once records of " << to_string(inbox)
              << " are removed: " << (keep ? "after " + settings::show_duration(*keep) : "when the broker removes them")
              << '\n';
  }
}

void show_json(const settings::Settings& settings) {
  std::string out = "[";
  for (const auto& spec : settings::setting_specs()) {
    const auto member = [&out](std::string_view name, std::string_view value, char before) {
      out.push_back(before);
      append_json_string(name, out);
      out.push_back(':');
      append_json_string(value, out);
    };
    out += out.size() == 1 ? "\n" : ",\n";
    member("key", spec.key, '{');
    member("value", spec.show(settings), ',');
    member("origin", origin_of(settings, spec), ',');
    member("flag", spec.flag, ',');
    member("env", spec.env, ',');
    member("help", spec.help, ',');
    member("expects", spec.expects, ',');
    out.push_back('}');
  }
  std::cout << out << "\n]\n";
}

}  // namespace

void add_config(CLI::App& app, CommandLine& line) {
  auto* config = app.add_subcommand("config", "Show the configuration and the origin of each value");
  config->require_subcommand(1);
  auto* command = config->add_subcommand("show", "Print each setting with its value and origin, secrets masked");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  line.flags.add(*command, settings::SettingScope::kServer);
  line.flags.add(*command, settings::SettingScope::kAccess);
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print JSON");
  command->callback([&line, json] {
    line.run = [json](const settings::Settings& settings) {
      if (*json) {
        show_json(settings);
      } else {
        show_toml(settings);
      }
      return kExitOk;
    };
  });
}

}  // namespace ordo::cli
