#pragma once

#include <vector>

#include "base/library.h"

namespace ordo::app {

// All libraries of the program, sorted by name.
std::vector<Library> libraries();

}  // namespace ordo::app
