// Files to import, in every format and encoding. Each row has a clean cell for each heading, from a line of the file,
// or a problem. A second pass gives the same rows. Rows that could be read are written as NDJSON that gives the same
// rows.
#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "tables/table.h"
#include "tables/text_decoding.h"
#include "targets.h"

namespace ordo::fuzz {
namespace {

using imports::Encoding;
using imports::FileFormat;
using imports::Row;
using imports::Table;
using imports::TableOptions;

std::vector<Row> rows_of(Table& table) {
  std::vector<Row> rows;
  Row row;
  while (true) {
    const auto more = table.next(row);
    ORDO_CHECK(more.has_value(), "a text in memory can be read to its end");
    if (!*more) return rows;
    rows.push_back(row);
  }
}

void check_headings(const std::vector<std::string>& headings) {
  ORDO_CHECK(!headings.empty() && headings.size() <= imports::kMaxHeadings, headings.size());
  ORDO_CHECK(std::set<std::string>(headings.begin(), headings.end()).size() == headings.size(),
             "a heading occurs twice");
  for (const auto& heading : headings) ORDO_CHECK(is_utf8(heading), "a heading");
}

void check_rows(const std::vector<Row>& rows, std::size_t headings, std::size_t lines) {
  std::size_t line = 1;
  for (const auto& row : rows) {
    ORDO_CHECK(row.line >= line && row.line <= lines, "line ", row.line, " after ", line);
    line = row.line;
    ORDO_CHECK(row.cells.size() == headings, row.cells.size(), " cells in line ", line);
    for (const auto& cell : row.cells) {
      std::string clean = cell;
      ORDO_CHECK(imports::clean_text(clean) && clean == cell && cell.size() <= imports::kMaxCell, cell);
    }
    if (!row.problem) continue;
    const auto& [field, reason, detail, value] = *row.problem;
    ORDO_CHECK(!reason.empty() && is_utf8(field + reason + detail + value), "the problem of line ", line);
  }
}

void check_same(const std::vector<Row>& rows, const std::vector<Row>& again, const std::string& text) {
  ORDO_CHECK(again.size() == rows.size(), again.size(), " of ", rows.size(), ": ", text);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ORDO_CHECK(again[i].cells == rows[i].cells, "row ", i, " of ", text);
    ORDO_CHECK(again[i].problem.has_value() == rows[i].problem.has_value(), "row ", i, " of ", text);
  }
}

// True for headings that keep their meaning as the members of a JSON object.
bool can_be_members(const std::vector<std::string>& headings) {
  return headings.size() < imports::kMaxHeadings &&
         std::none_of(headings.begin(), headings.end(), [](const auto& heading) {
           return heading.starts_with('$') || heading.size() > 512 || heading == imports::kOtherMembers;
         });
}

std::string json_of(const std::vector<std::string>& headings, const Row& row) {
  std::string out = "{";
  for (std::size_t i = 0; i < headings.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(headings[i], out);
    out += ':';
    append_json_string(row.cells[i], out);
  }
  return out + "}\n";
}

void check_round_trip(const std::vector<std::string>& headings, std::vector<Row> rows) {
  rows.erase(std::remove_if(rows.begin(), rows.end(), [](const auto& row) { return row.problem.has_value(); }),
             rows.end());
  if (rows.empty() || !can_be_members(headings)) return;
  std::string text;
  for (const auto& row : rows) text += json_of(headings, row);
  TableOptions options;
  options.format = FileFormat::json;
  options.encoding = Encoding::utf_8;
  const auto table = imports::read_table(text, "", options);
  ORDO_CHECK(table.has_value(), text);
  ORDO_CHECK((*table)->headings() == headings, text);
  check_same(rows, rows_of(**table), text);
}

void check_table(const std::string& text, const TableOptions& options, std::size_t lines) {
  const auto table = imports::read_table(text, "a.csv", options);
  if (!table) {
    ORDO_CHECK(is_utf8(table.error().message), "the message is shown to people");
    return;
  }
  const std::vector<std::string> headings = (*table)->headings();
  check_headings(headings);
  const auto rows = rows_of(**table);
  check_rows(rows, headings.size(), lines);
  const auto second = imports::read_table(text, "a.csv", options, &headings);
  ORDO_CHECK(second.has_value() && (*second)->headings() == headings, text);
  check_same(rows, rows_of(**second), text);
  check_round_trip(headings, rows);
}

}  // namespace

void tables(std::string_view input) {
  const std::string text(input);
  const auto ends = std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; });
  const auto lines = static_cast<std::size_t>(ends) + 1;
  TableOptions options;
  check_table(text, options, lines);
  for (const auto encoding : {Encoding::automatic, Encoding::utf_8, Encoding::utf_16, Encoding::windows_1258}) {
    options.encoding = encoding;
    for (const auto format : {FileFormat::csv, FileFormat::json}) {
      options.format = format;
      check_table(text, options, lines);
    }
  }
}

}  // namespace ordo::fuzz
