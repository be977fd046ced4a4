// `ordo skip`: passes over one record that stops its processor.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "app/cluster_backend.h"
#include "app/command_audit.h"
#include "app/idle_processors.h"
#include "app/log_comparison.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "cli/skip_place.h"
#include "embedded/skip.h"
#include "engine/skip_plan.h"
#include "kafka/log_source.h"
#include "mongo/store.h"

namespace ordo::cli {
namespace {

struct SkipOptions {
  std::string place;
  std::string reason;
};

Result<void> skip_in_cluster(const settings::Settings& settings, const SkipPlace& place, const std::string& reason) {
  const auto options = app::checked_kafka_options(settings);
  if (!options) return fail(options.error());
  const auto database = app::open_database(settings);
  if (!database) return fail(database.error());
  const auto log = kafka::LogSource::open(*options);
  if (!log) return fail(log.error());
  const auto stamps = kafka::LogStamps::open(*options);
  if (!stamps) return fail(stamps.error());
  const Owner& owner = place.owner;
  if (auto idle = app::check_nobody_at_work(*options, owner.processor); !idle) return idle;
  const Topic inbox = inbox_of(owner.processor);
  mongo::Store store(**database);
  auto cursor = store.recover(owner);
  if (!cursor) return fail(std::move(cursor.error()));
  const auto partition = static_cast<std::size_t>(owner.partition);
  std::vector<Cursor> cursors(partition + 1);
  cursors[partition] = *cursor;
  const auto views = app::view_logs(**log, **stamps, inbox, cursors);
  if (!views) return fail(views.error());
  if (partition >= views->size()) {
    return fail(ErrorCode::kNotFound, "no_such_record",
                "the topic has " + std::to_string(views->size()) + " partitions on the broker");
  }
  const auto& view = (*views)[partition];
  const int partitions = settings.topology()[inbox].partitions;
  const auto planned = plan_skip(owner, std::move(*cursor), partitions, view.range, view.log, place.offset, reason);
  if (!planned) return fail(planned.error());
  return store.drop_changes(owner, *planned);  // the changes of its last step are already applied
}

// Records in the audit log who passed over which record, and why.
void write_down(const settings::Settings& settings, const SkipOptions& options) {
  access::AuditEntry entry;
  entry.method = "skip";
  entry.target = options.place;
  entry.name = options.reason;
  app::write_down(settings, std::move(entry));
}

int run_skip(const settings::Settings& settings, const SkipOptions& options) {
  const auto topology = settings.topology();
  const auto place = parse_skip_place(topology, options.place);
  if (!place) {
    std::cerr << "ordo: " << place.error().message << '\n';
    return kExitUsage;
  }
  const auto done = settings.embedded()
                        ? embedded::skip(settings.data_dir, topology, place->owner, place->offset, options.reason)
                        : skip_in_cluster(settings, *place, options.reason);
  if (!done) return report_error(done.error());
  write_down(settings, options);
  std::cout << to_string(place->owner.processor) << " will turn " << options.place
            << " into a dead letter with the reason skipped when it reaches it\n";
  return kExitOk;
}

}  // namespace

void add_skip(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("skip",
                                     "Pass over one record that stops its processor: it becomes a dead letter. First "
                                     "stop all processes that run the processor");
  line.flags.add(*command, settings::SettingScope::kStorage);
  const auto options = std::make_shared<SkipOptions>();
  command->add_option("record", options->place, "TOPIC/PARTITION@OFFSET, as the processor's error names it")
      ->required();
  command->add_option("--reason", options->reason, "The reason, for the dead letter and the audit log")->required();
  command->footer(
      "Use it only for a record at which a processor stops each time it starts. With any other record, ordo may\n"
      "already have sent what followed from it.\n\n"
      "Example:\n"
      "  ordo skip order_events/0@18 --reason 'the record before it is lost, ticket 7'\n\n"
      "Exit codes: 0 done; 1 refused; 2 wrong flags; 4 no such record; 6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_skip(settings, *options); };
  });
}

}  // namespace ordo::cli
