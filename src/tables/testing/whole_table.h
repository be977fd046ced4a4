// Reads a text as a table, for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tables/table.h"

namespace ordo::imports {

struct WholeTable {
  std::string error;    // its reason; empty: the table could be read
  std::string message;  // of the error
  std::vector<std::string> headings;
  std::vector<Row> rows;
  std::uint64_t blank_rows = 0;

  // The cell of a row under a heading; "(no heading)" if there is none.
  std::string cell(std::size_t row, std::string_view heading) const {
    const auto found = std::find(headings.begin(), headings.end(), heading);
    if (found == headings.end() || row >= rows.size()) return "(no heading)";
    return rows[row].cells[static_cast<std::size_t>(found - headings.begin())];
  }

  // The cells of a column, with a blank between them and "-" for an empty one.
  std::string column(std::string_view heading) const {
    std::string out;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto value = cell(row, heading);
      out.append(row == 0 ? "" : " ").append(value.empty() ? "-" : value);
    }
    return out;
  }

  // "line field reason" of each row with a problem.
  std::vector<std::string> problems() const {
    std::vector<std::string> out;
    for (const auto& row : rows) {
      if (!row.problem) continue;
      out.push_back(std::to_string(row.line) + " " + row.problem->field + " " + row.problem->reason);
    }
    return out;
  }
};

inline void read_rows(Table& table, std::vector<Row>& rows) {
  Row row;
  while (true) {
    const auto more = table.next(row);
    ASSERT_TRUE(more.has_value()) << more.error().text();
    if (!*more) return;
    rows.push_back(row);
  }
}

// Reads it twice, as the import does: first without headings, then with those of the first pass.
inline WholeTable read_whole(const std::string& text, std::string_view name = "file.csv",
                             const TableOptions& options = {}) {
  WholeTable whole;
  const auto table = read_table(text, name, options);
  if (!table) {
    whole.error = table.error().reason;
    whole.message = table.error().message;
    return whole;
  }
  whole.headings = (*table)->headings();
  read_rows(**table, whole.rows);
  whole.blank_rows = (*table)->blank_rows();

  const auto again = read_table(text, name, options, &whole.headings);
  EXPECT_TRUE(again.has_value());
  if (!again) return whole;
  std::vector<Row> rows;
  read_rows(**again, rows);
  EXPECT_EQ((*again)->headings(), whole.headings);
  EXPECT_EQ(rows.size(), whole.rows.size());
  for (std::size_t i = 0; i < std::min(rows.size(), whole.rows.size()); ++i) {
    EXPECT_EQ(rows[i].line, whole.rows[i].line);
    EXPECT_EQ(rows[i].cells, whole.rows[i].cells);
    EXPECT_EQ(rows[i].begins_record, whole.rows[i].begins_record);
  }
  return whole;
}

}  // namespace ordo::imports
