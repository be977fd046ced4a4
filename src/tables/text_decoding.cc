#include "tables/text_decoding.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <streambuf>
#include <utility>

#include "base/text.h"
#include "tables/table.h"

namespace ordo::imports {
namespace {

constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

// The upper half of a code page, by byte - 0x80.
using UpperHalf = std::array<char16_t, 128>;

constexpr UpperHalf windows_1252_half() {
  constexpr std::array<char16_t, 32> kFirst = {0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                               0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
                                               0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                               0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178};
  UpperHalf half{};
  for (std::size_t i = 0; i < half.size(); ++i)
    half[i] = i < kFirst.size() ? kFirst[i] : static_cast<char16_t>(0x80 + i);
  return half;
}

constexpr UpperHalf windows_1258_half() {
  constexpr std::array<std::pair<std::size_t, char16_t>, 18> kOthers = {{{0x8a, 0x008a},
                                                                         {0x8e, 0x008e},
                                                                         {0x9a, 0x009a},
                                                                         {0x9e, 0x009e},
                                                                         {0xc3, 0x0102},
                                                                         {0xcc, 0x0300},
                                                                         {0xd0, 0x0110},
                                                                         {0xd2, 0x0309},
                                                                         {0xd5, 0x01a0},
                                                                         {0xdd, 0x01af},
                                                                         {0xde, 0x0303},
                                                                         {0xe3, 0x0103},
                                                                         {0xec, 0x0301},
                                                                         {0xf0, 0x0111},
                                                                         {0xf2, 0x0323},
                                                                         {0xf5, 0x01a1},
                                                                         {0xfd, 0x01b0},
                                                                         {0xfe, 0x20ab}}};
  UpperHalf half = windows_1252_half();
  for (const auto& [byte, character] : kOthers) half[byte - 0x80] = character;
  return half;
}

constexpr UpperHalf kWindows1252 = windows_1252_half();
constexpr UpperHalf kWindows1258 = windows_1258_half();

// Also writes half of a surrogate pair, which is then invalid UTF-8.
void append_code_point(char32_t c, std::string& out) {
  const auto push = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    push(c);
  } else if (c < 0x800) {
    push(0xc0 | c >> 6);
    push(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    push(0xe0 | c >> 12);
    push(0x80 | (c >> 6 & 0x3f));
    push(0x80 | (c & 0x3f));
  } else {
    push(0xf0 | c >> 18);
    push(0x80 | (c >> 12 & 0x3f));
    push(0x80 | (c >> 6 & 0x3f));
    push(0x80 | (c & 0x3f));
  }
}

class DecodingBuffer final : public std::streambuf {
 public:
  // `owner` is the stream that reads from this buffer. It becomes bad when `bytes` does.
  DecodingBuffer(std::unique_ptr<std::istream> bytes, TextCode code, std::ios& owner)
      : bytes_(std::move(bytes)), code_(code), owner_(owner) {}

 protected:
  int_type underflow() override {
    while (gptr() == egptr()) {
      bytes_->read(raw_.data(), static_cast<std::streamsize>(raw_.size()));
      const std::string_view raw(raw_.data(), static_cast<std::size_t>(bytes_->gcount()));
      if (bytes_->bad()) owner_.setstate(std::ios::badbit);
      text_.clear();
      if (raw.empty()) {
        if (ended_) return traits_type::eof();
        ended_ = true;
        finish();
      } else if (code_ == TextCode::utf_16_le || code_ == TextCode::utf_16_be) {
        for (const char byte : raw) add_half_unit(static_cast<unsigned char>(byte));
      } else {
        text_ = decoded_text(raw, code_);
      }
      setg(text_.data(), text_.data(), text_.data() + text_.size());
    }
    return traits_type::to_int_type(*gptr());
  }

 private:
  void add_half_unit(unsigned char byte) {
    if (!half_) {
      half_ = byte;
      return;
    }
    const unsigned first = *std::exchange(half_, std::nullopt);
    add_unit(static_cast<char16_t>(code_ == TextCode::utf_16_le ? byte << 8 | first : first << 8 | byte));
  }

  void add_unit(char16_t unit) {
    if (std::exchange(at_start_, false) && unit == 0xfeff) return;
    const bool low = unit >= 0xdc00 && unit <= 0xdfff;
    if (high_ && low) {
      append_code_point(0x10000 + ((*high_ - 0xd800U) << 10) + (unit - 0xdc00U), text_);
      high_.reset();
      return;
    }
    if (high_) append_code_point(*std::exchange(high_, std::nullopt), text_);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      high_ = unit;
    } else {
      append_code_point(unit, text_);
    }
  }

  void finish() {
    if (high_) append_code_point(*high_, text_);
    // A program that adds a line feed of one byte spoils nothing.
    if (half_ && *half_ != '\n' && *half_ != '\r' && *half_ != 0) text_.push_back('\xff');
  }

  std::unique_ptr<std::istream> bytes_;
  const TextCode code_;
  std::ios& owner_;
  std::array<char, 16 * 1024> raw_;
  std::string text_;  // raw_ as UTF-8
  bool at_start_ = true;
  bool ended_ = false;
  std::optional<unsigned char> half_;  // of UTF-16: the first byte of a unit
  std::optional<char16_t> high_;       // of UTF-16: the first unit of a pair
};

class DecodedStream final : public std::istream {
 public:
  DecodedStream(std::unique_ptr<std::istream> bytes, TextCode code)
      : std::istream(nullptr), buffer_(std::move(bytes), code, *this) {
    rdbuf(&buffer_);
  }

