#include "embedded/log_frame.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>

#include "base/crc32c.h"
#include "embedded/log_codec.h"

namespace ordo::embedded {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers of a head are little-endian");

// The bytes of a head.
struct RawHead {
  std::uint32_t crc;   // of the place, and of all bytes after this one up to the end of the body
  std::uint32_t size;  // of the body
  std::uint8_t kind;
  std::uint8_t reserved;
  std::uint16_t partition;
  std::uint32_t unsynced;
  std::int64_t offset;
  std::int64_t time;
};
static_assert(sizeof(RawHead) == kFrameHead);

std::uint32_t checksum(std::string_view frame, FramePlace place) {
  std::array<std::uint64_t, 2> numbers = {place.file, place.position};
  char bytes[sizeof numbers];
  std::memcpy(bytes, numbers.data(), sizeof numbers);
  return crc32c(frame.substr(sizeof(RawHead::crc)), crc32c({bytes, sizeof bytes}));
}

std::size_t filled(std::size_t size) {
  return (size + kFrameAlign - 1) / kFrameAlign * kFrameAlign;
}

// What the body of a record has besides key and value; a bit each.
enum Has : std::uint32_t {
  kType = 1,
  kSource = 2,
  kSequence = 4,
  kPrevious = 8,
  kId = 16,       // otherwise "source:sequence"
  kSubject = 32,  // otherwise the key
  kTime = 64,     // otherwise the time of the head
  kTraceparent = 128,
  kHeaders = 256,  // of the actor, and those without a meaning for ordo
  kWire = 512,     // all headers as received, and none of the above
  kNullValue = 1'024,
  kEmptyKey = 2'048,
};

// The usual form of an id.
bool has_derived_id(const Envelope& envelope) {
  if (!envelope.sequence || envelope.id.size() <= envelope.source.size()) return false;
  char digits[24];
  const auto* end = std::to_chars(digits, digits + sizeof digits, *envelope.sequence).ptr;
  const std::string_view id = envelope.id;
  return id.starts_with(envelope.source) && id[envelope.source.size()] == ':' &&
         id.substr(envelope.source.size() + 1) == std::string_view(digits, static_cast<std::size_t>(end - digits));
}

// The fields cannot represent it exactly. ordo's own records are never so.
bool needs_wire_form(const Envelope& envelope) {
  return !envelope.as_came.empty() || !envelope.content_type.empty() || !envelope.proof.empty() ||
         std::any_of(envelope.extra.begin(), envelope.extra.end(), [](const Header& header) { return header.null; });
}

void put_headers(const Headers& headers, std::string& out) {
  put_number(headers.size(), out);
  for (const auto& header : headers) {
    put_text(header.name, out);
    put_number(header.null ? 0 : header.value.size() + 1, out);
    out += header.value;
  }
}

Headers headers_of(const Envelope& envelope) {
  Headers headers;
  if (const auto& by = envelope.by) {
    headers.emplace_back(kByKindHeader, enum_name(by->kind));
    headers.emplace_back(kByIdHeader, by->id);
    if (by->name) headers.emplace_back(kByNameHeader, *by->name);
  }
  headers.insert(headers.end(), envelope.extra.begin(), envelope.extra.end());
  return headers;
}

std::uint64_t parts_of(const Record& record) {
  const Envelope& envelope = record.envelope;
  std::uint64_t has = 0;
  if (record.null_value) has |= kNullValue;
  if (record.empty_key) has |= kEmptyKey;
  if (needs_wire_form(envelope)) return has | kWire;
  if (!envelope.type.empty()) has |= kType;
  if (!envelope.source.empty()) has |= kSource;
  if (envelope.sequence) has |= kSequence;
  if (envelope.previous) has |= kPrevious;
  if (!has_derived_id(envelope)) has |= kId;
  if (envelope.subject != record.key) has |= kSubject;
  if (envelope.time != record.appended_at) has |= kTime;
  if (!envelope.traceparent.empty()) has |= kTraceparent;
  if (envelope.by || !envelope.extra.empty()) has |= kHeaders;
  return has;
}

Headers read_headers(BodyReader& body) {
  Headers headers;
  for (std::uint64_t left = body.number(); left > 0 && body.ok(); --left) {
    const std::string_view name = body.text();
    const std::uint64_t size = body.number();
    if (size == 0) {
      headers.emplace_back(name, std::nullopt);
    } else {
      headers.emplace_back(name, body.bytes(size - 1));
    }
  }
  return headers;
}

void read_fields(std::uint64_t has, BodyReader& body, Record& record) {
  Envelope& envelope = record.envelope;
  if ((has & kType) != 0) envelope.type = body.text();
  if ((has & kSource) != 0) envelope.source = body.text();
  if ((has & kSequence) != 0) envelope.sequence = static_cast<std::int64_t>(body.number());
  if ((has & kPrevious) != 0) envelope.previous = static_cast<std::int64_t>(body.number());
  if ((has & kId) != 0) {
    envelope.id = body.text();
  } else {
    envelope.id = envelope.source + ":" + std::to_string(envelope.sequence.value_or(0));
  }
  envelope.subject = (has & kSubject) != 0 ? std::string(body.text()) : record.key;
  envelope.time = (has & kTime) != 0 ? from_unix_ms(static_cast<std::int64_t>(body.number())) : record.appended_at;
  if ((has & kTraceparent) != 0) envelope.traceparent = body.text();
  if ((has & kHeaders) == 0) return;
  envelope.extra = read_headers(body);
  envelope.by = take_by(envelope.extra);
}

}  // namespace

