// CSV as RFC 4180 and spreadsheets write it. A reader of our own: it must know the line each record begins in, and go
// on after a record that is broken, which the libraries at hand cannot.
#pragma once

#include <cstddef>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace ordo::cli {

struct CsvRecord {
  std::size_t line = 0;  // the line of the file it begins in, from 1
  std::vector<std::string> fields;
  std::string problem;  // not empty: what is wrong with it; `fields` is then what could be read of it
};

// Reads records one by one: quotes, doubled quotes, line ends inside quotes, LF and CRLF, a byte order mark. Empty
// lines are skipped. A quote that is never closed spoils its own line only: reading goes on with the next one. One
// thread.
class CsvReader {
 public:
  // `in` outlives the reader. With delimiter 0 it is the one of , ; tab and | that the first line has most of.
  explicit CsvReader(std::istream& in, char delimiter = 0);

  // False at the end of the input.
  bool next(CsvRecord& record);

  // A record longer than this counts as one whose quote was never closed.
  static constexpr std::size_t kMaxRecord = 256 * 1024;

 private:
  enum class Scan { kRecord, kUnclosed, kEnd };

  Scan scan(CsvRecord& record, std::size_t& end, std::size_t& newlines);
  int at(std::size_t index);  // the byte at `index` of buffer_, read from the input when needed; -1 at the end
  void skip_line(CsvRecord& record);
  void detect_delimiter();

  std::istream& in_;
  char delimiter_;
  bool started_ = false;
  std::string buffer_;  // read and not yet given out, from position_ on
  std::size_t position_ = 0;
  std::size_t line_ = 1;
};

// Appends `value` as a field, quoted when it must be. Values that a spreadsheet would take for a formula are left as
// they are: what is exported is read back unchanged.
void append_csv(std::string_view value, std::string& out);
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace ordo::cli
