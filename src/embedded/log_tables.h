// The log as 0.1.0 kept it: a table for each partition, with the offset as rowid. Only to take it over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "embedded/log_layout.h"
#include "embedded/sqlite.h"
#include "engine/ports.h"

namespace ordo::embedded {

// "log_order_events_3", "log_order_events_dlq_0"
std::string log_table(const TopicPartition& at);
std::optional<TopicPartition> parse_log_table(std::string_view name);

// The first offset in a partition and the one after the last. A missing table counts as empty.
Result<LogRange> read_log_range(Connection& connection, const TopicPartition& at);

// The records from `offset` on.
Result<std::vector<Record>> read_log(Connection& connection, const TopicPartition& at, std::int64_t offset,
                                     ReadLimit limit);

}  // namespace ordo::embedded
