// ordo customers: list, show, add, set, erase. The export is in export_commands.cc.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "base/encoding.h"
#include "cli/change_command.h"
#include "cli/commands.h"
#include "cli/list_command.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "export/run.h"
#include "records/json_codec.h"

namespace ordo::cli {
namespace {

struct CustomerBody {
  std::optional<std::string> id;
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::optional<std::map<std::string, std::string>> metadata;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(CustomerBody, (), (id, name, email, phone, metadata, note))

struct WriteOptions {
  bool add = false;  // false: change an existing customer
  std::string id;
  CustomerBody body;
  std::vector<std::string> metadata;
  client::OutputChoice output;
};

struct EraseOptions {
  std::string id;
  bool yes = false;
};

int run_write(const settings::Settings& settings, const WriteOptions& options) {
  CustomerBody body = options.body;
  if (!options.metadata.empty()) {
    auto pairs = parse_pairs(options.metadata);
    if (!pairs) {
      report_error(pairs.error());
      return kExitUsage;
    }
    body.metadata = std::move(*pairs);
  }
  ChangeCommand change;
  if (options.add) {
    if (!options.id.empty()) body.id = options.id;
    change.request = {"POST", "/v1/customers", {}, to_json(body)};
  } else {
    change.request = {"PATCH", "/v1/customers/" + percent_encoded(options.id), {}, to_json(body)};
  }
  change.request.headers = {{"Prefer", "wait=10"}, fresh_idempotency_key()};
  change.listed = client::Listed::customers;
  change.output = options.output;
  change.what = "the change";
  return run_change_command(settings, change);
}

int run_erase(const settings::Settings& settings, const EraseOptions& options) {
  if (!options.yes) {
    std::cerr << "ordo: an erasure is final; repeat the command with --yes to erase\n";
    return kExitUsage;
  }
  ChangeCommand change;
  change.request = {
      "DELETE", "/v1/customers/" + percent_encoded(options.id), {{"Prefer", "wait=10"}, fresh_idempotency_key()}, {}};
  change.listed = client::Listed::customers;
  change.what = "the erasure";
  return run_change_command(settings, change);
}

void add_customers_list(CLI::App& customers, CommandLine& line) {
  auto* command = customers.add_subcommand("list", "List customers, newest first");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<ListOptions>();
  options->listed = client::Listed::customers;
  options->path = "/v1/customers";
  add_customer_filters(*command, options->filters);
  add_list_flags(*command, *options);
  command->footer(
      "Examples:\n"
      "  ordo customers list --email ann@example.com\n"
      "  ordo customers list --all -o csv > customers.csv\n" +
      std::string(kListExitCodes));
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_list(settings, *options); };
  });
}

void add_customers_show(CLI::App& customers, CommandLine& line) {
  auto* command = customers.add_subcommand("show", "Show a customer with figures, segment and newest orders");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<ShowOptions>();
  options->listed = client::Listed::customers;
  options->path = "/v1/customers/";
  command->add_option("id", options->id, "The customer's id")->required();
  add_output_flag(*command, options->output);
  command->footer(
      "Example:\n"
      "  ordo customers show 17850\n" +
      std::string(kShowExitCodes));
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_show(settings, *options); };
  });
}

void add_write(CLI::App& customers, CommandLine& line, bool add) {
  auto* command = add ? customers.add_subcommand("add", "Register a customer")
                      : customers.add_subcommand("set", "Change some data of a customer. The rest stays");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<WriteOptions>();
  options->add = add;
  auto* id =
      command->add_option("id", options->id, add ? "The customer's id. Default: ordo makes one" : "The customer's id");
  if (!add) id->required();
  command->add_option("--name", options->body.name, "Name");
  command->add_option("--email", options->body.email, "Address");
  command->add_option("--phone", options->body.phone, "Telephone number");
  command->add_option("--note", options->body.note,
                      "Note of the staff, which the customer does not see. \"\" removes it");
  command->add_option("--metadata", options->metadata, "NAME=VALUE, repeatable. Replaces all existing metadata");
  add_output_flag(*command, options->output);
  command->footer(add ? "Example:\n"
                        "  ordo customers add ann --name \"Ann Lee\" --email ann@example.com\n\n"
                        "Exit codes: 0 done; 1 refused, for example the id is taken; 2 wrong flags; 6 no answer\n"
                      : "Example:\n"
                        "  ordo customers set ann --phone 123\n"
                        "\nExit codes: 0 done; 1 refused; 2 wrong flags; 4 no such customer; 6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_write(settings, *options); };
  });
}

void add_erase(CLI::App& customers, CommandLine& line) {
  auto* command = customers.add_subcommand("erase", "Erase a customer's personal data. The figures stay");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<EraseOptions>();
  command->add_option("id", options->id, "The customer's id")->required();
  command->add_flag("--yes", options->yes, "Required, because an erasure is final");
  command->footer(
      "Example:\n"
      "  ordo customers erase ann --yes\n"
      "\nExit codes: 0 erased; 2 wrong flags, or --yes is missing; 4 no such customer; 6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_erase(settings, *options); };
  });
}

}  // namespace

void add_customer_filters(CLI::App& command, Filters& filters) {
  add_filter(command, filters, "email", "Only with this email address, in upper or lower case");
  add_filter(command, filters, "from", "First seen at this time or later, 2026-01-31 or 2026-01-31T08:05:00Z");
  add_filter(command, filters, "to", "First seen before this time");
}

void add_customers(CLI::App& app, CommandLine& line) {
  auto* customers = app.add_subcommand("customers", "List, show, export, add, change and erase customers");
  customers->require_subcommand(1);
  add_customers_list(*customers, line);
  add_customers_show(*customers, line);
  add_export(*customers, line, exports::Exported::customers);
  add_write(*customers, line, true);
  add_write(*customers, line, false);
  add_erase(*customers, line);
}

}  // namespace ordo::cli
