// ordo shipments: list, show, and the reports of a carrier: ship, deliver, lost, cancel.
#include <CLI/CLI.hpp>
#include <memory>

#include "access/signature.h"
#include "base/encoding.h"
#include "base/time.h"
#include "base/uuid.h"
#include "cli/change_command.h"
#include "cli/commands.h"
#include "cli/list_command.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "records/json_codec.h"

namespace ordo::cli {
namespace {

struct UpdateOptions {
  std::string id;
  std::string status;
  std::vector<std::string> lines;
  std::string carrier;
  std::string tracking;
  std::string note;
  client::OutputChoice output;
};

struct UpdateBody {
  std::string shipment_id;
  std::string status;
  std::optional<std::vector<StockLine>> lines;
  std::optional<std::string> carrier;
  std::optional<std::string> tracking;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(UpdateBody, (), (shipment_id, status, lines, carrier, tracking, note))

// A server with a carrier_secret requires signed reports. A command that can read its configuration can sign them.
void sign(const settings::Settings& settings, client::HttpRequest& request) {
  if (settings.carrier_secret.empty()) return;
  const auto at = now();
  const auto headers = access::sign({*access::parse_secret(settings.carrier_secret)}, uuid_v7(at), at, request.body);
  request.headers.emplace_back(access::kIdHeader, headers.id);
  request.headers.emplace_back(access::kTimestampHeader, headers.timestamp);
  request.headers.emplace_back(access::kSignatureHeader, headers.signature);
}

int run_update(const settings::Settings& settings, const UpdateOptions& options) {
  UpdateBody body;
  body.shipment_id = options.id;
  body.status = options.status;
  if (!options.lines.empty()) {
    auto lines = parse_lines(options.lines);
    if (!lines) {
      report_error(lines.error());
      return kExitUsage;
    }
    body.lines = std::move(*lines);
  }
  body.carrier = unless_empty(options.carrier);
  body.tracking = unless_empty(options.tracking);
  body.note = unless_empty(options.note);
  ChangeCommand change;
  change.request = {
      "POST", "/v1/shipments/" + percent_encoded(options.id) + "/updates", {{"Prefer", "wait=10"}}, to_json(body)};
  sign(settings, change.request);
  change.listed = client::Listed::shipments;
  change.output = options.output;
  change.what = "the report";
  return run_change_command(settings, change);
}

void add_shipments_list(CLI::App& shipments, CommandLine& line) {
  auto* command = shipments.add_subcommand("list", "List shipments, newest first");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<ListOptions>();
  options->listed = client::Listed::shipments;
  options->path = "/v1/shipments";
  add_filter(*command, options->filters, "status",
             "Only with this status: requested, shipped, in_transit, delivered, ...");
  add_filter(*command, options->filters, "order_id", "Only of this order");
  add_filter(*command, options->filters, "from", "Requested at this time or later, 2026-01-31 or 2026-01-31T08:05:00Z");
  add_filter(*command, options->filters, "to", "Requested before this time");
  add_list_flags(*command, *options);
  command->footer(
      "Examples:\n"
      "  ordo shipments list --status requested\n"
      "  ordo shipments list --order-id 0197d8a5-...\n" +
      std::string(kListExitCodes));
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_list(settings, *options); };
  });
}

void add_shipments_show(CLI::App& shipments, CommandLine& line) {
  auto* command = shipments.add_subcommand("show", "Show a shipment");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<ShowOptions>();
  options->listed = client::Listed::shipments;
  options->path = "/v1/shipments/";
  command->add_option("id", options->id, "The shipment's id, for example the order's id followed by :1")->required();
  add_output_flag(*command, options->output);
  command->footer(
      "Example:\n"
      "  ordo shipments show 0197d8a5-...:1\n" +
      std::string(kShowExitCodes));
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_show(settings, *options); };
  });
}

CLI::App* add_update(CLI::App& shipments, CommandLine& line, const std::shared_ptr<UpdateOptions>& options,
                     const std::string& name, const std::string& help) {
  auto* command = shipments.add_subcommand(name, help);
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  command->add_option("id", options->id, "The shipment's id, for example the order's id followed by :1")->required();
  command->add_option("--note", options->note, "A remark");
  add_output_flag(*command, options->output);
  command->footer(
      "Example:\n"
      "  ordo shipments " +
      name + " 0197d8a5-...:1" + (name == "ship" ? " --carrier DHL --tracking JD014600003" : "") +
      "\n\nExit codes: 0 done; 1 refused, for example delivered before it left; 2 wrong flags; 4 no such shipment;\n"
      "6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_update(settings, *options); };
  });
  return command;
}

void add_updates(CLI::App& shipments, CommandLine& line) {
  const auto ship = std::make_shared<UpdateOptions>();
  ship->status = "shipped";
  auto* command = add_update(shipments, line, ship, "ship", "Report that a shipment has left, or a part of it");
  command->add_option("--line", ship->lines,
                      "Only these goods leave, PRODUCT=QUANTITY. The rest becomes another shipment");
  command->add_option("--carrier", ship->carrier, "Name of the carrier");
  command->add_option("--tracking", ship->tracking, "The carrier's tracking number");
  const auto deliver = std::make_shared<UpdateOptions>();
  deliver->status = "delivered";
  add_update(shipments, line, deliver, "deliver", "Report that a shipment has arrived");
  const auto lost = std::make_shared<UpdateOptions>();
  lost->status = "lost";
  add_update(shipments, line, lost, "lost", "Report that a shipment is lost");
  const auto cancelled = std::make_shared<UpdateOptions>();
  cancelled->status = "cancelled";
  add_update(shipments, line, cancelled, "cancel", "Report that a shipment will not leave. ordo cancels its lines");
}

}  // namespace

void add_shipments(CLI::App& app, CommandLine& line) {
  auto* shipments = app.add_subcommand("shipments", "List and show shipments, and report where they are");
  shipments->require_subcommand(1);
  add_shipments_list(*shipments, line);
  add_shipments_show(*shipments, line);
  add_updates(*shipments, line);
}

}  // namespace ordo::cli
