#include "cli/list_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "base/encoding.h"
#include "cli/commands.h"
#include "cli/server_access.h"
#include "client/answer.h"
#include "client/page_walk.h"

namespace ordo::cli {
void add_filter(CLI::App& command, Filters& filters, const std::string& name, const std::string& help) {
  std::string flag = "--" + name;
  std::replace(flag.begin(), flag.end(), '_', '-');
  command.add_option_function<std::string>(
      flag, [&filters, name](const std::string& value) { filters.emplace_back(name, value); }, help);
}

void add_list_flags(CLI::App& command, ListOptions& options) {
  auto* limit = command.add_option("--limit", options.limit, "Maximum number of documents to list")
                    ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
                    ->capture_default_str();
  command.add_flag("--all", options.all, "List all, page by page")->excludes(limit);
  add_output_flag(command, options.output);
}

void add_output_flag(CLI::App& command, client::OutputChoice& output) {
  command
      .add_option_function<std::string>(
          "-o,--output", [&output](const std::string& name) { output.format = client::parse_output(name).value(); },
          "table, json, ndjson or csv. Only the table shows money in major units")
      ->check(CLI::IsMember({"table", "json", "ndjson", "csv"}))
      ->type_name("FORMAT");
  command.add_flag("--spreadsheet", output.spreadsheet,
                   "With -o csv: put ' before a value that a spreadsheet would read as a formula");
  command.parse_complete_callback([&output] {
    if (!output.spreadsheet || output.format == client::OutputFormat::csv) return;
    throw CLI::ValidationError("--spreadsheet", "needs -o csv");
  });
}

Result<bool> print_list(client::HttpCaller& server, const ListOptions& options, std::ostream& out) {
  client::ListPrinter printer(options.listed, options.output, out);
  client::WantedList list{options.path, options.filters, {}};
  if (!options.all) list.limit = options.limit;
  auto more = client::each_page(server, list, [&](const client::ListPage& page) -> Result<void> {
    const auto printed = printer.page(page.tape, page.data, page.wanted);
    return printed ? Result<void>() : fail(printed.error());
  });
  if (more) printer.finish();
  return more;
}

Result<void> print_one(client::HttpCaller& server, const ShowOptions& options, std::ostream& out) {
  const std::string target = options.path + percent_encoded(options.id);
  const auto shown = client::ask(server, {"GET", target, {}, {}});
  if (!shown) return fail(shown.error());
  if (options.output.format != client::OutputFormat::table || options.related.empty()) {
    return client::print_document(options.listed, options.output, shown->tape, nullptr, out);
  }
  const auto related = client::ask(server, {"GET", target + options.related, {}, {}});
  return client::print_document(options.listed, options.output, shown->tape, related ? &related->tape : nullptr, out);
}

int run_list(const settings::Settings& settings, const ListOptions& options) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  const auto more = print_list(server->caller(), options, std::cout);
  if (!more) return report_error(more.error());
  if (*more && options.output.format == client::OutputFormat::table) {
    std::cerr << "There are more. Use --limit N or --all to show them.\n";
  }
  return kExitOk;
}

int run_show(const settings::Settings& settings, const ShowOptions& options) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  const auto printed = print_one(server->caller(), options, std::cout);
  return printed ? kExitOk : report_error(printed.error());
}

}  // namespace ordo::cli
