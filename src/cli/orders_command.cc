// ordo orders: list, show. The other commands are in export_commands.cc, order_create_command.cc and
// order_change_commands.cc.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/list_command.h"
#include "cli/setting_flags.h"
#include "export/run.h"

namespace ordo::cli {
namespace {

void add_orders_list(CLI::App& orders, CommandLine& line) {
  auto* command = orders.add_subcommand("list", "List orders, newest first");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<ListOptions>();
  options->listed = client::Listed::orders;
  options->path = "/v1/orders";
  add_order_filters(*command, options->filters);
  add_list_flags(*command, *options);
  command->footer(
      "Examples:\n"
      "  ordo orders list --status pending\n"
      "  ordo orders list --customer-id 17850 --from 2026-01-01 --all -o csv > orders.csv\n"
      "  ordo orders list --all -o ndjson | jq .total\n" +
      std::string(kListExitCodes));
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_list(settings, *options); };
  });
}

void add_orders_show(CLI::App& orders, CommandLine& line) {
  auto* command = orders.add_subcommand("show", "Show an order with its lines and history");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<ShowOptions>();
  options->listed = client::Listed::orders;
  options->path = "/v1/orders/";
  options->related = "/history";
  command->add_option("id", options->id, "The order's id")->required();
  add_output_flag(*command, options->output);
  command->footer(
      "Examples:\n"
      "  ordo orders show 0197d8a5-...\n"
      "  ordo orders show 0197d8a5-... -o json\n" +
      std::string(kShowExitCodes));
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_show(settings, *options); };
  });
}

}  // namespace

void add_order_filters(CLI::App& command, Filters& filters) {
  add_filter(command, filters, "status", "Only with this status: pending, reserved, confirmed, ...");
  add_filter(command, filters, "payment_status", "Only with this payment status");
  add_filter(command, filters, "fulfillment_status", "Only with this fulfillment status");
  add_filter(command, filters, "customer_id", "Only of this customer");
  add_filter(command, filters, "product_id", "Only with this product in a line");
  add_filter(command, filters, "reference", "Only with this reference, your own number for the order");
  add_filter(command, filters, "number", "Only with this number");
  add_filter(command, filters, "from", "Placed at this time or later, 2026-01-31 or 2026-01-31T08:05:00Z");
  add_filter(command, filters, "to", "Placed before this time");
}

void add_orders(CLI::App& app, CommandLine& line) {
  auto* orders = app.add_subcommand(
      "orders", "List, show, export, place, price, pay, change, cancel, refund, return and resend orders");
  orders->require_subcommand(1);
  add_orders_list(*orders, line);
  add_orders_show(*orders, line);
  add_export(*orders, line, exports::Exported::orders);
  add_order_creation(*orders, line);
  add_order_changes(*orders, line);
}

}  // namespace ordo::cli
