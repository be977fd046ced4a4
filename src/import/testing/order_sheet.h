// Rows of orders for tests, by the names of their roles: what a file holds once its columns are known.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "import/order_plan.h"

namespace ordo::imports {

inline std::vector<std::string> split_cells(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const auto part = text.substr(0, text.find(separator));
    parts.emplace_back(part);
    if (part.size() == text.size()) return parts;
    text.remove_prefix(part.size() + 1);
  }
}

class OrderSheet {
 public:
  // Roles with commas between them. A column whose name is no role is kept as metadata. "tax_name" and others may occur
  // several times.
  explicit OrderSheet(std::string_view roles) {
    columns_.headings = split_cells(roles, ',');
    columns_.minor_units.resize(columns_.headings.size());
    columns_.of_line.resize(columns_.headings.size());
    for (std::size_t i = 0; i < columns_.headings.size(); ++i) {
      const auto role = parse_role(columns_.headings[i]);
      if (role) {
        columns_.of_role[static_cast<std::size_t>(*role)].push_back(i);
      } else {
        columns_.metadata.push_back(i);
      }
    }
    survey.numbers.fill(NumberStyle{'.'});
    survey.choices.currency = *Currency::parse("USD");
  }

  // A row: cells with | between them. Missing ones are empty.
  OrderSheet& row(std::string_view cells) {
    Row row;
    row.line = rows_.size() + 2;
    row.cells = split_cells(cells, '|');
    row.cells.resize(columns_.headings.size());
    rows_.push_back(std::move(row));
    return *this;
  }
  OrderSheet& cells(std::vector<std::string> cells) {
    row("");
    rows_.back().cells = std::move(cells);
    return *this;
  }
  // A row that could not be read.
  OrderSheet& broken(std::string_view cells) {
    row(cells);
    rows_.back().problem = RowProblem{{}, "malformed", "a quote is never closed", {}};
    return *this;
  }
  OrderSheet& set(Role role, std::string value) {
    columns_.set[role] = std::move(value);
    return *this;
  }
  Columns& columns() { return columns_; }

  // Reads all rows. The orders are in `orders`, the refusals in `refusals`.
  OrderSheet& plan() {
    survey.columns = columns_;
    std::string above;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      auto key = order_key(columns_, rows_[i], above);
      if (key.empty()) continue;
      survey.index.add(key, i);
      above = std::move(key);
    }
    survey.index.seal();
    OrderPlanner planner(options, survey, [this](const Refusal& refusal) { refusals.push_back(refusal); });
    for (const auto& row : rows_) {
      auto order = planner.add(row);
      if (!order) {
        error = order.error().reason;
        return *this;
      }
      if (*order) orders.push_back(std::move(**order));
    }
    in_time = orders.size();
    while (auto order = planner.finish()) orders.push_back(std::move(*order));
    orders_refused = planner.orders_refused();
    rows_without_lines = planner.rows_without_lines();
    orders_without_lines = planner.orders_without_lines();
    return *this;
  }
  // The only order; a failed test without one.
  const PlannedOrder& order() {
    if (orders.empty()) plan();
    EXPECT_EQ(orders.size(), 1U) << reasons();
    static const PlannedOrder kNone;
    return orders.empty() ? kNone : orders.front();
  }
  // "line:reason", with blanks between.
  std::string reasons() const {
    std::string text;
    for (const auto& refusal : refusals) {
      text += (text.empty() ? "" : " ") + std::to_string(refusal.line) + ":" + refusal.problem.reason;
    }
    return text;
  }

  Survey survey;
  OrderPlanOptions options;
  std::vector<PlannedOrder> orders;
  std::vector<Refusal> refusals;
  std::string error;
  std::size_t in_time = 0;  // orders that were complete before the end
  std::size_t orders_refused = 0;
  std::uint64_t rows_without_lines = 0;
  std::size_t orders_without_lines = 0;

 private:
  Columns columns_;
  std::vector<Row> rows_;
};

// Orders of history. What the columns do not have is the same for all: completed, of ann, one piece a line.
inline OrderSheet history(std::string_view roles) {
  OrderSheet sheet(roles);
  sheet.options.mode = OrderMode::history;
  for (const auto& [role, value] : {std::pair(Role::status, "completed"), std::pair(Role::time, "2024-03-05T14:22:11Z"),
                                    std::pair(Role::customer, "ann"), std::pair(Role::quantity, "1")}) {
    if (!sheet.columns().has(role)) sheet.set(role, value);
  }
  return sheet;
}

}  // namespace ordo::imports
