// The meaning of each column of one file.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "columns/profile.h"
#include "columns/roles.h"
#include "tables/table.h"

namespace ordo::imports {

// What the person says about the columns.
struct ColumnChoices {
  std::vector<std::pair<Role, std::string>> map;  // --map order=InvoiceNo; a role may occur more than once
  std::map<Role, std::string> set;                // --set quantity=1: the value of rows without one
  const Profile* profile = nullptr;               // --profile; null: recognize it
  bool update = false;                            // --update: products need only their id
};

// Adds the COLUMN=NAME,... of one --map, or the COLUMN=VALUE of one --set. A comma in NAME is kept unless another
// COLUMN= follows it; "NAME" may stand in double quotes. kInvalid "bad_map", "bad_set".
Result<void> add_map(std::string_view text, ColumnChoices& choices);
Result<void> add_set(std::string_view text, ColumnChoices& choices);

// The columns of a file with their meaning. A column may have several roles. Cells are copied, never moved.
struct Columns {
  ImportKind kind = ImportKind::orders;
  const Profile* profile = nullptr;  // null: none was recognized
  std::vector<std::string> headings;
  std::array<std::vector<std::size_t>, kRoles> of_role;  // indices into headings
  std::map<Role, std::string> set;
  std::vector<std::size_t> metadata;  // columns that are kept as metadata, at most kMaxMetadataColumns
  std::vector<std::size_t> unused;    // columns without a meaning
  std::vector<bool> minor_units;      // by heading: amounts in minor units, such as "total_amount"
  std::vector<bool> of_line;          // by heading: of a line rather than of its order
  std::vector<bool> named;            // by heading: --map names it

  bool has(Role role) const { return set.contains(role) || !of_role[static_cast<std::size_t>(role)].empty(); }
  // Whether --map names a column of the role.
  bool is_named(Role role) const;
  // The value of the first column with one; that of --set if no column has one; else empty. Valid as long as the row
  // and the columns. A "0" in the id of a product or customer counts only if no later column has a value.
  std::string_view value(const Row& row, Role role) const;
  // The values of all its columns, in order; empty ones too.
  std::vector<std::string_view> values(const Row& row, Role role) const;
  // The values of all its columns that are not empty, with a blank between: "Ann" and "Lee". For roles that are joined.
  std::string text(const Row& row, Role role) const;
  // The file's name of the column; ordo's own name if the file has none.
  std::string_view heading(Role role) const;
  // Whether its amounts are in minor units: 1350 for 13.50 USD.
  bool in_minor_units(Role role) const;
  // Whether a "yes" in this column means that the product is not for sale: a column called "discontinued".
  bool means_not_for_sale(std::size_t column) const;
};
inline constexpr std::size_t kMaxMetadataColumns = 30;

// Whether the orders' time is that of their payment: "Paid at", in a file that has no other time.
bool time_is_payment(const Columns& columns);

// Finds the columns. First the choices, then the profile, then the vocabulary. Roles of the order come from columns
// outside the lines ("x[].y") only; roles of a line come from the lines first, and a few of them from outside if no
// line has them. kInvalid "unknown_column" when --map names a heading that is not there; "wrong_role" when --map or
// --set name a role that such files do not have; "wrong_profile"; "missing_columns" names all that are missing at once,
// with the nearest headings and a --map line to copy; "no_lines" for a file of order heads or payments.
Result<Columns> find_columns(ImportKind kind, const ColumnChoices& choices, std::vector<std::string> headings);

// The column with the order's number, to join order heads with their lines. kInvalid "unknown_column",
// "missing_columns".
Result<std::size_t> find_order_column(const ColumnChoices& choices, std::vector<std::string> headings);

// The common words for the columns, for the docs: role -> keys of headings, as heading_key() makes them.
//   /     further words: a column of them counts where the columns before are empty
//   //    further words: only if none before is there
//   a+b   both columns together
//   []a   only in the lines of JSON documents
//   ^a    only outside the lines, and only in files that have such lines
//   *     a number
struct VocabularyRow {
  Role role;
  std::string_view headings;  // separated by spaces, best first
};
std::span<const VocabularyRow> vocabulary(ImportKind kind);

}  // namespace ordo::imports
