// Text for machines and people: JSON string escaping (RFC 8259 section 7), UTF-8, lists, hints.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ordo {

// Whether a JSON string writes a character of the text in another form.
bool needs_json_escape(std::string_view text);

// Appends `text` in double quotes. Invalid UTF-8 passes through unchanged: input is checked where it enters.
void append_json_string(std::string_view text, std::string& out);

// Appends `"name":`, with a comma before it unless it is the first of its object. `name` needs no escape.
void append_json_key(std::string_view name, bool first, std::string& out);

// True when `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

// Removes the first character from `text`, which is not empty, and returns its code point. Nothing, with `text`
// unchanged, when it does not begin with a character.
std::optional<char32_t> take_character(std::string_view& text);

// True for the control characters of C0 and C1, and for DEL.
constexpr bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

// ASCII letters in lower case; all other bytes as they are.
void append_lower(std::string_view text, std::string& out);
std::string to_lower(std::string_view text);

// Compares ASCII letters without regard to case.
bool equals_ignoring_case(std::string_view a, std::string_view b);

// The number of bytes before the first one that is not UTF-8; all bytes when there is none.
std::size_t utf8_bytes(std::string_view text);

// `text` as UTF-8 of at most `most` bytes, for people and logs. It is cut between two characters, and each byte that is
// not UTF-8 becomes "?".
std::string utf8_cut(std::string_view text, std::size_t most);

// The results of `show` for all items, with `separator` between them.
template <class Range, class Show = std::identity>
std::string joined(const Range& items, std::string_view separator, const Show& show = {});

// For hints: the candidate nearest to `word` by edit distance, if it is near enough to be a typing error; else empty.
// The result is a view of that candidate, which must outlive it.
template <class Range>
std::string_view nearest(std::string_view word, const Range& candidates);
template <class Range>
std::string_view nearest(std::string_view word, const Range&& candidates) = delete;

std::size_t edit_distance(std::string_view a, std::string_view b);

template <class Range, class Show>
std::string joined(const Range& items, std::string_view separator, const Show& show) {
  std::string out;
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += separator;
    first = false;
    out += show(item);
  }
  return out;
}

template <class Range>
std::string_view nearest(std::string_view word, const Range& candidates) {
  std::string_view best;
  std::size_t best_distance = word.size() / 3 + 2;  // one error in a short word, a few in a long one
  for (const auto& candidate : candidates) {
    const auto distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace ordo
