// Time zones, by the system's zone data.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace ordo::imports {

// What a clock on the wall shows.
using LocalTime = std::chrono::local_time<std::chrono::milliseconds>;

// An offset from UTC: "Z", "UTC", "+07", "+0530", "-05:00", "UTC+7", "GMT+07:00"; in any case. nullopt for other texts.
std::optional<std::chrono::minutes> parse_offset(std::string_view text);

// The instant of a local time. `zone`: an offset, a name of the zone data such as Europe/Berlin, or an abbreviation
// such as PST; empty: UTC. An abbreviation means what the zone `home` means by it, if that uses it; else what RFC 5322
// and common use say. Those with several common meanings, such as BST and IST, need a `home`.
//
// When clocks were set, the offset from before holds: of two instants with the same local time this is the earlier one;
// a local time that was left out is read as from a clock that was not set. kInvalid "unknown_zone".
Result<Timestamp> instant_of(LocalTime local, std::string_view zone, std::string_view home = {});

// Checks a zone for times that have none: an offset or a name, not an abbreviation. kInvalid "unknown_zone".
Result<void> check_zone(std::string_view zone);

}  // namespace ordo::imports
