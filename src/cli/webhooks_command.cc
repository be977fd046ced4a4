// ordo webhooks: list, add, show, remove, deliveries, redeliver.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "base/encoding.h"
#include "base/printable.h"
#include "base/text.h"
#include "base/time.h"
#include "base/uuid.h"
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

struct WebhookOptions {
  std::string id;
  std::string delivery;
  std::string url;
  std::vector<std::string> types;
  std::string description;
  bool from_start = false;
  std::string status;
  std::uint64_t limit = 50;
  std::string format = "table";
};
using WebhookOptionsPtr = std::shared_ptr<WebhookOptions>;

std::string path_of(const WebhookOptions& options) {
  return "/v1/webhooks/" + percent_encoded(options.id);
}

void print_json(const JsonTape& tape, std::size_t at) {
  std::string json;
  append_json(tape, at, 0, json);
  std::cout << json << '\n' << std::flush;
}

// Prints the members of an object, one per line.
void print_members(const JsonTape& tape) {
  for (std::size_t key = 1; key < tape[0].end; key = tape[key + 1].end) {
    std::string name(tape[key].text);
    name.resize(std::max<std::size_t>(name.size() + 1, 18), ' ');
    const auto& value = tape[key + 1];
    std::string text(value.text);
    if (value.kind != JsonNode::Kind::string && value.kind != JsonNode::Kind::number) {
      text.clear();
      append_json(tape, key + 1, -1, text);
    }
    std::cout << name << printable(text, 1'000) << '\n';
  }
  std::cout << std::flush;
}

int print_one(const Result<client::Answered>& answered, const WebhookOptions& options) {
  if (!answered) return report_error(answered.error());
  if (options.format == "json") {
    print_json(answered->tape, 0);
  } else {
    print_members(answered->tape);
  }
  return kExitOk;
}

// Reads lists up to the limit. Prints them as rows of a table, or as one JSON array.
class Pages {
 public:
  using Row = std::vector<std::string> (*)(const JsonTape& tape, std::size_t at);
  Pages(const WebhookOptions& options, std::vector<client::Table::Heading> headings, Row row)
      : options_(options), table_(std::move(headings)), row_(row) {}

  // Only the elements with this status, unless it is empty.
  Result<void> read(client::HttpCaller& server, std::string path, const std::string& status) {
    if (printed_ >= options_.limit) return {};
    client::WantedList list{std::move(path), {}, options_.limit - printed_};
    if (!status.empty()) list.filters = {{"status", status}};
    const auto more = client::each_page(server, list, [this](const client::ListPage& page) -> Result<void> {
      const auto& tape = page.tape;
      for (std::size_t at = page.data + 1; at < tape[page.data].end; at = tape[at].end) add(tape, at);
      return {};
    });
    return more ? Result<void>() : fail(more.error());
  }

  void finish() {
    if (options_.format == "json") {
      std::cout << json_ << "]\n";
    } else if (printed_ == 0) {
      std::cerr << "Nothing found.\n";
    } else {
      table_.print(std::cout);
    }
    std::cout << std::flush;
  }

 private:
  void add(const JsonTape& tape, std::size_t at) {
    ++printed_;
    if (options_.format != "json") return table_.add(row_(tape, at));
    if (json_.size() > 1) json_.push_back(',');
    append_json(tape, at, -1, json_);
  }

  const WebhookOptions& options_;
  client::Table table_;
  const Row row_;
  std::string json_ = "[";
  std::uint64_t printed_ = 0;
};

std::vector<std::string> webhook_row(const JsonTape& tape, std::size_t at) {
  const auto text = [&](std::string_view name, std::size_t most) { return printable(text_of(tape, at, name), most); };
  auto status = text("status", 10);
  if (const auto reason = text("status_reason", 20); !reason.empty()) status += " (" + reason + ")";
  return {text("id", 40), status, text("succeeded", 20), text("failed_attempts", 20), text("url", 80)};
}

std::vector<std::string> delivery_row(const JsonTape& tape, std::size_t at) {
  const auto text = [&](std::string_view name, std::size_t most) { return printable(text_of(tape, at, name), most); };
  const auto event = member(tape, at, "event").value_or(at);
  std::string last;  // the error of the newest attempt
  const auto log = member(tape, at, "log");
  for (std::size_t one = log.value_or(0) + 1; log && one < tape[*log].end; one = tape[one].end) {
    last = printable(text_of(tape, one, "error"), 40);
  }
  return {text("id", 80),
          text("status", 10),
          text("attempts", 10),
          text("updated_at", 19),
          printable(text_of(tape, event, "type"), 60),
          printable(text_of(tape, event, "subject"), 40),
          last};
}

int run_list(const settings::Settings& settings, const WebhookOptions& options) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  Pages pages(
      options,
      {{"ID"}, {"STATUS"}, {"SENT", client::Table::Align::right}, {"FAILURES", client::Table::Align::right}, {"URL"}},
      webhook_row);
  for (const auto* status : {"enabled", "disabled"}) {
    if (!options.status.empty() && options.status != status) continue;
    const auto read = pages.read(server->caller(), "/v1/webhooks", status);
    if (!read) return report_error(read.error());
  }
  pages.finish();
  return kExitOk;
}

