// `ordo epoch begin`: for an inbox that was truncated, made anew, or given another number of partitions.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "cli/cluster_backend.h"
#include "cli/commands.h"
#include "cli/setting_flags.h"
#include "embedded/epoch.h"
#include "kafka/log_source.h"
#include "mongo/store.h"
#include "process/cursor_check.h"

namespace ordo::cli {
namespace {

struct OwnerState {
  Owner owner;
  Cursor cursor;
};

// The partitions that there are, and those that an earlier number of them left behind.
Result<std::vector<OwnerState>> recover_all(mongo::Store& store, ProcessorKind processor, int partitions) {
  std::vector<OwnerState> states;
  int count = partitions;
  for (int partition = 0; partition < count; ++partition) {
    const Owner owner{processor, partition};
    auto cursor = store.recover(owner);
    if (!cursor) return fail(std::move(cursor.error()));
    count = std::max(count, cursor->partitions);
    states.push_back({owner, std::move(*cursor)});
  }
  return states;
}

// Records that wait when the number of partitions changes would be folded by two owners.
Result<void> check_folded(const OwnerState& state, int partitions, const std::vector<LogRange>& ranges) {
  const auto at = static_cast<std::size_t>(state.owner.partition);
  if (state.cursor.partitions == 0 || state.cursor.partitions == partitions || at >= ranges.size()) return {};
  const auto waiting = ranges[at].end - state.cursor.next;
  if (waiting <= 0) return {};
  return fail(ErrorCode::kConflict, "unfolded_records",
              to_string(state.owner) + " has " + std::to_string(waiting) + " records to fold; run ordo with " +
                  std::to_string(state.cursor.partitions) + " partitions until it is done, then change their number");
}

Result<void> begin_cluster_epoch(const Settings& settings, ProcessorKind processor) {
  const auto options = checked_kafka_options(settings);
  if (!options) return fail(options.error());
  const auto database = open_database(settings);
  if (!database) return fail(database.error());
  const auto log = kafka::LogSource::open(*options);
  if (!log) return fail(log.error());
  const auto topology = settings.topology();
  const int partitions = topology[inbox_of(processor)].partitions;
  auto ranges = (*log)->ranges(inbox_of(processor), false);
  if (!ranges) return fail(std::move(ranges.error()));

  mongo::Store store(**database);
  auto states = recover_all(store, processor, partitions);
  if (!states) return fail(std::move(states.error()));
  std::int64_t epoch = 0;
  for (const auto& state : *states) {
    epoch = std::max(epoch, state.cursor.epoch);
    if (auto folded = check_folded(state, partitions, *ranges); !folded) return folded;
  }
  for (const auto& [owner, cursor] : *states) {
    if (owner.partition >= partitions) continue;
    const auto& range = ranges->at(static_cast<std::size_t>(owner.partition));
    // All partitions go on in the same epoch, new ones too: a source names processor, partition and epoch.
    Cursor from = cursor;
    from.epoch = epoch;
    Cursor to = begin_epoch(from, partitions, range);
    if (cursor.partitions != 0 && cursor.next >= range.begin && cursor.next <= range.end) to.next = cursor.next;
    if (auto begun = store.begin_epoch(owner, cursor, to); !begun) return begun;
    std::cout << to_string(owner) << ": epoch " << to.epoch << ", goes on at offset " << to.next << '\n';
  }
  return {};
}

int run_begin(const Settings& settings, ProcessorKind processor) {
  const auto begun = settings.embedded() ? embedded::begin_epoch(settings.data_dir, settings.topology(), processor)
                                         : begin_cluster_epoch(settings, processor);
  if (!begun) {
    std::cerr << "ordo: " << begun.error().text() << '\n';
    return begun.error().code == ErrorCode::kUnavailable ? kExitUnavailable : kExitFailed;
  }
  std::cout << "the log of " << to_string(inbox_of(processor)) << " is a new one to " << to_string(processor) << '\n';
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
  command->add_option("processor", *name, "intake, catalog, orders or stock")
      ->required()
      ->check([](const std::string& text) {
        return parse_processor(text) ? std::string() : "expected intake, catalog, orders or stock";
      });
  command->callback([&line, name] {
    line.run = [processor = *parse_processor(*name)](const Settings& settings) {
      return run_begin(settings, processor);
    };
  });
}

}  // namespace ordo::cli
