#include "import/number_survey.h"

#include <cstdlib>
#include <utility>

#include "columns/role_kinds.h"

namespace ordo::imports {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The separator of a cell such as "29.000 đ", with one separator that has exactly three digits behind it; else 0.
char lone_separator(std::string_view cell) {
  const auto at = cell.find_first_of(".,");
  if (at == cell.npos || cell.find_first_of(".,", at + 1) != cell.npos) return 0;
  std::size_t digits = 0;
  while (at + 1 + digits < cell.size() && is_digit(cell[at + 1 + digits])) ++digits;
  return digits == 3 ? cell[at] : '\0';
}

NumberEvidence::Kind evidence_kind(CellKind kind, const ValueChoices& choices) {
  if (kind == CellKind::rate) return NumberEvidence::Kind::rate;
  // Pieces of a unit of less than one are written with decimals, as weights are.
  return kind == CellKind::whole && !choices.unit ? NumberEvidence::Kind::whole : NumberEvidence::Kind::amount;
}

// Roles whose cells may be amounts or parts of the price, and roles that are parts.
bool is_discount(Role role) {
  return role == Role::discount || role == Role::line_discount;
}
bool is_sized(Role role) {
  return is_discount(role) || cell_kind(role) == CellKind::rate;
}

}  // namespace

NumberSurvey::NumberSurvey(const Columns& columns, const ValueChoices& choices) : columns_(columns), choices_(choices) {
  for (std::size_t i = 0; i < kRoles; ++i) {
    const Role role{static_cast<int>(i)};
    const auto kind = cell_kind(role);
    if (columns.of_role[i].empty() || kind == CellKind::text || kind == CellKind::day) continue;
    found_.emplace(role, Column{.evidence = NumberEvidence(evidence_kind(kind, choices)), .fraction = {}});
  }
}

void NumberSurvey::add(const Row& row) {
  for (auto& [role, column] : found_) {
    for (const auto index : columns_.of_role[static_cast<std::size_t>(role)]) {
      if (index >= row.cells.size() || row.cells[index].empty()) continue;
      column.evidence.add(row.cells[index]);
      if (column.lone == 0) column.lone = lone_separator(row.cells[index]);
      if (is_sized(role)) note_size(row.cells[index], column);
    }
  }
}

void NumberSurvey::note_size(std::string_view cell, Column& column) {
  if (cell.find('%') != cell.npos) {
    column.has_percent = true;
    return;
  }
  for (const char decimal : {'.', ','}) {
    const auto number = parse_decimal(cell, {decimal});
    if (!number) continue;
    auto whole = std::abs(number->units);
    for (int i = 0; i < number->decimals; ++i) whole /= 10;
    const bool has_decimals = number->decimals > 0;  // they do not end in zeros
    column.has_one |= whole == 1 && !has_decimals;
    column.has_above_one |= whole > 1 || (whole == 1 && has_decimals);
    if (whole == 0 && number->units != 0 && column.fraction.empty()) column.fraction = cell;
    return;
  }
}

void NumberSurvey::name_rates(Columns& columns) {
  auto& rates = columns.of_role[static_cast<std::size_t>(Role::line_discount_rate)];
  for (const auto role : {Role::line_discount, Role::discount}) {
    auto& of_role = columns.of_role[static_cast<std::size_t>(role)];
    const auto found = found_.find(role);
    if (found == found_.end() || of_role.size() != 1 || !rates.empty()) continue;
    const Column& column = found->second;
    if (!column.has_percent || column.has_above_one || column.has_one || !column.fraction.empty()) continue;
    rates = std::move(of_role);
    of_role.clear();
    auto node = found_.extract(found);
    node.key() = Role::line_discount_rate;
    found_.insert(std::move(node));
  }
}

std::optional<Error> NumberSurvey::question_about(Role role, const Column& column) const {
  const bool is_unclear = is_discount(role) && !column.fraction.empty() && !column.has_above_one;
  if (!is_unclear || columns_.profile != nullptr || columns_.is_named(role)) return std::nullopt;
  const std::string name(columns_.heading(role));
  return Error{ErrorCode::kInvalid,
               "ambiguous_discount",
               name + ": \"" + shown(column.fraction) + "\" can be an amount or a part of the price; say --map '" +
                   std::string(to_string(role)) + "=" + name + "' or --map 'line_discount_rate=" + name + "'",
               {}};
}

// `other`: the decimal separator that the other columns prove; 0: none, or they differ.
Result<NumberStyle> NumberSurvey::decide(Role role, const Column& column, char other,
                                         std::optional<int> exponent) const {
  auto style = column.evidence.decide(choices_.decimal, exponent);
  if (style || choices_.decimal != 0) return style;
  const auto kind = cell_kind(role);
  if (choices_.json) return column.evidence.decide('.', exponent);
  // Pieces are whole. So a separator in them is taken for thousands, never for a fraction, without a word in this
  // column.
  // guard: import-pieces-are-whole
  if (other != 0 && (kind == CellKind::amount || column.lone != other)) {
    return column.evidence.decide(other, exponent);
  }
  return style;
}

void NumberSurvey::decide(std::optional<int> exponent, Survey& survey) const {
  char other = 0;
  bool differ = false;
  const auto exponent_of = [&](Role role) {
    return cell_kind(role) == CellKind::amount && role != Role::weight ? exponent : std::nullopt;
  };
  for (const auto& [role, column] : found_) {
    const auto style = column.evidence.decide(choices_.decimal, exponent_of(role));
    if (!style || style->decimal == 0) continue;
    differ |= other != 0 && other != style->decimal;
    other = style->decimal;
  }
  if (differ) other = 0;
  for (const auto& [role, column] : found_) {
    auto style = decide(role, column, other, exponent_of(role));
    if (auto question = question_about(role, column)) survey.questions.push_back({role, std::move(*question)});
    if (style) {
      // A column of zeros and ones is one of per cent too: nothing costs 100% less in an ordinary file.
      style->is_percent = column.has_above_one || (column.has_one && column.fraction.empty());
      survey.numbers[static_cast<std::size_t>(role)] = *style;
    } else {
      Error error = std::move(style.error());
      error.message = std::string(columns_.heading(role)) + ": " + error.message;
      survey.questions.push_back({role, std::move(error)});
    }
  }
}

}  // namespace ordo::imports
