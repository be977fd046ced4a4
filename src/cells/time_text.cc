#include "cells/time_text.h"

#include <algorithm>
#include <array>

#include "base/number.h"
#include "base/text.h"
#include "cells/zones.h"

namespace ordo::imports {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxTimeText = 128;  // bytes of a cell with a time
constexpr std::array<std::string_view, 12> kMonthNames = {"january",   "february", "march",    "april",
                                                          "may",       "june",     "july",     "august",
                                                          "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 7> kWeekdayNames = {"monday", "tuesday",  "wednesday", "thursday",
                                                           "friday", "saturday", "sunday"};

bool is_time_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_time_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// Milliseconds of the decimals of a second, which are cut, or of a day, which are rounded: spreadsheets write too few.
// At most 10 digits count.
enum class FractionUnit { second, day };
milliseconds fraction_of(std::string_view digits, FractionUnit unit) {
  digits = digits.substr(0, 10);
  std::int64_t scale = 1;
  std::int64_t value = 0;
  for (const char c : digits) {
    value = value * 10 + (c - '0');
    scale *= 10;
  }
  if (unit == FractionUnit::second) return milliseconds(value * 1000 / scale);
  return milliseconds((value * milliseconds(std::chrono::days(1)).count() + scale / 2) / scale);
}

// The place of a name in a list that it abbreviates with at least three letters, from 1; 0: none.
template <std::size_t size>
int place_of_name(std::string_view word, const std::array<std::string_view, size>& names) {
  if (word.size() < 3) return 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (word.size() <= names[i].size() && equals_ignoring_case(names[i].substr(0, word.size()), word)) {
      return static_cast<int>(i) + 1;
    }
  }
  return 0;
}

// Reads a text from left to right. A function that returns false may have moved on: its caller gives up, or goes back.
class TimeScanner {
 public:
  explicit TimeScanner(std::string_view text) : rest_(text) {}

  TimeParts parts;

  bool date_and_time() {
    skip_weekday();
    if (begins_with_clock()) {
      if (!clock(false)) return false;
      skip(" ,");
      skip_weekday();
      if (!date()) return false;
    } else if (!date() || !rest_of_time()) {
      return false;
    }
    return zone() && rest_.empty();
  }

