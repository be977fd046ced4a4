#include "client/csv.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ordo::client {
namespace {

// Whether a spreadsheet reads the value as a formula, apart from any ' at its start.
bool begins_formula(std::string_view value) {
  // The last four are full-width forms of the first four. Some programs treat them alike.
  static constexpr std::array<std::string_view, 11> kSigns = {"=",  "+",      "-",      "@",      "\t",    "\r",
                                                              "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"};
  value.remove_prefix(std::min(value.find_first_not_of('\''), value.size()));
  return std::any_of(kSigns.begin(), kSigns.end(), [&](std::string_view sign) { return value.starts_with(sign); });
}

}  // namespace

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

void append_csv(std::string_view value, std::string& out) {
  // Any delimiter that a reader might guess, not only the comma.
  if (value.find_first_of(",;|\"\r\n\t") == std::string_view::npos) {
    out += value;
    return;
  }
  out.push_back('"');
  for (const char c : value) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line.push_back(',');
    append_csv(fields[i], line);
  }
  line.push_back('\n');
  return line;
}

std::string csv_text(std::string_view value) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  out.reserve(value.size());
  while (!value.empty()) {
    auto rest = value;
    const auto c = take_character(rest);
    if (!c) rest.remove_prefix(1);
    if (c && is_control(*c) && *c != '\n' && *c != '\t') {
      out.append("\\u00").append({kHex[*c / 16], kHex[*c % 16]});
    } else {
      out += value.substr(0, value.size() - rest.size());
    }
    value = rest;
  }
  return out;
}

std::string spreadsheet_text(std::string_view value) {
  return begins_formula(value) ? "'" + std::string(value) : std::string(value);
}

std::string_view without_guard(std::string_view value) {
  return value.starts_with('\'') && begins_formula(value) ? value.substr(1) : value;
}

}  // namespace ordo::client
