// ordo orders change: another address or contact, until the shipment is requested.
#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>

#include "base/encoding.h"
#include "base/text.h"
#include "cli/change_command.h"
#include "cli/commands.h"
#include "cli/list_command.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "domain/terms_change.h"
#include "records/json_codec.h"

namespace ordo::cli {
namespace {

struct ChangeOptions {
  std::string id;
  std::string change_id;
  std::string ship_to_file;
  std::string bill_to_file;
  std::string contact_file;
  std::string rev;
  client::OutputChoice output;
};

struct ChangeBody : ChangedTerms {
  std::optional<std::string> id;
};
BOOST_DESCRIBE_STRUCT(ChangeBody, (ChangedTerms), (id))

// A JSON file with the members of a T. Absent without a path.
template <class T>
Result<std::optional<T>> read_part(const std::string& path) {
  constexpr std::size_t kMost = 64 * 1'024;
  if (path.empty()) return std::optional<T>();
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::kNotFound, "no_file", "there is no file " + path);
  std::string text(kMost + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMost) return fail(ErrorCode::kInvalid, "bad_file", path + " is larger than 64 KiB");
  auto part = from_json<T>(text, Fields::strict);
  if (!part) {
    auto error = std::move(part.error());
    error.message = path + ": " + error.message;
    return fail(std::move(error));
  }
  return std::optional<T>(std::move(*part));
}

Result<ChangeBody> body_of(const ChangeOptions& options) {
  auto ship_to = read_part<Address>(options.ship_to_file);
  if (!ship_to) return fail(std::move(ship_to.error()));
  auto bill_to = read_part<Address>(options.bill_to_file);
  if (!bill_to) return fail(std::move(bill_to.error()));
  auto contact = read_part<Contact>(options.contact_file);
  if (!contact) return fail(std::move(contact.error()));
  if (!*ship_to && !*bill_to && !*contact) {
    return fail(ErrorCode::kInvalid, "bad_flag", "--ship-to-file, --bill-to-file or --contact-file is required");
  }
  return ChangeBody{{std::move(*ship_to), std::move(*contact), std::move(*bill_to)}, unless_empty(options.change_id)};
}

int run_order_change(const settings::Settings& settings, const ChangeOptions& options) {
  const auto body = body_of(options);
  if (!body) {
    report_error(body.error());
    return kExitUsage;
  }
  ChangeCommand change;
  change.request = {"PATCH",
                    "/v1/orders/" + percent_encoded(options.id),
                    {{"Prefer", "wait=10"}, fresh_idempotency_key()},
                    to_json(*body)};
  if (!options.rev.empty()) change.request.headers.emplace_back("If-Match", "\"" + options.rev + "\"");
  change.listed = client::Listed::orders;
  change.output = options.output;
  change.what = "the change";
  return run_change_command(settings, change);
}

}  // namespace

void add_order_terms_change(CLI::App& orders, CommandLine& line) {
  auto* command = orders.add_subcommand("change", "Change the address or the contact of an order");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<ChangeOptions>();
  command->add_option("id", options->id, "The order's id")->required();
  command->add_option("--ship-to-file", options->ship_to_file, "JSON file with the address that the goods are sent to");
  command->add_option("--bill-to-file", options->bill_to_file, "JSON file with the address of the person who pays");
  command->add_option("--contact-file", options->contact_file, "JSON file with name, email and phone");
  command->add_option("--if-rev", options->rev, "Only if the order has this rev");
  command->add_option("--change-id", options->change_id,
                      "Id of the change. ordo changes once per id, even if the command is repeated");
  add_output_flag(*command, options->output);
  command->footer(
      "Example:\n"
      "  echo '{\"name\":\"Ann Lee\",\"line1\":\"Oranienstr. 1\",\"city\":\"Berlin\",\"country\":\"DE\"}' > to.json\n"
      "  ordo orders change 0197d8a5-... --ship-to-file to.json\n\n"
      "Exit codes: 0 changed; 1 refused, for example too late; 2 wrong flags; 4 no such order; 6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_order_change(settings, *options); };
  });
}

}  // namespace ordo::cli
