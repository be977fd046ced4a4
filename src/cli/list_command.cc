#include "cli/list_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "base/encoding.h"
#include "cli/commands.h"
#include "cli/server_access.h"
#include "client/answer.h"
#include "records/json_pick.h"

namespace ordo::cli {
namespace {

Result<JsonTape> read(client::HttpCaller& server, const std::string& target, std::string& body) {
  auto answer = client::call(server, {"GET", target, {}, {}});
  if (!answer) return fail(std::move(answer.error()));
  if (answer->status != 200) return fail(client::problem_of(*answer));
  body = std::move(answer->body);
  return JsonTape::parse(body);
}

std::string target_of(const ListOptions& options, std::uint64_t limit, std::string_view cursor) {
  std::string target = options.path + "?limit=" + std::to_string(limit);
  for (const auto& [name, value] : options.filters) target += "&" + name + "=" + percent_encoded(value);
  if (!cursor.empty()) target += "&cursor=" + percent_encoded(cursor);
  return target;
}

}  // namespace

void add_filter(CLI::App& command, ListOptions& options, const std::string& name, const std::string& help) {
  std::string flag = "--" + name;
  std::replace(flag.begin(), flag.end(), '_', '-');
  command.add_option_function<std::string>(
      flag, [&options, name](const std::string& value) { options.filters.emplace_back(name, value); }, help);
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
  std::uint64_t printed = 0;
  std::string cursor;
  while (true) {
    const std::uint64_t rest = options.all ? kPage : options.limit - printed;
    std::string body;
    const auto tape = read(server, target_of(options, std::min(rest, kPage), cursor), body);
    if (!tape) return fail(tape.error());
    const auto data = member(*tape, 0, "data");
    if (!data) return fail(ErrorCode::kCorrupt, "bad_answer", "cannot read the server's answer");
    const auto count = printer.page(*tape, *data, rest);
    if (!count) return fail(count.error());
    printed += *count;
    std::string next(text_of(*tape, 0, "next_cursor"));
    const bool more = !next.empty();
    if (!more || (!options.all && printed >= options.limit)) {
      printer.finish();
      return more;
    }
    if (next == cursor) return fail(ErrorCode::kCorrupt, "bad_answer", "the server returned the same cursor again");
    cursor = std::move(next);
  }
}

Result<void> print_one(client::HttpCaller& server, const ShowOptions& options, std::ostream& out) {
  const std::string target = options.path + percent_encoded(options.id);
  std::string body;
  const auto tape = read(server, target, body);
  if (!tape) return fail(tape.error());
  if (options.output.format != client::OutputFormat::table || options.related.empty()) {
    return client::print_document(options.listed, options.output, *tape, nullptr, out);
  }
  std::string related_body;
  const auto related = read(server, target + options.related, related_body);
  return client::print_document(options.listed, options.output, *tape, related ? &*related : nullptr, out);
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
