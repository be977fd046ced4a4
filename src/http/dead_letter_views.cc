#include "http/dead_letter_views.h"

#include <utility>

#include "base/text.h"

namespace ordo::http {
namespace {

Letter letter_view(const DeadLetter& dead, std::string key, std::string type, std::size_t bytes,
                   std::string_view state) {
  Letter view;
  view.id = to_string(dead.id);
  view.topic = to_string(dead.id.topic);
  view.state = state;
  view.reason = dead.reason;
  view.detail = dead.detail;
  view.processor = dead.processor;
  view.key = is_utf8(key) ? std::move(key) : std::string("(not UTF-8)");
  view.type = std::move(type);
  if (dead.partition >= 0) view.partition = dead.partition;
  if (dead.offset >= 0) view.offset = dead.offset;
  view.time = dead.time;
  view.refused_at = dead.refused_at;
  view.bytes = static_cast<std::int64_t>(bytes);
  if (!dead.replay_of.empty()) view.replay_of = dead.replay_of;
  return view;
}

std::string to_hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(kDigits[byte >> 4U]);
    out.push_back(kDigits[byte & 15U]);
  }
  return out;
}

}  // namespace

Letter view_of(const ListedLetter& listed) {
  return letter_view(listed.letter, listed.key, listed.type, listed.bytes, to_string(listed.state));
}

WholeLetter view_of(const FoundLetter& found) {
  const Record& record = found.record;
  WholeLetter view;
  view.letter = letter_view(found.letter, record.key, record.envelope.type, record.value.size(),
                            found.state ? to_string(*found.state) : "unknown");
  (is_utf8(record.value) ? view.value : view.value_hex) = is_utf8(record.value) ? record.value : to_hex(record.value);
  for (auto& [name, value] : to_headers(record.envelope)) {
    if (is_utf8(name) && is_utf8(value)) view.headers.push_back({std::move(name), std::move(value)});
  }
  return view;
}

}  // namespace ordo::http
