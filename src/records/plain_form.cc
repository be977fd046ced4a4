#include "records/plain_form.h"

#include <algorithm>

#include "base/encoding.h"
#include "records/json_view.h"
#include "records/wire_format.h"

namespace ordo {
namespace {

// The media type of a content type: lower case, without parameters.
std::string media_type(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const auto begin = type.find_first_not_of(" \t");
  if (begin == std::string::npos) return {};
  return type.substr(begin, type.find_last_not_of(" \t") - begin + 1);
}

bool is_json(const std::string& media_type) {
  return media_type.ends_with("/json") || media_type.ends_with("+json");
}

bool is_text(const JsonView& member) {
  return member.is(JsonNode::Kind::string);
}

// For a value without a content type: an event has all of these members, an order or a product has none.
bool has_members_of_event(std::string_view text) {
  if (text.find("\"specversion\"") == std::string_view::npos) return false;
  const auto tape = JsonTape::parse(text);
  if (!tape) return false;
  const JsonView event(*tape);
  return is_text(event["specversion"]) && is_text(event["id"]) && is_text(event["source"]) && is_text(event["type"]) &&
         (event["data"] || event["data_base64"]);
}

bool is_structured(const Record& record, std::string_view text) {
  const auto& envelope = record.envelope;
  if (!envelope.content_type.empty() && media_type(envelope.content_type) == "application/cloudevents+json")
    return true;
  return envelope.type.empty() && has_members_of_event(text);
}

class EventReading {
 public:
  explicit EventReading(const JsonTape& tape) : event_(tape) {}

  std::string text(std::string_view name, bool required) {
    const auto member = event_[name];
    if (is_text(member)) return std::string(member.text());
    if (member && !member.is(JsonNode::Kind::null)) {
      wrong(name, "expected a string");
    } else if (required) {
      wrong(name, "is required in a structured CloudEvent");
    }
    return {};
  }

  Timestamp time() {
    const auto said = text("time", false);
    if (said.empty()) return {};
    const auto read = parse_timestamp(said);
    if (!read) wrong("time", read.error().message);
    return read.value_or(Timestamp());
  }

  std::optional<Actor> by() {
    const auto kind = text("bykind", false);
    const auto id = text("byid", false);
    const auto name = text("byname", false);
    if (kind.empty() && id.empty() && name.empty()) return std::nullopt;
    Actor by;
    if (!enum_from_name(kind, by.kind)) wrong("bykind", "must be key, token, system or customer");
    by.id = id;
    if (!name.empty()) by.name = name;
    return by;
  }

  std::string data() {
    if (const auto data = event_["data"]) return data.compact();
    const auto encoded = text("data_base64", false);
    if (encoded.empty()) wrong("data", "is required");
    auto bytes = from_base64(encoded);
    if (!bytes) wrong("data_base64", "is not base64");
    if (!bytes) return {};
    return plain_json(*bytes).value_or(*bytes);
  }

  void wrong(std::string_view name, std::string detail) {
    violations_.push_back({"/" + std::string(name), std::move(detail)});
  }

  std::vector<Violation> violations() { return std::move(violations_); }

 private:
  JsonView event_;
  std::vector<Violation> violations_;
};

// `record` holds the event's text in UTF-8.
Result<Record> unwrap(Record record) {
  const auto text = std::move(record.value);
  auto tape = JsonTape::parse(text);
  if (!tape) return fail(explain_malformed(text, std::move(tape.error())));
  EventReading event(*tape);
  Envelope envelope;
  if (const auto version = event.text("specversion", true); !version.empty() && !version.starts_with("1.")) {
    event.wrong("specversion", "is " + version + "; ordo reads 1.0");
  }
  envelope.id = event.text("id", true);
  envelope.source = event.text("source", true);
  envelope.type = event.text("type", true);
  envelope.subject = event.text("subject", false);
  envelope.time = event.time();
  envelope.traceparent = event.text("traceparent", false);
  envelope.by = event.by();
  envelope.extra = std::move(record.envelope.extra);
  const auto kind = media_type(event.text("datacontenttype", false));
  if (!kind.empty() && !is_json(kind)) {
    return fail(ErrorCode::kInvalid, "unsupported_content_type",
                "the data of the CloudEvent is " + kind + "; it must be JSON");
  }
  record.value = event.data();
  if (auto violations = event.violations(); !violations.empty()) {
    return fail(
        Error{ErrorCode::kInvalid, "invalid_fields", "the CloudEvent has wrong attributes", std::move(violations)});
  }
  // guard: structured-event-forged
  if (envelope.source.starts_with("/ordo/")) {
    return fail(ErrorCode::kInvalid, "forged_source",
                "the CloudEvent claims to be from " + envelope.source + "; sources under /ordo/ are reserved for ordo");
  }
  record.envelope = std::move(envelope);
  return record;
}

Result<void> check_content_type(std::string_view content_type) {
  const auto type = media_type(content_type);
  if (type.starts_with("application/cloudevents-batch")) {
    return fail(ErrorCode::kInvalid, "cloudevents_batch",
                "the record is a batch of CloudEvents; write one record per event");
  }
  if (type.starts_with("application/cloudevents") && !is_json(type)) {
    return fail(
        ErrorCode::kInvalid, "unsupported_content_type",
        "the record is a CloudEvent as " + type + "; ordo reads structured events as application/cloudevents+json");
  }
  return {};
}

}  // namespace

bool is_structured_event(const Record& record) {
  const auto text = plain_json(record.value);
  return is_structured(record, text ? std::string_view(*text) : record.value);
}

Result<std::optional<Record>> plain_form(const Record& record) {
  if (record.null_value) return std::optional<Record>();
  const auto& content_type = record.envelope.content_type;
  if (!content_type.empty()) {
    if (auto checked = check_content_type(content_type); !checked) return fail(std::move(checked.error()));
  }
  auto text = plain_json(record.value);
  const bool structured = is_structured(record, text ? std::string_view(*text) : record.value);
  if (!text && !structured) return std::optional<Record>();
  Record plain = record;
  if (text) plain.value = std::move(*text);
  if (!structured) return std::optional<Record>(std::move(plain));
  auto unwrapped = unwrap(std::move(plain));
  if (!unwrapped) return fail(std::move(unwrapped.error()));
  return std::optional<Record>(std::move(*unwrapped));
}

}  // namespace ordo
