#include "records/json_pick.h"

#include "base/number.h"

namespace ordo {

std::optional<std::size_t> member(const JsonTape& tape, std::size_t at, std::string_view name) {
  if (tape[at].kind != JsonNode::Kind::object) return std::nullopt;
  for (std::size_t key = at + 1; key < tape[at].end; key = tape[key + 1].end) {
    if (tape[key].text == name) return key + 1;
  }
  return std::nullopt;
}

std::string_view text_of(const JsonTape& tape, std::size_t at, std::string_view name) {
  const auto found = member(tape, at, name);
  return found ? tape[*found].text : std::string_view();
}

std::optional<std::int64_t> whole_of(const JsonTape& tape, std::size_t at, std::string_view name) {
  return parse_integer<std::int64_t>(text_of(tape, at, name));
}

}  // namespace ordo
