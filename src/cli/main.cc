// Starts the program.
#include <iostream>

#include "app/core_dump.h"
#include "cli/run.h"

int main(int argc, char** argv) {
  if (!ordo::app::forbid_core_dumps()) std::cerr << "ordo: warning: if ordo crashes, a core dump may contain secrets\n";
  return ordo::cli::run(argc, argv);
}
