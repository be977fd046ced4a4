// A history on paper: what it takes to run it again, as text.
#pragma once

#include <string>
#include <string_view>

#include "world.h"

namespace ordo::simulation {

// Lines: "ordo_simulation 1", "without a,b", "sabotage x", "setup 1 2 3", and "step 4 5 6" once a step.
std::string write_replay(const Schedule& schedule, const Options& options);

// kInvalid for what is no such text. Sets `options` too.
Result<Schedule> read_replay(std::string_view text, Options& options);

// Comma-separated names of faults; kInvalid names the one that is none, and those there are.
Result<FaultMask> parse_faults(std::string_view list);

}  // namespace ordo::simulation
