// Reads single records of the log again, by their places.
#pragma once

#include <map>
#include <set>
#include <utility>

#include "process/ports.h"

namespace ordo::outbound {

using EventPlace = std::pair<int, std::int64_t>;  // partition and offset

// The records of order_events at these places; those that are no longer there are missing from the answer. Blocks.
// Places that are far apart are read with a reader each.
Result<std::map<EventPlace, Record>> look_up_events(LogSource& source, const std::set<EventPlace>& places);

}  // namespace ordo::outbound
