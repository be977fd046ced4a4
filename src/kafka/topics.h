// Makes sure that the cluster has the topics of the topology.
#pragma once

#include <chrono>

#include "base/result.h"
#include "kafka/options.h"

namespace ordo::kafka {

// Creates the missing topics, dead letters too, and waits until every partition has a leader. Blocks for up to
// `timeout`. Several processes may do it at once.
// kConflict "partition_count": a topic is there with another number of partitions, records would change theirs.
// kUnavailable: the cluster did not answer, or did not settle, in time. kInvalid: the options are wrong.
Result<void> ensure_topics(const Options& options,
                           std::chrono::milliseconds timeout = std::chrono::milliseconds(30000));

}  // namespace ordo::kafka
