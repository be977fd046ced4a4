// Files to import, as CSV and as NDJSON. Each row has text from a line of the file, or a problem. Rows that could be
// read are written as NDJSON that gives the same rows.
#include "import/rows.h"

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "targets.h"

namespace ordo::fuzz {
namespace {

using imports::ImportFormat;
using imports::ImportKind;
using imports::ImportRow;
using imports::RowOptions;

std::vector<ImportRow> read(const std::string& text, ImportKind kind, ImportFormat format, bool latin1) {
  RowOptions options;
  options.kind = kind;
  options.format = format;
  options.latin1 = latin1;
  std::vector<ImportRow> rows;
  const auto reader = imports::read_rows(std::make_unique<std::istringstream>(text), options);
  if (!reader) {
    ORDO_CHECK(is_utf8(reader.error().message), "the complaint is shown to people");
    return rows;
  }
  ImportRow row;
  while (true) {
    const auto more = (*reader)->next(row);
    ORDO_CHECK(more.has_value(), "a text in memory can be read to its end");
    if (!*more) return rows;
    rows.push_back(row);
  }
}

void check_rows(const std::vector<ImportRow>& rows, std::size_t lines) {
  std::size_t line = 1;
  for (const auto& row : rows) {
    ORDO_CHECK(row.line >= line && row.line <= lines, "line ", row.line, " after ", line);
    line = row.line;
    for (const auto& value : row.values) {
      ORDO_CHECK(is_utf8(value), "a value in line ", line);
      ORDO_CHECK(value.empty() || (value.front() != ' ' && value.back() != ' '), value);
    }
    if (!row.problem) continue;
    const auto& [field, reason, detail, value] = *row.problem;
    ORDO_CHECK(!reason.empty() && is_utf8(field + reason + detail + value), "the problem of line ", line);
  }
}

std::string json_of(const ImportRow& row) {
  std::string out = "{";
  for (std::size_t i = 0; i < imports::kColumns; ++i) {
    append_json_key(to_string(static_cast<imports::Column>(i)), i == 0, out);
    append_json_string(row.values[i], out);
  }
  return out + "}\n";
}

void check_round_trip(std::vector<ImportRow> rows, ImportKind kind) {
  rows.erase(std::remove_if(rows.begin(), rows.end(), [](const auto& row) { return row.problem.has_value(); }),
             rows.end());
  std::string text;
  for (const auto& row : rows) text += json_of(row);
  const auto again = read(text, kind, ImportFormat::ndjson, false);
  ORDO_CHECK(again.size() == rows.size(), again.size(), " of ", rows.size(), ": ", text);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ORDO_CHECK(!again[i].problem && again[i].values == rows[i].values, "row ", i, " of ", text);
  }
}

}  // namespace

void rows(std::string_view input) {
  const std::string text(input);
  const auto ends = std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; });
  for (const auto kind : {ImportKind::orders, ImportKind::products}) {
    for (const auto format : {ImportFormat::csv, ImportFormat::ndjson}) {
      for (const bool latin1 : {false, true}) {
        const auto rows = read(text, kind, format, latin1);
        check_rows(rows, static_cast<std::size_t>(ends) + 1);
        check_round_trip(rows, kind);
      }
    }
  }
}

}  // namespace ordo::fuzz
