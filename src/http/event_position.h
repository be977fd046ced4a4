// Where a listener is in a topic: what the ids of events say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "records/topology.h"

namespace ordo::http {

// The first offset of each partition that a listener has not seen.
using Offsets = std::vector<std::int64_t>;

// What ids of a topic have in common. A log that was begun anew has another epoch.
struct EventLog {
  Topic topic = Topic::order_events;
  std::int64_t epoch = 0;
  std::size_t partitions = 0;
};

// "order_events.0.12.7.0.44": topic, epoch, offsets.
std::string event_id(const EventLog& log, const Offsets& offsets);

// kInvalid with the reason "unknown_id", "other_topic", "other_epoch" or "other_partitions" when the id does not name a
// place in `log`.
Result<Offsets> parse_event_id(const EventLog& log, std::string_view id);

}  // namespace ordo::http
