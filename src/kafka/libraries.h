#pragma once

#include <vector>

#include "base/library.h"

namespace ordo::kafka {

// The libraries that this folder uses.
std::vector<Library> libraries();

}  // namespace ordo::kafka
