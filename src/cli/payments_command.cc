// ordo payments: list, show.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/list_command.h"
#include "cli/setting_flags.h"

namespace ordo::cli {
namespace {

void add_payments_list(CLI::App& payments, CommandLine& line) {
  auto* command = payments.add_subcommand("list", "List payments, newest first");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<ListOptions>();
  options->listed = client::Listed::payments;
  options->path = "/v1/payments";
  add_filter(*command, options->filters, "status",
             "Only with this status: requested, authorized, captured, failed, voided");
  add_filter(*command, options->filters, "customer_id", "Only of this customer");
  add_filter(*command, options->filters, "open_call",
             "Only with this open request to the gateway: purchase, refund, ...");
  add_filter(*command, options->filters, "from", "Requested at this time or later, 2026-01-31 or 2026-01-31T08:05:00Z");
  add_filter(*command, options->filters, "to", "Requested before this time");
  add_list_flags(*command, *options);
  command->footer(
      "Examples:\n"
      "  ordo payments list --status failed\n"
      "  ordo payments list --open-call refund\n" +
      std::string(kListExitCodes));
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_list(settings, *options); };
  });
}

void add_payments_show(CLI::App& payments, CommandLine& line) {
  auto* command = payments.add_subcommand("show", "Show an order's requests to the gateway, and the answers");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<ShowOptions>();
  options->listed = client::Listed::payments;
  options->path = "/v1/payments/";
  command->add_option("id", options->id, "The order's id")->required();
  add_output_flag(*command, options->output);
  command->footer(
      "Example:\n"
      "  ordo payments show 0197d8a5-...\n" +
      std::string(kShowExitCodes));
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_show(settings, *options); };
  });
}

}  // namespace

void add_payments(CLI::App& app, CommandLine& line) {
  auto* payments = app.add_subcommand("payments", "List and show payments");
  payments->require_subcommand(1);
  add_payments_list(*payments, line);
  add_payments_show(*payments, line);
}

}  // namespace ordo::cli
