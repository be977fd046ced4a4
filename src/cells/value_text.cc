#include "cells/value_text.h"

#include <utf8proc.h>

#include <algorithm>

#include "base/text.h"

namespace ordo::imports {
namespace {

// Characters of typography that mean the same as one character of ASCII; 0: nothing at all.
struct TypographyRange {
  char32_t first;
  char32_t last;
  char ascii;
};
constexpr TypographyRange kTypography[] = {
    {0x09, 0x0d, ' '},  // tab and line ends
    {0xa0, 0xa0, ' '},   {0xad, 0xad, 0},        {0x2b9, 0x2bc, '\''},   {0x2000, 0x200a, ' '},
    {0x200b, 0x200f, 0}, {0x2010, 0x2015, '-'},  {0x2018, 0x201b, '\''}, {0x2028, 0x2029, ' '},
    {0x202a, 0x202e, 0}, {0x202f, 0x202f, ' '},  {0x2032, 0x2032, '\''}, {0x205f, 0x205f, ' '},
    {0x2060, 0x2069, 0}, {0x2212, 0x2212, '-'},  {0x3000, 0x3000, ' '},  {0xfe63, 0xfe63, '-'},
    {0xfeff, 0xfeff, 0}, {0xff07, 0xff07, '\''}, {0xff0d, 0xff0d, '-'},
};

std::string_view without_outer_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

bool is_ascii_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// As with_plain_typography(): of ASCII, that only concerns tabs and line ends.
std::string with_plain_blanks(std::string_view cell) {
  std::string out(cell);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c >= '\t' && c <= '\r'; }, ' ');
  return out;
}

std::string with_plain_typography(std::string_view cell) {
  if (is_ascii_text(cell)) return with_plain_blanks(cell);
  std::string out;
  out.reserve(cell.size());
  while (!cell.empty()) {
    const std::string_view before = cell;
    const auto c = take_character(cell);
    if (!c) {
      out += cell.front();
      cell.remove_prefix(1);
      continue;
    }
    const auto found = std::find_if(std::begin(kTypography), std::end(kTypography), [&](const TypographyRange& range) {
      return *c >= range.first && *c <= range.last;
    });
    if (found == std::end(kTypography)) {
      out += before.substr(0, before.size() - cell.size());
    } else if (found->ascii != 0) {
      out += found->ascii;
    }
  }
  return out;
}

// "-", "$ -", "€": a dash, a currency sign, and nothing else. Accounting formats of spreadsheets write it.
bool is_dash_of_accounting(std::string_view text) {
  while (!text.empty()) {
    const auto c = take_character(text);
    if (!c) return false;
    const bool fits =
        *c == '-' || *c == ' ' || utf8proc_category(static_cast<utf8proc_int32_t>(*c)) == UTF8PROC_CATEGORY_SC;
    if (!fits) return false;
  }
  return true;
}

}  // namespace

std::string value_text(std::string_view cell) {
  std::string text = with_plain_typography(cell);
  const auto value = without_outer_blanks(unguarded(without_outer_blanks(text)));
  if (value.size() == text.size()) return text;
  return std::string(value);
}

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view unguarded(std::string_view cell) {
  if (cell.size() >= 3 && cell.starts_with("=\"") && cell.ends_with('"')) return cell.substr(2, cell.size() - 3);
  return cell.starts_with('\'') ? cell.substr(1) : cell;
}

std::string lower_text(std::string_view text) {
  if (is_ascii_text(text)) return to_lower(text);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto c = take_character(text);
    if (!c) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    utf8proc_uint8_t bytes[4];
    const auto size = utf8proc_encode_char(utf8proc_tolower(static_cast<utf8proc_int32_t>(*c)), bytes);
    out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  }
  return out;
}

bool is_no_value(std::string_view cell) {
  static constexpr std::string_view kWords[] = {"n/a", "#n/a", "na", "null", "nil", "none", "nan", "\\n", "undefined"};
  if (has_digit(cell)) return false;  // none of these has one; this is asked of every amount
  const std::string text = value_text(cell);
  if (is_dash_of_accounting(text)) return true;
  return std::find(std::begin(kWords), std::end(kWords), fold_text(text)) != std::end(kWords);
}

}  // namespace ordo::imports
