// The settings that the processors use when they fold.
#pragma once

#include "processors/make_processor.h"
#include "settings/settings.h"

namespace ordo::app {

processors::ProcessorRules processor_rules(const settings::Settings& settings);

}  // namespace ordo::app
