// ordo rebuild: builds views from the log again, beside the live ones.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <set>

#include "app/check_sources.h"
#include "app/processor_rules.h"
#include "app/rebuild_swap.h"
#include "app/scratch.h"
#include "audit/rebuild.h"
#include "base/text.h"
#include "cli/commands.h"
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

// The collections that `name` selects; empty for an unknown name.
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

int exit_code(const audit::RebuildReport& report) {
  // A swap leaves the cursors as they are.
  const std::uint64_t left = report.swapped ? report.cursors.size() : report.differences();
  if (left > 0) return kExitViolated;
  if (!report.unreplayable.empty()) return kExitPartly;
  return report.unsettled() > 0 ? kExitFailed : kExitOk;
}

int run_rebuild(const settings::Settings& settings, const RebuildFlags& flags) {
  audit::RebuildOptions options;
  options.collections = collections_of(flags.collection);
  options.compare.samples = flags.samples;
  options.refold.cache_documents = settings.cache_documents;
  // Before the lock: it must not create the folder of a database that does not exist.
  auto opened = app::open_check_sources(settings, !flags.swap);
  if (!opened) return report_error(opened.error());
  std::unique_ptr<audit::Swapper> swapper;
  if (flags.swap) {
    auto made = app::open_swapper(settings, writers_of(options.collections));
    if (!made) return report_error(made.error());
    swapper = std::move(*made);
  }
  auto scratch = app::Scratch::open(flags.scratch);
  if (!scratch) return report_error(scratch.error());
  const processors::NoPrices no_prices;  // intake stores no documents and never asks for a price
  processors::ProcessorSet processors(app::processor_rules(settings), no_prices);
  const auto sources = (*opened)->sources();
  // With --swap, no processor changes the live documents meanwhile.
  auto live = sources;
  live.snapshot = live.snapshot || flags.swap;
  const auto report = audit::rebuild(live, processors, **scratch, options, swapper.get());
  if (!report) return report_error(report.error());
  std::cout << (flags.json ? audit::rebuild_json(*report) : audit::rebuild_text(*report)) << std::flush;
  return exit_code(*report);
}

}  // namespace

void add_rebuild(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("rebuild", "Build views from the log again, beside the live ones, and compare");
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto flags = std::make_shared<RebuildFlags>();
  command->add_option("collection", flags->collection, collection_names())
      ->required()
      ->check([](const std::string& name) {
        return collections_of(name).empty() ? "expected one of " + collection_names() : std::string();
      });
  auto* swap = command->add_flag("--swap", flags->swap,
                                 "Replace the documents that differ with the rebuilt ones. First stop the processors");
  command
      ->add_flag_function(
          "--compare", [](std::int64_t /*count*/) {}, "Only show the differences (default). The system may be running")
      ->excludes(swap);
  command->add_option("--samples", flags->samples, "Number of differences to show per collection")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  command->add_option("--scratch", flags->scratch,
                      "Folder for the rebuilt documents; needs about as much space as the documents. Default: the "
                      "system's temporary folder");
  command
      ->add_option_function<std::string>(
          "-o,--output", [flags = flags.get()](const std::string& name) { flags->json = name == "json"; },
          "Format of the report: text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->footer(
      "Folds the log from its first record with the processors and settings of this version, up to the position\n"
      "of the live documents. Then compares every document bit for bit, in both directions.\n\n"
      "Examples:\n"
      "  ordo rebuild all --data-dir ./ordo-data\n"
      "  ordo rebuild stock_levels --swap --kafka broker:9092 --mongo mongodb://db/shop\n\n"
      "Exit codes: 0 identical, or swapped; 1 failed, or documents kept changing; 2 wrong flags; 3 some collections\n"
      "cannot be rebuilt because records were removed; 4 no such data; 5 different; 6 no answer\n");
  command->callback([&line, flags] {
    line.run = [flags](const settings::Settings& settings) { return run_rebuild(settings, *flags); };
  });
}

}  // namespace ordo::cli
