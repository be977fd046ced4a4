// The parts of a time as a text writes them, before the order of day and month and the zone are known.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace ordo::imports {

struct TimeParts {
  int year = 0;
  int month = 0;
  int day = 0;
  // "05/03/2024": day and month, or month and day. Then `month` and `day` are 0.
  int first = 0;
  int second = 0;
  std::optional<std::chrono::milliseconds> time_of_day;
  std::string zone;  // an offset, a name or an abbreviation; empty: none

  bool is_unordered() const { return first != 0; }
};

// Reads a date with or without a time of day and a zone. `text` is from value_text(). nullopt for any other text.
//   2024-03-05, 2024/3/5, 2024.03.05, 20240305, 20240305142211
//   05/03/2024, 5.3.2024, 05-03-2024, 3/5/24, 5.3.24 (the order of day and month is open)
//   Mar 5, 2024; 5 March 2024; 05-Mar-24; Mar-05-24; Tue, 05 Mar 2024
//   14:22, 14:22:11.123, 2:22 PM, before or behind the date, also after T, "at", a comma or " - "
//   Z, -0500, -05:00, +07, UTC+7, PST, America/New_York, (a comment)
std::optional<TimeParts> read_time_parts(std::string_view text);

// Reads a time of day alone, with or without a zone; also 142211 and 1422, and the fraction of a day 0.5987.
std::optional<TimeParts> read_time_of_day(std::string_view text);

// Reads the serial day of a spreadsheet, 25569 to 80000, with the time of day as its fraction.
std::optional<TimeParts> read_serial_day(std::string_view text);

// Reads seconds (9 or 10 digits, with or without a fraction) or milliseconds (12 or 13 digits) since 1970. Ask
// read_time_parts() first: 202403051422 is a date.
std::optional<Timestamp> read_epoch(std::string_view text);

// Reads a text by a format of strptime. At the end of the format, %z takes every offset of parse_offset(), %Z also
// names and abbreviations, and %S and %T decimals. nullopt also for a format without a whole date.
std::optional<TimeParts> read_by_format(const std::string& text, const std::string& format);

}  // namespace ordo::imports
