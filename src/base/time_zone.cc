#include "base/time_zone.h"

#include <date/tz.h>

#include <algorithm>
#include <exception>
#include <string>

#include "base/number.h"
#include "base/printable.h"
#include "base/text.h"

namespace ordo {
namespace {

constexpr std::size_t kMaxZoneName = 64;
constexpr int kMaxOffsetHours = 15;

// The data end with 2037. The calendar repeats after 28 years, and so do the rules by which clocks are set.
constexpr auto kEndOfZoneData = std::chrono::sys_days(std::chrono::year(2037) / 1 / 1);
constexpr auto kZoneCycle = std::chrono::days(28 * 365 + 7);

// A time with the same place in the calendar for which there are data.
std::chrono::seconds within_zone_data(std::chrono::milliseconds since_epoch) {
  constexpr auto kEnd = kEndOfZoneData.time_since_epoch();
  if (since_epoch >= kEnd) since_epoch -= kZoneCycle * ((since_epoch - kEnd) / kZoneCycle + 1);
  return std::chrono::floor<std::chrono::seconds>(since_epoch);
}

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

date::local_info info_of(const date::time_zone& zone, LocalTime local) {
  return zone.get_info(date::local_seconds(within_zone_data(local.time_since_epoch())));
}

tl::unexpected<Error> unknown_zone(std::string_view zone) {
  const std::string why = zone_data_is_usable() ? "is not known, or has several meanings"
                                                : "cannot be found, as this system has no usable time zone data";
  return fail(ErrorCode::kInvalid, "unknown_zone",
              "the time zone \"" + printable(zone, kMaxZoneName) + "\" " + why +
                  "; use a name such as Europe/Berlin or an offset such as +07:00");
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

Result<TimeZone> TimeZone::find(std::string_view name) {
  TimeZone zone;
  if (const auto offset = parse_offset(name)) {
    zone.offset_ = *offset;
    return zone;
  }
  zone.zone_ = find_zone(name);
  if (zone.zone_ == nullptr) return unknown_zone(name);
  return zone;
}

LocalTime TimeZone::local_time(Timestamp instant) const {
  auto offset = offset_;
  if (zone_ != nullptr)
    offset = zone_->get_info(date::sys_seconds(within_zone_data(instant.time_since_epoch()))).offset;
  return LocalTime(instant.time_since_epoch() + offset);
}

Timestamp TimeZone::instant(LocalTime local) const {
  if (zone_ == nullptr) return Timestamp(local.time_since_epoch() - offset_);
  // guard: zone-offset-before-change
  return Timestamp(local.time_since_epoch() - info_of(*zone_, local).first.offset);
}

std::vector<ZoneOffset> TimeZone::offsets(LocalTime local) const {
  if (zone_ == nullptr) return {{offset_, {}}};
  const auto info = info_of(*zone_, local);
  std::vector<ZoneOffset> found{{info.first.offset, info.first.abbrev}};
  if (info.result != date::local_info::unique) found.push_back({info.second.offset, info.second.abbrev});
  return found;
}

}  // namespace ordo
