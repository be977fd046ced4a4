// The place of a listener in a topic, as event ids express it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "records/topology.h"

namespace ordo::api {

// For each partition, the first offset that a listener has not seen.
using Offsets = std::vector<std::int64_t>;

// The common parts of a topic's event ids. A log that was begun again has another epoch.
struct EventLog {
  Topic topic = Topic::order_events;
  std::int64_t epoch = 0;
  std::size_t partitions = 0;
};

// "order_events.0.12.7.0.44": topic, epoch, offsets.
std::string event_id(const EventLog& log, const Offsets& offsets);

// Reads the place from an id. kInvalid with the reason "unknown_id", "other_topic", "other_epoch" or "other_partitions"
// when the id is not a place in `log`.
Result<Offsets> parse_event_id(const EventLog& log, std::string_view id);

}  // namespace ordo::api
