#include "columns/missing_columns.h"

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kMostHeadingsShown = 40;
constexpr std::size_t kMostNearest = 3;
constexpr std::size_t kMostHeadingBytes = 80;
constexpr std::size_t kFar = std::numeric_limits<std::size_t>::max();

// As one word of a shell.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string short_heading(const std::string& heading) {
  return utf8_cut(heading, kMostHeadingBytes);
}

std::string list_of(const std::vector<std::string>& headings) {
  const std::vector<std::string> first(
      headings.begin(), headings.begin() + static_cast<long>(std::min(headings.size(), kMostHeadingsShown)));
  std::string text = joined(first, ", ", short_heading);
  if (headings.size() > first.size()) text += " and " + std::to_string(headings.size() - first.size()) + " more";
  return text;
}

// How far a heading is from a word: typing errors are near, then a heading that contains the word.
std::size_t distance(std::string_view key, std::string_view word) {
  constexpr std::size_t kShort = 4;
  constexpr std::size_t kContained = 10;
  if (key.size() < kShort || word.size() < kShort) return kFar;
  if (key.find(word) != std::string_view::npos) return kContained + key.size() - word.size();
  const std::size_t edits = edit_distance(word, key);
  return edits < word.size() / 3 + 2 ? edits : kFar;
}

std::size_t distance_of_role(std::string_view key, std::string_view words) {
  std::size_t best = kFar;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    best = std::min(best, distance(key, words.substr(0, end)));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return best;
}

// The headings without a meaning that come nearest to the words of the role.
std::vector<std::string> nearest_headings(Role role, const Columns& columns, const std::vector<Heading>& read,
                                          const std::vector<bool>& taken) {
  const auto rows = vocabulary(columns.kind);
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& other) { return other.role == role; });
  if (row == rows.end()) return {};
  std::vector<std::pair<std::size_t, std::size_t>> found;  // distance, column
  for (std::size_t i = 0; i < read.size(); ++i) {
    if (taken[i]) continue;
    const std::size_t far = distance_of_role(read[i].in_line.value_or(read[i].key), row->headings);
    if (far != kFar) found.emplace_back(far, i);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> names;
  for (const auto& [far, i] : found) {
    if (names.size() < kMostNearest) names.push_back(columns.headings[i]);
  }
  return names;
}

// Whether it is a file of order heads or payments: it has orders or their totals, but no goods.
bool has_heads_only(const Columns& columns) {
  if (columns.has(Role::product) || columns.has(Role::name)) return false;
  if (columns.profile != nullptr && !columns.profile->has_lines) return true;
  return !columns.has(Role::quantity) && columns.has(Role::order) &&
         (columns.has(Role::total) || columns.has(Role::status) || columns.has(Role::time) ||
          columns.has(Role::customer));
}

Error no_lines(const Columns& columns) {
  std::string text = columns.profile != nullptr ? "this file is " + std::string(columns.profile->title) + ", which has"
                                                : std::string("this is a file of order heads or payments: it has");
  text += " no lines (products and quantities)";
  const bool has_orders = columns.profile == nullptr || !columns.profile->columns.empty();
  if (has_orders && columns.has(Role::order)) {
    text += "; --lines FILE joins it with the file of the lines by the order's number";
  }
  if (columns.profile == nullptr) {
    text += "; if it has them, say where: --map product=NAME --map quantity=NAME. It has " + list_of(columns.headings);
  } else if (!columns.profile->advice.empty()) {
    text += "; " + std::string(columns.profile->advice);
  }
  return Error{ErrorCode::kInvalid, "no_lines", std::move(text), {}};
}

}  // namespace

Error unknown_column(std::string_view name, const std::vector<std::string>& headings) {
  const std::string hint(nearest(name, headings));
  std::string text = "the file has no column " + utf8_cut(name, kMostHeadingBytes);
  if (!hint.empty()) text += "; did you mean " + short_heading(hint) + "?";
  return Error{ErrorCode::kInvalid, "unknown_column", text + " It has " + list_of(headings), {}};
}

Error missing_columns(const std::vector<Role>& missing, const Columns& columns, const std::vector<Heading>& read,
                      const std::vector<bool>& taken) {
  std::string flags;
  std::string near;
  for (const Role role : missing) {
    const auto names = nearest_headings(role, columns, read, taken);
    const std::string role_name(to_string(role));
    flags += " --map " + quoted(role_name + "=" + (names.empty() ? "NAME" : names.front()));
    if (!names.empty()) near += "; nearest to " + role_name + ": " + joined(names, ", ", short_heading);
  }
  std::string text = "found no column for " + joined(missing, ", ", [](Role role) { return to_string(role); });
  text += near + ". Say which it is:" + flags;
  if (std::find(missing.begin(), missing.end(), Role::quantity) != missing.end()) {
    text += ", or --set quantity=1 if each row is one piece";
  }
  text += ". The file has " + list_of(columns.headings);
  const auto other = columns.kind == ImportKind::orders ? ImportKind::products : ImportKind::orders;
  if (columns.profile != nullptr && !columns.profile->advice.empty()) {
    text += ". It is " + std::string(columns.profile->title) + ": " + std::string(columns.profile->advice);
  } else if (const Profile* profile = recognize(other, columns.headings); profile != nullptr) {
    text +=
        ". It looks like " + std::string(profile->title) + ": use `ordo import " + std::string(to_string(other)) + "`";
  }
  return Error{ErrorCode::kInvalid, "missing_columns", std::move(text), {}};
}

Result<void> check_needed(const Columns& columns, const std::vector<Heading>& read, const std::vector<bool>& taken,
                          bool update) {
  std::vector<Role> missing;
  const auto need = [&](Role role) {
    if (!columns.has(role)) missing.push_back(role);
  };
  if (columns.kind == ImportKind::products) {
    need(Role::product);
    if (!update) {
      need(Role::name);
      need(Role::price);
    }
  } else {
    if (has_heads_only(columns)) return fail(no_lines(columns));
    // guard: import-needs-an-order
    need(Role::order);
    if (!columns.has(Role::name)) need(Role::product);  // a line without a product is a custom line
    need(Role::quantity);
  }
  if (!missing.empty()) return fail(missing_columns(missing, columns, read, taken));
  return {};
}

}  // namespace ordo::imports
