#include "cells/zones.h"

#include <algorithm>

#include "base/text.h"

namespace ordo::imports {
namespace {

struct ZoneAbbreviation {
  std::string_view name;
  int minutes;
};
// Those with one common meaning. For the zones of North America see RFC 5322, section 4.3.
constexpr ZoneAbbreviation kZoneAbbreviations[] = {
    {"EST", -300}, {"EDT", -240}, {"CST", -360},  {"CDT", -300},  {"MST", -420}, {"MDT", -360},
    {"PST", -480}, {"PDT", -420}, {"AKST", -540}, {"AKDT", -480}, {"HST", -600}, {"BRT", -180},
    {"WET", 0},    {"WEST", 60},  {"CET", 60},    {"CEST", 120},  {"MEZ", 60},   {"MESZ", 120},
    {"EET", 120},  {"EEST", 180}, {"MSK", 180},   {"SAST", 120},  {"EAT", 180},  {"ICT", 420},
    {"WIB", 420},  {"SGT", 480},  {"HKT", 480},   {"AWST", 480},  {"JST", 540},  {"KST", 540},
    {"ACST", 570}, {"ACDT", 630}, {"AEST", 600},  {"AEDT", 660},  {"NZST", 720}, {"NZDT", 780}};

Timestamp at_offset(LocalTime local, std::chrono::seconds offset) {
  return Timestamp(local.time_since_epoch() - offset);
}

// What `home` means by an abbreviation around a local time.
std::optional<Timestamp> instant_at_home(std::string_view abbreviation, LocalTime local, std::string_view home) {
  const auto zone = TimeZone::find(home);
  if (!zone) return std::nullopt;
  for (const auto& one : zone->offsets(local)) {
    if (one.abbreviation == abbreviation) return at_offset(local, one.offset);
  }
  return std::nullopt;
}

}  // namespace

Result<Timestamp> instant_of(LocalTime local, std::string_view zone, std::string_view home) {
  if (zone.empty()) return at_offset(local, std::chrono::seconds(0));
  if (const auto offset = parse_offset(zone)) return at_offset(local, *offset);
  if (const auto instant = instant_at_home(zone, local, home)) return *instant;
  const auto known = std::find_if(std::begin(kZoneAbbreviations), std::end(kZoneAbbreviations),
                                  [&](const ZoneAbbreviation& it) { return equals_ignoring_case(it.name, zone); });
  if (known != std::end(kZoneAbbreviations)) return at_offset(local, std::chrono::minutes(known->minutes));
  const auto found = TimeZone::find(zone);
  if (!found) return fail(found.error());
  return found->instant(local);
}

}  // namespace ordo::imports
