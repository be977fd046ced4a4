// Times as files write them. See time_text.h for the forms that are read without a format.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace ordo::imports {

// The order of day and month in dates such as 05/03/2024, 5.3.24 or 05-03-2024.
enum class DateOrder { unknown, day_first, month_first };
// "day-first" or "month-first", for --date-order.
std::optional<DateOrder> parse_date_order(std::string_view name);

struct TimeStyle {
  DateOrder order = DateOrder::unknown;
  std::string zone;                  // of times that have none: a name or an offset, see zones.h; empty: UTC
  std::vector<std::string> formats;  // of strptime with %z, from --time-format; tried in order before all others
};

// Collects what the cells of one or more columns prove about the order of day and month. Cells that are no times prove
// nothing.
class TimeEvidence {
 public:
  void add(std::string_view cell);
  // The style, with the order that `given` or the cells say. kInvalid "ambiguous_date": `"05/03/2024" can be 5 March or
  // 3 May; say --date-order day-first or month-first`; also when two cells contradict each other. "unknown_zone".
  Result<TimeStyle> decide(const TimeStyle& given) const;

 private:
  // The first cells, as the file has them, for messages.
  std::string day_first_;    // proven by 25/03/2024
  std::string month_first_;  // proven by 03/25/2024
  std::string ambiguous_;
  std::string last_;  // the cell before
};

// A time without a date is midnight. A time without a zone is in that of the style; instant_of() in zones.h says what
// counts when clocks were set. Seconds and milliseconds since 1970 are in UTC. kInvalid "bad_time"; "ambiguous_date" if
// the order of day and month is neither known nor clear from the cell. A cell of is_no_time() is no time. `zone`, if
// the row says one, counts instead of that of the style.
Result<Timestamp> parse_time(std::string_view cell, const TimeStyle& style, std::string_view zone = {});
// The date of one cell and the time of day of another. An empty `time` is midnight, or the time of day that `date` has.
Result<Timestamp> parse_date_and_time(std::string_view date, std::string_view time, const TimeStyle& style,
                                      std::string_view zone = {});

// True for cells that say that something has not happened: those of is_no_value(), "0", "0000-00-00 00:00:00" of SQL,
// and dates of year 1.
bool is_no_time(std::string_view cell);

}  // namespace ordo::imports
