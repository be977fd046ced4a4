#include "api/dead_letters/dead_letter_views.h"

#include <utility>

#include "base/encoding.h"
#include "base/text.h"

namespace ordo::api {
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
  view.bytes = dead.omitted_bytes.value_or(static_cast<std::int64_t>(bytes));
  if (dead.omitted_bytes) view.value_omitted = true;
  if (!dead.replay_of.empty()) view.replay_of = dead.replay_of;
  return view;
}

void show(const std::string& bytes, std::optional<std::string>& text, std::optional<std::string>& hex) {
  if (is_utf8(bytes)) {
    text = bytes;
  } else {
    hex = to_hex(bytes);
  }
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
  if (record.null_value) {
    view.tombstone = true;
  } else {
    show(record.value, view.value, view.value_hex);
  }
  for (const auto& [name, value, null] : to_headers(record.envelope)) {
    auto& header = view.headers.emplace_back();
    header.name = utf8_cut(name, name.size());
    if (!null) show(value, header.value, header.value_hex);
  }
  return view;
}

}  // namespace ordo::api
