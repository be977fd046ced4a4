// Parts of detail views: pairs, tables, and how a total comes about.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "client/output.h"
#include "domain/order_figures.h"

namespace ordo::client {

// A line for each pair whose value is not empty.
void print_pairs(const std::vector<std::pair<std::string, std::string>>& pairs, std::ostream& out);
// After an empty line.
void print_table(Table& table, std::ostream& out);

// Empty for an amount of 0.
std::string shown_if_any(const Money& money);
// All that the discounts take from a line. Empty if they take nothing.
std::string shown_discounts(const std::optional<std::vector<DiscountShare>>& shares);

// How the total of an order with totals comes about. Nothing for an order without: its lines say all.
void print_figures(const OrderFigures& figures, const Money& total, std::ostream& out);

}  // namespace ordo::client
