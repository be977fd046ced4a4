// Reads a log to its end.
#pragma once

#include <chrono>
#include <vector>

#include "engine/ports.h"

namespace ordo {

inline constexpr std::chrono::seconds kLongestSilence{30};

// The next records of a reader, at most `max`; none when it has caught up. Blocks until there is a record. kUnavailable
// "no_records" when the log has more records but delivers none for so long.
Result<std::vector<Record>> next_records(LogReader& reader, std::size_t max,
                                         std::chrono::seconds longest_silence = kLongestSilence);

}  // namespace ordo
