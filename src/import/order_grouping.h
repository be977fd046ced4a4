// The rows of one order, kept until the last of them was read. Only the cells that an order needs are kept.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "columns/columns.h"
#include "import/refusals.h"

namespace ordo::imports {

// Rows of one order, whatever they hold. Sums over them do not overflow.
inline constexpr std::size_t kMaxOrderRows = 4'000;

// Columns that only ordo's own export has.
enum class ExportColumn {
  price_includes_tax,
  line_tax_code,
  line_tax_reason,
  line_metadata,
  shipping_includes_tax,
  metadata,
};
inline constexpr std::size_t kExportColumns = static_cast<std::size_t>(ExportColumn::metadata) + 1;

// The place of a value among those that an order has: of a role, or of one column.
using CellPlace = std::size_t;
constexpr CellPlace place_of_role(Role role) {
  return static_cast<CellPlace>(role);
}
constexpr CellPlace place_of_column(std::size_t column) {
  return kRoles + column;
}

// Where the values of orders stand in the rows of one file.
class CellPlaces {
 public:
  // `columns` outlives it.
  explicit CellPlaces(const Columns& columns);

  const Columns& columns() const { return columns_; }
  const std::vector<CellPlace>& of_order() const { return of_order_; }
  const std::vector<CellPlace>& of_line() const { return of_line_; }
  // Columns that are kept as metadata, with the heading of each.
  const std::vector<std::pair<CellPlace, std::string>>& metadata() const { return metadata_; }
  std::optional<CellPlace> own(ExportColumn column) const { return own_[static_cast<std::size_t>(column)]; }
  // One for each column of a role that lists or adds them; else one, or none if the file has nothing of it.
  const std::vector<CellPlace>& all(Role role) const { return of_role_[static_cast<std::size_t>(role)]; }

  // `room` holds the text if it is that of several columns.
  std::string_view text(const Row& row, CellPlace place, std::string& room) const;
  // The file's name of the column, for messages.
  std::string_view heading(CellPlace place) const;
  // Whether its amounts are minor units: "total_amount" beside "total_currency".
  bool is_minor_units(CellPlace place) const;

 private:
  void find_own();
  bool has_heading(std::string_view heading) const;

  const Columns& columns_;
  std::array<std::vector<CellPlace>, kRoles> of_role_;
  std::vector<CellPlace> of_order_;
  std::vector<CellPlace> of_line_;
  std::vector<std::pair<CellPlace, std::string>> metadata_;
  std::array<std::optional<CellPlace>, kExportColumns> own_;
};

struct HeldCell {
  CellPlace place;
  std::string text;  // not empty
};

struct HeldRow {
  std::size_t line = 0;         // of the file
  bool has_line = false;        // see carries_line()
  std::vector<HeldCell> cells;  // of its line; and of the order, where an earlier row says something else

  std::string_view at(CellPlace place) const;
  std::string_view operator[](Role role) const { return at(place_of_role(role)); }
};

// What the rows of an order have in one column that is about the order.
struct SharedCells {
  std::string_view first;
  std::uint64_t rows = 0;                                           // that have the same as the first
  std::vector<std::pair<const HeldRow*, std::string_view>> others;  // that differ from it

  bool empty() const { return rows == 0; }
};

class OrderRows {
 public:
  explicit OrderRows(std::string key) : key_(std::move(key)) {}

  // Takes a row that could be read.
  void take(const CellPlaces& places, const Row& row, bool has_line);
  // Takes a row that is refused.
  void refuse(std::size_t line, RowProblem problem);
  // Leaves out a row that was taken.
  void drop(std::size_t index, RowProblem problem);

  const std::string& key() const { return key_; }
  const std::vector<HeldRow>& rows() const { return rows_; }
  const std::vector<Refusal>& refused() const { return refused_; }
  std::size_t first_line() const { return first_line_; }  // of the file
  // What it holds, for bounds.
  std::size_t count() const { return rows_.size() + refused_.size(); }
  std::size_t bytes() const { return bytes_; }

  // The value of the first row that has one. Empty if none has.
  std::string_view shared(CellPlace place) const;
  std::string_view shared(Role role) const { return shared(place_of_role(role)); }
  SharedCells all(CellPlace place) const;
  SharedCells all(Role role) const { return all(place_of_role(role)); }

 private:
  struct Shared {
    CellPlace place;
    std::uint64_t rows;
    std::string text;
  };
  Shared* find(CellPlace place);
  void note_line(std::size_t line) { first_line_ = first_line_ == 0 ? line : first_line_; }

  std::string key_;
  std::size_t first_line_ = 0;
  std::vector<Shared> shared_;
  std::vector<HeldRow> rows_;
  std::vector<Refusal> refused_;
  std::size_t bytes_ = 0;
};

}  // namespace ordo::imports
