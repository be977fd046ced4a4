#include "records/wire_format.h"

#include <cstdint>

#include "base/text.h"
#include "records/json.h"

namespace ordo {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::size_t kFrame = 5;  // a zero byte and the schema's id, big-endian
constexpr std::string_view kBeginsJson = "{[\" \t\r\n";

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

bool begins_json(std::string_view text) {
  return !text.empty() && kBeginsJson.find(text[0]) != std::string_view::npos;
}

bool is_framed(std::string_view value) {
  return value.size() > kFrame && value[0] == '\0';
}

std::uint32_t schema_id(std::string_view value) {
  return byte_at(value, 1) << 24U | byte_at(value, 2) << 16U | byte_at(value, 3) << 8U | byte_at(value, 4);
}

void append_utf8(std::uint32_t code, std::string& out) {
  const auto push = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return push(code);
  if (code < 0x800) {
    push(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    push(0xE0 | code >> 12);
    push(0x80 | (code >> 6 & 0x3F));
  } else {
    push(0xF0 | code >> 18);
    push(0x80 | (code >> 12 & 0x3F));
    push(0x80 | (code >> 6 & 0x3F));
  }
  push(0x80 | (code & 0x3F));
}

enum class ByteOrder : std::uint8_t { none, big, little };

// Detects UTF-16 by its byte-order mark, or by the zero bytes of ASCII characters.
ByteOrder utf16_order(std::string_view value) {
  if (value.size() < 2) return ByteOrder::none;
  if (value.starts_with("\xFE\xFF")) return ByteOrder::big;
  if (value.starts_with("\xFF\xFE")) return value.starts_with("\xFF\xFE\0\0"sv) ? ByteOrder::none : ByteOrder::little;
  if (value.size() % 2 != 0) return ByteOrder::none;
  if (value[0] == '\0' && begins_json(value.substr(1)) && (value.size() == 2 || value[2] == '\0'))
    return ByteOrder::big;
  return value[1] == '\0' && begins_json(value) ? ByteOrder::little : ByteOrder::none;
}

// nullopt if a character is incomplete.
std::optional<std::string> from_utf16(std::string_view value, ByteOrder order) {
  if (value.size() % 2 != 0) return std::nullopt;
  const auto unit = [&](std::size_t at) {
    const auto a = byte_at(value, at);
    const auto b = byte_at(value, at + 1);
    return order == ByteOrder::big ? a << 8U | b : b << 8U | a;
  };
  std::string out;
  out.reserve(value.size() / 2);
  for (std::size_t at = unit(0) == 0xFEFF ? 2 : 0; at < value.size(); at += 2) {
    std::uint32_t code = unit(at);
    if (code >= 0xDC00 && code <= 0xDFFF) return std::nullopt;
    if (code >= 0xD800 && code <= 0xDBFF) {
      at += 2;
      if (at >= value.size()) return std::nullopt;
      const auto low = unit(at);
      if (low < 0xDC00 || low > 0xDFFF) return std::nullopt;
      code = 0x10000 + ((code - 0xD800) << 10U | (low - 0xDC00));
    }
    append_utf8(code, out);
  }
  return out;
}

struct Magic {
  std::string_view begins;
  std::string_view reason;
  std::string_view name;
};
constexpr Magic kMagics[] = {
    {"\x1F\x8B"sv, "compressed_value", "compressed with gzip"},
    {"\x28\xB5\x2F\xFD"sv, "compressed_value", "compressed with zstd"},
    {"\x04\x22\x4D\x18"sv, "compressed_value", "compressed with LZ4"},
    {"\xFF\x06\0\0sNaPpY"sv, "compressed_value", "compressed with Snappy"},
    {"Obj\x01"sv, "binary_value", "an Avro file"},
    {"\xC3\x01"sv, "binary_value", "a single Avro object"},
    {"\xAC\xED\0\x05"sv, "binary_value", "a serialized Java object"},
    {"\xFF\xFE\0\0"sv, "binary_value", "text in UTF-32"},
};

Error named(std::string_view reason, std::string message) {
  return {ErrorCode::kInvalid, std::string(reason), std::move(message), {}};
}

std::string hex(std::uint32_t byte) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  return {'0', 'x', kDigits[byte >> 4U], kDigits[byte & 15U]};
}

std::string first_byte_family(std::string_view value) {
  const auto first = byte_at(value, 0);
  if ((first >= 0x80 && first <= 0x8F) || first == 0xDE || first == 0xDF) return "a map in MessagePack";
  if (first >= 0xA0 && first <= 0xBF) return "a map in CBOR";
  return {};
}

}  // namespace

std::optional<std::string> plain_json(std::string_view value) {
  if (value.size() < 2 || (begins_json(value) && value[1] != '\0')) return std::nullopt;
  if (value.starts_with(kUtf8Mark)) return std::string(value.substr(kUtf8Mark.size()));
  if (const auto order = utf16_order(value); order != ByteOrder::none) return from_utf16(value, order);
  if (!is_framed(value)) return std::nullopt;
  // Avro and Protobuf have the same framing.
  const auto framed = value.substr(kFrame);
  auto text = plain_json(framed).value_or(std::string(framed));
  if (!begins_json(text) || !JsonTape::parse(text)) return std::nullopt;
  return text;
}

Error explain_malformed(std::string_view value, Error malformed) {
  if (value.empty()) return named("empty_value", "the value is empty, without being null");
  if (utf16_order(value) != ByteOrder::none)
    return named("not_utf8", "the value is UTF-16 with an incomplete character");
  if (is_framed(value)) {
    return named("schema_registry_framing", "the value has Confluent's schema-registry framing, schema id " +
                                                std::to_string(schema_id(value)) +
                                                ", but no JSON follows; ordo reads JSON Schema, not Avro or Protobuf");
  }
  for (const auto& magic : kMagics) {
    if (value.starts_with(magic.begins)) {
      return named(magic.reason, "the value is " + std::string(magic.name) + "; it must be JSON");
    }
  }
  if (const auto family = first_byte_family(value); !family.empty()) {
    return named("binary_value", "the value looks like " + family + "; it must be JSON");
  }
  if (const auto good = utf8_bytes(value); good < value.size()) {
    return named("not_utf8", "the value is not UTF-8: byte " + hex(byte_at(value, good)) + " at byte " +
                                 std::to_string(good) + "; JSON must be UTF-8");
  }
  if (value.front() == '<') malformed.message += "; the value looks like XML";
  return malformed;
}

}  // namespace ordo
