// Reads any file. Complete records are written as CSV that gives the same records again, with a given or a detected
// delimiter. Line numbers must be right.
#include "client/csv.h"

#include <algorithm>
#include <sstream>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "targets.h"

namespace ordo::fuzz {
namespace {

using client::CsvReader;
using client::CsvRecord;

std::vector<CsvRecord> read(std::istream& in, char delimiter) {
  CsvReader reader(in, delimiter);
  std::vector<CsvRecord> records;
  CsvRecord record;
  while (reader.next(record)) records.push_back(record);
  return records;
}

std::vector<CsvRecord> read_text(const std::string& text, char delimiter) {
  std::istringstream in(text);
  return read(in, delimiter);
}

void check_records(std::string_view input, const std::vector<CsvRecord>& records) {
  const auto ends = static_cast<std::size_t>(
      std::count_if(input.begin(), input.end(), [](char c) { return c == '\n' || c == '\r'; }));
  std::size_t line = 0;
  for (const auto& record : records) {
    ORDO_CHECK(record.line > line && record.line <= ends + 1, "line ", record.line, " after ", line);
    line = record.line;
    ORDO_CHECK(!record.fields.empty(), "line ", line);
    std::size_t bytes = 0;
    for (const auto& field : record.fields) bytes += field.size();
    ORDO_CHECK(bytes <= CsvReader::kMaxRecord, bytes, " in line ", line);
  }
}

// False for an empty line, and for a first one that begins with a byte order mark or is "sep=;": these are not read as
// the same record.
bool survives(const std::vector<std::string>& fields, bool first) {
  const auto& begin = fields.front();
  if (fields.size() == 1 && begin.empty()) return false;
  return !first || !(begin.starts_with("\xef\xbb\xbf") || equals_ignoring_case(begin.substr(0, 4), "sep="));
}

void check_round_trip(const std::vector<CsvRecord>& records, char delimiter) {
  std::vector<const CsvRecord*> whole;
  std::string text;
  for (const auto& record : records) {
    if (!record.problem.empty() || !survives(record.fields, whole.empty())) continue;
    // Without a comma in the first line, a reader has to guess.
    if (delimiter == 0 && whole.empty() && record.fields.size() < 2) continue;
    const auto line = client::csv_line(record.fields);
    if (line.size() > CsvReader::kMaxRecord) continue;
    text += line;
    whole.push_back(&record);
  }
  const auto again = read_text(text, delimiter);
  ORDO_CHECK(again.size() == whole.size(), again.size(), " of ", whole.size(), ": ", text);
  for (std::size_t i = 0; i < again.size(); ++i) {
    ORDO_CHECK(again[i].problem.empty() && again[i].fields == whole[i]->fields, "record ", i, " of ", text);
  }
}

}  // namespace

void csv(std::string_view input) {
  const std::string text(input);
  for (const char delimiter : {'\0', ',', ';'}) {
    const auto records = read_text(text, delimiter);
    check_records(input, records);
    check_round_trip(records, ',');
    check_round_trip(records, 0);
  }
}

}  // namespace ordo::fuzz