  bool time_alone() { return clock(true) && zone() && rest_.empty(); }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void skip(std::string_view characters) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(characters), rest_.size()));
  }
  char next(std::size_t at = 0) const { return at < rest_.size() ? rest_[at] : '\0'; }

  template <class Fits>
  std::string_view take_while(Fits fits) {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), fits);
    const auto taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view digits() { return take_while(is_time_digit); }
  std::string_view letters() { return take_while(is_time_letter); }

  static int value(std::string_view digits) { return parse_natural<int>(digits).value_or(-1); }

  // One or two digits.
  bool small_number(int& out) {
    const auto found = digits();
    out = value(found);
    return !found.empty() && found.size() <= 2;
  }

  bool begins_with_clock() const {
    const std::size_t hours = is_time_digit(next(1)) ? 2 : 1;
    return is_time_digit(next()) && next(hours) == ':' && is_time_digit(next(hours + 1));
  }

  void skip_weekday() {
    const auto before = rest_;
    if (place_of_name(letters(), kWeekdayNames) == 0) {
      rest_ = before;
    } else {
      skip("., ");
    }
  }

  // Two digits: 69 to 99 are 1969 to 1999, as with %y of strptime.
  bool year() {
    take('\'');
    const auto found = digits();
    parts.year = value(found);
    if (found.size() == 2) parts.year += parts.year < 69 ? 2000 : 1900;
    return (found.size() == 2 || found.size() == 4) && parts.year >= 1000;
  }

  bool month_name() {
    parts.month = place_of_name(letters(), kMonthNames);
    return parts.month != 0;
  }

  // "5", "5th".
  bool day_number() {
    if (!small_number(parts.day)) return false;
    for (const std::string_view ending : {"st", "nd", "rd", "th"}) {
      if (equals_ignoring_case(rest_.substr(0, 2), ending) && !is_time_letter(next(2))) {
        rest_.remove_prefix(2);
        break;
      }
    }
    return true;
  }

  bool date() {
    if (is_time_letter(next())) return month_first();
    const auto before = rest_;
    const auto found = digits();
    if (found.size() == 4) return year_first(value(found));
    if (found.size() == 8 || found.size() == 12 || found.size() == 14) return compact(found);
    if (found.empty() || found.size() > 2) return false;
    const char separator = next();
    const bool numeric = separator == '/' || separator == '.' || separator == '-';
    if (numeric && is_time_digit(next(next(1) == ' ' ? 2 : 1))) return unordered(value(found), separator);
    rest_ = before;
    return day_number() && day_first();
  }

  // 20240305, 202403051422, 20240305142211.
  bool compact(std::string_view found) {
    parts.year = value(found.substr(0, 4));
    parts.month = value(found.substr(4, 2));
    parts.day = value(found.substr(6, 2));
    const bool is_date = parts.year >= 1900 && parts.year < 2200 && parts.month >= 1 && parts.month <= 12 &&
                         parts.day >= 1 && parts.day <= 31;
    return is_date && (found.size() == 8 || compact_clock(found.substr(8)));
  }

  bool year_first(int year) {
    parts.year = year;
    const char separator = next();
    skip(" -./");
    if (is_time_letter(next())) {
      if (!month_name()) return false;
      skip(" -.,");
      return day_number() && year >= 1000;
    }
    if (separator == ' ' || !small_number(parts.month) || !take(separator)) return false;
    if (separator == '.') skip(" ");
    return small_number(parts.day) && year >= 1000;
  }

  // "05/03/2024". Of "24-03-05" not even the year is sure.
  bool unordered(int first, char separator) {
    parts.first = first;
    take(separator);
    skip(" ");
    if (!small_number(parts.second) || !take(separator)) return false;
    skip(" ");
    return !(separator == '-' && !is_time_digit(next(2))) && year() && parts.first != 0 && parts.second != 0;
  }

  // Behind the day: "March 2024", "-Mar-24".
  bool day_first() {
    skip(" -./,");
    if (equals_ignoring_case(rest_.substr(0, 3), "of ")) rest_.remove_prefix(3);
    if (!month_name()) return false;
    skip(" -./,");
    return year();
  }

  // "Mar 5, 2024", "Mar-05-24", and "Mar 5 14:22:11 2024".
  bool month_first() {
    if (!month_name()) return false;
    skip(" -./");
    if (!day_number()) return false;
    skip(" -./,");
    if (!begins_with_clock()) return year();
    if (!clock(false)) return false;
    skip(" ");
    if (is_time_letter(next()) && !zone()) return false;
    skip(" ");
    return year();
  }

  // Behind the date: nothing, or what stands before a time of day, and that.
  bool rest_of_time() {
    if (parts.time_of_day) return true;
    if ((next() == 'T' || next() == 't') && is_time_digit(next(1))) {
      rest_.remove_prefix(1);
      return clock(true);
    }
    const auto before = rest_;
    skip(" ,");
    if (equals_ignoring_case(rest_.substr(0, 3), "at ")) rest_.remove_prefix(3);
    if (rest_.starts_with("- ")) rest_.remove_prefix(2);
    skip(" ");
    if (is_time_digit(next())) return rest_.size() < before.size() && clock(true);
    rest_ = before;
    return true;
  }

  // "1422" and "142211".
  bool compact_clock(std::string_view found) {
    if (found.size() != 4 && found.size() != 6) return false;
    return set_clock(value(found.substr(0, 2)), value(found.substr(2, 2)),
                     found.size() == 6 ? value(found.substr(4, 2)) : 0, "");
  }

  bool set_clock(int hour, int minute, int second, std::string_view fraction) {
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return false;
    parts.time_of_day = std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second) +
                        fraction_of(fraction, FractionUnit::second);
    return true;
  }

  // `may_be_compact`: digits without a separator are a time of day here.
  bool clock(bool may_be_compact) {
    const auto found = digits();
    if (may_be_compact && found.size() > 2) return compact_clock(found) && skip_fraction();
    if (found.empty() || found.size() > 2) return false;
    int hour = value(found);
    int minute = 0;
    int second = 0;
    std::string_view fraction;
    const char separator = next();
    const bool separated = separator == ':' || (separator == '.' && parts.year != 0);
    if (separated) {
      take(separator);
      if (!digits_of_two(minute)) return false;
      if (next() == separator && is_time_digit(next(1))) {
        take(separator);
        if (!digits_of_two(second)) return false;
        if ((next() == '.' || next() == ',') && is_time_digit(next(1))) {
          rest_.remove_prefix(1);
          fraction = digits();
        }
      }
    }
    const auto half = half_of_day();
    if (!separated && !half) return false;
    if (half) {
      if (hour > 12) return false;
      hour = hour % 12 + *half;
    }
    return set_clock(hour, minute, second, fraction);
  }

  bool digits_of_two(int& out) {
    const auto found = digits();
    out = value(found);
    return found.size() == 2;
  }

  // "142211.123".
  bool skip_fraction() {
    if (!is_time_digit(next(1)) || (next() != '.' && next() != ',')) return true;
    rest_.remove_prefix(1);
    *parts.time_of_day += fraction_of(digits(), FractionUnit::second);
    return true;
  }

  // The hours that AM or PM adds. SA and CH are Vietnamese.
  std::optional<int> half_of_day() {
    const auto before = rest_;
    skip(" ");
    std::string word;
    while (word.size() < 2 && is_time_letter(next())) {
      word += next();
      rest_.remove_prefix(1);
      take('.');
    }
    if (!is_time_letter(next())) {
      if (equals_ignoring_case(word, "am") || equals_ignoring_case(word, "sa")) return 0;
      if (equals_ignoring_case(word, "pm") || equals_ignoring_case(word, "ch")) return 12;
    }
    rest_ = before;
    return std::nullopt;
  }

  // Nothing, or a zone and a comment. Behind an offset, a further word repeats it: "+0000 UTC".
  bool zone() {
    const auto is_of_name = [](char c) {
      return is_time_letter(c) || is_time_digit(c) || c == '+' || c == '-' || c == ':' || c == '/' || c == '_';
    };
    skip(" ,");
    if (parts.zone.empty() && (is_time_letter(next()) || next() == '+' || next() == '-')) {
      parts.zone = take_while(is_of_name);
      const bool is_offset = !is_time_letter(parts.zone.front());
      if (is_offset && !parse_offset(parts.zone)) return false;
      skip(" ");
      if (is_offset) take_while(is_of_name);
    }
    if (take('[')) {
      const auto name = take_while([](char c) { return c != ']'; });
      if (parts.zone.empty()) parts.zone = name;
      if (!take(']')) return false;
    }
    skip(" ");
    if (take('(')) {
      take_while([](char c) { return c != ')'; });
      if (!take(')')) return false;
    }
    skip(" ");
    return true;
  }

  std::string_view rest_;
};

