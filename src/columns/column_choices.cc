// What the person says about the columns: --map and --set.
#include <algorithm>

#include "base/text.h"
#include "columns/columns.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kMaxMaps = 500;

bool is_role_letter(char c) {
  return (c >= 'a' && c <= 'z') || c == '_' || c == '-' || (c >= '0' && c <= '9');
}

// Whether `text` begins with a word and "=": what follows a comma is then the next COLUMN=NAME.
bool begins_entry(std::string_view text) {
  const std::size_t equals = text.find('=');
  return equals != std::string_view::npos && equals > 0 &&
         std::all_of(text.begin(), text.begin() + static_cast<long>(equals), is_role_letter);
}

tl::unexpected<Error> bad_entry(std::string_view reason, std::string_view entry, std::string_view form) {
  const std::string_view name = entry.substr(0, entry.find('='));
  std::vector<std::string_view> names;
  for (const RoleInfo& info : roles()) names.push_back(info.name);
  const std::string hint(nearest(name, names));
  std::string text = "\"" + utf8_cut(entry, 200) + "\" is not " + std::string(form) + " with a known COLUMN";
  if (!hint.empty() && hint != name) text += "; did you mean " + hint + "?";
  return fail(ErrorCode::kInvalid, std::string(reason), std::move(text));
}

// Takes a name in double quotes from the front. Two quotes inside are one. Nothing if the second quote is missing.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string name;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] != '"') {
      name += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == '"') {
      name += '"';
      ++i;
    } else {
      text.remove_prefix(i + 1);
      return name;
    }
  }
  return std::nullopt;
}

std::string take_plain(std::string_view& text) {
  std::size_t comma = text.find(',');
  while (comma != std::string_view::npos && !begins_entry(text.substr(comma + 1))) comma = text.find(',', comma + 1);
  std::string name(text.substr(0, comma));
  text.remove_prefix(name.size());
  return name;
}

}  // namespace

Result<void> add_map(std::string_view text, ColumnChoices& choices) {
  constexpr std::string_view kForm = "COLUMN=NAME";
  if (text.empty()) return bad_entry("bad_map", text, kForm);
  while (!text.empty()) {
    const std::string_view entry = text;
    const std::size_t equals = std::min(text.find('='), text.size());
    const auto role = parse_role(text.substr(0, equals));
    text.remove_prefix(std::min(equals + 1, text.size()));
    if (!role || text.empty()) return bad_entry("bad_map", entry, kForm);
    const auto name = text.front() == '"' ? take_quoted(text) : take_plain(text);
    if (!name || name->empty() || (!text.empty() && text.front() != ',')) {
      return bad_entry("bad_map", entry, kForm);
    }
    if (choices.map.size() >= kMaxMaps) {
      return fail(ErrorCode::kInvalid, "bad_map", "--map names more than " + std::to_string(kMaxMaps) + " columns");
    }
    choices.map.emplace_back(*role, *name);
    if (!text.empty()) text.remove_prefix(1);
  }
  return {};
}

Result<void> add_set(std::string_view text, ColumnChoices& choices) {
  const std::size_t equals = text.find('=');
  const auto role = parse_role(text.substr(0, equals));
  if (!role || equals == std::string_view::npos || equals + 1 == text.size()) {
    return bad_entry("bad_set", text, "COLUMN=VALUE");
  }
  choices.set[*role] = std::string(text.substr(equals + 1));
  return {};
}

}  // namespace ordo::imports
