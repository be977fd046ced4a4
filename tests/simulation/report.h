// What ordo_simulation prints.
#pragma once

#include <chrono>
#include <string>

#include "runner.h"
#include "shrink.h"

namespace ordo::simulation {

void show_failure(const Failure& failure);

// Makes the history of `seed` small, writes it into a file of `directory`, and prints its trace and how to run it
// again.
void show_shrunk(std::uint64_t seed, const Options& options, std::chrono::milliseconds budget,
                 const std::string& directory);

// True when all is well: every invariant held and, of a run that is long enough to tell, every fault happened.
bool show_summary(const Summary& summary, int jobs, const Options& options);

// The seed's history made small, for as long as its first rule still does not hold. Nothing when it does not fail.
std::optional<Shrunk> shrink_seed(std::uint64_t seed, const Options& options, std::chrono::milliseconds budget);

}  // namespace ordo::simulation
