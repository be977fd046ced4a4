// A history as text: everything that is needed to run it again.
#pragma once

#include <string>
#include <string_view>

#include "world.h"

namespace ordo::simulation {

// Lines: "ordo_simulation 1", "without a,b", "sabotage x", "setup 1 2 3", and one "step 4 5 6" per step.
std::string write_replay(const Schedule& schedule, const Options& options);

// kInvalid for any other text. Also sets `options`.
Result<Schedule> read_replay(std::string_view text, Options& options);

// Reads names of faults, separated by commas. kInvalid names an unknown fault and lists the known ones.
Result<FaultMask> parse_faults(std::string_view list);

}  // namespace ordo::simulation
