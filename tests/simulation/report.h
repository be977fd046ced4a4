// The output of ordo_simulation.
#pragma once

#include <chrono>
#include <string>

#include "runner.h"
#include "shrink.h"

namespace ordo::simulation {

void show_failure(const Failure& failure);

// Shrinks the history of `seed`, writes it to a file in `directory`, and prints its trace and the command to run it
// again.
void show_shrunk(std::uint64_t seed, const Options& options, std::chrono::milliseconds budget,
                 const std::string& directory);

// True when every invariant held and, if the run was long enough, every fault occurred.
bool show_summary(const Summary& summary, int jobs, const Options& options);

// The shrunk history of the seed, which still breaks its first rule. nullopt when it does not fail.
std::optional<Shrunk> shrink_seed(std::uint64_t seed, const Options& options, std::chrono::milliseconds budget);

}  // namespace ordo::simulation
