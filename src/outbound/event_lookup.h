// Reads single records of the log by their positions.
#pragma once

#include <map>
#include <set>
#include <utility>

#include "engine/ports.h"

namespace ordo::outbound {

using EventPlace = std::pair<int, std::int64_t>;  // partition and offset

// The records of order_events at these places. Records that the log has removed are missing from the result. Blocks.
// Places far apart are read with separate readers.
Result<std::map<EventPlace, Record>> look_up_events(LogSource& source, const std::set<EventPlace>& places);

}  // namespace ordo::outbound
