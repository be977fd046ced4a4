#include "import/order_grouping.h"

#include <algorithm>

#include "cells/values.h"
#include "columns/profile.h"
#include "import/order_plan.h"
#include "import/order_text.h"

namespace ordo::imports {
namespace {

// About what a cell takes beside its text.
constexpr std::size_t kBytesOfCell = sizeof(HeldCell);

std::string_view row_cell(const Row& row, std::size_t column) {
  return column < row.cells.size() ? std::string_view(row.cells[column]) : std::string_view();
}

// A value that the row itself has, not one that --set gives to every row.
bool has_cell(const Columns& columns, const Row& row, Role role) {
  const auto& of_role = columns.of_role[static_cast<std::size_t>(role)];
  return std::any_of(of_role.begin(), of_role.end(),
                     [&](std::size_t column) { return !row_cell(row, column).empty(); });
}

bool is_blank(const Row& row) {
  return std::all_of(row.cells.begin(), row.cells.end(), [](const std::string& cell) { return cell.empty(); });
}

bool is_sum(std::string_view cell) {
  constexpr std::string_view kSums[] = {"total",  "totals",  "grandtotal",  "sum",      "summe",
                                        "gesamt", "summary", "gesamtsumme", "tongcong", "tong"};
  const auto plain = plain_heading(cell);
  return std::find(std::begin(kSums), std::end(kSums), plain) != std::end(kSums);
}

// "3 record(s) downloaded, from ...", "Seller ID : ...": its words stand in any columns.
bool is_remark(std::string_view cell) {
  constexpr std::string_view kCount = "recordsdownloaded";
  const bool has_colon = cell.find(':') != cell.npos;
  // Each row asks this several times, and few cells are worth their plain form.
  if (cell.size() < kCount.size() && !has_colon) return false;
  const auto plain = plain_heading(cell);
  return plain.ends_with(kCount) || (has_colon && plain.starts_with("sellerid"));
}

// A sum or a remark that a program writes below its orders. A sum has no goods.
bool is_footer(const Columns& columns, const Row& row) {
  const bool has_goods = has_cell(columns, row, Role::product) || has_cell(columns, row, Role::name);
  std::size_t looked_at = 0;
  for (const auto& cell : row.cells) {
    if (cell.empty()) continue;
    if (is_remark(cell) || (!has_goods && is_sum(cell))) return true;
    if (++looked_at == 2) break;
  }
  return false;
}

}  // namespace

std::string order_key(const Columns& columns, const Row& row, std::string_view above) {
  if (is_footer(columns, row)) return {};
  std::string key = bare_id(columns.value(row, Role::order));
  if (!key.empty()) return key;
  const bool continues = columns.profile != nullptr && columns.profile->fills_down;
  return continues && (row.problem || !is_blank(row)) ? std::string(above) : std::string();
}

bool carries_line(const Columns& columns, const Row& row) {
  const bool has_any = has_cell(columns, row, Role::product) || has_cell(columns, row, Role::name) ||
                       has_cell(columns, row, Role::quantity);
  return has_any && !is_footer(columns, row);
}

CellPlaces::CellPlaces(const Columns& columns) : columns_(columns) {
  for (const auto& info : roles()) {
    if (info.role == Role::order || info.use == RoleUse::product || !columns.has(info.role)) continue;
    const auto index = static_cast<std::size_t>(info.role);
    const bool by_column = info.reading == Reading::listed || info.reading == Reading::added;
    if (by_column) {
      for (const auto column : columns.of_role[index]) of_role_[index].push_back(place_of_column(column));
    }
    if (of_role_[index].empty()) of_role_[index].push_back(place_of_role(info.role));
    const bool of_line = info.use == RoleUse::line || info.use == RoleUse::line_or_product;
    auto& places = of_line ? of_line_ : of_order_;
    places.insert(places.end(), of_role_[index].begin(), of_role_[index].end());
  }
  find_own();
  for (const auto column : columns.metadata) {
    const auto place = place_of_column(column);
    if (std::find(own_.begin(), own_.end(), place) != own_.end()) continue;
    std::string_view heading = columns.headings[column];
    if (heading.starts_with("metadata.")) heading.remove_prefix(9);
    metadata_.emplace_back(place, heading);
    of_order_.push_back(place);
  }
  std::sort(of_order_.begin(), of_order_.end());
  of_order_.erase(std::unique(of_order_.begin(), of_order_.end()), of_order_.end());
}

bool CellPlaces::has_heading(std::string_view heading) const {
  return std::find(columns_.headings.begin(), columns_.headings.end(), heading) != columns_.headings.end();
}

void CellPlaces::find_own() {
  struct Names {
    std::string_view csv;
    std::string_view json;
  };
  constexpr std::array<Names, kExportColumns> kNames = {{{"price_includes_tax", "lines[].price_includes_tax"},
                                                         {"line_tax_code", "lines[].tax.0.code"},
                                                         {"line_tax_reason", "lines[].tax.0.reason"},
                                                         {"line_metadata", ""},
                                                         {"shipping_includes_tax", "shipping.0.price_includes_tax"},
                                                         {"metadata", ""}}};
  const bool is_csv = has_heading("line_kind") && has_heading("price_includes_tax");
  const bool is_json = has_heading("lines[].quantity") && has_heading("payment_status") && has_heading("total.amount");
  if (!is_csv && !is_json) return;
  for (std::size_t i = 0; i < kExportColumns; ++i) {
    const auto name = is_csv ? kNames[i].csv : kNames[i].json;
    const auto found = std::find(columns_.headings.begin(), columns_.headings.end(), name);
    if (found == columns_.headings.end()) continue;
    own_[i] = place_of_column(static_cast<std::size_t>(found - columns_.headings.begin()));
    const bool of_order = static_cast<ExportColumn>(i) >= ExportColumn::shipping_includes_tax;
    (of_order ? of_order_ : of_line_).push_back(*own_[i]);
  }
}

std::string_view CellPlaces::text(const Row& row, CellPlace place, std::string& room) const {
  if (place >= kRoles) return row_cell(row, place - kRoles);
  const auto role = static_cast<Role>(place);
  if (info_of(role).reading != Reading::joined) return columns_.value(row, role);
  room = columns_.text(row, role);
  return room;
}

std::string_view CellPlaces::heading(CellPlace place) const {
  return place < kRoles ? columns_.heading(static_cast<Role>(place)) : columns_.headings[place - kRoles];
}

bool CellPlaces::is_minor_units(CellPlace place) const {
  if (place < kRoles) return columns_.in_minor_units(static_cast<Role>(place));
  return place - kRoles < columns_.minor_units.size() && columns_.minor_units[place - kRoles];
}

std::string_view HeldRow::at(CellPlace place) const {
  const auto found =
      std::find_if(cells.begin(), cells.end(), [&](const HeldCell& cell) { return cell.place == place; });
  return found == cells.end() ? std::string_view() : std::string_view(found->text);
}

OrderRows::Shared* OrderRows::find(CellPlace place) {
  const auto found =
      std::find_if(shared_.begin(), shared_.end(), [&](const Shared& shared) { return shared.place == place; });
  return found == shared_.end() ? nullptr : &*found;
}

void OrderRows::take(const CellPlaces& places, const Row& row, bool has_line) {
  note_line(row.line);
  HeldRow held{row.line, has_line, {}};
  std::string room;
  for (const auto place : places.of_line()) {
    const auto text = places.text(row, place, room);
    if (!text.empty()) held.cells.push_back({place, std::string(text)});
  }
  for (const auto place : places.of_order()) {
    const auto text = places.text(row, place, room);
    if (text.empty()) continue;
    if (auto* known = find(place); known == nullptr) {
      shared_.push_back({place, 1, std::string(text)});
      bytes_ += kBytesOfCell + text.size();
    } else if (known->text == text) {
      ++known->rows;
    } else {
      held.cells.push_back({place, std::string(text)});
    }
  }
  bytes_ += sizeof held;
  for (const auto& cell : held.cells) bytes_ += kBytesOfCell + cell.text.size();
  rows_.push_back(std::move(held));
}

void OrderRows::refuse(std::size_t line, RowProblem problem) {
  note_line(line);
  bytes_ += sizeof(Refusal) + problem.detail.size() + problem.value.size();
  refused_.push_back({line, key_, std::move(problem)});
}

void OrderRows::drop(std::size_t index, RowProblem problem) {
  const auto row = rows_.begin() + static_cast<std::ptrdiff_t>(index);
  refuse(row->line, std::move(problem));
  rows_.erase(row);
}

std::string_view OrderRows::shared(CellPlace place) const {
  const auto found =
      std::find_if(shared_.begin(), shared_.end(), [&](const Shared& shared) { return shared.place == place; });
  return found == shared_.end() ? std::string_view() : std::string_view(found->text);
}

SharedCells OrderRows::all(CellPlace place) const {
  SharedCells cells;
  for (const auto& shared : shared_) {
    if (shared.place != place) continue;
    cells.first = shared.text;
    cells.rows = shared.rows;
  }
  for (const auto& row : rows_) {
    const auto text = row.at(place);
    if (!text.empty()) cells.others.emplace_back(&row, text);
  }
  return cells;
}

}  // namespace ordo::imports
