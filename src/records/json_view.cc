#include "records/json_view.h"

#include "records/json_text.h"

namespace ordo {

std::string_view JsonView::text() const {
  return is(JsonNode::Kind::string) || is(JsonNode::Kind::number) ? node().text : std::string_view();
}

JsonView JsonView::operator[](std::string_view name) const {
  JsonView found;
  members([&](std::string_view key, JsonView value) {
    if (key == name) found = value;
  });
  return found;
}

std::string JsonView::written(int level) const {
  if (tape_ == nullptr) return {};
  const bool pretty = level >= 0;
  const std::string indent = pretty ? "\n" + std::string(2 * static_cast<std::size_t>(level), ' ') : std::string();
  std::string out;
  switch (node().kind) {
    case JsonNode::Kind::null:
      return "null";
    case JsonNode::Kind::boolean:
      return node().boolean ? "true" : "false";
    case JsonNode::Kind::number:
      return std::string(node().text);
    case JsonNode::Kind::string:
      return json_string(node().text);
    case JsonNode::Kind::array:
      elements([&](JsonView element) { out += (out.empty() ? "[" : pretty ? ", " : ",") + element.written(level); });
      return out.empty() ? "[]" : out + "]";
    case JsonNode::Kind::object:
      members([&](std::string_view key, JsonView value) {
        out += (out.empty() ? "{" : ",") + indent + (pretty ? "  " : "") + json_string(key) + (pretty ? ": " : ":") +
               value.written(pretty ? level + 1 : level);
      });
      return out.empty() ? "{}" : out + indent + "}";
  }
  return out;
}

}  // namespace ordo
