// For commands that move a processor's position: no process may run that processor meanwhile.
#pragma once

#include "base/result.h"
#include "kafka/options.h"

namespace ordo::app {

// kConflict "processors_at_work" when the processor's consumer group has members. kUnavailable.
Result<void> check_nobody_at_work(const kafka::Options& options, ProcessorKind processor);

}  // namespace ordo::app
