// `ordo epoch begin`: for an inbox that was truncated, recreated, or given another number of partitions.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "app/cluster_backend.h"
#include "app/idle_processors.h"
#include "app/log_comparison.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/setting_flags.h"
#include "embedded/epoch.h"
#include "engine/epoch_plan.h"
#include "kafka/log_source.h"
#include "mongo/store.h"

namespace ordo::cli {
namespace {

// Adds the places of all partitions, also of those that existed when the topic had more partitions.
Result<void> add_places(mongo::Store& store, LogSource& log, kafka::LogStamps& stamps, ProcessorKind processor,
                        int partitions, std::vector<OwnerPlace>& places) {
  std::vector<Cursor> cursors;
  int count = partitions;
  for (int partition = 0; partition < count; ++partition) {
    const Owner owner{processor, partition};
    auto cursor = store.recover(owner);
    if (!cursor) return fail(std::move(cursor.error()));
    count = std::max(count, cursor->partitions);
    cursors.push_back(std::move(*cursor));
  }
  const auto views = app::view_logs(log, stamps, inbox_of(processor), cursors);
  if (!views) return fail(views.error());
  for (int partition = 0; partition < count; ++partition) {
    const auto at = static_cast<std::size_t>(partition);
    auto& cursor = cursors[at];
    // A removed partition has no records to fold.
    const LogView view = at < views->size() ? (*views)[at] : LogView{{cursor.next, cursor.next}, {}};
    places.push_back({{processor, partition}, std::move(cursor), view.range, view.log});
  }
  return {};
}

Result<void> begin_cluster_epoch(const settings::Settings& settings, ProcessorKind processor) {
  const auto options = app::checked_kafka_options(settings);
  if (!options) return fail(options.error());
  const auto database = app::open_database(settings);
  if (!database) return fail(database.error());
  if (auto fit = (*database)->inspect(); !fit) return fit;
  const auto log = kafka::LogSource::open(*options);
  if (!log) return fail(log.error());
  const auto stamps = kafka::LogStamps::open(*options);
  if (!stamps) return fail(stamps.error());
  // A running owner still sends under its old epoch. The next owner sends under the new one, so the effects differ.
  if (auto idle = app::check_nobody_at_work(*options, processor); !idle) return idle;
  const auto topology = settings.topology();
  const int partitions = topology[inbox_of(processor)].partitions;
  mongo::Store store(**database);
  std::vector<OwnerPlace> places;
  for (const auto kind : kAllProcessors) {
    if (auto added = add_places(store, **log, **stamps, kind, topology[inbox_of(kind)].partitions, places); !added)
      return added;
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

int run_begin(const settings::Settings& settings, ProcessorKind processor) {
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
  auto* epoch = app.add_subcommand("epoch", "Accept a log that was truncated or recreated as a new one");
  epoch->require_subcommand(1);
  auto* command = epoch->add_subcommand(
      "begin", "Begin a new epoch of a processor's inbox. First stop all processes that run this processor");
  line.flags.add(*command, settings::SettingScope::kStorage);
  const auto name = std::make_shared<std::string>();
  command->add_option("processor", *name, "one of " + processor_names())
      ->required()
      ->check([](const std::string& text) {
        return parse_processor(text) ? std::string() : "expected one of " + processor_names();
      });
  command->callback([&line, name] {
    line.run = [processor = *parse_processor(*name)](const settings::Settings& settings) {
      return run_begin(settings, processor);
    };
  });
}

}  // namespace ordo::cli
