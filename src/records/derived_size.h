// The sizes of the records that an order causes during its life.
#pragma once

#include <array>
#include <cstddef>

#include "base/result.h"
#include "records/order_messages.h"
#include "records/record_limits.h"

namespace ordo {

// For each topic, an upper bound of the size of every record that the order of `created` causes. That covers its
// creation and the answers to it. It also covers the requests to stock, payment and logistics for all of its lines,
// those to promotions, and their outcomes. 0 for topics that no order writes to. Counted as in size_in_log().
std::array<std::size_t, kTopics> derived_sizes(const OrderCreated& created);

// kInvalid "record_too_large" if one of these might not fit into its topic. `lines` is the field that the error names.
// Cheap for an order that is far smaller.
Result<void> check_derived_sizes(const OrderCreated& created, const RecordLimits& limits, const Topology& topology,
                                 const char* lines);

// The same for an order of the past: its record, and those of its refunds and returns.
Result<void> check_imported_sizes(const OrderImported& past, const RecordLimits& limits, const Topology& topology);

// Whether a record with a value of so many bytes fits into the topic, whatever its key and headers are.
bool has_room(std::size_t value, Topic topic, const RecordLimits& limits);

}  // namespace ordo
