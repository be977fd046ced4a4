// Finds the values of JSON in a stream, one after another, without holding the file. It only matches brackets and
// quotes: JsonTape checks the text of each value.
#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <string>

namespace ordo::imports {

// For one thread. `in` outlives the scanner.
class JsonScanner {
 public:
  explicit JsonScanner(std::istream& in) : in_(in) {}

  // The next byte; -1 at the end.
  int peek();
  // Takes the next byte.
  int take();
  // The next byte that is not blank, which stays; -1 at the end.
  int peek_word();
  // The same, also past commas.
  int peek_element();
  // Takes the rest of the line, with its end. Appends at most `most` bytes of it; more are skipped. False if there were
  // more.
  bool take_line(std::string& text, std::size_t most);

  enum class Taken { whole, too_long, cut_off };
  // Takes the value at the next byte. Appends at most kMaxDocument bytes to `text`, unless it is null. cut_off: the
  // stream ends inside the value.
  Taken take_value(std::string* text);

  // Takes a member's name and its colon. Nothing if there is none, or a very long one.
  std::optional<std::string> take_name();

  std::size_t line() const { return line_; }

 private:
  bool refill();

  std::istream& in_;
  std::string buffer_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
};

}  // namespace ordo::imports
