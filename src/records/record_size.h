// The size of a record in the log.
#pragma once

#include <cstddef>

#include "records/envelope.h"

namespace ordo {

// The size of a batch with `record` alone, as Kafka's max.message.bytes counts it (format 2): key, value and headers,
// their framing, and the batch header. Before compression.
std::size_t size_in_log(const Record& record);

// True when size_in_log() is at most `limit`. Cheap for a record that is far smaller.
bool fits_in_log(const Record& record, std::size_t limit);

}  // namespace ordo
