#include "cells/time_values.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/printable.h"
#include "cells/time_text.h"
#include "cells/value_text.h"
#include "cells/zones.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kMaxShownTime = 60;
constexpr std::size_t kMaxFormattedTime = 200;  // bytes of a cell that is read by a format

std::string shown_time(std::string_view cell) {
  return "\"" + printable(cell, kMaxShownTime) + "\"";
}

tl::unexpected<Error> no_time(std::string_view cell, std::string_view why = {}) {
  std::string message = shown_time(cell) + " is not a time such as 2026-01-31 08:05:00; see --time-format";
  if (!why.empty()) message.append("; ").append(why);
  return fail(ErrorCode::kInvalid, "bad_time", std::move(message));
}

// "5 March or 3 May".
std::string both_dates(const TimeParts& parts) {
  static constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                               "May",       "June",     "July",     "August",
                                                               "September", "October",  "November", "December"};
  const auto date = [](int day, int month) {
    return std::to_string(day) + " " + std::string(kMonths[static_cast<std::size_t>(month - 1)]);
  };
  return date(parts.first, parts.second) + " or " + date(parts.second, parts.first);
}

tl::unexpected<Error> unclear_date(std::string_view cell, const TimeParts& parts) {
  return fail(ErrorCode::kInvalid, "ambiguous_date",
              shown_time(cell) + " can be " + both_dates(parts) + "; say --date-order day-first or month-first");
}

bool is_month(int number) {
  return number >= 1 && number <= 12;
}

// Either order gives a date, and not the same one.
bool is_unclear(const TimeParts& parts) {
  return parts.is_unordered() && is_month(parts.first) && is_month(parts.second) && parts.first != parts.second;
}

// What one of the formats or of the known forms makes of a text.
std::optional<TimeParts> parts_of(const std::string& text, const TimeStyle& style) {
  if (text.size() > kMaxFormattedTime) return std::nullopt;
  for (const auto& format : style.formats) {
    if (auto parts = read_by_format(text, format)) return parts;
  }
  if (auto parts = read_serial_day(text)) return parts;
  return read_time_parts(text);
}

Result<Timestamp> instant_of_parts(TimeParts parts, const TimeStyle& style, std::string_view zone,
                                   std::string_view cell) {
  // guard: date-order-unclear
  if (is_unclear(parts) && style.order == DateOrder::unknown) return unclear_date(cell, parts);
  if (parts.is_unordered()) {
    const bool day_first =
        style.order == DateOrder::day_first || (style.order == DateOrder::unknown && is_month(parts.second));
    parts.day = day_first ? parts.first : parts.second;
    parts.month = day_first ? parts.second : parts.first;
  }
  if (parts.month < 1 || parts.day < 1) return no_time(cell);
  const std::chrono::year_month_day date{std::chrono::year(parts.year),
                                         std::chrono::month(static_cast<unsigned>(parts.month)),
                                         std::chrono::day(static_cast<unsigned>(parts.day))};
  if (!date.ok()) return no_time(cell, parts.is_unordered() ? "does --date-order fit?" : "there is no such day");
  const LocalTime local = std::chrono::local_days(date) + parts.time_of_day.value_or(std::chrono::milliseconds(0));
  const std::string_view home = zone.empty() ? std::string_view(style.zone) : zone;
  const auto time = instant_of(local, parts.zone.empty() ? home : parts.zone, home);
  if (!time) return no_time(cell, time.error().message);
  const int year = static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(*time)).year());
  if (year < 0 || year > 9999) return no_time(cell);
  return *time;
}

}  // namespace

std::optional<DateOrder> parse_date_order(std::string_view name) {
  if (name == "day-first") return DateOrder::day_first;
  if (name == "month-first") return DateOrder::month_first;
  return std::nullopt;
}

void TimeEvidence::add(std::string_view cell) {
  // Rows of one order have the same time, and so have orders of one day.
  if (cell == last_) return;
  last_ = cell;
  const auto parts = read_time_parts(value_text(cell));
  if (!parts || !parts->is_unordered()) return;
  const auto note = [&](std::string& first) {
    if (first.empty()) first = printable(cell, kMaxShownTime);
  };
  if (is_unclear(*parts)) {
    note(ambiguous_);
  } else if (!is_month(parts->first) && is_month(parts->second)) {
    note(day_first_);
  } else if (is_month(parts->first) && !is_month(parts->second)) {
    note(month_first_);
  }
}

Result<TimeStyle> TimeEvidence::decide(const TimeStyle& given) const {
  TimeStyle style = given;
  if (!given.zone.empty()) {
    if (const auto known = TimeZone::find(given.zone); !known) return fail(known.error());
  }
  if (given.order != DateOrder::unknown) return style;
  if (!day_first_.empty() && !month_first_.empty()) {
    return fail(ErrorCode::kInvalid, "ambiguous_date",
                shown_time(day_first_) + " and " + shown_time(month_first_) +
                    " have day and month in different orders; say --date-order day-first or month-first");
  }
  if (!day_first_.empty()) style.order = DateOrder::day_first;
  if (!month_first_.empty()) style.order = DateOrder::month_first;
  if (style.order != DateOrder::unknown || ambiguous_.empty()) return style;
  const auto parts = parts_of(value_text(ambiguous_), style);
  // guard: date-order-of-column
  if (parts && is_unclear(*parts)) return unclear_date(ambiguous_, *parts);
  return style;  // a format reads it
}

Result<Timestamp> parse_time(std::string_view cell, const TimeStyle& style, std::string_view zone) {
  const std::string text = value_text(cell);
  auto parts = parts_of(text, style);
  if (parts) return instant_of_parts(std::move(*parts), style, zone, cell);
  if (const auto time = read_epoch(text)) return *time;
  return no_time(cell);
}

Result<Timestamp> parse_date_and_time(std::string_view date, std::string_view time, const TimeStyle& style,
                                      std::string_view zone) {
  if (is_no_value(time)) return parse_time(date, style, zone);
  const std::string date_text = value_text(date);
  const std::string time_text = value_text(time);
  std::string both = date_text;
  both.append(1, ' ').append(time_text);
  for (const auto& format : style.formats) {
    if (auto parts = read_by_format(both, format)) {
      return instant_of_parts(std::move(*parts), style, zone, date);
    }
  }
  auto parts = parts_of(date_text, style);
  if (!parts) return parse_time(date, style, zone);
  // A cell of a database has midnight beside its date. Any other time of day is meant.
  const bool complete = parts->time_of_day.value_or(std::chrono::milliseconds(0)) != std::chrono::milliseconds(0);
  if (complete) return instant_of_parts(std::move(*parts), style, zone, date);
  auto clock = read_time_of_day(time_text);
  if (!clock) clock = read_time_parts(time_text);  // with a date of its own, as spreadsheets write it: 1899-12-30
  if (!clock || !clock->time_of_day) return no_time(time);
  parts->time_of_day = clock->time_of_day;
  if (!clock->zone.empty()) parts->zone = clock->zone;
  return instant_of_parts(std::move(*parts), style, zone, date);
}

bool is_no_time(std::string_view cell) {
  const std::string text = value_text(cell);
  if (is_no_value(text) || text.starts_with("0001-01-01")) return true;
  return text.find_first_not_of("0-/.: TZ") == std::string::npos && text.find('0') != std::string::npos;
}

}  // namespace ordo::imports
