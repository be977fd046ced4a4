#include "cli/list_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "cli/commands.h"
#include "cli/json_pick.h"
#include "cli/server_access.h"

namespace ordo::cli {
namespace {

Result<JsonTape> read(HttpCaller& server, const std::string& target, std::string& body) {
  auto answer = call(server, {"GET", target, {}, {}});
  if (!answer) return fail(std::move(answer.error()));
  if (answer->status != 200) return fail(problem_of(*answer));
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
  auto* limit = command.add_option("--limit", options.limit, "How many at most")
                    ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
                    ->capture_default_str();
  command.add_flag("--all", options.all, "All there are, page after page")->excludes(limit);
  add_output_flag(command, options.output);
}

void add_output_flag(CLI::App& command, OutputChoice& output) {
  command
      .add_option_function<std::string>(
          "-o,--output", [&output](const std::string& name) { output.format = parse_output(name).value(); },
          "table, json, ndjson or csv; money is in minor units but in the table")
      ->check(CLI::IsMember({"table", "json", "ndjson", "csv"}))
      ->type_name("FORMAT");
}

Result<bool> print_list(HttpCaller& server, const ListOptions& options, std::ostream& out) {
  ListPrinter printer(options.listed, options.output.format, out);
  std::uint64_t printed = 0;
  std::string cursor;
  while (true) {
    const std::uint64_t rest = options.all ? kPage : options.limit - printed;
    std::string body;
    const auto tape = read(server, target_of(options, std::min(rest, kPage), cursor), body);
    if (!tape) return fail(tape.error());
    const auto data = member(*tape, 0, "data");
    if (!data) return fail(ErrorCode::kCorrupt, "bad_answer", "the server's answer is not understood");
    const auto count = printer.page(*tape, *data, rest);
    if (!count) return fail(count.error());
    printed += *count;
    std::string next(text_of(*tape, 0, "next_cursor"));
    const bool more = !next.empty();
    if (!more || (!options.all && printed >= options.limit)) {
      printer.finish();
      return more;
    }
    if (next == cursor) return fail(ErrorCode::kCorrupt, "bad_answer", "the server's cursor does not move on");
    cursor = std::move(next);
  }
}

Result<void> print_one(HttpCaller& server, const ShowOptions& options, std::ostream& out) {
  const std::string target = options.path + percent_encoded(options.id);
  std::string body;
  const auto tape = read(server, target, body);
  if (!tape) return fail(tape.error());
  if (options.output.format != OutputFormat::table || options.related.empty()) {
    return print_document(options.listed, options.output.format, *tape, nullptr, out);
  }
  std::string related_body;
  const auto related = read(server, target + options.related, related_body);
  return print_document(options.listed, options.output.format, *tape, related ? &*related : nullptr, out);
}

int run_list(const Settings& settings, const ListOptions& options) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  const auto more = print_list(server->caller(), options, std::cout);
  if (!more) return report_error(more.error());
  if (*more && options.output.format == OutputFormat::table) {
    std::cerr << "There are more; --limit N or --all shows them.\n";
  }
  return kExitOk;
}

int run_show(const Settings& settings, const ShowOptions& options) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  const auto printed = print_one(server->caller(), options, std::cout);
  return printed ? kExitOk : report_error(printed.error());
}

}  // namespace ordo::cli
