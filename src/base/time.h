// ordo's time: UTC milliseconds since 1970. The core reads no clock; adapters do, with these functions.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ordo {

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

// The system clock. For adapters and the command line only.
Timestamp now();

// RFC 3339 in UTC with milliseconds: "2026-01-31T08:05:00.000Z". Appends to `out`.
void append_rfc3339(Timestamp time, std::string& out);
// Writes the same at `to`, which has room for kRfc3339Size bytes, and returns its end.
inline constexpr std::size_t kRfc3339Size = 24;
char* put_rfc3339(Timestamp time, char* to);
std::string to_rfc3339(Timestamp time);

// Reads RFC 3339 ("2026-01-31T08:05:00Z", any fraction, any offset). A date alone means its midnight in UTC.
Result<Timestamp> parse_timestamp(std::string_view text);

inline Timestamp from_unix_ms(std::int64_t ms) {
  return Timestamp(std::chrono::milliseconds(ms));
}
inline std::int64_t to_unix_ms(Timestamp time) {
  return time.time_since_epoch().count();
}

}  // namespace ordo
