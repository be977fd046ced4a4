// The options that make one import differ from another, as text.
#pragma once

#include <string>

#include "import/run.h"

namespace ordo::imports {

// The fingerprint of a progress file is made from it: the progress belongs to one file and to these options.
std::string options_text(const ImportOptions& options);

}  // namespace ordo::imports
