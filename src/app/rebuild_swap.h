// Creates the swapper for the store that the settings name.
#pragma once

#include <memory>
#include <vector>

#include "audit/swapper.h"
#include "settings/settings.h"

namespace ordo::app {

// While the swapper lives, it keeps the processors `kinds` from running, or detects them. Embedded: holds the lock of
// the data directory; kConflict "directory_in_use". Kafka and MongoDB: kConflict "processors_at_work" when a consumer
// group has members, now or when documents are written. It also completes the unfinished last step of each owner.
Result<std::unique_ptr<audit::Swapper>> open_swapper(const settings::Settings& settings,
                                                     std::vector<ProcessorKind> kinds);

}  // namespace ordo::app
