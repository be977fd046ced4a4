// Ensures that the cluster has the topics of the topology.
#pragma once

#include <chrono>

#include "base/result.h"
#include "kafka/options.h"

namespace ordo::kafka {

// Creates the missing topics, including dead letters, and waits until every partition has a leader. Blocks for up to
// `timeout`. Several processes may call it at the same time.
// kConflict "partition_count": a topic has another number of partitions, so records would change partitions.
// kUnavailable: the cluster did not answer, or did not settle, in time. kInvalid: the options are wrong.
Result<void> ensure_topics(const Options& options,
                           std::chrono::milliseconds timeout = std::chrono::milliseconds(30000));

}  // namespace ordo::kafka
