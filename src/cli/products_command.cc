// ordo products: list, show, add, set. The export is in export_commands.cc.
#include <CLI/CLI.hpp>
#include <memory>

#include "base/encoding.h"
#include "cli/change_command.h"
#include "cli/commands.h"
#include "cli/list_command.h"
#include "cli/setting_flags.h"
#include "cli/shop_rule_flags.h"
#include "domain/product.h"
#include "export/run.h"
#include "records/json_codec.h"

namespace ordo::cli {
namespace {

struct ProductWriteBody : ProductTraits {
  std::optional<std::string> id;
  std::optional<std::string> name;
  std::optional<Money> price;
  std::optional<std::string> category;
  std::optional<std::int64_t> stock;
  std::optional<std::string> location;
};
BOOST_DESCRIBE_STRUCT(ProductWriteBody, (ProductTraits), (id, name, price, category, stock, location))

struct ProductWriteOptions {
  bool add = false;  // false: change an existing product
  std::string id;
  ProductWriteBody body;
  client::OutputChoice output;
};

int run_product_write(const settings::Settings& settings, const ProductWriteOptions& options) {
  auto body = options.body;
  ChangeCommand change;
  if (options.add) {
    body.id = unless_empty(options.id);
    change.request = {"POST", "/v1/products", {}, to_json(body)};
  } else {
    change.request = {"PATCH", "/v1/products/" + percent_encoded(options.id), {}, to_json(body)};
  }
  change.request.headers = {{"Prefer", "wait=10"}, fresh_idempotency_key()};
  change.listed = client::Listed::products;
  change.output = options.output;
  change.what = "the change";
  return run_change_command(settings, change);
}

void add_products_list(CLI::App& products, CommandLine& line) {
  auto* command = products.add_subcommand("list", "List products, newest first");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<ListOptions>();
  options->listed = client::Listed::products;
  options->path = "/v1/products";
  add_product_filters(*command, options->filters);
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

void add_product_write(CLI::App& products, CommandLine& line, bool add) {
  auto* command = add ? products.add_subcommand("add", "Add a product")
                      : products.add_subcommand("set", "Change some members of a product. The rest stays");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<ProductWriteOptions>();
  options->add = add;
  auto& body = options->body;
  auto* id =
      command->add_option("id", options->id, add ? "The product's id. Default: ordo makes one" : "The product's id");
  if (!add) id->required();
  command->add_option("--name", body.name, "Name");
  add_parsed(*command, "--price", body.price, parse_price, "Price, such as 12.50EUR");
  command->add_option("--category", body.category, "Category");
  command->add_option("--stock", body.stock, "Counted quantity");
  command->add_option("--at-location", body.location, "Location of the counted stock");
  command->add_option("--tax-class", body.tax_class, "Class of its tax rates. An empty one removes it");
  command->add_option("--weight", body.weight_g, "Weight in grams");
  command->add_option("--requires-shipping", body.requires_shipping, "false: the product is not sent");
  add_output_flag(*command, options->output);
  command->footer(add ? "Example:\n"
                        "  ordo products add mug-red --name \"Red mug\" --price 12.50EUR --stock 10 --weight 350\n"
                        "\nExit codes: 0 done; 1 refused, for example the id is taken; 2 wrong flags; 6 no answer\n"
                      : "Example:\n"
                        "  ordo products set mug-red --tax-class reduced\n"
                        "\nExit codes: 0 done; 1 refused; 2 wrong flags; 4 no such product; 6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_product_write(settings, *options); };
  });
}

}  // namespace

void add_product_filters(CLI::App& command, Filters& filters) {
  add_filter(command, filters, "category", "Only of this category");
  add_filter(command, filters, "status", "Only with this status: active, archived");
  add_filter(command, filters, "from", "Created at this time or later, 2026-01-31 or 2026-01-31T08:05:00Z");
  add_filter(command, filters, "to", "Created before this time");
}

void add_products(CLI::App& app, CommandLine& line) {
  auto* products = app.add_subcommand("products", "List, show, export, add and change products");
  products->require_subcommand(1);
  add_products_list(*products, line);
  add_products_show(*products, line);
  add_export(*products, line, exports::Exported::products);
  add_product_write(*products, line, true);
  add_product_write(*products, line, false);
}

}  // namespace ordo::cli
