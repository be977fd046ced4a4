#include "http/event.h"

#include <algorithm>

#include "base/text.h"
#include "records/json.h"

namespace ordo::http {
namespace {

BodyChunk chunk(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20;
}

// A stream is UTF-8; what a foreign producer wrote may be anything.
void append_text(std::string_view text, std::string& out) {
  if (is_utf8(text)) return append_json_string(text, out);
  std::string repaired;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x80) {
      repaired.push_back(c);
    } else {
      repaired += "\xEF\xBF\xBD";
    }
  }
  append_json_string(repaired, out);
}

// In one line. The ends of lines in JSON are between its tokens: within a string they are escaped.
void append_value(const std::string& value, std::string& out) {
  if (!JsonTape::parse(value)) return append_text(value, out);
  const auto at = out.size();
  out += value;
  std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(at), out.end(), is_control, ' ');
}

void append_member(std::string_view name, std::string_view value, std::string& out) {
  append_json_key(name, out.back() == '{', out);
  append_text(value, out);
}

std::string text_of(const Record& record) {
  const Envelope& envelope = record.envelope;
  std::string out;
  out.reserve(384 + record.value.size());
  if (!envelope.type.empty()) {
    out += "event: ";
    const auto at = out.size();
    out += envelope.type;
    std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(at), out.end(), is_control, ' ');
    out.push_back('\n');
  }
  out += "data: {";
  append_member("id", envelope.id, out);
  append_member("source", envelope.source, out);
  append_member("type", envelope.type, out);
  append_member("subject", envelope.subject.empty() ? record.key : envelope.subject, out);
  append_member("time", to_rfc3339(envelope.time == Timestamp() ? record.appended_at : envelope.time), out);
  append_member("topic", to_string(record.at.topic), out);
  out += ",\"partition\":" + std::to_string(record.at.partition);
  out += ",\"offset\":" + std::to_string(record.offset);
  out += ",\"data\":";
  append_value(record.value, out);
  out += "}\n\n";
  return out;
}

bool type_matches(std::string_view pattern, std::string_view type) {
  if (pattern.ends_with('*')) return type.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == type;
}

}  // namespace

std::size_t Event::footprint() const {
  // The value may be there twice: as it is, and in the text.
  return sizeof(Event) + sizeof(std::string) + 2 * record_.value.size() + record_.key.size() + type().size() +
         subject().size() + record_.envelope.source.size() + record_.envelope.id.size() + 256;
}

const BodyChunk& Event::text() const {
  std::call_once(made_, [this] { text_ = chunk(text_of(record_)); });
  return text_;
}

bool EventFilter::matches(const Event& event) const {
  if (!order_id.empty() && event.subject() != order_id && event.key() != order_id) return false;
  return types.empty() || std::any_of(types.begin(), types.end(),
                                      [&](const std::string& pattern) { return type_matches(pattern, event.type()); });
}

BodyChunk id_line(const EventLog& log, const Offsets& after) {
  return chunk("id: " + event_id(log, after) + "\n");
}

BodyChunk heartbeat(const EventLog& log, const Offsets& after) {
  return chunk(": heartbeat\nid: " + event_id(log, after) + "\n\n");
}

BodyChunk gap(const EventLog& log, const Offsets& resume, std::string_view why, std::string_view requested,
              std::int64_t missing) {
  const auto id = event_id(log, resume);
  std::string out = "id: " + id + "\nevent: gap\ndata: {";
  append_member("reason", why, out);
  if (!requested.empty()) append_member("requested", requested, out);
  append_member("resume", id, out);
  if (missing > 0) out += ",\"missing\":" + std::to_string(missing);
  out += "}\n\n";
  return chunk(std::move(out));
}

}  // namespace ordo::http
