// UUIDs (RFC 9562): time-ordered ones for new ids, and name-based ones where the same input must give the same id.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace ordo {

// A new version 7 UUID for `time`, lower-case with dashes. One thread's ids within a millisecond rise. Thread-safe.
std::string uuid_v7(Timestamp time);

// A version 5 UUID: the same `space` and `name` give the same id on every machine. `space` separates different uses
// ("idempotency").
std::string uuid_v5(std::string_view space, std::string_view name);

}  // namespace ordo
