#include "client/csv.h"

namespace ordo::client {

CsvReader::CsvReader(std::istream& in, char delimiter) : in_(in), delimiter_(delimiter) {}

int CsvReader::at(std::size_t index) {
  static constexpr std::size_t kChunk = 64 * 1024;
  while (index >= buffer_.size()) {
    const std::size_t before = buffer_.size();
    buffer_.resize(before + kChunk);
    in_.read(buffer_.data() + before, kChunk);
    buffer_.resize(before + static_cast<std::size_t>(in_.gcount()));
    if (buffer_.size() == before) return -1;
  }
  return static_cast<unsigned char>(buffer_[index]);
}

void CsvReader::forget_read() {
  if (position_ <= kMaxRecord) return;
  buffer_.erase(0, position_);
  position_ = 0;
}

// Skips a first line such as sep=; or "sep=;".
void CsvReader::take_separator_line() {
  std::size_t i = position_;
  const bool quoted = at(i) == '"';
  if (quoted) ++i;
  for (const char letter : std::string_view("sep=")) {
    const int c = at(i++);
    if (c != letter && c != letter - 'a' + 'A') return;
  }
  const int separator = at(i++);
  if (separator < 0 || separator == '\n' || separator == '\r') return;
  if (quoted && at(i++) != '"') return;
  const int after = at(i);
  if (after >= 0 && after != '\n' && after != '\r') return;
  if (after == '\r' && at(i + 1) == '\n') ++i;
  position_ = after < 0 ? i : i + 1;
  ++line_;
  if (delimiter_ == 0) delimiter_ = static_cast<char>(separator);
}

// How often `candidate` stands outside of quotes in the record at `index`. Moves `index` behind the record.
std::size_t CsvReader::delimiters(char candidate, std::size_t& index) {
  std::size_t count = 0;
  bool quoted = false;
  const std::size_t begin = index;
  for (int c = at(index); c >= 0 && index - begin < kMaxRecord; c = at(++index)) {
    if (!quoted && (c == '\n' || c == '\r')) break;
    if (c == '"') quoted = !quoted;
    if (!quoted && c == candidate) ++count;
  }
  while (at(index) == '\n' || at(index) == '\r') ++index;
  return count;
}

void CsvReader::detect_delimiter() {
  // Texts have more commas than other delimiters. So a comma must have more fields than the others, not as many.
  static constexpr std::string_view kCandidates = "\t;|,";
  static constexpr int kRecords = 10;
  std::size_t most_records = 0;
  std::size_t most_fields = 0;
  delimiter_ = ',';
  for (const char candidate : kCandidates) {
    std::size_t index = position_;
    const std::size_t count = delimiters(candidate, index);
    if (count == 0) continue;
    std::size_t alike = 0;
    for (int i = 0; i < kRecords && at(index) >= 0; ++i) {
      if (delimiters(candidate, index) == count) ++alike;
    }
    if (alike < most_records || (alike == most_records && count <= most_fields)) continue;
    most_records = alike;
    most_fields = count;
    delimiter_ = candidate;
  }
}

void CsvReader::begin() {
  if (at(0) == 0xef && at(1) == 0xbb && at(2) == 0xbf) position_ = 3;
  take_separator_line();
  while (at(position_) == '\n' || at(position_) == '\r') {
    if (at(position_) == '\n' || at(position_ + 1) != '\n') ++line_;
    ++position_;
    forget_read();
  }
  if (delimiter_ == 0) detect_delimiter();
}

// Reads the record at position_ into `record`; the next one begins at `end`.
CsvReader::Scan CsvReader::scan(CsvRecord& record, FirstLine& first, std::size_t& end, std::size_t& newlines) {
  std::size_t i = position_;
  first = {0, i};
  if (at(i) < 0) return Scan::kEnd;
  std::string field;
  bool quoted = false;  // inside quotes
  bool closed = false;  // after the closing quote of this field
  bool begins = true;   // at the first byte of the field
  newlines = 0;
  while (true) {
    const int c = at(i);
    if (c < 0 || i - position_ > kMaxRecord) {
      if (quoted || c >= 0) return Scan::kBroken;
      record.fields.push_back(std::move(field));
      end = i;
      return Scan::kRecord;
    }
    ++i;
    const char byte = static_cast<char>(c);
    if (quoted) {
      if (byte == '\n' || (byte == '\r' && at(i) != '\n')) ++newlines;
      if (byte != '"') {
        field.push_back(byte);
      } else if (at(i) == '"') {
        field.push_back('"');
        ++i;
      } else {
        quoted = false;
        closed = true;
      }
      continue;
    }
    if (byte == '"' && begins) {
      quoted = true;
      begins = false;
    } else if (byte == delimiter_) {
      record.fields.push_back(std::move(field));
      field.clear();
      begins = true;
      closed = false;
      if (newlines == 0) first = {record.fields.size(), i};
    } else if (byte == '\n' || byte == '\r') {
      if (byte == '\r' && at(i) == '\n') ++i;
      ++newlines;
      record.fields.push_back(std::move(field));
      end = i;
      return Scan::kRecord;
    } else {
      if (closed) {
        record.problem = "there is text after the closing quote of a field";
        return Scan::kBroken;
      }
      field.push_back(byte);
      begins = false;
    }
  }
}

void CsvReader::skip_broken_line(CsvRecord& record, const FirstLine& first) {
  if (record.problem.empty()) record.problem = "a quote is opened but not closed";
  record.fields.resize(first.fields);
  std::string& text = record.fields.emplace_back();
  std::size_t i = first.end;
  for (int c = at(i); c >= 0; c = at(i)) {
    ++i;
    if (c == '\n' || c == '\r') {
      if (c == '\r' && at(i) == '\n') ++i;
      break;
    }
    if (text.size() < 200) text.push_back(static_cast<char>(c));
  }
  position_ = i;
  ++line_;
}

bool CsvReader::next(CsvRecord& record) {
  if (!started_) {
    started_ = true;
    begin();
  }
  while (true) {
    forget_read();
    record.line = line_;
    record.fields.clear();
    record.problem.clear();
    FirstLine first;
    std::size_t end = 0;
    std::size_t newlines = 0;
    switch (scan(record, first, end, newlines)) {
      case Scan::kEnd:
        return false;
      case Scan::kBroken:
        skip_broken_line(record, first);
        return true;
      case Scan::kRecord:
        break;
    }
    position_ = end;
    line_ += newlines;
    if (record.fields.size() > 1 || !record.fields.front().empty()) return true;
  }
}

}  // namespace ordo::client
