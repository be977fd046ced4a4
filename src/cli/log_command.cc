// `ordo log cat`: the records of a topic, one JSON object a line.
#include <CLI/CLI.hpp>
#include <iostream>

#include "app/check_sources.h"
#include "cli/commands.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "engine/log_reading.h"
#include "records/event_json.h"

namespace ordo::cli {
namespace {

constexpr std::size_t kAtOnce = 500;

struct CatOptions {
  std::string name;
  int partition = -1;  // all
  std::int64_t from = 0;
  std::int64_t count = 0;  // all
};

struct NamedTopic {
  Topic topic = Topic::order_created;
  bool dlq = false;
};

// By the canonical name, or the name on the broker; with ".dlq" for the dead letters.
std::optional<NamedTopic> find_topic(const Topology& topology, const std::string& name) {
  for (std::size_t i = 0; i < kTopics; ++i) {
    for (const bool dlq : {false, true}) {
      const auto topic = static_cast<Topic>(i);
      const std::string canonical = std::string(to_string(topic)) + (dlq ? ".dlq" : "");
      if (name == canonical || name == topology.broker_name(topic, dlq)) return NamedTopic{topic, dlq};
    }
  }
  return std::nullopt;
}

Result<void> cat(const settings::Settings& settings, const NamedTopic& wanted, const CatOptions& options) {
  auto open = app::open_check_sources(settings, false);
  if (!open) return fail(std::move(open.error()));
  LogSource& log = (*open)->sources().log;
  const auto ranges = log.ranges(wanted.topic, wanted.dlq);
  if (!ranges) return fail(ranges.error());
  std::vector<std::int64_t> from(ranges->size(), options.from);
  for (std::size_t p = 0; p < from.size(); ++p) {
    if (options.partition >= 0 && static_cast<std::size_t>(options.partition) != p) from[p] = (*ranges)[p].end;
  }
  auto reader = log.open_reader(wanted.topic, wanted.dlq, std::move(from));
  if (!reader) return fail(std::move(reader.error()));
  std::int64_t shown = 0;
  std::string line;
  while (true) {
    const auto records = next_records(**reader, kAtOnce);
    if (!records) return fail(records.error());
    if (records->empty()) return {};
    for (const auto& record : *records) {
      // Written since the reader was opened
      if (options.partition >= 0 && record.at.partition != options.partition) continue;
      line.clear();
      append_event_json(record, PaymentTokens::kLeftOut, line);
      std::cout << line << '\n';
      if (++shown == options.count) return {};
    }
  }
}

int run_cat(const settings::Settings& settings, const CatOptions& options) {
  const Topology topology = settings.topology();
  const auto wanted = find_topic(topology, options.name);
  if (!wanted) {
    std::cerr << "ordo: there is no topic " << options.name << "; there are ";
    for (std::size_t i = 0; i < kTopics; ++i) std::cerr << to_string(static_cast<Topic>(i)) << ", ";
    std::cerr << "and each with .dlq\n";
    return kExitUsage;
  }
  const int partitions = wanted->dlq ? 1 : topology[wanted->topic].partitions;
  if (options.partition >= partitions) {
    std::cerr << "ordo: " << options.name << " has the partitions 0 to " << partitions - 1 << '\n';
    return kExitUsage;
  }
  const auto done = cat(settings, *wanted, options);
  std::cout << std::flush;
  return done ? kExitOk : report_error(done.error());
}

}  // namespace

void add_log(CLI::App& app, CommandLine& line) {
  auto* log = app.add_subcommand("log", "Show the log");
  log->require_subcommand(1);
  auto* command = log->add_subcommand(
      "cat", "Print the records of a topic, one JSON object a line, while a server runs or not. Changes nothing");
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<CatOptions>();
  command->add_option("topic", options->name, "Its name, for example order_events, or order_events.dlq")->required();
  command->add_option("--partition", options->partition, "Only this partition")->check(CLI::Range(0, 100'000));
  command->add_option("--from", options->from, "The first offset of each partition")->check(CLI::NonNegativeNumber);
  command->add_option("-n,--count", options->count, "The most records")->check(CLI::PositiveNumber);
  command->footer(
      "Records of one partition come in order. Payment tokens are left out.\n\n"
      "Examples:\n"
      "  ordo log cat order_events --data-dir ./ordo-data\n"
      "  ordo log cat order_created.dlq -n 10\n\n"
      "Exit codes: 0 done; 1 failed; 2 wrong flags; 4 no such data; 6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_cat(settings, *options); };
  });
}

}  // namespace ordo::cli
