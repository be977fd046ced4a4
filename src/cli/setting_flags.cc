#include "cli/setting_flags.h"

#include <CLI/CLI.hpp>

#include "settings/setting_specs.h"

namespace ordo::cli {

void SettingFlags::add(CLI::App& command, settings::SettingScope scope) {
  for (const auto& spec : settings::setting_specs()) {
    if (spec.scope != scope) continue;
    auto* option = command.add_option_function<std::string>(
        spec.flag, [this, key = spec.key](const std::string& text) { given_[key] = text; }, spec.help);
    option->type_name(spec.shape == settings::SettingShape::whole  ? "N"
                      : spec.shape == settings::SettingShape::list ? "LIST"
                                                                   : "TEXT");
    option->group(spec.listed ? "Settings" : "");
    const auto shown = spec.show(settings::Settings{});
    if (!shown.empty()) option->default_str(shown);
    option->allow_extra_args(false);
  }
}

}  // namespace ordo::cli
