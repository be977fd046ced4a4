// `ordo epoch begin`: for an inbox that was truncated, made anew, or given another number of partitions.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "base/text.h"
#include "cli/cluster_backend.h"
#include "cli/commands.h"
#include "cli/setting_flags.h"
#include "embedded/epoch.h"
#include "kafka/group_members.h"
#include "kafka/log_source.h"
#include "mongo/store.h"
#include "process/epoch_plan.h"

namespace ordo::cli {
namespace {

// Of the partitions that there are, and of those that an earlier number of them left behind.
Result<void> add_places(mongo::Store& store, LogSource& log, ProcessorKind processor, int partitions,
                        std::vector<OwnerPlace>& places) {
  const auto ranges = log.ranges(inbox_of(processor), false);
  if (!ranges) return fail(ranges.error());
  int count = partitions;
  for (int partition = 0; partition < count; ++partition) {
    const Owner owner{processor, partition};
    auto cursor = store.recover(owner);
    if (!cursor) return fail(std::move(cursor.error()));
    count = std::max(count, cursor->partitions);
    const auto at = static_cast<std::size_t>(partition);
    // A partition that is gone has nothing to fold.
    const LogRange range = at < ranges->size() ? (*ranges)[at] : LogRange{cursor->next, cursor->next};
    places.push_back({owner, std::move(*cursor), range});
  }
  return {};
}

// What an owner that is at work sends under its old epoch is not what the next one sends under the new.
Result<void> check_nobody_at_work(const kafka::Options& options, ProcessorKind processor) {
  const auto members = kafka::group_members(options, processor);
  if (!members) return fail(members.error());
  if (*members == 0) return {};
  return fail(ErrorCode::kConflict, "processors_at_work",
              std::to_string(*members) + " processes run the processor " + std::string(to_string(processor)) +
                  "; stop them first. One that was killed is missed by its group after ten seconds");
}

Result<void> begin_cluster_epoch(const Settings& settings, ProcessorKind processor) {
  const auto options = checked_kafka_options(settings);
  if (!options) return fail(options.error());
  const auto database = open_database(settings);
  if (!database) return fail(database.error());
  const auto log = kafka::LogSource::open(*options);
  if (!log) return fail(log.error());
  if (auto idle = check_nobody_at_work(*options, processor); !idle) return idle;
  const auto topology = settings.topology();
  const int partitions = topology[inbox_of(processor)].partitions;
  mongo::Store store(**database);
  std::vector<OwnerPlace> places;
  for (const auto kind : kAllProcessors) {
    if (auto added = add_places(store, **log, kind, topology[inbox_of(kind)].partitions, places); !added) return added;
  }
  const auto changes = plan_epoch(processor, partitions, places);
  if (!changes) return fail(changes.error());
  for (const auto& [owner, from, to] : *changes) {
    if (auto begun = store.begin_epoch(owner, from, to); !begun) return begun;
    std::cout << to_string(owner) << ": epoch " << to.epoch << ", goes on at offset " << to.next << '\n';
  }
  return {};
}

std::string processor_names() {
  return joined(kAllProcessors, ", ", [](ProcessorKind kind) { return to_string(kind); });
}

int run_begin(const Settings& settings, ProcessorKind processor) {
  const auto begun = settings.embedded() ? embedded::begin_epoch(settings.data_dir, settings.topology(), processor)
                                         : begin_cluster_epoch(settings, processor);
  if (!begun) {
    std::cerr << "ordo: " << begun.error().text() << '\n';
    return begun.error().code == ErrorCode::kUnavailable ? kExitUnavailable : kExitFailed;
  }
  std::cout << "the log of " << to_string(inbox_of(processor)) << " fits " << to_string(processor) << " now\n";
  return kExitOk;
}

}  // namespace

void add_epoch(CLI::App& app, CommandLine& line) {
  auto* epoch = app.add_subcommand("epoch", "Take a log that was truncated or made anew as a new one");
  epoch->require_subcommand(1);
  auto* command = epoch->add_subcommand(
      "begin", "Begin a new epoch of a processor's inbox. No process may run the processor meanwhile");
  line.flags.add(*command, SettingScope::kStorage);
  const auto name = std::make_shared<std::string>();
  command->add_option("processor", *name, "one of " + processor_names())
      ->required()
      ->check([](const std::string& text) {
        return parse_processor(text) ? std::string() : "expected one of " + processor_names();
      });
  command->callback([&line, name] {
    line.run = [processor = *parse_processor(*name)](const Settings& settings) {
      return run_begin(settings, processor);
    };
  });
}

}  // namespace ordo::cli
