#include "cells/zones.h"

#include <date/tz.h>

#include <algorithm>
#include <exception>
#include <string>

#include "base/number.h"
#include "base/printable.h"
#include "base/text.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kMaxZoneName = 64;
constexpr int kMaxOffsetHours = 15;

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

// False without zone data, and with data that the library reads wrongly: files that give the rules of the future as a
// formula only, which it passes over.
bool zone_data_is_usable() {
  static const bool usable = [] {
    try {
      const auto summer = std::chrono::sys_seconds(std::chrono::sys_days(std::chrono::year(2024) / 7 / 1));
      return date::locate_zone("America/New_York")->get_info(summer).offset == std::chrono::hours(-4);
    } catch (const std::exception&) {
      return false;
    }
  }();
  return usable;
}

// Null for a name that the data do not have. Names are compared without case. Those that do not begin with a capital,
// such as "localtime", are no zones of the world.
const date::time_zone* find_zone(std::string_view name) {
  if (name.empty() || name.size() > kMaxZoneName || !zone_data_is_usable()) return nullptr;
  std::string wanted(name);
  std::replace(wanted.begin(), wanted.end(), ' ', '_');
  const auto& zones = date::get_tzdb().zones;
  const auto exact = std::lower_bound(zones.begin(), zones.end(), wanted,
                                      [](const date::time_zone& zone, const auto& text) { return zone.name() < text; });
  const auto is_zone = [](const date::time_zone& zone) { return zone.name()[0] >= 'A' && zone.name()[0] <= 'Z'; };
  if (exact != zones.end() && exact->name() == wanted && is_zone(*exact)) return &*exact;
  const auto found = std::find_if(zones.begin(), zones.end(), [&](const date::time_zone& zone) {
    return is_zone(zone) && equals_ignoring_case(zone.name(), wanted);
  });
  return found != zones.end() ? &*found : nullptr;
}

// The data end with 2037. The calendar repeats after 28 years, and so do the rules by which clocks are set.
date::local_info info_of(const date::time_zone& zone, LocalTime local) {
  constexpr auto kEnd = std::chrono::local_days(std::chrono::year(2037) / 1 / 1);
  constexpr auto kCycle = std::chrono::days(28 * 365 + 7);
  while (local >= kEnd) local -= kCycle;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(local.time_since_epoch());
  return zone.get_info(date::local_seconds(seconds));
}

// What `home` means by an abbreviation around a local time.
std::optional<std::chrono::seconds> offset_at_home(std::string_view abbreviation, LocalTime local,
                                                   std::string_view home) {
  const date::time_zone* zone = find_zone(home);
  if (zone == nullptr) return std::nullopt;
  const auto info = info_of(*zone, local);
  if (info.first.abbrev == abbreviation) return info.first.offset;
  const bool changes = info.result != date::local_info::unique;
  if (changes && info.second.abbrev == abbreviation) return info.second.offset;
  return std::nullopt;
}

tl::unexpected<Error> unknown_zone(std::string_view zone) {
  const std::string why = zone_data_is_usable() ? "is not known, or has several meanings"
                                                : "cannot be found, as this system has no usable time zone data";
  return fail(ErrorCode::kInvalid, "unknown_zone",
              "the time zone \"" + printable(zone, kMaxZoneName) + "\" " + why +
                  "; use a name such as Europe/Berlin or an offset such as +07:00");
}

Timestamp at_offset(LocalTime local, std::chrono::seconds offset) {
  return Timestamp(local.time_since_epoch() - offset);
}

}  // namespace

std::optional<std::chrono::minutes> parse_offset(std::string_view text) {
  if (text.size() > kMaxZoneName) return std::nullopt;
  if (equals_ignoring_case(text, "Z")) return std::chrono::minutes(0);
  if (text.size() >= 3 &&
      (equals_ignoring_case(text.substr(0, 3), "UTC") || equals_ignoring_case(text.substr(0, 3), "GMT"))) {
    text.remove_prefix(3);
    if (text.empty()) return std::chrono::minutes(0);
  } else if (equals_ignoring_case(text, "UT")) {
    return std::chrono::minutes(0);
  }
  if (text.size() < 2 || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const bool west = text.front() == '-';
  text.remove_prefix(1);
  const std::size_t colon = text.find(':');
  std::string_view hours = text.substr(0, colon);
  std::string_view minutes = colon == std::string_view::npos ? "00" : text.substr(colon + 1);
  if (colon == std::string_view::npos && hours.size() == 4) {
    minutes = hours.substr(2);
    hours = hours.substr(0, 2);
  }
  if (hours.size() > 2 || minutes.size() != 2) return std::nullopt;
  const auto is_digits = [](std::string_view part) {
    return part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  const auto hour = parse_natural<int>(hours);
  const auto minute = parse_natural<int>(minutes);
  if (!hour || !minute || !is_digits(hours) || !is_digits(minutes)) return std::nullopt;
  if (*hour > kMaxOffsetHours || *minute > 59) return std::nullopt;
  const auto offset = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  return west ? -offset : offset;
}

Result<Timestamp> instant_of(LocalTime local, std::string_view zone, std::string_view home) {
  if (zone.empty()) return at_offset(local, std::chrono::seconds(0));
  if (const auto offset = parse_offset(zone)) return at_offset(local, *offset);
  if (const auto offset = offset_at_home(zone, local, home)) return at_offset(local, *offset);
  const auto known = std::find_if(std::begin(kZoneAbbreviations), std::end(kZoneAbbreviations),
                                  [&](const ZoneAbbreviation& it) { return equals_ignoring_case(it.name, zone); });
  if (known != std::end(kZoneAbbreviations)) return at_offset(local, std::chrono::minutes(known->minutes));
  const date::time_zone* found = find_zone(zone);
  if (found == nullptr) return unknown_zone(zone);
  // guard: zone-offset-before-change
  return at_offset(local, info_of(*found, local).first.offset);
}

Result<void> check_zone(std::string_view zone) {
  if (parse_offset(zone) || find_zone(zone) != nullptr) return {};
  return unknown_zone(zone);
}

}  // namespace ordo::imports
