#include "api/events/event.h"

#include <algorithm>

#include "base/text.h"

namespace ordo::api {
namespace {

http::BodyChunk chunk(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20;
}

std::string text_of(const Record& record, PaymentTokens tokens) {
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
  out += "data: ";
  append_event_json(record, tokens, out);
  out += "\n\n";
  return out;
}

bool type_matches(std::string_view pattern, std::string_view type) {
  if (pattern.ends_with('*')) return type.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == type;
}

}  // namespace

std::size_t Event::footprint() const {
  // The value may exist three times: once in the record, and once in each of the two texts.
  return sizeof(Event) + sizeof(std::string) + 3 * record_.value.size() + record_.key.size() + type().size() +
         subject().size() + record_.envelope.source.size() + record_.envelope.id.size() + 256;
}

const http::BodyChunk& Event::text(PaymentTokens tokens) const {
  auto& text = texts_[static_cast<std::size_t>(tokens)];
  std::call_once(text.made, [&] { text.chunk = chunk(text_of(record_, tokens)); });
  return text.chunk;
}

bool EventFilter::matches(const Event& event) const {
  if (!order_id.empty() && event.subject() != order_id && event.key() != order_id) return false;
  return types.empty() || std::any_of(types.begin(), types.end(),
                                      [&](const std::string& pattern) { return type_matches(pattern, event.type()); });
}

http::BodyChunk id_line(const EventLog& log, const Offsets& after) {
  return chunk("id: " + event_id(log, after) + "\n");
}

http::BodyChunk heartbeat(const EventLog& log, const Offsets& after) {
  return chunk(": heartbeat\nid: " + event_id(log, after) + "\n\n");
}

http::BodyChunk gap(const EventLog& log, const Offsets& resume, std::string_view why, std::string_view requested,
                    std::int64_t missing) {
  const auto id = event_id(log, resume);
  std::string out = "id: " + id + "\nevent: gap\ndata: {";
  append_text_member("reason", why, out);
  if (!requested.empty()) append_text_member("requested", requested, out);
  append_text_member("resume", id, out);
  if (missing > 0) out += ",\"missing\":" + std::to_string(missing);
  out += "}\n\n";
  return chunk(std::move(out));
}

}  // namespace ordo::api
