// CSV according to RFC 4180 and as spreadsheets write it. The available libraries cannot report the line of each record
// and continue after a broken one, so this is ordo's own reader.
#pragma once

#include <cstddef>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv_text.h"

namespace ordo::client {

struct CsvRecord {
  std::size_t line = 0;  // line of the file where it begins, from 1
  std::vector<std::string> fields;
  // Not empty: the error. `fields` then has the whole fields before it, and last the rest of the line as it stands, cut
  // to a few bytes.
  std::string problem;
};

// Reads records one by one. Handles quotes, doubled quotes, line ends inside quotes, LF, CRLF and CR, and a byte order
// mark. Skips empty lines. The first line may be "sep=;", an instruction of spreadsheets that names the delimiter; it
// is no record. A wrong quote spoils only the line where it begins; reading continues with the next one. For one
// thread.
class CsvReader {
 public:
  // `in` outlives the reader. Delimiter 0: that of the line "sep=", else the one of , ; tab and | that divides the
  // first records into the same number of fields; the most frequent one in the first record, if several or none do.
  explicit CsvReader(std::istream& in, char delimiter = 0);

  // False at the end of the input.
  bool next(CsvRecord& record);

  // A longer record counts as one with a quote that is never closed.
  static constexpr std::size_t kMaxRecord = 1024 * 1024;

 private:
  enum class Scan { kRecord, kBroken, kEnd };
  // What a record that turns out to be broken keeps: the whole fields of its first line.
  struct FirstLine {
    std::size_t fields = 0;
    std::size_t end = 0;  // index of the first byte after them
  };

  Scan scan(CsvRecord& record, FirstLine& first, std::size_t& end, std::size_t& newlines);
  int at(std::size_t index);  // the byte at `index` of buffer_; reads the input if necessary; -1 at the end
  void forget_read();
  void begin();
  void skip_broken_line(CsvRecord& record, const FirstLine& first);
  void take_separator_line();
  void detect_delimiter();
  std::size_t delimiters(char candidate, std::size_t& index);

  std::istream& in_;
  char delimiter_;
  bool started_ = false;
  std::string buffer_;  // read but not yet returned, from position_ on
  std::size_t position_ = 0;
  std::size_t line_ = 1;
};

using ordo::append_csv;
using ordo::csv_line;
using ordo::csv_text;
using ordo::spreadsheet_text;
using ordo::without_guard;

}  // namespace ordo::client
