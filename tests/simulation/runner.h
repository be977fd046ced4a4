// Runs many histories, each in one thread of a process of its own among `jobs`, and one so that its death is survived.
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
  std::vector<Failure> failures;  // by seed
  double seconds = 0;
};

// The seeds first .. first + count - 1. The same seeds give the same summary, its time aside, whatever `jobs` is; when
// histories fail, a job ends after its fifth.
Summary run_histories(std::uint64_t first, std::uint64_t count, int jobs, const Options& options);

// In this process.
Outcome run_seed(std::uint64_t seed, const Options& options);
Outcome run_schedule(const Schedule& schedule, const Options& options);

// In a process of its own: what an aborted check or an endless loop leaves is a rule that does not hold ("died by
// ...", with the place of the check), and the choices made until then. No history takes longer than `patience`.
struct Verdict {
  std::vector<std::string> rules;  // that do not hold
  Schedule made;
};
inline constexpr std::chrono::seconds kPatience{60};
Verdict judge(const Schedule& schedule, const Options& options, std::chrono::seconds patience = kPatience);
Verdict judge_seed(std::uint64_t seed, const Options& options, std::chrono::seconds patience = kPatience);

// In a process of its own, which prints the trace as it comes, what the history came to, and of what it died. True when
// every invariant holds.
bool show_seed(std::uint64_t seed, const Options& options);
bool show_schedule(const Schedule& schedule, const Options& options);

}  // namespace ordo::simulation
