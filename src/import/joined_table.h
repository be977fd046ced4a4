// Two files as one table: one with the heads of orders (customer, time, status), one with their lines.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "columns/columns.h"
#include "tables/table.h"

namespace ordo::imports {

// Each row of the file of lines becomes a row with the cells of its order's head, and then its own. A heading of the
// lines that the heads have too is called "status#2". A line without a head is a row with the problem "no_head", a head
// without a line one with the problem "no_lines". Rows have the line numbers of the file of lines, and heads without
// one those of their own file.
class JoinedTable final : public Table {
 public:
  // The heads are kept in memory, in about the size of their file.
  static constexpr std::size_t kMaxHeadBytes = 128 * 1024 * 1024;

  // Reads all of the heads. `choices` may name the column of the order's number. kInvalid "missing_columns" when a file
  // has no such column, "too_many_heads"; the errors of open_table().
  static Result<std::unique_ptr<JoinedTable>> open(const std::string& heads_path, const std::string& lines_path,
                                                   const TableOptions& options, const ColumnChoices& choices);
  // The same for tables that are open, for tests.
  static Result<std::unique_ptr<JoinedTable>> join(std::unique_ptr<Table> heads, std::unique_ptr<Table> lines,
                                                   const ColumnChoices& choices);
  ~JoinedTable() override;

  const std::vector<std::string>& headings() const override;
  Result<bool> next(Row& row) override;

  // The heading of the order's number.
  const std::string& order_heading() const;

 private:
  class Heads;
  JoinedTable();
  Result<void> begin(std::unique_ptr<Table> heads, const ColumnChoices& choices);
  void join_row(Row& row);

  std::unique_ptr<Heads> heads_;
  std::unique_ptr<Table> lines_;
  std::size_t heads_key_ = 0;  // the column of the order's number among the heads
  std::size_t lines_key_ = 0;  // and among the lines
  bool lines_ended_ = false;
  std::vector<std::string> headings_;
};

}  // namespace ordo::imports
