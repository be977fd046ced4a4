#include "base/printable.h"

#include "base/text.h"

namespace ordo {
namespace {

bool is_unprintable(char32_t c) {
  return is_control(c) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    auto rest = text;
    const auto c = take_character(rest);
    if (!c) rest.remove_prefix(1);
    if (c && !is_unprintable(*c)) {
      out += text.substr(0, text.size() - rest.size());
    } else {
      out.push_back(c ? ' ' : '?');
    }
    text = rest;
  }
  return out;
}

std::string printable(std::string_view text, std::size_t most) {
  auto out = printable(text);
  std::size_t count = 0;
  std::size_t last = 0;  // start of the last character that fits
  for (std::size_t i = 0; i < out.size(); ++i) {
    if ((static_cast<unsigned char>(out[i]) & 0xc0) == 0x80) continue;
    // The ellipsis replaces the last character.
    if (++count > most) return out.substr(0, last) + "\u2026";
    last = i;
  }
  return out;
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

}  // namespace ordo
