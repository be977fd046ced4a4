// What of the settings the processors fold by.
#pragma once

#include "cli/settings.h"
#include "process/make_processor.h"

namespace ordo::cli {

ProcessorRules processor_rules(const Settings& settings);

}  // namespace ordo::cli
