#include "records/envelope.h"

#include <charconv>

namespace ordo {
namespace {

std::optional<std::int64_t> parse_int(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

}  // namespace

std::string source_of(const Owner& owner, std::int64_t epoch) {
  return "/ordo/" + to_string(owner) + "/" + std::to_string(epoch);
}

Headers to_headers(const Envelope& envelope) {
  Headers headers;
  headers.reserve(10 + envelope.extra.size());
  if (!envelope.type.empty()) {
    headers.emplace_back("ce_specversion", "1.0");
    headers.emplace_back("ce_id", envelope.id);
    headers.emplace_back("ce_source", envelope.source);
    headers.emplace_back("ce_type", envelope.type);
    if (!envelope.subject.empty()) headers.emplace_back("ce_subject", envelope.subject);
    headers.emplace_back("ce_time", to_rfc3339(envelope.time));
    headers.emplace_back("content-type", "application/json");
    if (!envelope.traceparent.empty()) headers.emplace_back("traceparent", envelope.traceparent);
    if (envelope.sequence) headers.emplace_back("ce_sequence", std::to_string(*envelope.sequence));
    if (envelope.previous) headers.emplace_back("ce_previous", std::to_string(*envelope.previous));
  }
  headers.insert(headers.end(), envelope.extra.begin(), envelope.extra.end());
  return headers;
}

Envelope from_headers(Headers headers) {
  Envelope envelope;
  for (auto& header : headers) {
    const auto& name = header.first;
    auto& value = header.second;
    if (name == "ce_id") {
      envelope.id = std::move(value);
    } else if (name == "ce_source") {
      envelope.source = std::move(value);
    } else if (name == "ce_type") {
      envelope.type = std::move(value);
    } else if (name == "ce_subject") {
      envelope.subject = std::move(value);
    } else if (name == "ce_time") {
      if (const auto time = parse_timestamp(value)) envelope.time = *time;
    } else if (name == "ce_sequence") {
      envelope.sequence = parse_int(value);
    } else if (name == "ce_previous") {
      envelope.previous = parse_int(value);
    } else if (name == "traceparent") {
      envelope.traceparent = std::move(value);
    } else if (name != "ce_specversion" && name != "content-type") {
      envelope.extra.push_back(std::move(header));
    }
  }
  return envelope;
}

}  // namespace ordo
