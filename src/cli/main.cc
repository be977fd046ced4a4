// The program: reads the command line, resolves the settings, runs the command.
#include "cli/run.h"

int main(int argc, char** argv) {
  return ordo::cli::run(argc, argv);
}
