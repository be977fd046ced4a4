#include "import/questions.h"

#include "base/printable.h"
#include "base/text.h"
#include "columns/role_kinds.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kWordsShown = 100;
constexpr std::size_t kNamesShown = 1'000;  // bytes

// `text` as one word of a shell's command line.
std::string shell_word(std::string_view text) {
  static constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/=+:@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == text.npos) return std::string(text);
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

std::string orders(std::uint64_t count) {
  return grouped(count) + (count == 1 ? " order" : " orders");
}

// Whether the way of the import uses the amounts of the file.
bool uses_amounts(const Survey& survey, std::optional<OrderMode> mode) {
  if (survey.columns.kind == ImportKind::products) return true;
  return mode ? *mode != OrderMode::new_business : survey.past > 0;
}

bool is_compared_only(Role role) {
  const auto kind = cell_kind(role);
  return kind == CellKind::amount || kind == CellKind::rate;
}

Error past_orders(const Survey& survey, std::string_view file) {
  const std::string command = "ordo import orders " + shell_word(file);
  Error error{
      ErrorCode::kInvalid,
      "past_orders",
      grouped(survey.past) + " of " + orders(survey.records) +
          " are not new: their status, payment or time says so. As new orders, they would be charged, taken from "
          "stock and shipped again. Say how to import them:",
      {}};
  error.violations.push_back({"", command + " --as history   as they were: no charge, no stock, no shipment"});
  error.violations.push_back({"", command + " --as open      those that are not shipped yet (" + grouped(survey.open) +
                                      "): paid elsewhere, shipped by ordo"});
  error.violations.push_back({"", "(--as new places them as new business all the same)"});
  return error;
}

Error unknown_status(const Survey& survey) {
  Error error{ErrorCode::kInvalid, "unknown_status", "", {}};
  std::string flags;
  std::size_t shown = 0;
  for (const auto& [word, count] : survey.unknown_status) {
    if (++shown > kWordsShown) break;
    const std::string flag = " --status " + shell_word(word + "=completed");
    const std::string line = "unknown_status \"" + printable(word) + "\" (" + orders(count) + "):" + flag;
    flags += flag;
    if (error.message.empty()) {
      error.message = line;
    } else {
      error.violations.push_back({"", line});
    }
  }
  if (survey.unknown_status.size() > 1) error.violations.push_back({"", "all of them:" + flags});
  error.violations.push_back(
      {"",
       "in place of completed, say pending, confirmed, fulfilled, completed, refunded, cancelled "
       "or rejected, as it is"});
  return error;
}

// History has the prices of its time. Those of today's catalogue count only where a total proves them.
bool lacks_prices(const Survey& survey, std::optional<OrderMode> mode) {
  const auto has = [&](Role role) { return survey.columns.has(role); };
  return mode == OrderMode::history && !has(Role::unit_price) && !has(Role::line_total) && !has(Role::line_subtotal) &&
         !has(Role::total);
}

bool lacks_times(const Survey& survey, std::optional<OrderMode> mode) {
  const auto has = [&](Role role) { return survey.columns.has(role); };
  return mode == OrderMode::history && !has(Role::time) && !has(Role::date) && !has(Role::paid_at);
}

// A question about a column that history needs.
Error no_column(const Survey& survey, std::string reason, std::string text) {
  Error error{ErrorCode::kInvalid, std::move(reason), std::move(text), {}};
  const auto names = joined(survey.unused, ", ", [](const UnusedColumn& column) { return column.heading; });
  if (!names.empty()) error.violations.push_back({"", "columns without a meaning: " + utf8_cut(names, kNamesShown)});
  return error;
}

Error no_prices(const Survey& survey) {
  return no_column(survey, "no_prices",
                   "the file has no price that ordo knows, and history has the prices of its time. Say which column "
                   "has them: --map unit_price=NAME, --map line_total=NAME, or --map total=NAME for the order");
}

Error no_times(const Survey& survey) {
  return no_column(survey, "no_times",
                   "the file does not say when the orders were placed, and history needs it. Say which column does: "
                   "--map time=NAME, or one time for all: --set time=2024-03-05");
}

}  // namespace

std::vector<Error> open_questions(const Survey& survey, std::optional<OrderMode> mode, std::string_view file) {
  std::vector<Error> found;
  const bool is_orders = survey.columns.kind == ImportKind::orders;
  // guard: import-past-asks
  if (is_orders && !mode && survey.past > 0) found.push_back(past_orders(survey, file));
  if (is_orders && !survey.unknown_status.empty()) found.push_back(unknown_status(survey));
  // guard: import-history-has-prices
  if (is_orders && lacks_prices(survey, mode)) found.push_back(no_prices(survey));
  if (is_orders && lacks_times(survey, mode)) found.push_back(no_times(survey));
  const bool amounts = uses_amounts(survey, mode);
  for (const auto& question : survey.questions) {
    if (question.role && is_compared_only(*question.role) && !amounts) continue;
    found.push_back(question.error);
  }
  return found;
}

Error as_one(const std::vector<Error>& questions) {
  Error error = questions.front();
  for (std::size_t i = 1; i < questions.size(); ++i) {
    error.violations.push_back({"", questions[i].message});
    for (const auto& violation : questions[i].violations) error.violations.push_back(violation);
  }
  return error;
}

}  // namespace ordo::imports
