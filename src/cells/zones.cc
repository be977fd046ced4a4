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

struct ZoneWords {
  std::string_view words;
  std::string_view zone;
};
// How programs of the countries of Square write their zones.
constexpr ZoneWords kZoneWords[] = {
    {"Eastern Time (US & Canada)", "America/New_York"},
    {"Central Time (US & Canada)", "America/Chicago"},
    {"Mountain Time (US & Canada)", "America/Denver"},
    {"Pacific Time (US & Canada)", "America/Los_Angeles"},
    {"Atlantic Time (Canada)", "America/Halifax"},
    {"Newfoundland", "America/St_Johns"},
    {"Saskatchewan", "America/Regina"},
    {"Indiana (East)", "America/Indiana/Indianapolis"},
    {"Arizona", "America/Phoenix"},
    {"Alaska", "America/Anchorage"},
    {"Hawaii", "Pacific/Honolulu"},
    {"Puerto Rico", "America/Puerto_Rico"},
    {"London", "Europe/London"},
    {"Edinburgh", "Europe/London"},
    {"Dublin", "Europe/Dublin"},
    {"Paris", "Europe/Paris"},
    {"Madrid", "Europe/Madrid"},
    {"Tokyo", "Asia/Tokyo"},
    {"Osaka", "Asia/Tokyo"},
    {"Sapporo", "Asia/Tokyo"},
    {"Sydney", "Australia/Sydney"},
    {"Melbourne", "Australia/Melbourne"},
    {"Canberra", "Australia/Canberra"},
    {"Hobart", "Australia/Hobart"},
    {"Brisbane", "Australia/Brisbane"},
    {"Adelaide", "Australia/Adelaide"},
    {"Darwin", "Australia/Darwin"},
    {"Perth", "Australia/Perth"},
};

// The name that the zone data have for the words of a program. They may begin with the offset of winter, which says
// less: "(GMT-05:00) Eastern Time (US & Canada)". Other texts stay as they are.
std::string_view zone_of_words(std::string_view text) {
  if (text.starts_with("(GMT") || text.starts_with("(UTC")) {
    const auto end = text.find(") ");
    if (end != std::string_view::npos) text.remove_prefix(end + 2);
  }
  for (const auto& known : kZoneWords) {
    if (equals_ignoring_case(known.words, text)) return known.zone;
  }
  return text;
}

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
  zone = zone_of_words(zone);
  home = zone_of_words(home);
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
