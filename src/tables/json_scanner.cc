#include "tables/json_scanner.h"

#include "tables/table.h"

namespace ordo::imports {
namespace {

bool is_json_blank(int c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

bool JsonScanner::refill() {
  static constexpr std::size_t kChunk = 64 * 1024;
  buffer_.resize(kChunk);
  position_ = 0;
  in_.read(buffer_.data(), kChunk);
  buffer_.resize(static_cast<std::size_t>(in_.gcount()));
  return !buffer_.empty();
}

int JsonScanner::peek() {
  if (position_ == buffer_.size() && !refill()) return -1;
  return static_cast<unsigned char>(buffer_[position_]);
}

int JsonScanner::take() {
  const int c = peek();
  if (c < 0) return c;
  ++position_;
  if (c == '\n') ++line_;
  return c;
}

int JsonScanner::peek_word() {
  while (is_json_blank(peek())) take();
  return peek();
}

int JsonScanner::peek_element() {
  while (peek_word() == ',') take();
  return peek();
}

bool JsonScanner::take_line(std::string& text, std::size_t most) {
  bool whole = true;
  for (int c = take(); c >= 0 && c != '\n'; c = take()) {
    if (text.size() < most) {
      text.push_back(static_cast<char>(c));
    } else {
      whole = false;
    }
  }
  return whole;
}

JsonScanner::Taken JsonScanner::take_value(std::string* text) {
  std::size_t depth = 0;
  bool quoted = false;
  bool escaped = false;
  bool too_long = false;
  const auto end = [&] { return too_long ? Taken::too_long : Taken::whole; };
  const auto keep = [&](int c) {
    if (text == nullptr) return;
    if (text->size() < kMaxDocument) {
      text->push_back(static_cast<char>(c));
    } else {
      too_long = true;
    }
  };
  for (bool any = false;; any = true) {
    const int c = peek();
    if (c < 0) return any && depth == 0 && !quoted ? end() : Taken::cut_off;
    const bool closes = !quoted && (c == '}' || c == ']');
    // A number or a word ends before whatever follows it.
    if (any && depth == 0 && !quoted && (closes || c == ',' || is_json_blank(c))) return end();
    keep(take());
    if (quoted) {
      if (escaped) {
        escaped = false;
      } else if (c == '\\') {
        escaped = true;
      } else if (c == '"') {
        quoted = false;
      }
      if (!quoted && depth == 0) return end();
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (closes) {
      if (depth <= 1) return end();
      --depth;
    }
  }
}

std::optional<std::string> JsonScanner::take_name() {
  static constexpr std::size_t kMaxName = 1024;
  if (peek_word() != '"') return std::nullopt;
  std::string text;
  if (take_value(&text) != Taken::whole || text.size() > kMaxName || peek_word() != ':') return std::nullopt;
  take();
  return text.substr(1, text.size() - 2);
}

}  // namespace ordo::imports
