#include "columns/columns.h"

#include <algorithm>

#include "columns/headings.h"

namespace ordo::imports {
namespace {

std::string_view cell_of(const Row& row, std::size_t column) {
  return column < row.cells.size() ? std::string_view(row.cells[column]) : std::string_view();
}

const std::vector<std::size_t>& columns_of(const Columns& columns, Role role) {
  return columns.of_role[static_cast<std::size_t>(role)];
}

}  // namespace

std::string_view Columns::value(const Row& row, Role role) const {
  const bool zero_is_none = role == Role::product || role == Role::customer;
  std::string_view zero;
  for (const std::size_t column : columns_of(*this, role)) {
    const std::string_view cell = cell_of(row, column);
    if (cell.empty()) continue;
    // guard: import-zero-is-no-id
    if (!zero_is_none || cell != "0") return cell;
    if (zero.empty()) zero = cell;
  }
  if (!zero.empty()) return zero;
  const auto found = set.find(role);
  return found == set.end() ? std::string_view() : std::string_view(found->second);
}

std::vector<std::string_view> Columns::values(const Row& row, Role role) const {
  std::vector<std::string_view> found;
  for (const std::size_t column : columns_of(*this, role)) found.push_back(cell_of(row, column));
  if (found.empty() && set.contains(role)) found.push_back(set.at(role));
  return found;
}

std::string Columns::text(const Row& row, Role role) const {
  std::string all;
  for (const std::string_view part : values(row, role)) {
    if (part.empty()) continue;
    if (!all.empty()) all += ' ';
    all += part;
  }
  return all;
}

std::string_view Columns::heading(Role role) const {
  const auto& found = columns_of(*this, role);
  return found.empty() ? to_string(role) : std::string_view(headings[found.front()]);
}

bool Columns::is_named(Role role) const {
  const auto& columns = of_role[static_cast<std::size_t>(role)];
  return std::any_of(columns.begin(), columns.end(),
                     [&](std::size_t column) { return column < named.size() && named[column]; });
}

bool Columns::in_minor_units(Role role) const {
  const auto& found = columns_of(*this, role);
  return !found.empty() && found.front() < minor_units.size() && minor_units[found.front()];
}

bool Columns::means_not_for_sale(std::size_t column) const {
  if (column >= headings.size()) return false;
  const std::string key = heading_key(headings[column]);
  for (const std::string_view word :
       {"discontinued", "isdiscontinued", "archived", "auslaufartikel", "descatalogado"}) {
    if (key == word) return true;
  }
  return false;
}

bool time_is_payment(const Columns& columns) {
  if (columns.has(Role::paid_at) || columns_of(columns, Role::time).empty()) return false;
  const auto key = " " + heading_key(columns.heading(Role::time)) + " ";
  const auto rows = vocabulary(ImportKind::orders);
  return std::any_of(rows.begin(), rows.end(), [&](const VocabularyRow& row) {
    return row.role == Role::paid_at && (" " + std::string(row.headings) + " ").find(key) != std::string::npos;
  });
}

}  // namespace ordo::imports
