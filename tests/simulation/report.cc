#include "report.h"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "replay_file.h"

namespace ordo::simulation {
namespace {

constexpr std::chrono::seconds kPatienceOfAttempt{2};  // a history takes a few milliseconds
constexpr std::chrono::steady_clock::duration kShortest = std::chrono::seconds(1);
constexpr std::uint64_t kEnoughToTell = 5'000;  // after so many histories, every fault must have occurred

unsigned long long number(std::uint64_t value) {
  return value;
}

// The figures whose names begin with `group`, in one line.
void show_group(const Figures& figures, const std::string& group, const char* title) {
  std::string line;
  for (const auto& [name, count] : figures) {
    if (!name.starts_with(group)) continue;
    line += (line.empty() ? " " : ", ") + std::to_string(count) + " " + name.substr(group.size());
  }
  std::printf("%s:%s\n", title, line.c_str());
}

std::vector<std::string> not_seen(const Figures& figures) {
  std::vector<std::string> missing;
  for (const auto& [name, count] : figures) {
    const bool must = name.starts_with("fault ") || name.starts_with("seen ");
    if (must && count == 0) missing.push_back(name);
  }
  return missing;
}

}  // namespace

void show_failure(const Failure& failure) {
  std::printf("seed %llu FAILED\n", number(failure.seed));
  for (std::size_t i = 0; i < failure.wrong.size() && i < 5; ++i) {
    std::printf("  %s: %s\n", failure.wrong[i].rule.c_str(), failure.wrong[i].detail.c_str());
  }
}

std::optional<Shrunk> shrink_seed(std::uint64_t seed, const Options& options, std::chrono::milliseconds budget) {
  const auto until = std::chrono::steady_clock::now() + budget;
  const auto left = [&] {
    return std::chrono::ceil<std::chrono::seconds>(std::max(until - std::chrono::steady_clock::now(), kShortest));
  };
  const auto whole = judge_seed(seed, options, std::min(std::max(left() / 4, std::chrono::seconds(1)), kPatience));
  if (whole.rules.empty()) return std::nullopt;
  const auto& rule = whole.rules.front();
  return shrink(
      whole.made,
      [&](const Schedule& tried) -> std::optional<Schedule> {
        auto verdict = judge(tried, options, std::min(left(), kPatienceOfAttempt));
        if (std::find(verdict.rules.begin(), verdict.rules.end(), rule) == verdict.rules.end()) return std::nullopt;
        return std::move(verdict.made);
      },
      std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()));
}

void show_shrunk(std::uint64_t seed, const Options& options, std::chrono::milliseconds budget,
                 const std::string& directory) {
  const auto shrunk = shrink_seed(seed, options, budget);
  if (!shrunk) {
    std::printf("--- seed %llu does not fail any more: run `ordo_simulation --seed %llu` again\n", number(seed),
                number(seed));
    return;
  }
  const std::string path = directory + "/simulation-" + std::to_string(seed) + ".replay";
  std::ofstream file(path);
  file << write_replay(shrunk->schedule, options);
  file.close();
  std::printf("--- the history of seed %llu, shrunk in %zu attempts: %zu steps\n", number(seed), shrunk->attempts,
              shrunk->schedule.steps.size());
  show_schedule(shrunk->schedule, options);
  std::printf(
      "--- run it again: ordo_simulation --replay %s%s\n--- the complete history: ordo_simulation --seed %llu\n",
      path.c_str(), file ? "" : " (the file could not be written)", number(seed));
}

bool show_summary(const Summary& summary, int jobs, const Options& options) {
  const auto& figures = summary.figures;
  const auto count = [&](const char* name) {
    const auto found = figures.find(name);
    return number(found == figures.end() ? 0 : found->second);
  };
  show_group(figures, "fault ", "faults");
  show_group(figures, "seen ", "seen");
  show_group(figures, "order ", "orders");
  show_group(figures, "kind ", "histories");
  bool well = summary.failures.empty();
  if (well && summary.histories >= kEnoughToTell && options.allowed == all_faults()) {
    for (const auto& name : not_seen(figures)) {
      std::printf("never happened: %s\n", name.c_str());
      well = false;
    }
  }
  std::printf("%llu histories (%llu run twice), %llu records, %.1f s, %.0f histories per minute with %d jobs: %s\n",
              number(summary.histories), count("run twice"), count("seen records"), summary.seconds,
              static_cast<double>(summary.histories) * 60 / std::max(summary.seconds, 0.001), jobs,
              well ? "all invariants hold" : "FAILED");
  return well;
}

}  // namespace ordo::simulation
