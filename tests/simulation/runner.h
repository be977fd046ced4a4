// Runs many histories. Each job runs in its own process, so that a history that dies does not end the run.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "world.h"

namespace ordo::simulation {

struct Failure {
  std::uint64_t seed = 0;
  std::vector<Wrong> wrong;
};

struct Summary {
  std::uint64_t histories = 0;
  Figures figures;
  std::vector<Failure> failures;  // in the order of seeds
  double seconds = 0;
};

// Runs the seeds first .. first + count - 1. The same seeds give the same summary except the time, for any number of
// `jobs`. When histories fail, a job ends after its fifth failure.
Summary run_histories(std::uint64_t first, std::uint64_t count, int jobs, const Options& options);

// In this process.
Outcome run_seed(std::uint64_t seed, const Options& options);
Outcome run_schedule(const Schedule& schedule, const Options& options);

// Runs a history in its own process. A failed check or an endless loop counts as a broken rule: "died by ...", with the
// place of the check. The choices made until then are kept. No history takes longer than `patience`.
struct Verdict {
  std::vector<std::string> rules;  // the broken rules
  Schedule made;
};
inline constexpr std::chrono::seconds kPatience{60};
Verdict judge(const Schedule& schedule, const Options& options, std::chrono::seconds patience = kPatience);
Verdict judge_seed(std::uint64_t seed, const Options& options, std::chrono::seconds patience = kPatience);

// Runs a history in its own process, which prints the trace, the result, and how it died. True when every invariant
// holds.
bool show_seed(std::uint64_t seed, const Options& options);
bool show_schedule(const Schedule& schedule, const Options& options);

}  // namespace ordo::simulation
