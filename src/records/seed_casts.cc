#include "records/seed_casts.h"

namespace ordo {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

}  // namespace

std::optional<std::string_view> seed_number(const JsonNode& node) {
  if (node.kind == JsonNode::Kind::number) return node.text;
  if (node.kind == JsonNode::Kind::boolean) return node.boolean ? "1" : "0";
  if (node.kind != JsonNode::Kind::string) return std::nullopt;
  const auto text = trimmed(node.text);
  // A text that JSON accepts as a number is one, and can be written as JSON again.
  const auto tape = JsonTape::parse(text);
  if (!tape || (*tape)[0].kind != JsonNode::Kind::number) return std::nullopt;
  return text;
}

std::optional<std::string> seed_text(const JsonNode& node) {
  if (node.kind == JsonNode::Kind::string) return std::string(node.text);
  if (node.kind == JsonNode::Kind::boolean) return node.boolean ? "true" : "false";
  if (node.kind != JsonNode::Kind::number || node.text.find_first_of("eE") != std::string_view::npos)
    return std::nullopt;
  auto digits = node.text;
  if (digits.find('.') != std::string_view::npos) {
    digits = digits.substr(0, digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.remove_suffix(1);
  }
  return std::string(digits);
}

bool says_no_number(const JsonNode& node) {
  return node.kind == JsonNode::Kind::null || (node.kind == JsonNode::Kind::string && node.text.empty());
}

}  // namespace ordo
