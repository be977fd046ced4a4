#include "client/csv.h"

#include <algorithm>
#include <array>

#include "base/text.h"

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

void CsvReader::detect_delimiter() {
  static constexpr std::string_view kCandidates = ",;\t|";
  std::size_t best = 0;
  delimiter_ = ',';
  for (const char candidate : kCandidates) {
    std::size_t count = 0;
    bool quoted = false;
    for (std::size_t i = position_; i < position_ + kMaxRecord; ++i) {
      const int c = at(i);
      if (c < 0 || (!quoted && (c == '\n' || c == '\r'))) break;
      if (c == '"') quoted = !quoted;
      if (!quoted && c == candidate) ++count;
    }
    if (count > best) {
      best = count;
      delimiter_ = candidate;
    }
  }
}

// Reads the record at position_ into `record`; the next one begins at `end`.
CsvReader::Scan CsvReader::scan(CsvRecord& record, std::size_t& end, std::size_t& newlines) {
  std::size_t i = position_;
  if (at(i) < 0) return Scan::kEnd;
  std::string field;
  bool quoted = false;  // inside quotes
  bool closed = false;  // after the closing quote of this field
  bool begins = true;   // at the first byte of the field
  newlines = 0;
  while (true) {
    const int c = at(i);
    if (c < 0 || i - position_ > kMaxRecord) {
      if (quoted || c >= 0) return Scan::kUnclosed;
      record.fields.push_back(std::move(field));
      end = i;
      return Scan::kRecord;
    }
    ++i;
    const char byte = static_cast<char>(c);
    if (quoted) {
      if (byte == '\n') ++newlines;
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
    } else if (byte == '\n' || byte == '\r') {
      if (byte == '\r' && at(i) == '\n') ++i;
      ++newlines;
      record.fields.push_back(std::move(field));
      end = i;
      return Scan::kRecord;
    } else {
      if (closed && record.problem.empty()) record.problem = "there is text after the closing quote of a field";
      field.push_back(byte);
      begins = false;
    }
  }
}

void CsvReader::skip_line(CsvRecord& record) {
  record.problem = "a quote is opened but not closed";
  record.fields.assign(1, {});
  std::string& text = record.fields.front();
  std::size_t i = position_;
  for (int c = at(i); c >= 0; c = at(++i)) {
    if (c == '\n') {
      ++i;
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
    if (at(0) == 0xef && at(1) == 0xbb && at(2) == 0xbf) position_ = 3;
    if (delimiter_ == 0) detect_delimiter();
  }
  while (true) {
    if (position_ > 1024 * 1024) {
      buffer_.erase(0, position_);
      position_ = 0;
    }
    record.line = line_;
    record.fields.clear();
    record.problem.clear();
    std::size_t end = 0;
    std::size_t newlines = 0;
    switch (scan(record, end, newlines)) {
      case Scan::kEnd:
        return false;
      case Scan::kUnclosed:
        skip_line(record);
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
  // The last four are full-width forms of the first four. Some programs treat them alike.
  static constexpr std::array<std::string_view, 10> kBeginFormulas = {"=",  "+",      "-",      "@",      "\t",
                                                                      "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"};
  const bool formula = std::any_of(kBeginFormulas.begin(), kBeginFormulas.end(),
                                   [&](std::string_view sign) { return value.starts_with(sign); });
  return formula ? "'" + std::string(value) : std::string(value);
}

}  // namespace ordo::client
