#include "columns/headings.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <unordered_set>

#include "base/text.h"

namespace ordo::imports {
namespace {

constexpr char32_t kStrokeD = 0x111;  // "đ", which has no decomposition

bool is_letter_or_digit(char32_t c) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return true;
    default:
      return false;
  }
}

// Lower case, decomposed, without marks. Text that is not UTF-8 stays as it is.
std::string folded(std::string_view text) {
  constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                                                           UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK);
  utf8proc_uint8_t* out = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &out, kOptions);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(out, &std::free);
  if (size < 0) return std::string(text);
  return {reinterpret_cast<const char*>(out), static_cast<std::size_t>(size)};
}

// Whether a name follows the dot: "billing.email", not "Art.-Nr.".
bool begins_member(std::string_view after_dot) {
  if (after_dot.empty()) return false;
  const auto c = take_character(after_dot);
  return c && (*c == '_' || *c == '$' || is_letter_or_digit(*c));
}

// Keeps letters, digits, "%", "[]", and the characters of `more`. A dot stays only between two members of a path.
std::string plain_text(std::string_view heading, std::string_view more) {
  const std::string text = folded(heading);
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    if (rest.starts_with("[]")) {
      out += "[]";
      rest.remove_prefix(2);
      continue;
    }
    const std::string_view before = rest;
    const auto c = take_character(rest);
    if (!c) {
      rest.remove_prefix(1);
      continue;
    }
    const bool kept = *c < 0x80 && (*c == '%' || more.find(static_cast<char>(*c)) != std::string_view::npos);
    if (*c == kStrokeD) {
      out += 'd';
    } else if (kept || is_letter_or_digit(*c)) {
      out.append(before.substr(0, before.size() - rest.size()));
    } else if (*c == '.' && begins_member(rest) && !out.empty() && out.back() != '.') {
      out += '.';
    }
  }
  while (out.ends_with('.')) out.pop_back();
  return out;
}

std::string without_dots(std::string_view path) {
  std::string out(path);
  std::erase(out, '.');
  return out;
}

constexpr bool is_ascii_digit(char c) {
  return c >= '0' && c <= '9';
}

// The currency that a heading ends with: "Price (EUR)", "total_usd". Several words are needed, so that a column called
// "ALL" names no currency.
struct CurrencySuffix {
  Currency currency;
  std::string_view rest;  // before it
};
std::optional<CurrencySuffix> currency_suffix(std::string_view heading) {
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  while (!heading.empty() && !is_letter(heading.back())) {
    if (static_cast<unsigned char>(heading.back()) >= 0x80 || is_ascii_digit(heading.back())) return std::nullopt;
    heading.remove_suffix(1);
  }
  std::size_t begin = heading.size();
  while (begin > 0 && is_letter(heading[begin - 1])) --begin;
  if (heading.size() - begin != 3 || begin < 2 || static_cast<unsigned char>(heading[begin - 1]) >= 0x80) {
    return std::nullopt;
  }
  std::string code(heading.substr(begin));
  const bool upper = std::all_of(code.begin(), code.end(), [](char c) { return c < 'a'; });
  const bool lower = std::all_of(code.begin(), code.end(), [](char c) { return c >= 'a'; });
  if (!upper && !(lower && heading[begin - 1] == '_')) return std::nullopt;
  for (char& c : code) c = static_cast<char>(c < 'a' ? c : c - 'a' + 'A');
  const auto currency = Currency::parse(code);
  if (!currency) return std::nullopt;
  return CurrencySuffix{*currency, heading.substr(0, begin)};
}

// The first member of a path, with its dot; empty if there is none, or if it is a list.
std::string_view first_member(std::string_view path) {
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos || dot == 0 || path.substr(0, dot).ends_with("[]")) return {};
  return path.substr(0, dot + 1);
}

// Documents such as {"order": {...}} have one outer member. It means nothing.
void drop_common_members(std::vector<std::string>& paths) {
  static constexpr int kMostLevels = 3;
  for (int level = 0; level < kMostLevels && paths.size() > 1; ++level) {
    const std::string member(first_member(paths.front()));
    if (member.empty()) return;
    for (const auto& path : paths) {
      if (!path.starts_with(member) || path.size() == member.size()) return;
    }
    for (auto& path : paths) path.erase(0, member.size());
  }
}

