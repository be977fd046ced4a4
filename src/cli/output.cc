#include "cli/output.h"

#include <algorithm>
#include <array>

#include "cli/csv.h"
#include "cli/document_printing.h"
#include "cli/json_pick.h"

namespace ordo::cli {
namespace {

constexpr std::array<std::string_view, 4> kFormats = {"table", "json", "ndjson", "csv"};

// Characters, not bytes: every byte that does not continue one begins one.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

std::optional<OutputFormat> parse_output(std::string_view name) {
  const auto found = std::find(kFormats.begin(), kFormats.end(), name);
  if (found == kFormats.end()) return std::nullopt;
  return static_cast<OutputFormat>(found - kFormats.begin());
}

void Table::add(std::vector<std::string> cells) {
  rows_.push_back(std::move(cells));
}

void Table::print_row(const std::vector<std::string>& cells, std::ostream& out) const {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t width = characters(cells[i]);
    const std::string space(widths_[i] > width ? widths_[i] - width : 0, ' ');
    if (i > 0) line += "  ";
    line += headings_[i].align == Align::right ? space + cells[i] : cells[i] + space;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

void Table::print(std::ostream& out) {
  if (widths_.empty()) {
    std::vector<std::string> names;
    for (const auto& heading : headings_) names.push_back(heading.name);
    for (const auto& name : names) widths_.push_back(name.size());
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) widths_[i] = std::max(widths_[i], characters(row[i]));
    }
    print_row(names, out);
  }
  for (const auto& row : rows_) print_row(row, out);
  rows_.clear();
}

ListPrinter::ListPrinter(Listed listed, OutputFormat format, std::ostream& out)
    : listed_(listed), format_(format), out_(out), table_(printing_of(listed).headings()) {
  if (format == OutputFormat::csv) out_ << csv_line(csv_columns(listed));
}

Result<void> ListPrinter::print(const JsonTape& tape, std::size_t at) {
  if (format_ == OutputFormat::json || format_ == OutputFormat::ndjson) {
    std::string text;
    const bool lines = format_ == OutputFormat::ndjson;
    if (!lines) text = printed_ == 0 ? "[\n  " : ",\n  ";
    append_json(tape, at, lines ? -1 : 2, text);
    if (lines) text.push_back('\n');
    out_ << text;
    return {};
  }
  const auto& how = printing_of(listed_);
  const bool csv = format_ == OutputFormat::csv;
  auto cells = csv ? how.csv(tape, at) : how.row(tape, at);
  if (!cells) return fail(std::move(cells.error()));
  if (csv) {
    out_ << csv_line(*cells);
  } else {
    table_.add(std::move(*cells));
  }
  return {};
}

Result<std::size_t> ListPrinter::page(const JsonTape& tape, std::size_t at, std::size_t most) {
  if (tape[at].kind != JsonNode::Kind::array) {
    return fail(ErrorCode::kCorrupt, "bad_answer", "the server's answer is not understood");
  }
  std::size_t count = 0;
  for (std::size_t i = at + 1; i < tape[at].end && count < most; i = tape[i].end) {
    if (auto done = print(tape, i); !done) return fail(std::move(done.error()));
    ++count;
    ++printed_;
  }
  if (format_ == OutputFormat::table) table_.print(out_);
  return count;
}

void ListPrinter::finish() {
  if (format_ == OutputFormat::json) out_ << (printed_ == 0 ? "[]\n" : "\n]\n");
  out_.flush();
}

Result<void> print_document(Listed listed, OutputFormat format, const JsonTape& tape, const JsonTape* related,
                            std::ostream& out) {
  if (format == OutputFormat::json || format == OutputFormat::ndjson) {
    std::string text;
    append_json(tape, 0, format == OutputFormat::json ? 0 : -1, text);
    out << text << '\n';
    return {};
  }
  const auto& how = printing_of(listed);
  if (format == OutputFormat::table) return how.print(tape, related, out);
  const auto cells = how.csv(tape, 0);
  if (!cells) return fail(cells.error());
  out << csv_line(csv_columns(listed)) << csv_line(*cells);
  return {};
}

std::string printable(std::string_view text, std::size_t most) {
  std::string out;
  std::size_t count = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) != 0x80 && ++count > most) {
      // The last character gives way to the mark.
      while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xc0) == 0x80) out.pop_back();
      if (!out.empty()) out.pop_back();
      return out + "\u2026";
    }
    out.push_back(byte < 0x20 || byte == 0x7f ? ' ' : c);
  }
  return out;
}

std::vector<std::string> csv_columns(Listed listed) {
  return printing_of(listed).columns();
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

}  // namespace ordo::cli
