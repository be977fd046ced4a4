// Makes a failing history small: leaves steps out and makes choices calm for as long as the failure stays the same
// (delta debugging on the choices, as Hypothesis does).
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "choices.h"

namespace ordo::simulation {

// Follows the choices; the ones made when the failure is still the same, nothing otherwise.
using StillFails = std::function<std::optional<Schedule>(const Schedule&)>;

struct Shrunk {
  Schedule schedule;
  std::size_t attempts = 0;
};

// Ends when nothing can be taken away any more, or when `budget` is over.
Shrunk shrink(Schedule failing, const StillFails& still_fails, std::chrono::milliseconds budget);

}  // namespace ordo::simulation
