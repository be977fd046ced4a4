// ordo check: the invariants of a system, running or not.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include "cli/check_invariants.h"
#include "cli/check_report.h"
#include "cli/check_sources.h"
#include "cli/commands.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "cli/settings.h"

namespace ordo::cli {
namespace {

struct CheckFlags {
  int wait_s = 0;
  std::size_t samples = 10;
  bool json = false;
};

using Clock = std::chrono::steady_clock;

// Waits until every owner has folded all there is. False when it is `until` before.
Result<bool> wait_for_no_lag(const Settings& settings, Clock::time_point until) {
  std::chrono::milliseconds pause{50};
  while (true) {
    auto opened = open_check_sources(settings, false);
    if (!opened) return fail(std::move(opened.error()));
    const auto lags = read_lags((*opened)->sources());
    if (!lags) return fail(lags.error());
    if (std::all_of(lags->begin(), lags->end(), [](const auto& entry) { return entry.second == 0; })) return true;
    if (Clock::now() >= until) return false;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(1'000));
  }
}

// Where documents are written one by one, an owner's last step counts as folded before all of its documents are there.
// What that makes look violated is looked at again until it holds, or it is `until`.
Result<CheckReport> check_until(const Settings& settings, const CheckOptions& options, Clock::time_point until) {
  while (true) {
    auto opened = open_check_sources(settings, true);
    if (!opened) return fail(std::move(opened.error()));
    auto report = check_invariants((*opened)->sources(), options);
    if (!report || report->clean() || (*opened)->sources().snapshot || Clock::now() >= until) return report;
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
}

int run_check(const Settings& settings, const CheckFlags& flags) {
  const auto until = Clock::now() + std::chrono::seconds(flags.wait_s);
  if (flags.wait_s > 0) {
    const auto settled = wait_for_no_lag(settings, until);
    if (!settled) return report_error(settled.error());
    if (!*settled) std::cerr << "ordo: there are still records to process; checking what there is\n";
  }
  const auto report = check_until(settings, CheckOptions{flags.samples}, until);
  if (!report) return report_error(report.error());
  std::cout << (flags.json ? check_json(*report) : check_text(*report)) << std::flush;
  return report->clean() ? kExitOk : kExitViolated;
}

}  // namespace

void add_check(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("check", "Check the invariants of a system, running or not; changes nothing");
  line.flags.add(*command, SettingScope::kStorage);
  auto flags = std::make_shared<CheckFlags>();
  command->add_option("--wait", flags->wait_s, "First wait until all records are processed, this many seconds at most")
      ->check(CLI::Range(1, 86'400));
  command->add_option("--samples", flags->samples, "Violations to show, for each invariant")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  command
      ->add_option_function<std::string>(
          "-o,--output", [flags = flags.get()](const std::string& name) { flags->json = name == "json"; },
          "Form of the report: text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->footer(
      "Checked are: every order of the log is kept or among the dead letters; totals are the sums of their lines;\n"
      "stock levels add up, and reserve what the active reservations hold; orders hold stock as their status says.\n"
      "\nExamples:\n"
      "  ordo check --data-dir ./ordo-data\n"
      "  ordo check --kafka broker:9092 --mongo mongodb://db/shop --wait 60 -o json\n"
      "\nExit codes: 0 all hold; 1 failed; 2 wrong flags; 4 no such data; 5 violated; 6 no answer\n");
  command->callback(
      [&line, flags] { line.run = [flags](const Settings& settings) { return run_check(settings, *flags); }; });
}

}  // namespace ordo::cli
