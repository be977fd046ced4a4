// CSV according to RFC 4180 and as spreadsheets write it. The available libraries cannot report the line of each record
// and continue after a broken one, so this is ordo's own reader.
#pragma once

#include <cstddef>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace ordo::client {

struct CsvRecord {
  std::size_t line = 0;  // line of the file where it begins, from 1
  std::vector<std::string> fields;
  std::string problem;  // not empty: the error; `fields` then has what could be read
};

// Reads records one by one. Handles quotes, doubled quotes, line ends inside quotes, LF and CRLF, and a byte order
// mark. Skips empty lines. A quote that is never closed spoils only its own line; reading continues with the next one.
// For one thread.
class CsvReader {
 public:
  // `in` outlives the reader. Delimiter 0: the most frequent of , ; tab and | in the first line.
  explicit CsvReader(std::istream& in, char delimiter = 0);

  // False at the end of the input.
  bool next(CsvRecord& record);

  // A longer record counts as one with a quote that is never closed.
  static constexpr std::size_t kMaxRecord = 256 * 1024;

 private:
  enum class Scan { kRecord, kUnclosed, kEnd };

  Scan scan(CsvRecord& record, std::size_t& end, std::size_t& newlines);
  int at(std::size_t index);  // the byte at `index` of buffer_; reads the input if necessary; -1 at the end
  void skip_line(CsvRecord& record);
  void detect_delimiter();

  std::istream& in_;
  char delimiter_;
  bool started_ = false;
  std::string buffer_;  // read but not yet returned, from position_ on
  std::size_t position_ = 0;
  std::size_t line_ = 1;
};

// Appends `value` as a field, with quotes if necessary. A reader then gets the same value back.
void append_csv(std::string_view value, std::string& out);
std::string csv_line(const std::vector<std::string>& fields);

// `value` for a reader who views a CSV file in a terminal. Control characters except line feeds and tabs become \u00XX.
// Otherwise a name could move the cursor or hide text.
std::string csv_text(std::string_view value);

// `value` for spreadsheets: puts ' before a value that they would read as a formula. That changes the value, so it is
// only done on request. See "CSV Injection" of OWASP.
std::string spreadsheet_text(std::string_view value);

}  // namespace ordo::client
