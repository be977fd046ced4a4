// Any JSON: a value that was read is written as JSON that reads as the same value, to the last digit.
#include "records/json.h"

#include <charconv>
#include <cstdlib>
#include <string>

#include "base/check.h"
#include "base/text.h"
#include "records/describe.h"
#include "records/json_codec.h"
#include "records/json_view.h"
#include "records/messages.h"
#include "targets.h"

namespace ordo::fuzz {
namespace {

constexpr std::size_t kMaxDepth = 32;

// Checks the value at `at` and the values inside it. Returns the position after it.
std::size_t check_shape(const JsonTape& tape, std::size_t at, std::size_t depth) {
  ORDO_CHECK(depth <= kMaxDepth, depth);
  const JsonNode& node = tape[at];
  std::size_t next = at + 1;
  if (node.kind == JsonNode::Kind::array) {
    for (std::uint32_t i = 0; i < node.count; ++i) next = check_shape(tape, next, depth + 1);
  } else if (node.kind == JsonNode::Kind::object) {
    for (std::uint32_t i = 0; i < node.count; ++i) {
      ORDO_CHECK(tape[next].kind == JsonNode::Kind::string && is_utf8(tape[next].text), "key ", i);
      next = check_shape(tape, next + 1, depth + 1);
    }
  }
  if (node.kind == JsonNode::Kind::string) ORDO_CHECK(is_utf8(node.text), "a string at ", at);
  ORDO_CHECK(node.end == next, "value ", at, " ends at ", node.end, ", not ", next);
  return next;
}

void check_same(const JsonTape& a, const JsonTape& b) {
  ORDO_CHECK(a[0].end == b[0].end, a[0].end, " and ", b[0].end);
  for (std::size_t i = 0; i < a[0].end; ++i) {
    ORDO_CHECK(a[i].kind == b[i].kind && a[i].text == b[i].text && a[i].boolean == b[i].boolean, "value ", i, ": ",
               a[i].text, " and ", b[i].text);
    ORDO_CHECK(a[i].count == b[i].count && a[i].end == b[i].end, "value ", i);
  }
}

// A whole number is read exactly, or not at all.
void check_numbers(const JsonTape& tape) {
  for (std::size_t i = 0; i < tape[0].end; ++i) {
    if (tape[i].kind != JsonNode::Kind::number) continue;
    JsonReading reading{tape, Fields::strict, {}};
    std::int64_t number = 0;
    read_json(reading, i, JsonPath{}, number);
    // 2.0 and 1e5 count as whole too. A long double has 64 bits, so it holds each of them exactly.
    if (reading.violations.empty()) {
      const bool plain = tape[i].text.find_first_of(".eE") == std::string_view::npos && tape[i].text != "-0";
      const std::string text(tape[i].text);
      ORDO_CHECK(plain ? std::to_string(number) == text
                       : std::strtold(text.c_str(), nullptr) == static_cast<long double>(number),
                 text);
    }
    Decimal decimal;
    JsonReading exact{tape, Fields::strict, {}};
    read_json(exact, i, JsonPath{}, decimal);
    if (exact.violations.empty()) ORDO_CHECK(to_json(decimal) == tape[i].text, tape[i].text);
  }
}

// A body of the API: if strict reading accepts it, lenient reading accepts it too, with the same result.
template <class T>
void check_body(std::string_view input) {
  const auto strict = from_json<T>(input, Fields::strict);
  const auto lenient = from_json<T>(input, Fields::lenient);
  const auto stored = from_json<T>(input, Fields::stored);
  if (!lenient) {
    ORDO_CHECK(!strict.has_value());
    for (const auto& violation : lenient.error().violations) ORDO_CHECK(is_utf8(violation.pointer + violation.detail));
    return;
  }
  ORDO_CHECK(stored.has_value());
  const auto text = to_json(*lenient);
  if (strict) {
    ORDO_CHECK(to_json(*strict) == text, text);
  } else {
    for (const auto& violation : strict.error().violations) ORDO_CHECK(is_utf8(violation.pointer + violation.detail));
  }
  const auto again = from_json<T>(text, Fields::lenient);
  ORDO_CHECK(again.has_value() && to_json(*again) == text, text);
}

}  // namespace

void json(std::string_view input) {
  const auto tape = JsonTape::parse(input);
  if (!tape) {
    ORDO_CHECK(is_utf8(tape.error().message), "the complaint is shown to clients");
    return;
  }
  check_shape(*tape, 0, 0);
  check_numbers(*tape);
  const JsonView view(*tape);
  for (const auto& text : {view.compact(), view.pretty()}) {
    const auto again = JsonTape::parse(text);
    ORDO_CHECK(again.has_value(), again.has_value() ? "" : again.error().text(), ": ", text);
    check_same(*tape, *again);
    ORDO_CHECK(JsonView(*again).compact() == view.compact(), text);
  }
  check_body<NewOrder>(input);
  check_body<ProductEvent>(input);
  check_body<CustomerChanged>(input);
  check_body<WebhookChanged>(input);
}

}  // namespace ordo::fuzz
