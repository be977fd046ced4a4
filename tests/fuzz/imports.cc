// Files to import, from the first byte to the bodies of the requests. The first line of the input names a profile,
// whose columns become the headings of the rest; an empty line leaves the headings to the rest. The second line has
// letters for the choices of the person. Whatever the rows are: each order is planned, refused or sells nothing. A
// planned order comes to the sum that ordo computes, and to the total of the file.
#include <algorithm>
#include <string>
#include <vector>

#include "base/check.h"
#include "cells/id_values.h"
#include "columns/columns.h"
#include "import/order_plan.h"
#include "import/order_statement.h"
#include "import/preview.h"
#include "import/product_plan.h"
#include "import/questions.h"
#include "records/json_codec.h"
#include "records/order_body.h"
#include "tables/table.h"
#include "targets.h"

namespace ordo::fuzz {
namespace {

using imports::ColumnChoices;
using imports::DateOrder;
using imports::FileFormat;
using imports::ImportKind;
using imports::OrderMode;
using imports::OrderPlanner;
using imports::OrderPlanOptions;
using imports::PlannedOrder;
using imports::ProductPlanner;
using imports::ProductPlanOptions;
using imports::Profile;
using imports::Row;
using imports::Survey;
using imports::Table;
using imports::TableOptions;
using imports::ValueChoices;

std::string_view cut_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

// The headings of a file with all columns of the profile: "Tax * Name" becomes "Tax 1 Name", "a + b" two columns.
std::string headings_of(const Profile& profile) {
  std::vector<std::string> headings;
  for (const auto& column : profile.columns) {
    std::string_view rest = column.heading;
    while (!rest.empty()) {
      const auto end = rest.find(" + ");
      std::string heading(rest.substr(0, end));
      rest.remove_prefix(end == rest.npos ? rest.size() : end + 3);
      std::replace(heading.begin(), heading.end(), '*', '1');
      std::erase(heading, '~');
      if (std::find(headings.begin(), headings.end(), heading) == headings.end()) headings.push_back(heading);
    }
  }
  std::string line;
  for (const auto& heading : headings) line += (line.empty() ? "\"" : ";\"") + heading + "\"";
  return line + "\n";
}

struct Input {
  std::string text;
  const Profile* profile = nullptr;
  ImportKind kind = ImportKind::orders;
  OrderPlanOptions orders;
  ValueChoices values;
};

Input input_of(std::string_view bytes) {
  Input input;
  input.profile = imports::find_profile(cut_line(bytes));
  const auto letters = cut_line(bytes);
  const auto has = [&](char letter) { return letters.find(letter) != letters.npos; };
  input.kind = input.profile != nullptr ? input.profile->kind : has('P') ? ImportKind::products : ImportKind::orders;
  input.orders.mode = has('h') ? OrderMode::history : has('o') ? OrderMode::open : OrderMode::new_business;
  input.orders.partial = has('p');
  input.orders.accept_totals = has('a');
  input.orders.collect = has('c');
  if (has('g')) input.orders.guest = "guest";
  input.values.decimal = has(',') ? ',' : has('.') ? '.' : '\0';
  input.values.time.order = has('d') ? DateOrder::day_first : has('m') ? DateOrder::month_first : DateOrder::unknown;
  input.values.currency = *Currency::parse(has('V') ? "VND" : "USD");
  if (has('u')) input.values.unit = imports::parse_unit("0.001").value();
  if (input.profile != nullptr) input.text = headings_of(*input.profile);
  input.text += bytes;
  return input;
}

std::unique_ptr<Table> table_of(const Input& input) {
  TableOptions options;
  options.format = FileFormat::csv;
  if (input.profile != nullptr) options.delimiter = ';';
  auto table = imports::read_table(input.text, "a.csv", options);
  return table ? std::move(*table) : nullptr;
}

void check_refusal(const imports::Refusal& refusal) {
  ORDO_CHECK(!refusal.problem.reason.empty(), "a refusal without a reason");
}

void check_order(const PlannedOrder& order, const OrderPlanOptions& options) {
  const auto count = order.lines.size();
  ORDO_CHECK(count > 0 && order.rows.size() == count && order.returned.size() == count, order.number);
  ORDO_CHECK(order.cancelled.size() == count, order.number);
  if (options.mode == OrderMode::history) {
    ORDO_CHECK(JsonTape::parse(imports::imported_order_body(order, options)), order.number);
  } else {
    const auto body = from_json<OrderBody>(imports::order_body(order, options), Fields::strict);
    ORDO_CHECK(body, body.error().text());
  }
  if (!order.sum) return;
  const auto computed = imports::computed_order(order.lines, order.figures, order.sum->currency);
  ORDO_CHECK(computed && computed->total == *order.sum, order.number);
  ORDO_CHECK(!order.total || *order.total == *order.sum, order.number);
}

void plan_orders(const Input& input, const Survey& survey, Table& table) {
  OrderPlanner planner(input.orders, survey, check_refusal);
  std::size_t planned = 0;
  Row row;
  while (table.next(row).value_or(false)) {
    const auto order = planner.add(row);
    if (!order) return;
    if (!*order) continue;
    ++planned;
    check_order(**order, input.orders);
  }
  while (const auto order = planner.finish()) {
    ++planned;
    check_order(*order, input.orders);
  }
  ORDO_CHECK(planned + planner.orders_refused() + planner.orders_without_lines() == survey.index.size(), planned,
             " orders of ", survey.index.size());
}

void plan_products(const Survey& survey, Table& table) {
  ProductPlanOptions options;
  options.currency = *survey.choices.currency;
  options.at = from_unix_ms(1'709'648'531'000);
  ProductPlanner planner(options, survey, check_refusal);
  Row row;
  while (table.next(row).value_or(false)) {
    const auto product = planner.add(row);
    if (!product) continue;
    ORDO_CHECK(imports::id_from(product->id) == product->id, product->id);
    ORDO_CHECK(!product->price || product->price->amount >= 0, product->id);
    ORDO_CHECK(!product->stock || *product->stock >= 0, product->id);
  }
}

}  // namespace

void imports(std::string_view bytes) {
  const Input input = input_of(bytes);
  const auto first = table_of(input);
  if (first == nullptr) return;
  ColumnChoices choices;
  choices.profile = input.profile;
  auto columns = imports::find_columns(input.kind, choices, first->headings());
  if (!columns) return;
  const auto surveyed = imports::survey(*first, std::move(*columns), input.values, from_unix_ms(1'709'648'531'000));
  if (!surveyed) return;
  imports::preview_text(*surveyed);
  imports::open_questions(*surveyed, input.orders.mode, "a.csv");
  const auto second = table_of(input);
  if (input.kind == ImportKind::orders) {
    plan_orders(input, *surveyed, *second);
  } else {
    plan_products(*surveyed, *second);
  }
}

}  // namespace ordo::fuzz
