#include "records/envelope.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/number.h"

namespace ordo {
namespace {

// The trace context is passed on to all records that this record causes. A longer value is not a trace context and
// stays with its record.
constexpr std::size_t kLongestTraceparent = 256;

constexpr std::string_view kSpecVersion = "1.0";
constexpr std::string_view kContentType = "application/json";

// The meaning of a header, in the order of kNames.
enum class Meaning : std::uint8_t {
  specversion,
  id,
  source,
  type,
  subject,
  time,
  content_type,
  traceparent,
  sequence,
  previous,
  by_kind,
  by_id,
  by_name,
  none
};
constexpr std::string_view kNames[] = {"ce_specversion", "ce_id",        "ce_source",   "ce_type",     "ce_subject",
                                       "ce_time",        "content-type", "traceparent", "ce_sequence", "ce_previous",
                                       kByKindHeader,    kByIdHeader,    kByNameHeader};
static_assert(std::size(kNames) == static_cast<std::size_t>(Meaning::none));

bool is_content_type(std::string_view name) {
  constexpr std::string_view kName = "content-type";
  return std::equal(name.begin(), name.end(), kName.begin(), kName.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

Meaning meaning_of(std::string_view name) {
  const auto* found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found != std::end(kNames)) return static_cast<Meaning>(found - std::begin(kNames));
  // Some clients write header names as in HTTP.
  return is_content_type(name) ? Meaning::content_type : Meaning::none;
}

// True if to_headers writes this header in the same way.
bool is_written_so(const Header& header, Meaning meaning) {
  if (header.null || header.name != kNames[static_cast<std::size_t>(meaning)]) return false;
  switch (meaning) {
    case Meaning::specversion:
      return header.value == kSpecVersion;
    case Meaning::time: {
      const auto time = parse_timestamp(header.value);
      return time && to_rfc3339(*time) == header.value;
    }
    case Meaning::sequence:
    case Meaning::previous: {
      const auto number = parse_natural<std::int64_t>(header.value);
      return number && std::to_string(*number) == header.value;
    }
    case Meaning::by_kind: {
      auto kind = ActorKind::key;
      return enum_from_name(header.value, kind);
    }
    case Meaning::type:
    case Meaning::subject:
    case Meaning::content_type:
      return !header.value.empty();
    case Meaning::traceparent:
      return !header.value.empty() && header.value.size() <= kLongestTraceparent;
    default:
      return true;
  }
}

// True if to_headers reproduces the headers with a meaning, apart from their order: each occurs once and is written as
// ordo writes it, and none that ordo always writes is missing.
bool can_be_made_again(const Headers& headers) {
  std::array<bool, std::size(kNames)> there{};
  bool any = false;
  for (const auto& header : headers) {
    const auto meaning = meaning_of(header.name);
    if (meaning == Meaning::none) continue;
    auto& known = there[static_cast<std::size_t>(meaning)];
    if (known || !is_written_so(header, meaning)) return false;
    known = any = true;
  }
  if (!any) return true;
  const auto has = [&](Meaning meaning) { return there[static_cast<std::size_t>(meaning)]; };
  const bool whole_actor = has(Meaning::by_kind) == has(Meaning::by_id) && has(Meaning::by_name) <= has(Meaning::by_id);
  return whole_actor && has(Meaning::specversion) && has(Meaning::id) && has(Meaning::source) && has(Meaning::type) &&
         has(Meaning::time) && has(Meaning::content_type);
}

void take(Header header, Envelope& envelope) {
  const auto meaning = meaning_of(header.name);
  if (meaning == Meaning::none) return envelope.extra.push_back(std::move(header));
  if (header.null) return;
  auto& value = header.value;
  switch (meaning) {
    case Meaning::id:
      envelope.id = std::move(value);
      break;
    case Meaning::source:
      envelope.source = std::move(value);
      break;
    case Meaning::type:
      envelope.type = std::move(value);
      break;
    case Meaning::subject:
      envelope.subject = std::move(value);
      break;
    case Meaning::time:
      if (const auto time = parse_timestamp(value)) envelope.time = *time;
      break;
    case Meaning::content_type:
      if (value != kContentType) envelope.content_type = std::move(value);
      break;
    case Meaning::traceparent:
      if (value.size() <= kLongestTraceparent) envelope.traceparent = std::move(value);
      break;
    case Meaning::sequence:
      envelope.sequence = parse_natural<std::int64_t>(value);
      break;
    case Meaning::previous:
      envelope.previous = parse_natural<std::int64_t>(value);
      break;
    default:
      break;
  }
}

void append_by(const Actor& by, Headers& headers) {
  headers.emplace_back(kByKindHeader, enum_name(by.kind));
  headers.emplace_back(kByIdHeader, by.id);
  if (by.name) headers.emplace_back(kByNameHeader, *by.name);
}

}  // namespace

std::string source_of(const Owner& owner, std::int64_t epoch) {
  return "/ordo/" + to_string(owner) + "/" + std::to_string(epoch);
}

std::optional<Actor> take_by(Headers& headers) {
  const Header* kind = nullptr;
  const Header* id = nullptr;
  const Header* name = nullptr;
  for (const auto& header : headers) {
    if (header.null) continue;
    if (header.name == kByKindHeader) kind = &header;
    if (header.name == kByIdHeader) id = &header;
    if (header.name == kByNameHeader) name = &header;
  }
  Actor by;
  if (kind == nullptr || id == nullptr || !enum_from_name(kind->value, by.kind)) return std::nullopt;
  by.id = id->value;
  if (name != nullptr) by.name = name->value;
  std::erase_if(headers, [](const Header& header) { return is_by_header(header.name); });
  return by;
}

void set_by(std::optional<Actor> by, Envelope& envelope) {
  if (!envelope.as_came.empty()) {
    std::erase_if(envelope.as_came, [](const Header& header) { return is_by_header(header.name); });
    if (by) append_by(*by, envelope.as_came);
  }
  envelope.by = std::move(by);
}

Headers to_headers(const Envelope& envelope) {
  Headers headers;
  headers.reserve(14 + envelope.as_came.size() + envelope.extra.size());
  if (!envelope.as_came.empty()) {
    headers = envelope.as_came;
  } else if (!envelope.type.empty()) {
    headers.emplace_back("ce_specversion", kSpecVersion);
    headers.emplace_back("ce_id", envelope.id);
    headers.emplace_back("ce_source", envelope.source);
    headers.emplace_back("ce_type", envelope.type);
    if (!envelope.subject.empty()) headers.emplace_back("ce_subject", envelope.subject);
    headers.emplace_back("ce_time", to_rfc3339(envelope.time));
    headers.emplace_back("content-type", envelope.content_type.empty() ? kContentType : envelope.content_type);
    if (!envelope.traceparent.empty()) headers.emplace_back("traceparent", envelope.traceparent);
    if (envelope.sequence) headers.emplace_back("ce_sequence", std::to_string(*envelope.sequence));
    if (envelope.previous) headers.emplace_back("ce_previous", std::to_string(*envelope.previous));
    if (envelope.by) append_by(*envelope.by, headers);
  }
  headers.insert(headers.end(), envelope.extra.begin(), envelope.extra.end());
  if (!envelope.proof.empty()) headers.emplace_back(kProofHeader, envelope.proof);
  return headers;
}

Envelope from_headers(Headers headers) {
  Envelope envelope;
  // guard: letter-headers-exact
  if (!can_be_made_again(headers)) {
    std::copy_if(headers.begin(), headers.end(), std::back_inserter(envelope.as_came),
                 [](const Header& header) { return meaning_of(header.name) != Meaning::none; });
  }
  // If there are several proofs, the last one counts, because ordo writes it last. The others, and invalid ones, are
  // kept.
  const auto proof = std::find_if(headers.rbegin(), headers.rend(), [](const Header& header) {
    return header.name == kProofHeader && !header.value.empty();
  });
  if (proof != headers.rend()) {
    envelope.proof = std::move(proof->value);
    headers.erase(std::next(proof).base());
  }
  envelope.by = take_by(headers);
  for (auto& header : headers) take(std::move(header), envelope);
  return envelope;
}

}  // namespace ordo
