#include "client/output.h"

#include <algorithm>
#include <array>

#include "base/printable.h"
#include "client/csv.h"
#include "client/document_printing.h"
#include "records/json_copy.h"

namespace ordo::client {
namespace {

constexpr std::array<std::string_view, 4> kFormats = {"table", "json", "ndjson", "csv"};

// Counts characters, not bytes: every byte that is not a continuation byte begins one.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string csv_row(std::vector<std::string> cells, OutputChoice choice) {
  for (auto& cell : cells) cell = csv_text(choice.spreadsheet ? spreadsheet_text(cell) : cell);
  return csv_line(cells);
}

}  // namespace

std::optional<OutputFormat> parse_output(std::string_view name) {
  const auto found = std::find(kFormats.begin(), kFormats.end(), name);
  if (found == kFormats.end()) return std::nullopt;
  return static_cast<OutputFormat>(found - kFormats.begin());
}

void Table::add(std::vector<std::string> cells) {
  for (auto& cell : cells) cell = printable(cell);
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

ListPrinter::ListPrinter(Listed listed, OutputChoice choice, std::ostream& out)
    : listed_(listed), choice_(choice), out_(out), table_(printing_of(listed).headings()) {
  if (choice.format == OutputFormat::csv) out_ << csv_line(csv_columns(listed));
}

Result<void> ListPrinter::print(const JsonTape& tape, std::size_t at) {
  if (choice_.format == OutputFormat::json || choice_.format == OutputFormat::ndjson) {
    std::string text;
    const bool lines = choice_.format == OutputFormat::ndjson;
    if (!lines) text = printed_ == 0 ? "[\n  " : ",\n  ";
    append_json(tape, at, lines ? -1 : 2, text);
    if (lines) text.push_back('\n');
    out_ << text;
    return {};
  }
  const auto& how = printing_of(listed_);
  const bool csv = choice_.format == OutputFormat::csv;
  auto cells = csv ? how.csv(tape, at) : how.row(tape, at);
  if (!cells) return fail(std::move(cells.error()));
  if (csv) {
    out_ << csv_row(std::move(*cells), choice_);
  } else {
    table_.add(std::move(*cells));
  }
  return {};
}

Result<std::size_t> ListPrinter::page(const JsonTape& tape, std::size_t at, std::size_t most) {
  if (tape[at].kind != JsonNode::Kind::array) {
    return fail(ErrorCode::kCorrupt, "bad_answer", "cannot read the server's answer");
  }
  std::size_t count = 0;
  for (std::size_t i = at + 1; i < tape[at].end && count < most; i = tape[i].end) {
    if (auto done = print(tape, i); !done) return fail(std::move(done.error()));
    ++count;
    ++printed_;
  }
  if (choice_.format == OutputFormat::table) table_.print(out_);
  return count;
}

void ListPrinter::finish() {
  if (choice_.format == OutputFormat::json) out_ << (printed_ == 0 ? "[]\n" : "\n]\n");
  out_.flush();
}

Result<void> print_document(Listed listed, OutputChoice choice, const JsonTape& tape, const JsonTape* related,
                            std::ostream& out) {
  if (choice.format == OutputFormat::json || choice.format == OutputFormat::ndjson) {
    std::string text;
    append_json(tape, 0, choice.format == OutputFormat::json ? 0 : -1, text);
    out << text << '\n';
    return {};
  }
  const auto& how = printing_of(listed);
  if (choice.format == OutputFormat::table) return how.print(tape, related, out);
  auto cells = how.csv(tape, 0);
  if (!cells) return fail(std::move(cells.error()));
  out << csv_line(csv_columns(listed)) << csv_row(std::move(*cells), choice);
  return {};
}

std::vector<std::string> csv_columns(Listed listed) {
  return printing_of(listed).columns();
}

}  // namespace ordo::client
