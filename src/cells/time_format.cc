// Formats of strptime.
#include <algorithm>
#include <climits>
#include <ctime>
#include <string>

#include "cells/time_text.h"
#include "cells/zones.h"

namespace ordo::imports {
namespace {

bool is_zone_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
         c == ':' || c == '/' || c == '_';
}

// "-05:30".
std::string text_of_offset(long seconds) {
  const long minutes = (seconds < 0 ? -seconds : seconds) / 60;
  std::string out = seconds < 0 ? "-" : "+";
  for (const long part : {minutes / 60, minutes % 60}) {
    if (out.size() > 1) out += ':';
    if (part < 10) out += '0';
    out += std::to_string(part);
  }
  return out;
}

// Takes the decimals of a second off the front of `rest`, as strptime does not know them.
std::chrono::milliseconds take_decimals(std::string_view& rest) {
  if (rest.size() < 2 || (rest[0] != '.' && rest[0] != ',') || rest[1] < '0' || rest[1] > '9') return {};
  rest.remove_prefix(1);
  int value = 0;
  int scale = 100;
  while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
    value += (rest.front() - '0') * scale;
    scale /= 10;
    rest.remove_prefix(1);
  }
  return std::chrono::milliseconds(value);
}

bool has_all_of_date(const std::tm& tm) {
  return tm.tm_year != INT_MIN && tm.tm_mon != INT_MIN && tm.tm_mday != INT_MIN;
}

}  // namespace

std::optional<TimeParts> read_by_format(const std::string& text, const std::string& format) {
  // strptime knows some forms of offsets and no names. The zone at the end of the format is read here, in every form.
  const bool ends_with_offset = format.ends_with("%z");
  const bool ends_with_zone = ends_with_offset || format.ends_with("%Z");
  std::string head = ends_with_zone ? format.substr(0, format.size() - 2) : format;
  while (head.ends_with(' ')) head.pop_back();
  std::tm tm{};
  tm.tm_year = tm.tm_mon = tm.tm_mday = INT_MIN;
  tm.tm_gmtoff = LONG_MIN;
  const char* end = ::strptime(text.c_str(), head.c_str(), &tm);
  if (end == nullptr || !has_all_of_date(tm) || text.find('\0') != std::string::npos) return std::nullopt;
  std::string_view rest = end;
  const bool ends_with_second = head.ends_with("%S") || head.ends_with("%T");
  const auto decimals = ends_with_second ? take_decimals(rest) : std::chrono::milliseconds(0);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  TimeParts parts;
  if (ends_with_zone) {
    const bool fits = !rest.empty() && std::all_of(rest.begin(), rest.end(), is_zone_character);
    if (!fits || (ends_with_offset && !parse_offset(rest))) return std::nullopt;
    parts.zone = rest;
  } else if (!rest.empty()) {
    return std::nullopt;
  } else if (tm.tm_gmtoff != LONG_MIN) {
    parts.zone = text_of_offset(tm.tm_gmtoff);
  }
  parts.year = tm.tm_year + 1900;
  parts.month = tm.tm_mon + 1;
  parts.day = tm.tm_mday;
  parts.time_of_day =
      std::chrono::hours(tm.tm_hour) + std::chrono::minutes(tm.tm_min) + std::chrono::seconds(tm.tm_sec) + decimals;
  return parts;
}

}  // namespace ordo::imports
