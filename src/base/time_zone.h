// Time zones, by the system's zone data.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace date {
class time_zone;
}

namespace ordo {

// What a clock on the wall shows.
using LocalTime = std::chrono::local_time<std::chrono::milliseconds>;

// An offset from UTC: "Z", "UTC", "+07", "+0530", "-05:00", "UTC+7", "GMT+07:00"; in any case. nullopt for other texts.
std::optional<std::chrono::minutes> parse_offset(std::string_view text);

// The offset of a zone at a local time, and what the zone calls it, such as "CEST".
struct ZoneOffset {
  std::chrono::seconds offset;
  std::string abbreviation;
};

// A time zone, or a fixed offset. Any thread.
class TimeZone {
 public:
  TimeZone() = default;  // UTC

  // By an offset, or a name of the zone data such as Europe/Berlin, in any case. kInvalid "unknown_zone".
  static Result<TimeZone> find(std::string_view name);

  LocalTime local_time(Timestamp instant) const;
  // When clocks were set, the offset from before holds: of two instants with the same local time this is the earlier
  // one; a local time that was left out is read as from a clock that was not set.
  Timestamp instant(LocalTime local) const;
  // The offsets that a local time can have: one, or two around a change of the clocks.
  std::vector<ZoneOffset> offsets(LocalTime local) const;

 private:
  const date::time_zone* zone_ = nullptr;  // null: a fixed offset
  std::chrono::seconds offset_{0};
};

}  // namespace ordo
