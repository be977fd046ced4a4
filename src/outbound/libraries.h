#pragma once

#include <vector>

#include "base/library.h"

namespace ordo::outbound {

// The libraries that this folder uses.
std::vector<Library> libraries();

}  // namespace ordo::outbound
