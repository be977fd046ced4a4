// ordo dlq: list, show, replay, drop. Shows the records that processors refused, and replays or drops them.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "base/encoding.h"
#include "base/printable.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "client/answer.h"
#include "client/output.h"
#include "client/page_walk.h"
#include "records/json_copy.h"
#include "records/json_pick.h"

namespace ordo::cli {
namespace {

// Filters for dead letters; the names are those of the API.
using Filters = std::vector<std::pair<std::string, std::string>>;

struct ListLetters {
  Filters filters;
  std::uint64_t limit = 50;
  bool all = false;
  std::string format = "table";
};

struct ShowLetter {
  std::string id;
  std::string format = "text";
};

struct ChangeLetters {
  std::string verb;  // "replay" or "drop"
  std::string id;    // empty: all letters that match the filters
  Filters filters;
  std::optional<std::int64_t> limit;
  std::string value_file;
  bool dry_run = false;
  bool again = false;
  bool yes = false;
  bool json = false;
};

void add_letter_filter(CLI::App& command, Filters& filters, const std::string& name, const std::string& help) {
  command.add_option_function<std::string>(
      "--" + name, [&filters, name](const std::string& value) { filters.emplace_back(name, value); }, help);
}

void add_letter_filters(CLI::App& command, Filters& filters) {
  add_letter_filter(command, filters, "topic", "Only from this topic: order_created, product_events, stock, ...");
  add_letter_filter(command, filters, "reason", "Only refused for this reason");
  add_letter_filter(command, filters, "key", "Only with this key");
  add_letter_filter(command, filters, "from", "Refused at this time or later, 2026-01-31 or 2026-01-31T08:05:00Z");
  add_letter_filter(command, filters, "to", "Refused before this time");
}

// --- list

std::vector<std::string> row_of(const JsonTape& tape, std::size_t at) {
  const auto text = [&](std::string_view name, std::size_t most) { return printable(text_of(tape, at, name), most); };
  return {text("id", 40),  text("state", 10),      text("reason", 30),
          text("key", 40), text("refused_at", 19), text("detail", 80)};
}

Result<void> print_letters(client::HttpCaller& server, const ListLetters& options) {
  client::Table table({{"ID"}, {"STATE"}, {"REASON"}, {"KEY"}, {"REFUSED"}, {"DETAIL"}});
  std::string json = "[";
  std::uint64_t printed = 0;
  bool complete = true;
  client::WantedList list{"/v1/dlq", options.filters, {}};
  if (!options.all) list.limit = options.limit;
  const auto more = client::each_page(server, list, [&](const client::ListPage& page) -> Result<void> {
    const auto& tape = page.tape;
    for (std::size_t at = page.data + 1; at < tape[page.data].end; at = tape[at].end) {
      ++printed;
      if (options.format == "table") {
        table.add(row_of(tape, at));
        continue;
      }
      if (options.format == "json" && json.size() > 1) json.push_back(',');
      append_json(tape, at, -1, json);
      if (options.format == "ndjson") {
        std::cout << json.substr(1) << '\n';
        json = "[";
      }
    }
    if (const auto all = member(tape, 0, "complete")) complete = tape[*all].boolean;
    if (options.format == "table") table.print(std::cout);
    return {};
  });
  if (!more) return fail(more.error());
  if (options.format == "json") std::cout << json << "]\n";
  std::cout << std::flush;
  if (options.format != "table") return {};
  if (printed == 0) std::cerr << "No dead letters found.\n";
  if (*more) std::cerr << "There are more. Use --limit N or --all to show them.\n";
  if (!complete) std::cerr << "Older records were not searched. Use --depth N to search more of each topic.\n";
  return {};
}

int run_list_letters(const settings::Settings& settings, const ListLetters& options) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  const auto printed = print_letters(server->caller(), options);
  return printed ? kExitOk : report_error(printed.error());
}

void add_dlq_list(CLI::App& dlq, CommandLine& line) {
  auto* command = dlq.add_subcommand("list", "List dead letters, newest first");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<ListLetters>();
  add_letter_filters(*command, options->filters);
  add_letter_filter(*command, options->filters, "state", "open (default), replayed, dropped or all");
  add_letter_filter(*command, options->filters, "depth",
                    "How many of the newest records of each topic to search, at most 20000");
  auto* limit = command->add_option("--limit", options->limit, "Maximum number of dead letters to list")
                    ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}))
                    ->capture_default_str();
  command->add_flag("--all", options->all, "List all, page by page")->excludes(limit);
  command->add_option("-o,--output", options->format, "table, json or ndjson")
      ->check(CLI::IsMember({"table", "json", "ndjson"}));
  command->footer(
      "Examples:\n"
      "  ordo dlq list --topic product_events --reason unknown_product\n"
      "  ordo dlq list --state all --all -o ndjson | jq .detail\n"
      "\nExit codes: 0 done; 1 refused, for example a topic that does not exist; 2 wrong flags; 6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_list_letters(settings, *options); };
  });
}