int run_deliveries(const settings::Settings& settings, const WebhookOptions& options) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  Pages pages(
      options,
      {{"ID"}, {"STATUS"}, {"ATTEMPTS", client::Table::Align::right}, {"UPDATED"}, {"TYPE"}, {"ORDER"}, {"ERROR"}},
      delivery_row);
  const auto read = pages.read(server->caller(), path_of(options) + "/deliveries", options.status);
  if (!read) return report_error(read.error());
  pages.finish();
  return kExitOk;
}

int run_add(const settings::Settings& settings, const WebhookOptions& options) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  std::string body = "{\"url\":";
  append_json_string(options.url, body);
  if (!options.types.empty()) {
    body += ",\"types\":[";
    for (const auto& type : options.types) {
      if (body.back() != '[') body.push_back(',');
      append_json_string(type, body);
    }
    body.push_back(']');
  }
  if (!options.description.empty()) {
    body += ",\"description\":";
    append_json_string(options.description, body);
  }
  if (options.from_start) body += R"(,"from":"start")";
  // The idempotency key: if the answer is lost, a repeated request creates no second webhook.
  return print_one(
      client::ask(server->caller(),
                  {"POST", "/v1/webhooks", {{"Idempotency-Key", uuid_v7(now())}, {"Prefer", "wait=30"}}, body + "}"}),
      options);
}

int run_show(const settings::Settings& settings, const WebhookOptions& options) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  return print_one(client::ask(server->caller(), {"GET", path_of(options), {}, {}}), options);
}

int run_remove(const settings::Settings& settings, const WebhookOptions& options) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  const auto removed =
      client::ask(server->caller(), {"DELETE", path_of(options), {{"Idempotency-Key", uuid_v7(now())}}, {}});
  return removed ? kExitOk : report_error(removed.error());
}

int run_redeliver(const settings::Settings& settings, const WebhookOptions& options) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  return print_one(client::ask(server->caller(),
                               {"POST",
                                path_of(options) + "/deliveries/" + percent_encoded(options.delivery) + "/redeliver",
                                {{"Prefer", "wait=30"}},
                                {}}),
                   options);
}

CLI::App* add(CLI::App& webhooks, CommandLine& line, const WebhookOptionsPtr& options, const std::string& name,
              const std::string& help, int (*run)(const settings::Settings&, const WebhookOptions&)) {
  auto* command = webhooks.add_subcommand(name, help);
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  command->footer("Exit codes: 0 done; 1 refused; 2 wrong flags; 4 not found; 6 no answer\n");
  command->callback([&line, options, run] {
    line.run = [options, run](const settings::Settings& settings) { return run(settings, *options); };
  });
  return command;
}

void add_id(CLI::App& command, WebhookOptions& options) {
  command.add_option("id", options.id, "The webhook's id")->required();
}
void add_format(CLI::App& command, WebhookOptions& options) {
  command.add_option("-o,--output", options.format, "table or json")->check(CLI::IsMember({"table", "json"}));
}
void add_limit(CLI::App& command, WebhookOptions& options) {
  command.add_option("--limit", options.limit, "Maximum number of entries to list")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}))
      ->capture_default_str();
}

}  // namespace

void add_webhooks(CLI::App& app, CommandLine& line) {
  auto* webhooks = app.add_subcommand("webhooks", "Manage webhooks: URLs that ordo calls when something happens");
  webhooks->require_subcommand(1);
  const auto make = [] { return std::make_shared<WebhookOptions>(); };

  auto options = make();
  auto* command = add(*webhooks, line, options, "list", "List webhooks", run_list);
  command->add_option("--status", options->status, "enabled or disabled. Default: both")
      ->check(CLI::IsMember({"enabled", "disabled"}));
  add_limit(*command, *options);
  add_format(*command, *options);

  options = make();
  command = add(*webhooks, line, options, "add", "Subscribe a URL to events. Prints the secret, once", run_add);
  command->add_option("endpoint", options->url, "URL that receives the events by POST")->required();
  command->add_option("--type", options->types, "Only this type. A * at the end selects a prefix. Repeatable");
  command->add_option("--description", options->description, "A description, for example its purpose");
  command->add_flag("--from-start", options->from_start, "Also send all existing events, not only new ones");
  add_format(*command, *options);

  options = make();
  command = add(*webhooks, line, options, "show", "Show a webhook", run_show);
  add_id(*command, *options);
  add_format(*command, *options);

  options = make();
  command = add(*webhooks, line, options, "remove", "Remove a webhook", run_remove);
  add_id(*command, *options);

  options = make();
  command =
      add(*webhooks, line, options, "deliveries", "List the deliveries to a webhook, newest first", run_deliveries);
  add_id(*command, *options);
  command->add_option("--status", options->status, "Only pending, succeeded or failed deliveries")
      ->check(CLI::IsMember({"pending", "succeeded", "failed"}));
  add_limit(*command, *options);
  add_format(*command, *options);

  options = make();
  command = add(*webhooks, line, options, "redeliver", "Send an event to a webhook again", run_redeliver);
  add_id(*command, *options);
  command->add_option("delivery", options->delivery, "The delivery's id")->required();
  add_format(*command, *options);
}

}  // namespace ordo::cli
