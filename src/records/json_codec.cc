#include "records/json_codec.h"

#include <algorithm>

#include "records/whole_number.h"

namespace ordo {

std::string JsonPath::pointer() const {
  if (parent == nullptr) return {};
  std::string out = parent->pointer();
  out.push_back('/');
  if (is_index) return out + std::to_string(index);
  for (const char c : name) {  // RFC 6901 section 3
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

void JsonReading::refuse(const JsonPath& path, std::string detail) {
  if (violations.size() < kMaxViolations) violations.push_back({path.pointer(), std::move(detail)});
}

void JsonReading::refuse_kind(const JsonPath& path, std::string_view expected, const JsonNode& found) {
  refuse(path, "expected " + std::string(expected) + ", found " + std::string(to_string(found.kind)));
}

void JsonReading::refuse_unknown(const JsonPath& parent, std::string_view key,
                                 const std::vector<std::string_view>& known) {
  if (std::find(known.begin(), known.end(), key) != known.end()) return;
  const auto near = nearest(key, known);
  refuse(JsonPath{&parent, key}, near.empty()
                                     ? "is not a field of this request"
                                     : "is not a field of this request; did you mean \"" + std::string(near) + "\"?");
}

namespace {

// The token of the number at `at`; nothing if it is not a number.
std::optional<std::string_view> number_at(const JsonReading& in, std::size_t at) {
  const JsonNode& node = in.tape[at];
  if (in.fields == Fields::seed) return seed_number(node);
  return node.kind == JsonNode::Kind::number ? std::optional(node.text) : std::nullopt;
}

}  // namespace

void read_json(JsonReading& in, std::size_t at, const JsonPath& path, bool& out) {
  const JsonNode& node = in.tape[at];
  if (node.kind != JsonNode::Kind::boolean) return in.refuse_kind(path, "a boolean", node);
  out = node.boolean;
}

void read_json(JsonReading& in, std::size_t at, const JsonPath& path, std::int64_t& out) {
  const auto number = number_at(in, at);
  if (!number) return in.refuse_kind(path, "a whole number", in.tape[at]);
  const auto whole = parse_whole(*number);
  if (whole.kind == WholeNumber::Kind::out_of_range) return in.refuse(path, "is out of the range of a 64-bit integer");
  if (whole.kind == WholeNumber::Kind::fraction)
    return in.refuse(path, "expected a whole number, found " + std::string(number->substr(0, 40)));
  out = whole.value;
}

void read_json(JsonReading& in, std::size_t at, const JsonPath& path, std::string& out) {
  const JsonNode& node = in.tape[at];
  if (in.fields == Fields::seed) {
    auto text = seed_text(node);
    if (!text) return in.refuse_kind(path, "a string", node);
    out = std::move(*text);
    return;
  }
  if (node.kind != JsonNode::Kind::string) return in.refuse_kind(path, "a string", node);
  out.assign(node.text);
}

void read_json(JsonReading& in, std::size_t at, const JsonPath& path, Timestamp& out) {
  const JsonNode& node = in.tape[at];
  if (node.kind != JsonNode::Kind::string) return in.refuse_kind(path, "a time as a string", node);
  const auto time = parse_timestamp(node.text);
  if (!time) return in.refuse(path, time.error().message);
  out = *time;
}

void read_json(JsonReading& in, std::size_t at, const JsonPath& path, Currency& out) {
  const JsonNode& node = in.tape[at];
  if (node.kind != JsonNode::Kind::string) return in.refuse_kind(path, "a currency code", node);
  if (node.text == Currency().code() && in.fields != Fields::strict) return;  // "XXX": no line of the order has a price
  const auto currency = Currency::parse(node.text);
  if (!currency) return in.refuse(path, currency.error().message);
  out = *currency;
}

void read_json(JsonReading& in, std::size_t at, const JsonPath& path, Decimal& out) {
  const auto number = number_at(in, at);
  if (!number) return in.refuse_kind(path, "a number", in.tape[at]);
  if (number->size() > 64) return in.refuse(path, "has too many digits");
  out.text.assign(*number);
}

void read_json(JsonReading& in, std::size_t at, const JsonPath& path, std::map<std::string, std::string>& out) {
  const JsonNode& node = in.tape[at];
  if (node.kind != JsonNode::Kind::object) return in.refuse_kind(path, "an object of strings", node);
  for (std::size_t key = at + 1; key < node.end; key = in.tape[key + 1].end) {
    const JsonPath here{&path, in.tape[key].text};
    read_json(in, key + 1, here, out[std::string(in.tape[key].text)]);
  }
}

void put_json(std::string_view value, JsonBuffer& out) {
  if (needs_json_escape(value)) {
    std::string text;
    append_json_string(value, text);
    return out.append(text);
  }
  char* to = out.room(value.size() + 2);
  *to++ = '"';
  std::memcpy(to, value.data(), value.size());
  to += value.size();
  *to++ = '"';
  out.ends_at(to);
}

void put_json(Timestamp value, JsonBuffer& out) {
  char* to = out.room(kRfc3339Size + 2);
  *to++ = '"';
  to = put_rfc3339(value, to);
  *to++ = '"';
  out.ends_at(to);
}

void put_json(const std::map<std::string, std::string>& value, JsonBuffer& out) {
  out.push_back('{');
  bool first = true;
  for (const auto& [key, text] : value) {
    if (!first) out.push_back(',');
    first = false;
    put_json(std::string_view(key), out);
    out.push_back(':');
    put_json(std::string_view(text), out);
  }
  out.push_back('}');
}

}  // namespace ordo