// --- show

// The value of a header or of the record. null when it has neither text nor bytes.
std::string shown_value(const JsonTape& tape, std::size_t at, std::size_t most) {
  if (member(tape, at, "value")) return printable(text_of(tape, at, "value"), most);
  if (member(tape, at, "value_hex")) return printable(text_of(tape, at, "value_hex"), most) + " (hex)";
  return "null";
}

void print_letter(const client::Answered& letter) {
  const auto summary = member(letter.tape, 0, "letter");
  if (!summary) return;
  for (std::size_t key = *summary + 1; key < letter.tape[*summary].end; key = letter.tape[key + 1].end) {
    std::string name(letter.tape[key].text);
    name.resize(std::max<std::size_t>(name.size() + 1, 12), ' ');
    std::cout << name << printable(letter.tape[key + 1].text, 1'000) << '\n';
  }
  const auto headers = member(letter.tape, 0, "headers");
  for (std::size_t at = headers.value_or(0) + 1; headers && at < letter.tape[*headers].end; at = letter.tape[at].end) {
    std::cout << "header      " << printable(text_of(letter.tape, at, "name"), 100) << ": "
              << shown_value(letter.tape, at, 1'000) << '\n';
  }
  std::cout << "value       " << shown_value(letter.tape, 0, 100'000) << '\n';
}

int run_show_letter(const settings::Settings& settings, const ShowLetter& options) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  const auto letter = client::ask(server->caller(), {"GET", "/v1/dlq/" + percent_encoded(options.id), {}, {}});
  if (!letter) return report_error(letter.error());
  if (options.format == "json") {
    std::string json;
    append_json(letter->tape, 0, 0, json);
    std::cout << json << '\n';
  } else if (options.format == "text") {
    print_letter(*letter);
  } else if (member(letter->tape, 0, "value")) {
    std::cout << text_of(letter->tape, 0, "value");
  } else if (member(letter->tape, 0, "tombstone")) {
    return report_error({ErrorCode::kInvalid, "tombstone", "the record has no value (null)", {}});
  } else {
    return report_error({ErrorCode::kInvalid, "not_text", "the value is not text; -o json shows it in hex", {}});
  }
  std::cout << std::flush;
  return kExitOk;
}

void add_dlq_show(CLI::App& dlq, CommandLine& line) {
  auto* command = dlq.add_subcommand("show", "Show a dead letter with its record");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<ShowLetter>();
  command->add_option("id", options->id, "The letter's id, for example order_created:17")->required();
  command->add_option("-o,--output", options->format, "text, json, or value: only the value of the record")
      ->check(CLI::IsMember({"text", "json", "value"}));
  command->footer(
      "Examples:\n"
      "  ordo dlq show order_created:17\n"
      "  ordo dlq show order_created:17 -o value > order.json\n\n"
      "Exit codes: 0 shown; 2 wrong flags; 4 no such letter; 6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_show_letter(settings, *options); };
  });
}

// --- replay and drop

Result<client::HttpRequest> request_for(const ChangeLetters& options, bool dry_run) {
  const std::string dry = dry_run ? "\"dry_run\":true" : "\"dry_run\":false";
  if (options.id.empty()) {
    std::string body = "{" + dry;
    for (const auto& [name, value] : options.filters) {
      body += ",\"" + name + "\":";
      append_json_string(value, body);
    }
    if (options.limit) body += ",\"limit\":" + std::to_string(*options.limit);
    return client::HttpRequest{"POST", "/v1/dlq/" + options.verb, {}, body + "}"};
  }
  const std::string path = "/v1/dlq/" + percent_encoded(options.id);
  if (options.verb == "drop") {
    if (dry_run) return client::HttpRequest{"GET", path, {}, {}};
    return client::HttpRequest{"DELETE", path, {}, {}};
  }
  std::string body = "{" + dry + (options.again ? ",\"again\":true" : "");
  if (!options.value_file.empty()) {
    std::ifstream file(options.value_file, std::ios::binary);
    if (!file) return fail(ErrorCode::kNotFound, "no_file", "there is no file " + options.value_file);
    const std::string value{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!is_utf8(value)) return fail(ErrorCode::kInvalid, "not_text", options.value_file + " is not UTF-8");
    body += ",\"value\":";
    append_json_string(value, body);
  }
  return client::HttpRequest{"POST", path + "/replay", {}, body + "}"};
}

void print_groups(const client::Answered& changed) {
  const auto groups = member(changed.tape, 0, "groups");
  for (std::size_t at = groups.value_or(0) + 1; groups && at < changed.tape[*groups].end; at = changed.tape[at].end) {
    std::cout << "  " << printable(text_of(changed.tape, at, "topic"), 40) << "  "
              << printable(text_of(changed.tape, at, "reason"), 60) << "  " << text_of(changed.tape, at, "count")
              << '\n';
  }
}

int print_change(const ChangeLetters& options, const client::Answered& changed, bool dry_run) {
  if (options.json) {
    std::cout << *changed.body << '\n' << std::flush;
  } else {
    const auto figure = [&](std::string_view name) { return std::string(text_of(changed.tape, 0, name)); };
    std::cout << figure("matched") << " open letters match; "
              << (dry_run ? "would " + options.verb + " " + figure("chosen")
                          : options.verb + ": " + figure("done") + " done, " + figure("failed") + " failed")
              << '\n';
    print_groups(changed);
    if (const auto error = figure("error"); !error.empty()) std::cerr << "ordo: " << error << '\n';
  }
  return whole_of(changed.tape, 0, "failed").value_or(0) > 0 ? kExitPartly : kExitOk;
}

int run_change(const settings::Settings& settings, const ChangeLetters& options) {
  if (options.id.empty() && options.filters.empty()) {
    std::cerr << "ordo: name the dead letters: give an id, or --topic, --reason or --key\n";
    return kExitUsage;
  }
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  // Without a single id, ask for the count first.
  if (options.id.empty() || options.dry_run) {
    auto request = request_for(options, true);
    if (!request) return report_error(request.error());
    const auto preview = client::ask(server->caller(), std::move(*request));
    if (!preview) return report_error(preview.error());
    if (options.dry_run && !options.id.empty()) {
      std::cout << "would " << options.verb << " " << options.id << '\n';
      return kExitOk;
    }
    const auto chosen = whole_of(preview->tape, 0, "chosen").value_or(0);
    const bool asks = chosen > 1 && !options.yes;
    if (options.dry_run || asks || chosen == 0) {
      const int code = print_change(options, *preview, true);
      if (!asks || options.dry_run) return code;
      std::cerr << "ordo: nothing was done; repeat the command with --yes\n";
      return kExitUsage;
    }
  }
  auto request = request_for(options, false);
  if (!request) return report_error(request.error());
  const auto changed = client::ask(server->caller(), std::move(*request));
  return changed ? print_change(options, *changed, false) : report_error(changed.error());
}

CLI::App* add_change(CLI::App& dlq, CommandLine& line, const std::shared_ptr<ChangeLetters>& options,
                     const std::string& help) {
  auto* command = dlq.add_subcommand(options->verb, help);
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto* id = command->add_option("id", options->id, "The id of one letter. Without it, the filters choose");
  add_letter_filters(*command, options->filters);
  for (const auto* name : {"--topic", "--reason", "--key", "--from", "--to"}) {
    command->get_option(name)->excludes(id);
  }
  command->add_option("--limit", options->limit, "Maximum number of letters to change, oldest first. Default: 100")
      ->check(CLI::Range(1, 1'000))
      ->excludes(id);
  command->add_flag("--dry-run", options->dry_run, "Only show what the command would do");
  command->add_flag("--yes", options->yes, "Required for more than one letter");
  command->add_flag("--json", options->json, "Print the server's answer as JSON");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_change(settings, *options); };
  });
  return command;
}

