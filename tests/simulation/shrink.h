// Shrinks a failing history: removes steps and makes choices calm while the failure stays the same (delta debugging on
// the choices, as in Hypothesis).
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "choices.h"

namespace ordo::simulation {

// Replays the choices. Returns those that were made if the failure is still the same, otherwise nullopt.
using StillFails = std::function<std::optional<Schedule>(const Schedule&)>;

struct Shrunk {
  Schedule schedule;
  std::size_t attempts = 0;
};

// Ends when nothing more can be removed, or when `budget` is over.
Shrunk shrink(Schedule failing, const StillFails& still_fails, std::chrono::milliseconds budget);

}  // namespace ordo::simulation
