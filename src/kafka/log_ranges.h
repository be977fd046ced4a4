// The offset ranges of a topic's partitions, requested from their leaders. Internal to this folder.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/ports.h"
#include "kafka/client.h"

namespace ordo::kafka {

// The timeout for callers without a bound of their own.
inline constexpr std::chrono::milliseconds kRangeTimeout{5000};

// The ranges of `partitions` (not empty) of a topic, in order, with two requests to each leader. `client`'s
// isolation.level decides whether records of open transactions count. Blocks for up to `timeout`. kUnavailable.
Result<std::vector<LogRange>> ask_ranges(rd_kafka_t* client, const std::string& topic,
                                         const std::vector<int>& partitions, std::chrono::milliseconds timeout);

// For each partition, the first offset with a record of `time` or later; the end when there is none. Otherwise as
// ask_ranges().
Result<std::vector<std::int64_t>> ask_offsets_at(rd_kafka_t* client, const std::string& topic,
                                                 const std::vector<int>& partitions, Timestamp time,
                                                 std::chrono::milliseconds timeout);

}  // namespace ordo::kafka