 private:
  DecodingBuffer buffer_;
};

bool is_trimmed_away(char32_t c) {
  if (c <= ' ') return c == ' ' || (c >= '\t' && c <= '\r') || c == 0;
  // No-break and other blanks, the zero-width ones, marks of direction, the byte order mark.
  return c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200f) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
         c == 0x205f || c == 0x2060 || c == 0x3000 || c == 0xfeff;
}

// The position of the character before `end`.
std::size_t character_before(std::string_view text, std::size_t end) {
  std::size_t begin = end - 1;
  while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xc0) == 0x80) --begin;
  return begin;
}

// `text` is UTF-8.
void trim_text(std::string& text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    auto after = rest;
    if (!is_trimmed_away(*take_character(after))) break;
    rest = after;
  }
  while (!rest.empty()) {
    const std::size_t begin = character_before(rest, rest.size());
    auto last = rest.substr(begin);
    if (!is_trimmed_away(*take_character(last))) break;
    rest = rest.substr(0, begin);
  }
  if (rest.size() == text.size()) return;
  const auto begin = static_cast<std::size_t>(rest.data() - text.data());
  text.erase(begin + rest.size());
  text.erase(0, begin);
}

// `text` is UTF-8.
void compose_text(std::string& text) {
  // No character below U+0300 combines with another one. Their first bytes are below 0xcc.
  if (std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xcc; })) return;
  utf8proc_uint8_t* composed = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &composed, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(composed, &std::free);
  if (size >= 0) text.assign(reinterpret_cast<const char*>(composed), static_cast<std::size_t>(size));
}

}  // namespace

std::optional<TextCode> marked_code(std::string_view first_bytes) {
  if (first_bytes.starts_with(kUtf8Mark)) return TextCode::utf_8;
  if (first_bytes.starts_with("\xff\xfe")) return TextCode::utf_16_le;
  if (first_bytes.starts_with("\xfe\xff")) return TextCode::utf_16_be;
  return std::nullopt;
}

std::optional<TextCode> utf_16_by_zero_bytes(std::string_view first_bytes) {
  const std::size_t pairs = first_bytes.size() / 2;
  std::size_t zero_firsts = 0;
  std::size_t zero_seconds = 0;
  for (std::size_t i = 0; i < pairs; ++i) {
    if (first_bytes[2 * i] == 0) ++zero_firsts;
    if (first_bytes[2 * i + 1] == 0) ++zero_seconds;
  }
  // Of ten characters at least three are ASCII: digits, delimiters, most letters.
  const auto most = [&](std::size_t zeros, std::size_t others) {
    return zeros * 10 >= pairs * 3 && others * 50 <= pairs;
  };
  if (pairs == 0) return std::nullopt;
  if (most(zero_seconds, zero_firsts)) return TextCode::utf_16_le;
  if (most(zero_firsts, zero_seconds)) return TextCode::utf_16_be;
  return std::nullopt;
}

std::unique_ptr<std::istream> decoded_stream(std::unique_ptr<std::istream> bytes, TextCode code) {
  if (code != TextCode::utf_8) return std::make_unique<DecodedStream>(std::move(bytes), code);
  std::array<char, kUtf8Mark.size()> first{};
  bytes->read(first.data(), first.size());
  if (std::string_view(first.data(), static_cast<std::size_t>(bytes->gcount())) != kUtf8Mark) {
    bytes->clear(bytes->rdstate() & std::ios::badbit);
    bytes->seekg(0);
  }
  return bytes;
}

std::string decoded_text(std::string_view bytes, TextCode code) {
  const UpperHalf& half = code == TextCode::windows_1258 ? kWindows1258 : kWindows1252;
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 4);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text.push_back(c);
    } else {
      append_code_point(half[byte - 0x80], text);
    }
  }
  return text;
}

Utf8Check check_utf8(std::istream& in) {
  static constexpr std::size_t kChunk = 64 * 1024;
  Utf8Check check;
  std::string text;  // starts with the part of a character that the chunk before ended with
  while (true) {
    const std::size_t kept = text.size();
    text.resize(kept + kChunk);
    in.read(text.data() + kept, kChunk);
    const auto read = static_cast<std::size_t>(in.gcount());
    text.resize(kept + read);
    if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
      check.ascii = false;
    }
    const std::size_t valid = utf8_bytes(text);
    text.erase(0, valid);
    if (read == 0 ? !text.empty() : text.size() > 3) {
      check.valid = false;
      return check;
    }
    if (read == 0) return check;
  }
}

bool clean_text(std::string& text) {
  static constexpr std::string_view kAsciiBlanks{" \t\n\v\f\r\0", 7};
  if (std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    text.erase(text.find_last_not_of(kAsciiBlanks) + 1);
    text.erase(0, text.find_first_not_of(kAsciiBlanks));
    return true;
  }
  if (!is_utf8(text)) return false;
  compose_text(text);
  trim_text(text);
  return true;
}

void cut_cell(std::string& cell) {
  if (cell.size() <= kMaxCell) return;
  std::size_t end = kMaxCell;
  while ((static_cast<unsigned char>(cell[end]) & 0xc0) == 0x80) --end;
  cell.resize(end);
  clean_text(cell);
}

}  // namespace ordo::imports
