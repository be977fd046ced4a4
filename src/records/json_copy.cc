#include "records/json_copy.h"

#include <algorithm>

#include "base/text.h"

namespace ordo {
namespace {

void append_break(int indent, std::string& out) {
  if (indent < 0) return;
  out.push_back('\n');
  out.append(static_cast<std::size_t>(indent), ' ');
}

}  // namespace

// Recursion is bounded by the depth that the tape's parser allows.
void append_json(const JsonTape& tape, std::size_t at, int indent, std::string& out,
                 std::span<const std::string_view> without) {
  const JsonNode& node = tape[at];
  const int inner = indent < 0 ? -1 : indent + 2;
  switch (node.kind) {
    case JsonNode::Kind::null:
      out += "null";
      return;
    case JsonNode::Kind::boolean:
      out += node.boolean ? "true" : "false";
      return;
    case JsonNode::Kind::number:
      out += node.text;
      return;
    case JsonNode::Kind::string:
      append_json_string(node.text, out);
      return;
    case JsonNode::Kind::array:
    case JsonNode::Kind::object:
      break;
  }
  const bool object = node.kind == JsonNode::Kind::object;
  out.push_back(object ? '{' : '[');
  bool empty = true;
  for (std::size_t i = at + 1; i < node.end;) {
    const std::size_t value = object ? i + 1 : i;
    const bool left_out = object && std::find(without.begin(), without.end(), tape[i].text) != without.end();
    if (!left_out) {
      if (!empty) out.push_back(',');
      empty = false;
      append_break(inner, out);
      if (object) {
        append_json_string(tape[i].text, out);
        out += indent < 0 ? ":" : ": ";
      }
      append_json(tape, value, inner, out, without);
    }
    i = tape[value].end;
  }
  if (!empty) append_break(indent, out);
  out.push_back(object ? '}' : ']');
}

}  // namespace ordo
