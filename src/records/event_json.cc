#include "records/event_json.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "records/json.h"
#include "records/json_copy.h"

namespace ordo {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20;
}

// JSON is UTF-8, but a foreign producer may have written any bytes.
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

constexpr auto kTokenMembers = std::to_array<std::string_view>({"payment_method", "paymentMethod", "data_base64"});

// Writes the value in one line. Line ends in JSON are between tokens; within a string they are escaped.
void append_value(const std::string& value, PaymentTokens tokens, std::string& out) {
  const auto tape = JsonTape::parse(value);
  if (tokens == PaymentTokens::kLeftOut) {
    if (tape) return append_json(*tape, 0, -1, out, kTokenMembers);
    out += "null";
    return;
  }
  if (!tape) return append_text(value, out);
  const auto at = out.size();
  out += value;
  std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(at), out.end(), is_control, ' ');
}

// In a CloudEvent an attribute is a plain string, so there are three.
enum class Form : std::uint8_t { own, cloud_event };

void append_by(const Actor& by, Form form, std::string& out) {
  const bool own = form == Form::own;
  if (own) out += ",\"by\":{";
  append_text_member(own ? "kind" : "bykind", enum_name(by.kind), out);
  append_text_member(own ? "id" : "byid", by.id, out);
  if (by.name) append_text_member(own ? "name" : "byname", *by.name, out);
  if (own) out.push_back('}');
}

void append_members(const Record& record, std::string_view id, std::string_view source, PaymentTokens tokens, Form form,
                    std::string& out) {
  const Envelope& envelope = record.envelope;
  append_text_member("id", id, out);
  append_text_member("source", source, out);
  append_text_member("type", envelope.type, out);
  append_text_member("subject", envelope.subject.empty() ? record.key : envelope.subject, out);
  append_text_member("time", to_rfc3339(envelope.time == Timestamp() ? record.appended_at : envelope.time), out);
  append_text_member("topic", to_string(record.at.topic), out);
  out += ",\"partition\":" + std::to_string(record.at.partition);
  out += ",\"offset\":" + std::to_string(record.offset);
  if (envelope.by) append_by(*envelope.by, form, out);
  out += ",\"data\":";
  append_value(record.value, tokens, out);
  out.push_back('}');
}

}  // namespace

void append_text_member(std::string_view name, std::string_view value, std::string& out) {
  append_json_key(name, out.back() == '{', out);
  append_text(value, out);
}

void append_event_json(const Record& record, PaymentTokens tokens, std::string& out) {
  out.push_back('{');
  append_members(record, record.envelope.id, record.envelope.source, tokens, Form::own, out);
}

std::string cloud_event(const Record& record) {
  std::string out;
  out.reserve(384 + record.value.size());
  out.push_back('{');
  append_text_member("specversion", "1.0", out);
  const auto& envelope = record.envelope;
  const auto place = std::string(to_string(record.at.topic)) + "/" + std::to_string(record.at.partition);
  append_members(record, envelope.id.empty() ? place + "/" + std::to_string(record.offset) : envelope.id,
                 envelope.source.empty() ? "/" + place : envelope.source, PaymentTokens::kLeftOut, Form::cloud_event,
                 out);
  return out;
}

}  // namespace ordo
