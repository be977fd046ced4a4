// ordo rebuild: every view anew from the log, beside the live one.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <set>

#include "base/text.h"
#include "cli/check_sources.h"
#include "cli/commands.h"
#include "cli/processor_rules.h"
#include "cli/rebuild.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"

namespace ordo::cli {
namespace {

struct RebuildFlags {
  std::string collection;
  bool swap = false;
  bool json = false;
  std::size_t samples = 10;
  std::string scratch;
};

// Those named by `name`; empty for a name that there is not.
std::vector<Collection> collections_of(std::string_view name) {
  std::vector<Collection> found;
  for (std::size_t i = 0; i < kCollections; ++i) {
    const auto collection = static_cast<Collection>(i);
    if (name == "all" || name == to_string(collection)) found.push_back(collection);
  }
  return found;
}

std::string collection_names() {
  return "all, " + joined(collections_of("all"), ", ", [](Collection collection) { return to_string(collection); });
}

std::vector<ProcessorKind> writers_of(const std::vector<Collection>& collections) {
  std::set<ProcessorKind> kinds;
  for (const auto collection : collections) kinds.insert(writer_of(collection));
  return {kinds.begin(), kinds.end()};
}

int exit_code(const RebuildReport& report) {
  // Cursors are never swapped.
  const std::uint64_t left = report.swapped ? report.cursors.size() : report.differences();
  if (left > 0) return kExitViolated;
  if (!report.unreplayable.empty()) return kExitPartly;
  return report.unsettled() > 0 ? kExitFailed : kExitOk;
}

int run_rebuild(const Settings& settings, const RebuildFlags& flags) {
  RebuildOptions options;
  options.collections = collections_of(flags.collection);
  options.compare.samples = flags.samples;
  options.refold.cache_documents = static_cast<std::size_t>(settings.cache_documents);
  // Before the lock: the folder of a database that is not there shall not be made.
  auto opened = open_check_sources(settings, !flags.swap);
  if (!opened) return report_error(opened.error());
  std::unique_ptr<Swapper> swapper;
  if (flags.swap) {
    auto made = open_swapper(settings, writers_of(options.collections));
    if (!made) return report_error(made.error());
    swapper = std::move(*made);
  }
  auto scratch = Scratch::open(flags.scratch);
  if (!scratch) return report_error(scratch.error());
  const NoPrices no_prices;  // intake keeps no documents and is never asked
  ProcessorSet processors(processor_rules(settings), no_prices);
  const auto sources = (*opened)->sources();
  // Nobody moves what is swapped.
  const CheckSources live{sources.documents, sources.log, sources.topology, sources.snapshot || flags.swap};
  const auto report = rebuild(live, processors, **scratch, options, swapper.get());
  if (!report) return report_error(report.error());
  std::cout << (flags.json ? rebuild_json(*report) : rebuild_text(*report)) << std::flush;
  return exit_code(*report);
}

}  // namespace

void add_rebuild(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("rebuild", "Build views anew from the log beside the live ones, and compare");
  line.flags.add(*command, SettingScope::kStorage);
  auto flags = std::make_shared<RebuildFlags>();
  command->add_option("collection", flags->collection, collection_names())
      ->required()
      ->check([](const std::string& name) {
        return collections_of(name).empty() ? "expected one of " + collection_names() : std::string();
      });
  auto* swap = command->add_flag("--swap", flags->swap,
                                 "Put what was rebuilt in the place of what differs; no processor may be at work");
  command
      ->add_flag_function(
          "--compare", [](std::int64_t /*count*/) {}, "Only tell what differs (default); the system may be running")
      ->excludes(swap);
  command->add_option("--samples", flags->samples, "Differences to show, for each collection")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  command->add_option("--scratch", flags->scratch,
                      "Folder for what is rebuilt, about as large as the documents; none: the system's temporary one");
  command
      ->add_option_function<std::string>(
          "-o,--output", [flags = flags.get()](const std::string& name) { flags->json = name == "json"; },
          "Form of the report: text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->footer(
      "Folds the log from its first record on with the processors and settings of this version, up to where the live\n"
      "ones are, and compares every document bit for bit, both ways.\n"
      "\nExamples:\n"
      "  ordo rebuild all --data-dir ./ordo-data\n"
      "  ordo rebuild stock_levels --swap --kafka broker:9092 --mongo mongodb://db/shop\n"
      "\nExit codes: 0 identical, or swapped; 1 failed, or never held still; 2 wrong flags; 3 some collections cannot\n"
      "be rebuilt, their records are gone; 4 no such data; 5 different; 6 no answer\n");
  command->callback(
      [&line, flags] { line.run = [flags](const Settings& settings) { return run_rebuild(settings, *flags); }; });
}

}  // namespace ordo::cli