// "45356.5987" as its digits before and behind the separator. nullopt for other texts.
struct NumberOfTime {
  std::string_view whole;
  std::string_view fraction;
};
std::optional<NumberOfTime> number_of_time(std::string_view text) {
  const std::size_t separator = std::min(text.find_first_of(".,"), text.size());
  const NumberOfTime number{text.substr(0, separator), text.substr(std::min(separator + 1, text.size()))};
  const auto are_digits = [](std::string_view part) { return std::all_of(part.begin(), part.end(), is_time_digit); };
  if (number.whole.empty() || !are_digits(number.whole) || !are_digits(number.fraction)) return std::nullopt;
  return number;
}

}  // namespace

std::optional<TimeParts> read_time_parts(std::string_view text) {
  TimeScanner scanner(text);
  if (text.size() > kMaxTimeText || !scanner.date_and_time()) return std::nullopt;
  return std::move(scanner.parts);
}

std::optional<TimeParts> read_time_of_day(std::string_view text) {
  if (text.size() > kMaxTimeText) return std::nullopt;
  const auto number = number_of_time(text);
  if (number && number->whole == "0") {
    TimeParts parts;
    parts.time_of_day = fraction_of(number->fraction, FractionUnit::day);
    return parts;
  }
  TimeScanner scanner(text);
  if (!scanner.time_alone()) return std::nullopt;
  return std::move(scanner.parts);
}

std::optional<TimeParts> read_serial_day(std::string_view text) {
  constexpr int kFirst = 25569;  // 1970-01-01
  constexpr int kLast = 80000;
  const auto number = number_of_time(text);
  if (!number || number->whole.size() != 5) return std::nullopt;
  const int serial = parse_natural<int>(number->whole).value_or(0);
  if (serial < kFirst || serial > kLast) return std::nullopt;
  const Timestamp time =
      std::chrono::sys_days(std::chrono::days(serial - kFirst)) + fraction_of(number->fraction, FractionUnit::day);
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  TimeParts parts;
  parts.year = static_cast<int>(date.year());
  parts.month = static_cast<int>(static_cast<unsigned>(date.month()));
  parts.day = static_cast<int>(static_cast<unsigned>(date.day()));
  parts.time_of_day = time - day;
  return parts;
}

std::optional<Timestamp> read_epoch(std::string_view text) {
  const auto number = number_of_time(text);
  if (!number) return std::nullopt;
  const std::size_t size = number->whole.size();
  const auto value = parse_natural<std::int64_t>(number->whole);
  if (!value) return std::nullopt;
  if (size == 9 || size == 10) return from_unix_ms(*value * 1000) + fraction_of(number->fraction, FractionUnit::second);
  const bool milli = size == 12 || size == 13;
  return milli && number->fraction.empty() ? std::optional(from_unix_ms(*value)) : std::nullopt;
}

}  // namespace ordo::imports
