// Who is at work in a processor's consumer group.
#pragma once

#include <chrono>

#include "base/result.h"
#include "kafka/options.h"

namespace ordo::kafka {

// The members of the group of `processor`; 0 for a group that nobody ever joined. Blocks for up to `timeout`.
// kUnavailable; kInvalid for options that librdkafka refuses.
Result<int> group_members(const Options& options, ProcessorKind processor,
                          std::chrono::milliseconds timeout = std::chrono::milliseconds(10'000));

}  // namespace ordo::kafka
