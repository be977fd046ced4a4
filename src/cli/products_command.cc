// ordo products: list, show.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/list_command.h"
#include "cli/setting_flags.h"

namespace ordo::cli {
namespace {

void add_products_list(CLI::App& products, CommandLine& line) {
  auto* command = products.add_subcommand("list", "List products, newest first");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<ListOptions>();
  options->listed = client::Listed::products;
  options->path = "/v1/products";
  add_filter(*command, *options, "category", "Only of this category");
  add_filter(*command, *options, "status", "Only with this status: active, archived");
  add_filter(*command, *options, "from", "Created at this time or later, 2026-01-31 or 2026-01-31T08:05:00Z");
  add_filter(*command, *options, "to", "Created before this time");
  add_list_flags(*command, *options);
  command->footer(
      "Examples:\n"
      "  ordo products list --category lamps\n"
      "  ordo products list --all -o csv > products.csv\n" +
      std::string(kListExitCodes));
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_list(settings, *options); };
  });
}

void add_products_show(CLI::App& products, CommandLine& line) {
  auto* command = products.add_subcommand("show", "Show a product with its stock");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<ShowOptions>();
  options->listed = client::Listed::products;
  options->path = "/v1/products/";
  options->related = "/stock";
  command->add_option("id", options->id, "The product's id")->required();
  add_output_flag(*command, options->output);
  command->footer(
      "Examples:\n"
      "  ordo products show 85123A\n"
      "  ordo products show 85123A -o json\n" +
      std::string(kShowExitCodes));
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_show(settings, *options); };
  });
}

}  // namespace

void add_products(CLI::App& app, CommandLine& line) {
  auto* products = app.add_subcommand("products", "List and show products");
  products->require_subcommand(1);
  add_products_list(*products, line);
  add_products_show(*products, line);
}

}  // namespace ordo::cli
