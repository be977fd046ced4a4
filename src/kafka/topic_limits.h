// The largest records that the cluster's topics accept.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "kafka/options.h"
#include "kafka/topic_configs.h"
#include "records/record_limits.h"

namespace ordo::kafka {

// A dead letter is the record plus headers with the reason. Its topic must accept this much more than the inbox.
inline constexpr std::int64_t kLetterRoom = 256 * 1024;

// What each topic accepts, for records before compression. It follows from the topic's max.message.bytes and
// segment.bytes, and from message.max.bytes in the options' settings. Without an answer from the cluster, Kafka's
// default is assumed.
RecordLimits limits_of(const TopicConfigs& configs, const Options& options);

// One line for each problem that an operator should fix: unreadable settings, and dead-letter topics that are too
// small.
std::vector<std::string> limit_warnings(const TopicConfigs& configs, const Options& options);

// The largest batch that every topic accepts. Larger records are sent alone.
std::size_t batch_bytes(const Options& options);

}  // namespace ordo::kafka
