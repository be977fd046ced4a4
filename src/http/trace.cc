#include "http/trace.h"

#include <algorithm>
#include <random>

namespace ordo::http {
namespace {

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

std::string_view trace_id_of(std::string_view traceparent) {
  // version "-" trace-id "-" parent-id "-" flags; a later version may append more.
  if (traceparent.size() < 55 || traceparent[2] != '-' || traceparent[35] != '-' || traceparent[52] != '-') return {};
  const auto version = traceparent.substr(0, 2);
  const auto trace = traceparent.substr(3, 32);
  const auto parent = traceparent.substr(36, 16);
  if (!is_hex(version) || version == "ff" || !is_hex(trace) || !is_hex(parent) || !is_hex(traceparent.substr(53, 2)))
    return {};
  if (version == "00" && traceparent.size() != 55) return {};
  if (trace.find_first_not_of('0') == std::string_view::npos || parent.find_first_not_of('0') == std::string_view::npos)
    return {};
  return trace;
}

std::string fresh_trace_id() {
  static constexpr char kHex[] = "0123456789abcdef";
  thread_local std::mt19937_64 random{std::random_device{}()};
  std::string id(32, '0');
  for (std::size_t half = 0; half < 2; ++half) {
    auto bits = random() | 1U;  // never all zeros
    for (std::size_t i = 0; i < 16; ++i, bits >>= 4) id[half * 16 + i] = kHex[bits & 15];
  }
  return id;
}

}  // namespace ordo::http
