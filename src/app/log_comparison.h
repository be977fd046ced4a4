// Compares Kafka's topics with the commit records in the database.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/cursor_check.h"
#include "engine/ports.h"
#include "kafka/log_stamps.h"
#include "mongo/database.h"

namespace ordo::app {

// The views of the topic's existing partitions, for the cursors of their owners. kUnavailable.
Result<std::vector<LogView>> view_logs(LogSource& log, kafka::LogStamps& stamps, Topic topic,
                                       std::span<const Cursor> cursors);

// Compares the cluster and the topics with every commit record. Call it before anything is created in the cluster.
// kConflict "another_cluster", or "log_replaced" for another topic. kUnavailable.
Result<void> check_cluster(mongo::Database& database, kafka::LogStamps& stamps);

// Call it before the API accepts orders. It checks that each log reaches as far as its owner has read. It also checks
// that the log still has the last record that was read. It covers all owners. Missing records at the beginning and a
// changed number of partitions are left to the owner. kConflict "log_replaced", "log_truncated". kUnavailable.
Result<void> check_recorded_logs(mongo::Database& database, LogSource& log, kafka::LogStamps& stamps,
                                 const Topology& topology);

}  // namespace ordo::app