std::size_t begin_frame(std::string& out) {
  const std::size_t begin = out.size();
  out.append(kFrameHead, '\0');
  return begin;
}

void end_frame(const FrameHead& head, FramePlace place, std::size_t begin, std::string& out) {
  const std::size_t size = out.size() - begin - kFrameHead;
  RawHead raw{0,
              static_cast<std::uint32_t>(size),
              static_cast<std::uint8_t>(head.kind),
              0,
              head.partition,
              head.unsynced,
              head.offset,
              head.time};
  std::memcpy(out.data() + begin, &raw, sizeof raw);
  raw.crc = checksum(std::string_view(out).substr(begin), place);
  std::memcpy(out.data() + begin, &raw.crc, sizeof raw.crc);
  out.resize(begin + filled(kFrameHead + size), '\0');
}

std::size_t frame_size(std::string_view bytes) {
  RawHead raw{};
  if (bytes.size() < sizeof raw) return 0;
  std::memcpy(&raw, bytes.data(), sizeof raw);
  const bool known = raw.kind >= static_cast<std::uint8_t>(FrameKind::header) &&
                     raw.kind <= static_cast<std::uint8_t>(FrameKind::index) && raw.reserved == 0 &&
                     raw.size <= kMaxBody;
  return known ? filled(kFrameHead + raw.size) : 0;
}

std::optional<Frame> read_frame(std::string_view bytes, FramePlace place) {
  const std::size_t size = frame_size(bytes);
  RawHead raw{};
  if (size == 0) return std::nullopt;
  std::memcpy(&raw, bytes.data(), sizeof raw);
  if (bytes.size() < kFrameHead + raw.size) return std::nullopt;
  // guard: log-frame-checksum
  if (checksum(bytes.substr(0, kFrameHead + raw.size), place) != raw.crc) return std::nullopt;
  return Frame{{static_cast<FrameKind>(raw.kind), raw.partition, raw.unsynced, raw.offset, raw.time},
               bytes.substr(kFrameHead, raw.size),
               size};
}

void append_record_body(const Record& record, std::string& out) {
  const Envelope& envelope = record.envelope;
  const std::uint64_t has = parts_of(record);
  put_number(has, out);
  put_text(record.key, out);
  if ((has & kWire) != 0) put_headers(to_headers(envelope), out);
  if ((has & kType) != 0) put_text(envelope.type, out);
  if ((has & kSource) != 0) put_text(envelope.source, out);
  if ((has & kSequence) != 0) put_number(static_cast<std::uint64_t>(*envelope.sequence), out);
  if ((has & kPrevious) != 0) put_number(static_cast<std::uint64_t>(*envelope.previous), out);
  if ((has & kId) != 0) put_text(envelope.id, out);
  if ((has & kSubject) != 0) put_text(envelope.subject, out);
  if ((has & kTime) != 0) put_number(static_cast<std::uint64_t>(to_unix_ms(envelope.time)), out);
  if ((has & kTraceparent) != 0) put_text(envelope.traceparent, out);
  if ((has & kHeaders) != 0) put_headers(headers_of(envelope), out);
  put_text(record.value, out);
}

std::optional<Record> read_record(const Frame& frame, const TopicPartition& at) {
  BodyReader body(frame.body);
  Record record;
  record.at = at;
  record.offset = frame.head.offset;
  record.appended_at = from_unix_ms(frame.head.time);
  const std::uint64_t has = body.number();
  record.key = body.text();
  record.null_value = (has & kNullValue) != 0;
  record.empty_key = (has & kEmptyKey) != 0;
  if ((has & kWire) != 0) {
    record.envelope = from_headers(read_headers(body));
  } else {
    read_fields(has, body, record);
  }
  record.value = body.text();
  if (!body.ok()) return std::nullopt;
  return record;
}

}  // namespace ordo::embedded
