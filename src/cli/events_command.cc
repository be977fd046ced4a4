// ordo events: tail.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <optional>

#include "app/process_end.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "client/event_tail.h"
#include "records/topology.h"

namespace ordo::cli {
namespace {

int run_tail(const settings::Settings& settings, const client::EventTailOptions& options) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  // A service inside this process already handles the signals.
  std::optional<app::ProcessEnd> end;
  if (server->inside()) {
    std::cerr << "ordo: no server answers; this command runs its own until it ends\n";
  } else {
    end.emplace(settings.stop_timeout);
  }
  client::EventTail tail(
      server->url(), options, [&] { return end ? end->wanted() : server->ending(); }, std::cout, std::cerr);
  const auto done = tail.run();
  if (!done) return report_error(done.error());
  if (!tail.last_id().empty() && std::cout) {
    std::cerr << "ordo: to continue from here, use --last-event-id " << tail.last_id() << '\n';
  }
  return kExitOk;
}

std::vector<std::string> topic_names() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kTopics; ++i) names.emplace_back(to_string(static_cast<Topic>(i)));
  return names;
}

void add_tail(CLI::App& events, CommandLine& line) {
  auto* command = events.add_subcommand("tail", "Show events as they happen, until Ctrl-C");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<client::EventTailOptions>();
  // One value per flag, because the next word may be another flag.
  command->add_option("--type", options->types, "Only this type. ordo.payment.* selects a prefix. Repeatable")
      ->allow_extra_args(false)
      ->delimiter(',');
  command->add_option("--order", options->order, "Only of this order: records with this subject or key");
  command->add_option("--topic", options->topic, "The topic to read. Default: order_events")
      ->check(CLI::IsMember(topic_names()));
  command
      ->add_option("--from", options->from,
                   "start: existing events, then new ones. now: only new ones (default). A time such as "
                   "2026-11-30T08:00:00Z: those since then, and new ones")
      ->check([](const std::string& from) -> std::string {
        if (from == "start" || from == "now" || parse_timestamp(from)) return {};
        return "use start, now or a time such as 2026-11-30T08:00:00Z";
      });
  command->add_option("--last-event-id", options->last_event_id, "Start after the event with this id");
  command->add_option("--count", options->count, "Stop after this many events")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000'000}));
  command
      ->add_option_function<std::string>(
          "-o,--output", [options](const std::string& name) { options->json = name != "human"; },
          "human, or json: one line per event")
      ->check(CLI::IsMember({"human", "json", "ndjson"}))
      ->type_name("FORMAT");
  command->footer(
      "Examples:\n"
      "  ordo events tail\n"
      "  ordo events tail --type 'ordo.payment.*' --type ordo.order.cancelled.v1\n"
      "  ordo events tail --order 0197d8a5-... --from start\n"
      "  ordo events tail --from 2026-11-30T08:00:00Z\n"
      "  ordo events tail --topic stock -o json | jq .data\n\n"
      "The command reconnects and continues where it stopped. It reports missing events on stderr and, with -o json,\n"
      "as {\"gap\":{...}}.\n\n"
      "Exit codes: 0 ended by Ctrl-C, --count or the reader; 1 refused; 6 no server\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_tail(settings, *options); };
  });
}

}  // namespace

void add_events(CLI::App& app, CommandLine& line) {
  auto* events = app.add_subcommand("events", "Follow events");
  events->require_subcommand(1);
  add_tail(*events, line);
}

}  // namespace ordo::cli
