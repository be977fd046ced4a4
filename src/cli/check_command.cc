// ordo check: checks the invariants of a system, running or not.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include "app/check_sources.h"
#include "app/invariant_check.h"
#include "audit/check_invariants.h"
#include "audit/check_report.h"
#include "cli/commands.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "settings/settings.h"

namespace ordo::cli {
namespace {

struct CheckFlags {
  int wait_s = 0;
  std::size_t samples = 10;
  bool json = false;
};

using Clock = std::chrono::steady_clock;

// Waits until every owner has folded all records. False when that takes longer than `until`.
Result<bool> wait_for_no_lag(const settings::Settings& settings, Clock::time_point until) {
  std::chrono::milliseconds pause{50};
  while (true) {
    auto opened = app::open_check_sources(settings, false);
    if (!opened) return fail(std::move(opened.error()));
    const auto lags = audit::read_lags((*opened)->sources());
    if (!lags) return fail(lags.error());
    if (std::all_of(lags->begin(), lags->end(), [](const auto& entry) { return entry.second == 0; })) return true;
    if (Clock::now() >= until) return false;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(1'000));
  }
}

int run_check(const settings::Settings& settings, const CheckFlags& flags) {
  const auto until = Clock::now() + std::chrono::seconds(flags.wait_s);
  if (flags.wait_s > 0) {
    const auto settled = wait_for_no_lag(settings, until);
    if (!settled) return report_error(settled.error());
    if (!*settled) std::cerr << "ordo: some records are not processed yet; the check covers the rest\n";
  }
  const auto report = app::run_invariant_check(settings, audit::CheckOptions{flags.samples}, until);
  if (!report) return report_error(report.error());
  std::cout << (flags.json ? audit::check_json(*report) : audit::check_text(*report)) << std::flush;
  return report->clean() ? kExitOk : kExitViolated;
}

}  // namespace

void add_check(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("check", "Check the invariants of a system, running or not. Changes nothing");
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto flags = std::make_shared<CheckFlags>();
  command->add_option("--wait", flags->wait_s, "First wait until all records are processed, at most this many seconds")
      ->check(CLI::Range(1, 86'400));
  command->add_option("--samples", flags->samples, "Number of violations to show per invariant")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  command
      ->add_option_function<std::string>(
          "-o,--output", [flags = flags.get()](const std::string& name) { flags->json = name == "json"; },
          "Format of the report: text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->footer(
      "The check covers: every order in the log has a document or is a dead letter; stock levels, payments,\n"
      "shipments, promotions, customers and hours agree with the orders; every order can end; every document can\n"
      "be read. It names each rule that it verified.\n\n"
      "Examples:\n"
      "  ordo check --data-dir ./ordo-data\n"
      "  ordo check --kafka broker:9092 --mongo mongodb://db/shop --wait 60 -o json\n\n"
      "Exit codes: 0 all hold; 1 failed; 2 wrong flags; 4 no such data; 5 violated; 6 no answer\n");
  command->callback([&line, flags] {
    line.run = [flags](const settings::Settings& settings) { return run_check(settings, *flags); };
  });
}

}  // namespace ordo::cli
