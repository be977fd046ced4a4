// ordo orders tag: changes the tags of an order.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "base/encoding.h"
#include "cli/change_command.h"
#include "cli/commands.h"
#include "cli/list_command.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "domain/order_tags.h"
#include "records/json_codec.h"

namespace ordo::cli {
namespace {

struct TagOptions {
  std::string id;
  std::vector<std::string> add;
  std::vector<std::string> remove;
  client::OutputChoice output;
};

int run_tag(const settings::Settings& settings, const TagOptions& options) {
  ChangedTags body;
  if (!options.add.empty()) body.add = options.add;
  if (!options.remove.empty()) body.remove = options.remove;
  if (!body.add && !body.remove) {
    std::cerr << "ordo: --add or --remove is required\n";
    return kExitUsage;
  }
  ChangeCommand change;
  change.request = {
      "POST", "/v1/orders/" + percent_encoded(options.id) + "/tags", {{"Prefer", "wait=10"}}, to_json(body)};
  change.listed = client::Listed::orders;
  change.output = options.output;
  change.what = "the change";
  return run_change_command(settings, change);
}

}  // namespace

void add_order_tag(CLI::App& orders, CommandLine& line) {
  auto* command = orders.add_subcommand("tag", "Change the tags of an order, your own words for finding it");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<TagOptions>();
  command->add_option("id", options->id, "The order's id")->required();
  command->add_option("--add", options->add, "A tag that the order gets. Repeatable")->allow_extra_args(false);
  command->add_option("--remove", options->remove, "A tag that the order loses. Repeatable")->allow_extra_args(false);
  add_output_flag(*command, options->output);
  command->footer(
      "Example:\n"
      "  ordo orders tag 0197d8a5-... --add gift --remove rush\n\n"
      "Exit codes: 0 changed; 1 refused, for example too many tags; 2 wrong flags; 4 no such order; 6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_tag(settings, *options); };
  });
}

}  // namespace ordo::cli