constexpr const char* kChangeExitCodes =
    "\n"
    "Exit codes: 0 done; 1 refused, for example already replayed; 2 wrong flags, or --yes is missing; 3 some failed;\n"
    "4 no such letter; 6 no answer\n";

}  // namespace

void add_dlq(CLI::App& app, CommandLine& line) {
  auto* dlq = app.add_subcommand("dlq", "List, show, replay and drop the records that processors refused");
  dlq->require_subcommand(1);
  add_dlq_list(*dlq, line);
  add_dlq_show(*dlq, line);
  auto replay = std::make_shared<ChangeLetters>();
  replay->verb = "replay";
  auto* replaying = add_change(*dlq, line, replay, "Append refused records to their topics again");
  replaying->add_option("--value", replay->value_file, "File with a corrected value that replaces the refused one")
      ->needs(replaying->get_option("id"));
  replaying->add_flag("--again", replay->again, "Also if the letter was replayed or dropped before")
      ->needs(replaying->get_option("id"));
  replaying->footer(std::string("Examples:\n"
                                "  ordo dlq replay product_events:3\n"
                                "  ordo dlq replay order_created:17 --value order.json\n"
                                "  ordo dlq replay --topic product_events --reason unknown_product --yes\n") +
                    kChangeExitCodes);
  auto drop = std::make_shared<ChangeLetters>();
  drop->verb = "drop";
  add_change(*dlq, line, drop, "Mark dead letters as dropped")
      ->footer(std::string("Examples:\n"
                           "  ordo dlq drop order_created:17\n"
                           "  ordo dlq drop --reason malformed_json --yes\n") +
               kChangeExitCodes);
}

}  // namespace ordo::cli
