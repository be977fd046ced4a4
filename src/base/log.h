// Structured logging: one JSON object a line on stderr. Thread-safe, never throws, and bounded: a value is cut at 1
// KiB. Secrets are never passed here.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace ordo {

enum class LogLevel { kDebug, kInfo, kWarn, kError, kOff };

// A name and a value, rendered as a JSON string or number.
struct LogField {
  std::string_view name;
  std::string value;
  bool quoted = true;

  LogField(std::string_view field, std::string_view text) : name(field), value(text) {}
  LogField(std::string_view field, const char* text) : name(field), value(text) {}
  LogField(std::string_view field, const std::string& text) : name(field), value(text) {}
  template <class Number>
  requires std::is_arithmetic_v<Number> LogField(std::string_view field, Number number)
      : name(field), value(std::to_string(number)), quoted(false) {}
};

void set_log_level(LogLevel level);

// `event` is a short constant sentence. Variable data goes into `fields`.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

inline void log_debug(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kDebug, event, fields);
}
inline void log_info(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kInfo, event, fields);
}
inline void log_warn(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kWarn, event, fields);
}
inline void log_error(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kError, event, fields);
}

}  // namespace ordo
