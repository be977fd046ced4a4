// Parsed JSON as a flat tape. Numbers keep the token that they were written with, so money never passes through a
// double.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ordo {

struct JsonNode {
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  bool boolean = false;
  std::uint32_t count = 0;  // elements of an array, members of an object
  std::uint32_t end = 0;    // index of the first node after this value and all below it
  std::string_view text;    // of a string (unescaped) or a number (as written)
};

std::string_view to_string(JsonNode::Kind kind);

// A parsed document. A value has an index. The elements of an array follow its head; the members of an object follow it
// as key and value in turn. `end` skips a value. Views point into the input, which must outlive the tape, or into the
// tape.
class JsonTape {
 public:
  // kInvalid "malformed_json" with the byte offset. Beyond RFC 8259, refuses invalid UTF-8, a repeated key, and nesting
  // deeper than 32.
  static Result<JsonTape> parse(std::string_view text);

  const JsonNode& operator[](std::size_t index) const { return nodes_[index]; }

 private:
  friend class JsonTapeBuilder;
  std::vector<JsonNode> nodes_;
  std::deque<std::string> unescaped_;
};

}  // namespace ordo
