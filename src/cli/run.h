// The program as a function, so that tests can run it.
#pragma once

namespace ordo::cli {

// Runs `ordo` with these arguments and the environment of the process. Never throws.
int run(int argc, const char* const* argv);

}  // namespace ordo::cli
