// Runs the check of the invariants, for the command and for the API.
#pragma once

#include <chrono>
#include <functional>

#include "audit/check_invariants.h"
#include "base/result.h"
#include "settings/settings.h"

namespace ordo::app {

// Opens readers of its own, and checks. Without snapshots, an owner's documents are written one by one, while its last
// step already counts as folded. That can look like a violation. So this repeats the check until all invariants hold,
// or until the time is `until`. `stopping`: true ends the check soon, with kUnavailable "stopping"; null: never.
// Blocks.
Result<audit::CheckReport> run_invariant_check(const settings::Settings& settings, const audit::CheckOptions& options,
                                               std::chrono::steady_clock::time_point until,
                                               const std::function<bool()>& stopping = nullptr);

}  // namespace ordo::app
