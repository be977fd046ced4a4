#include "base/time.h"

namespace ordo {
namespace {

// Reads exactly `digits` decimal digits at `pos` and moves past them.
bool read_number(std::string_view text, std::size_t& pos, std::size_t digits, int& out) {
  if (pos + digits > text.size()) return false;
  out = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = text[pos + i];
    if (c < '0' || c > '9') return false;
    out = out * 10 + (c - '0');
  }
  pos += digits;
  return true;
}

bool read_char(std::string_view text, std::size_t& pos, char expected) {
  if (pos >= text.size() || text[pos] != expected) return false;
  ++pos;
  return true;
}

// Writes `value` in exactly `width` decimal digits at `out`, without its leading digits when it has more.
char* write_digits(std::int64_t value, int width, char* out) {
  for (int i = width - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return out + width;
}

}  // namespace

Timestamp now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

char* put_rfc3339(Timestamp time, char* at) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  at = write_digits(static_cast<int>(date.year()), 4, at);
  *at++ = '-';
  at = write_digits(static_cast<unsigned>(date.month()), 2, at);
  *at++ = '-';
  at = write_digits(static_cast<unsigned>(date.day()), 2, at);
  *at++ = 'T';
  at = write_digits(clock.hours().count(), 2, at);
  *at++ = ':';
  at = write_digits(clock.minutes().count(), 2, at);
  *at++ = ':';
  at = write_digits(clock.seconds().count(), 2, at);
  *at++ = '.';
  at = write_digits(clock.subseconds().count(), 3, at);
  *at++ = 'Z';
  return at;
}

void append_rfc3339(Timestamp time, std::string& out) {
  char text[kRfc3339Size];
  out.append(text, put_rfc3339(time, text));
}

std::string to_rfc3339(Timestamp time) {
  std::string out;
  append_rfc3339(time, out);
  return out;
}

Result<Timestamp> parse_timestamp(std::string_view text) {
  const auto refuse = [&] {
    return fail(ErrorCode::kInvalid, "bad_timestamp", "expected an RFC 3339 time such as 2026-01-31T08:05:00Z");
  };
  // An offset or a leap second may lead outside the years with four digits, and only those can be written.
  const auto in_utc = [&](Timestamp time) -> Result<Timestamp> {
    const int year = static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time)).year());
    if (year < 0 || year > 9999) return refuse();
    return time;
  };
  std::size_t pos = 0;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!read_number(text, pos, 4, year) || !read_char(text, pos, '-') || !read_number(text, pos, 2, month) ||
      !read_char(text, pos, '-') || !read_number(text, pos, 2, day)) {
    return refuse();
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return refuse();
  Timestamp time = std::chrono::sys_days(date);
  if (pos == text.size()) return time;

  if (text[pos] != 'T' && text[pos] != 't' && text[pos] != ' ') return refuse();
  ++pos;
  if (!read_number(text, pos, 2, hour) || !read_char(text, pos, ':') || !read_number(text, pos, 2, minute) ||
      !read_char(text, pos, ':') || !read_number(text, pos, 2, second) || hour > 23 || minute > 59 || second > 60) {
    return refuse();
  }
  time += std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  if (pos < text.size() && text[pos] == '.') {
    ++pos;
    int scale = 100;
    const std::size_t first = pos;
    while (pos < text.size() && text[pos] >= '0' && text[pos] <= '9') {
      time += std::chrono::milliseconds((text[pos] - '0') * scale);
      scale /= 10;
      ++pos;
    }
    if (pos == first) return refuse();
  }
  if (pos + 1 == text.size() && (text[pos] == 'Z' || text[pos] == 'z')) return in_utc(time);
  if (pos >= text.size() || (text[pos] != '+' && text[pos] != '-')) return refuse();
  const int sign = text[pos] == '+' ? -1 : 1;
  ++pos;
  int offset_hours = 0, offset_minutes = 0;
  if (!read_number(text, pos, 2, offset_hours) || !read_char(text, pos, ':') ||
      !read_number(text, pos, 2, offset_minutes) || pos != text.size() || offset_hours > 23 || offset_minutes > 59) {
    return refuse();
  }
  return in_utc(time + sign * (std::chrono::hours(offset_hours) + std::chrono::minutes(offset_minutes)));
}

}  // namespace ordo
