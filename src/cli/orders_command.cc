// ordo orders: list, show, cancel.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/json_pick.h"
#include "cli/list_command.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"

namespace ordo::cli {
namespace {

struct CancelOptions {
  std::string id;
  std::string reason;
  OutputChoice output;
};

int run_cancel(const Settings& settings, const CancelOptions& options) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  std::string body = "{\"reason\":";
  append_json_string(options.reason, body);
  body += "}";
  HttpRequest request{"POST",
                      "/v1/orders/" + percent_encoded(options.id) + "/cancel",
                      {{"Prefer", "wait=10"}},
                      options.reason.empty() ? std::string() : std::move(body)};
  const auto answer = call(server->caller(), std::move(request));
  if (!answer) return report_error(answer.error());
  if (answer->status / 100 != 2) return report_error(problem_of(*answer));
  const auto tape = JsonTape::parse(answer->body);
  if (!tape) return report_error(tape.error());
  if (answer->status == 202) std::cerr << "ordo: the cancel is taken and not decided yet\n";
  if (member(*tape, 0, "id")) {
    const auto printed = print_document(Listed::orders, options.output.format, *tape, nullptr, std::cout);
    if (!printed) return report_error(printed.error());
  }
  return kExitOk;
}

void add_list(CLI::App& orders, CommandLine& line) {
  auto* command = orders.add_subcommand("list", "List orders, newest first");
  line.flags.add(*command, SettingScope::kClient);
  line.flags.add(*command, SettingScope::kStorage);
  auto options = std::make_shared<ListOptions>();
  options->listed = Listed::orders;
  options->path = "/v1/orders";
  add_filter(*command, *options, "status", "Only with this status: pending, reserved, confirmed, ...");
  add_filter(*command, *options, "payment_status", "Only with this payment status");
  add_filter(*command, *options, "fulfillment_status", "Only with this fulfillment status");
  add_filter(*command, *options, "customer_id", "Only of this customer");
  add_filter(*command, *options, "product_id", "Only with this product in a line");
  add_filter(*command, *options, "from", "Placed at this time or later, 2026-01-31 or 2026-01-31T08:05:00Z");
  add_filter(*command, *options, "to", "Placed before this time");
  add_list_flags(*command, *options);
  command->footer(
      "Examples:\n"
      "  ordo orders list --status pending\n"
      "  ordo orders list --customer-id 17850 --from 2026-01-01 --all -o csv > orders.csv\n"
      "  ordo orders list --all -o ndjson | jq .total\n" +
      std::string(kListExitCodes));
  command->callback(
      [&line, options] { line.run = [options](const Settings& settings) { return run_list(settings, *options); }; });
}

void add_show(CLI::App& orders, CommandLine& line) {
  auto* command = orders.add_subcommand("show", "Show an order with its lines and history");
  line.flags.add(*command, SettingScope::kClient);
  line.flags.add(*command, SettingScope::kStorage);
  auto options = std::make_shared<ShowOptions>();
  options->listed = Listed::orders;
  options->path = "/v1/orders/";
  options->related = "/history";
  command->add_option("id", options->id, "The order's id")->required();
  add_output_flag(*command, options->output);
  command->footer(
      "Examples:\n"
      "  ordo orders show 0197d8a5-...\n"
      "  ordo orders show 0197d8a5-... -o json\n" +
      std::string(kShowExitCodes));
  command->callback(
      [&line, options] { line.run = [options](const Settings& settings) { return run_show(settings, *options); }; });
}

void add_cancel(CLI::App& orders, CommandLine& line) {
  auto* command = orders.add_subcommand("cancel", "Cancel an order; what it had reserved is released");
  line.flags.add(*command, SettingScope::kClient);
  line.flags.add(*command, SettingScope::kStorage);
  auto options = std::make_shared<CancelOptions>();
  command->add_option("id", options->id, "The order's id")->required();
  command->add_option("--reason", options->reason, "Why, for the order's history");
  add_output_flag(*command, options->output);
  command->footer(
      "Example:\n"
      "  ordo orders cancel 0197d8a5-... --reason \"ordered twice\"\n"
      "\nExit codes: 0 cancelled; 1 it cannot be cancelled any more; 4 no such order; 6 no answer\n");
  command->callback(
      [&line, options] { line.run = [options](const Settings& settings) { return run_cancel(settings, *options); }; });
}

}  // namespace

void add_orders(CLI::App& app, CommandLine& line) {
  auto* orders = app.add_subcommand("orders", "List, show and cancel orders");
  orders->require_subcommand(1);
  add_list(*orders, line);
  add_show(*orders, line);
  add_cancel(*orders, line);
}

}  // namespace ordo::cli
