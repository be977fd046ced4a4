#include "tables/packed_lines.h"

#include <algorithm>
#include <array>

#include "records/json.h"
#include "tables/json_members.h"

namespace ordo::imports {
namespace {

// A member's name with its colon at the beginning of `text`; empty if there is none. The value follows after `size`.
struct MemberName {
  std::string_view name;
  std::size_t size = 0;
};

// `blanks`: the name may have blanks in it and before it.
MemberName member_name_at(std::string_view text, bool blanks) {
  static constexpr std::size_t kMaxName = 60;
  const auto is_part = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           (blanks && c == ' ');
  };
  const std::size_t begin = blanks ? std::min(text.find_first_not_of(' '), text.size()) : 0;
  std::size_t end = begin;
  while (end < text.size() && end < kMaxName && is_part(text[end])) ++end;
  if (end == begin || end == text.size() || text[end] != ':') return {};
  return {text.substr(begin, end - begin), end + 1};
}

// The names of BigCommerce have blanks, so that a text could look like one. All begin with one of these words.
bool is_shop_name(std::string_view name) {
  return name.starts_with("Product ") || name.starts_with("Peachtree ");
}

std::string_view value_without_blanks(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \n\r\t"), text.size());
  const std::size_t end = text.find_last_not_of(" \n\r\t") + 1;
  return begin < end ? text.substr(begin, end - begin) : std::string_view();
}

// Takes away the backslashes before characters that separate members.
std::string unescaped(std::string_view value) {
  static constexpr std::string_view kEscaped = "|;=,:\\";
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size() && kEscaped.find(value[i + 1]) != std::string_view::npos) ++i;
    out.push_back(value[i]);
  }
  return out;
}

// Reads members with names. A separator in a value is a separator only if the name of a member follows it. A line
// begins with the name that the first line begins with.
class NamedMembers {
 public:
  explicit NamedMembers(std::string_view cell) : cell_(cell) {}

  std::vector<PackedLine> read() {
    const auto first = member_name_at(cell_, true);
    if (first.size == 0) return {};
    first_name_ = first.name;
    of_big_commerce_ = is_shop_name(first.name);
    begin_member(first.name, first.size);
    while (at_ < cell_.size()) {
      const char c = cell_[at_];
      if (c == '\\' && !of_big_commerce_) {
        at_ += 2;
        continue;
      }
      const bool separates = c == '|' || c == '\n' || (of_big_commerce_ ? c == ',' || c == ' ' : c == ';');
      const auto next = separates ? member_name_at(cell_.substr(at_ + 1), of_big_commerce_) : MemberName{};
      if (next.size != 0 && begins_member(c, next.name)) {
        end_member();
        begin_member(next.name, at_ + 1 + next.size);
      } else {
        ++at_;
      }
    }
    at_ = cell_.size();
    end_member();
    return std::move(lines_);
  }

 private:
  bool begins_member(char separator, std::string_view name) const {
    // Some files have only a blank between two lines.
    if (of_big_commerce_) return separator == ' ' ? name == first_name_ : is_shop_name(name);
    return separator == '|' || name == first_name_;
  }

  void begin_member(std::string_view name, std::size_t value) {
    if (lines_.empty() || name == first_name_) lines_.emplace_back();
    lines_.back().emplace_back(name, "");
    value_ = at_ = value;
  }

  void end_member() {
    const auto value = value_without_blanks(cell_.substr(value_, at_ - value_));
    lines_.back().back().second = of_big_commerce_ ? std::string(value) : unescaped(value);
  }

  const std::string_view cell_;
  std::string_view first_name_;
  bool of_big_commerce_ = false;
  std::size_t at_ = 0;
  std::size_t value_ = 0;  // where the value of the last member begins
  std::vector<PackedLine> lines_;
};

std::vector<PackedLine> json_lines(std::string_view cell) {
  const auto tape = JsonTape::parse(cell);
  if (!tape || (*tape)[0].kind != JsonNode::Kind::array) return {};
  std::vector<PackedLine> lines;
  for (std::size_t element = 1; element < (*tape)[0].end; element = (*tape)[element].end) {
    if ((*tape)[element].kind != JsonNode::Kind::object) return {};
    PackedLine& line = lines.emplace_back();
    std::string path;
    give_cells(*tape, inner_document(*tape, element), path, 0,
               [&](std::string_view name, std::string_view value) { line.emplace_back(name, value); });
  }
  return lines;
}

bool is_complete(const PackedLine& line) {
  std::vector<std::string_view> names;
  names.reserve(line.size());
  for (const auto& member : line) names.emplace_back(member.first);
  return is_like_line(names);
}

// "line_item_12" -> "line_item". Empty if there is no number, or nothing before it.
std::string_view without_number(std::string_view heading) {
  const std::size_t digits = heading.find_last_not_of("0123456789") + 1;
  if (digits == heading.size() || digits == 0) return {};
  return heading.substr(0, heading.find_last_not_of("_- #.", digits - 1) + 1);
}

}  // namespace

std::optional<std::vector<PackedLine>> unpack_lines(std::string_view cell) {
  if (cell.find(':') == std::string_view::npos) return std::nullopt;
  auto lines = cell.front() == '[' ? json_lines(cell) : NamedMembers(cell).read();
  if (lines.empty() || !std::all_of(lines.begin(), lines.end(), is_complete)) return std::nullopt;
  return lines;
}

PackedColumns packed_columns(const std::vector<std::string>& headings, std::size_t packed) {
  const std::string_view heading = headings[packed];
  const std::string_view stem = without_number(heading);
  if (!stem.empty()) {
    auto numbered = packed_columns(headings, stem);
    if (numbered.columns.size() > 1) return numbered;
  }
  return {std::string(heading), {packed}};
}

PackedColumns packed_columns(const std::vector<std::string>& headings, std::string_view list) {
  PackedColumns found{std::string(list), {}};
  if (list.empty()) return found;
  for (std::size_t i = 0; i < headings.size(); ++i) {
    if (headings[i] == list) return {found.list, {i}};
    if (without_number(headings[i]) == list) found.columns.push_back(i);
  }
  return found;
}

}  // namespace ordo::imports
