// ORDO_CHECK: an assertion that is always active, for programming errors only. It prints the values, then aborts.
#pragma once

#include <sstream>
#include <string>

namespace ordo {

[[noreturn]] void check_failed(const char* file, int line, const char* condition, const std::string& saw);

template <class... Args>
std::string check_text(const Args&... args) {
  std::ostringstream out;
  (out << ... << args);
  return out.str();
}

}  // namespace ordo

// ORDO_CHECK(condition, "next ", next, " end ", end): the values are evaluated only on failure.
#define ORDO_CHECK(condition, ...)                                                                             \
  do {                                                                                                         \
    if (!(condition)) [[unlikely]] {                                                                           \
      ::ordo::check_failed(__FILE__, __LINE__, #condition, ::ordo::check_text("" __VA_OPT__(, ) __VA_ARGS__)); \
    }                                                                                                          \
  } while (false)
