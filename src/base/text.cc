#include "base/text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace ordo {

bool needs_json_escape(std::string_view text) {
  // Eight bytes at a time. Of each byte of a word the highest bit shows the answer; see "Determine if a word has a byte
  // less than n" and "... equal to n" of Bit Twiddling Hacks. A byte above 0x7f is never below n.
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kTops = 0x8080808080808080;
  const auto below = [](std::uint64_t word, std::uint64_t n) { return (word - kOnes * n) & ~word & kTops; };
  while (text.size() >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    if ((below(word, 0x20) | below(word ^ kOnes * '"', 1) | below(word ^ kOnes * '\\', 1)) != 0) return true;
    text.remove_prefix(sizeof word);
  }
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; });
}

void append_json_string(std::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  // Nearly every text needs no escape: it takes one append and one copy.
  if (!needs_json_escape(text)) {
    const std::size_t begin = out.size();
    out.append(text.size() + 2, '"');
    text.copy(out.data() + begin + 1, text.size());
    return;
  }
  out.push_back('"');
  std::size_t clean = 0;  // start of the run not yet copied
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text.data() + clean, i - clean);
    clean = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out.push_back(kHex[c >> 4]);
        out.push_back(kHex[c & 15]);
    }
  }
  out.append(text.data() + clean, text.size() - clean);
  out.push_back('"');
}

void append_json_key(std::string_view name, bool first, std::string& out) {
  const std::size_t begin = out.size();
  out.append(name.size() + (first ? 3 : 4), '"');
  char* at = out.data() + begin;
  if (!first) *at++ = ',';
  name.copy(at + 1, name.size());
  at[name.size() + 2] = ':';
}

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The first character of a text.
struct Character {
  std::size_t size = 0;  // in bytes; 0: it does not begin with a character
  char32_t code = 0;
};

// `text` is not empty.
Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {1, lead};
  Character character;
  if ((lead & 0xe0) == 0xc0) {
    character = {2, lead & 0x1fU};
  } else if ((lead & 0xf0) == 0xe0) {
    character = {3, lead & 0x0fU};
  } else if ((lead & 0xf8) == 0xf0) {
    character = {4, lead & 0x07U};
  }
  if (character.size == 0 || character.size > text.size()) return {};
  char32_t& code = character.code;
  for (std::size_t i = 1; i < character.size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) return {};
    code = code << 6 | (next & 0x3fU);
  }
  static constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool none = code < kSmallest[character.size] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return none ? Character() : character;
}

}  // namespace

bool is_utf8(std::string_view text) {
  return utf8_bytes(text) == text.size();
}

std::size_t utf8_bytes(std::string_view text) {
  std::size_t read = 0;
  while (read < text.size()) {
    if (static_cast<unsigned char>(text[read]) < 0x80) {  // most texts are ASCII
      ++read;
      continue;
    }
    const auto size = first_character(text.substr(read)).size;
    if (size == 0) break;
    read += size;
  }
  return read;
}

std::optional<char32_t> take_character(std::string_view& text) {
  const auto character = first_character(text);
  if (character.size == 0) return std::nullopt;
  text.remove_prefix(character.size);
  return character.code;
}

std::string utf8_cut(std::string_view text, std::size_t most) {
  std::string out;
  while (!text.empty()) {
    const auto size = first_character(text).size;
    const auto character = size == 0 ? "?" : text.substr(0, size);
    if (out.size() + character.size() > most) break;
    out += character;
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

void append_lower(std::string_view text, std::string& out) {
  const std::size_t begin = out.size();
  out.append(text);
  std::transform(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
                 out.begin() + static_cast<std::ptrdiff_t>(begin), lower);
}

std::string to_lower(std::string_view text) {
  std::string out;
  append_lower(text, out);
  return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace ordo