// The list that has the lines: the one that is least deep in the document, then the first. With its "[]".
std::string lines_of(const std::vector<std::string>& paths) {
  std::string best;
  std::size_t best_depth = 0;
  for (const auto& path : paths) {
    const std::size_t end = path.find("[]");
    if (end == std::string::npos) continue;
    const auto depth = static_cast<std::size_t>(std::count(path.begin(), path.begin() + static_cast<long>(end), '.'));
    if (best.empty() || depth < best_depth) {
      best = path.substr(0, end + 2);
      best_depth = depth;
    }
  }
  return best;
}

// "price" of "price#2"; empty for other headings.
std::string_view base_of_repeated(std::string_view heading) {
  const std::size_t mark = heading.rfind('#');
  if (mark == std::string_view::npos || mark == 0 || mark + 1 == heading.size()) return {};
  const std::string_view number = heading.substr(mark + 1);
  return std::all_of(number.begin(), number.end(), is_ascii_digit) ? heading.substr(0, mark) : std::string_view();
}

bool has_amount_in_minor_units(std::string_view heading, const std::unordered_set<std::string_view>& all) {
  for (const char mark : {'_', '.'}) {
    const std::string ending = mark + std::string("amount");
    if (!heading.ends_with(ending)) continue;
    const std::string currency = std::string(heading.substr(0, heading.size() - 6)) + "currency";
    if (all.contains(currency)) return true;
  }
  return false;
}

}  // namespace

std::string plain_heading(std::string_view heading) {
  return plain_text(heading, "");
}

std::string heading_key(std::string_view heading) {
  return without_dots(plain_heading(heading));
}

std::vector<std::string> heading_patterns(std::string_view known) {
  std::vector<std::string> patterns;
  while (true) {
    const std::size_t plus = known.find('+');
    patterns.push_back(without_dots(plain_text(known.substr(0, plus), "*~")));
    if (plus == std::string_view::npos) return patterns;
    known.remove_prefix(plus + 1);
  }
}

bool matches(std::string_view pattern, std::string_view key) {
  while (!pattern.empty()) {
    if (pattern == "~") return true;
    if (key.empty()) return false;
    if (pattern.front() == '*') {
      if (!is_ascii_digit(key.front())) return false;
      while (!key.empty() && is_ascii_digit(key.front())) key.remove_prefix(1);
    } else {
      if (pattern.front() != key.front()) return false;
      key.remove_prefix(1);
    }
    pattern.remove_prefix(1);
  }
  return key.empty();
}

std::vector<Heading> read_headings(const std::vector<std::string>& headings) {
  const std::unordered_set<std::string_view> all(headings.begin(), headings.end());
  std::vector<std::string> paths;
  paths.reserve(headings.size());
  for (const auto& heading : headings) paths.push_back(plain_heading(heading));
  drop_common_members(paths);
  const std::string lines = lines_of(paths);

  std::vector<Heading> read(headings.size());
  for (std::size_t i = 0; i < headings.size(); ++i) {
    Heading& heading = read[i];
    heading.key = without_dots(paths[i]);
    if (!lines.empty() && paths[i].starts_with(lines)) {
      heading.in_line = without_dots(paths[i].substr(lines.size()));
    } else {
      heading.in_other_list = paths[i].find("[]") != std::string::npos;
    }
    const std::string_view base = base_of_repeated(headings[i]);
    heading.repeated = !base.empty() && all.contains(base);
    heading.in_minor_units = has_amount_in_minor_units(headings[i], all);
    if (const auto suffix = currency_suffix(headings[i])) {
      heading.currency = suffix->currency;
      heading.key_without_currency = heading_key(suffix->rest);
    }
  }
  return read;
}

bool is_called(const Heading& heading, std::string_view word) {
  if (matches(word, heading.in_line ? *heading.in_line : heading.key)) return true;
  return !heading.in_line && !heading.key_without_currency.empty() && matches(word, heading.key_without_currency);
}

}  // namespace ordo::imports
