// Time zones as files name them.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/time_zone.h"

namespace ordo::imports {

// The instant of a local time. `zone`: an offset, a name of the zone data such as Europe/Berlin, an abbreviation such
// as PST, or the words of an American program such as "Eastern Time (US & Canada)"; empty: UTC. An abbreviation means
// what the zone `home` means by it, if that uses it; else what RFC 5322 and common use say. Those with several common
// meanings, such as BST and IST, need a `home`. For times around a change of the clocks see TimeZone::instant. kInvalid
// "unknown_zone".
Result<Timestamp> instant_of(LocalTime local, std::string_view zone, std::string_view home = {});

}  // namespace ordo::imports
