#include "import/order_plan.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "import/order_grouping.h"
#include "import/order_reading.h"

namespace ordo::imports {
namespace {

// About what the rows of incomplete orders may take.
constexpr std::size_t kMaxOpenBytes = 1024UL * 1024 * 1024;

}  // namespace

class OrderPlanner::Impl {
 public:
  Impl(OrderPlanOptions options, const Survey& survey, std::function<void(const Refusal&)> refuse)
      : options_(std::move(options)),
        survey_(survey),
        refuse_(std::move(refuse)),
        places_(survey.columns),
        context_{options_, survey_, places_} {}

  Result<std::optional<PlannedOrder>> add(const Row& row);
  std::optional<PlannedOrder> finish();

  std::size_t orders_refused = 0;
  std::size_t orders_without_lines = 0;
  std::uint64_t rows_without_lines = 0;

 private:
  void take(OrderRows& rows, const Row& row);
  std::optional<PlannedOrder> complete(OrderRows rows);
  Read<void> read(OrderRows& rows, PlannedOrder& order, bool& sells_nothing);
  void refuse(const OrderRows& rows, std::optional<RowProblem> problem);
  void report(std::vector<Refusal> refused) const;

  const OrderPlanOptions options_;
  const Survey& survey_;
  const std::function<void(const Refusal&)> refuse_;
  const CellPlaces places_;
  const ReadContext context_;
  std::unordered_map<std::string, OrderRows> open_;
  std::vector<std::string> left_;  // keys of orders that the end of the file completes, the last one first
  bool at_end_ = false;
  std::size_t open_rows_ = 0;
  std::size_t open_bytes_ = 0;
  std::uint64_t row_ = 0;
  std::string above_;
  std::size_t next_ordinal_ = 0;
};

void OrderPlanner::Impl::take(OrderRows& rows, const Row& row) {
  if (row.problem) return rows.refuse(row.line, *row.problem);
  if (rows.count() >= kMaxOrderRows) {
    return rows.refuse(row.line, problem_of(places_, place_of_role(Role::order), rows.key(), "too_many_lines",
                                            "an order has at most 1000 lines, and at most 4000 rows in a file"));
  }
  const bool has_line = carries_line(survey_.columns, row);
  if (!has_line) ++rows_without_lines;
  rows.take(places_, row, has_line);
}

Result<std::optional<PlannedOrder>> OrderPlanner::Impl::add(const Row& row) {
  const std::uint64_t place = row_++;
  const std::string key = order_key(survey_.columns, row, above_);
  if (key.empty()) {
    if (row.problem) {
      refuse_({row.line, {}, *row.problem});
    } else if (carries_line(survey_.columns, row)) {
      refuse_({row.line, {}, problem_of(places_, place_of_role(Role::order), {}, "missing", "the row names no order")});
    } else {
      ++rows_without_lines;
    }
    return std::nullopt;
  }
  above_ = key;
  const auto at = open_.try_emplace(key, key).first;
  OrderRows& rows = at->second;
  const auto rows_before = rows.count();
  const auto bytes_before = rows.bytes();
  take(rows, row);
  open_rows_ += rows.count() - rows_before;
  open_bytes_ += rows.bytes() - bytes_before;
  const auto last = survey_.index.last_row(key);
  // A row behind the last one: the file changed since the first pass. The order's other rows are gone.
  // guard: import-order-file-unchanged
  if (last < place) {
    return fail(ErrorCode::kInvalid, "file_changed",
                "the file changed while it was read, at line " + std::to_string(row.line) + "; import it again");
  }
  if (last == place) {
    OrderRows whole = std::move(rows);
    open_.erase(at);
    open_rows_ -= whole.count();
    open_bytes_ -= whole.bytes();
    return complete(std::move(whole));
  }
  if (open_rows_ <= kMaxOpenLines && open_bytes_ <= kMaxOpenBytes) return std::nullopt;
  return fail(ErrorCode::kInvalid, "too_scattered",
              "too many orders have rows far apart; sort the file by order and import it again");
}

std::optional<PlannedOrder> OrderPlanner::Impl::finish() {
  if (!std::exchange(at_end_, true)) {
    // By name, so that every run gives the same ordinals.
    for (const auto& [key, rows] : open_) left_.push_back(key);
    std::sort(left_.begin(), left_.end(), std::greater<>());
  }
  while (!left_.empty()) {
    const auto at = open_.find(left_.back());
    left_.pop_back();
    OrderRows whole = std::move(at->second);
    open_.erase(at);
    if (auto order = complete(std::move(whole))) return order;
  }
  return std::nullopt;
}

void OrderPlanner::Impl::refuse(const OrderRows& rows, std::optional<RowProblem> problem) {
  ++orders_refused;
  const auto bad = rows.refused().size();
  const auto all = rows.count();
  if (!problem && all > 1) {
    problem = RowProblem{{},
                         "incomplete_order",
                         std::to_string(bad) + " of its " + std::to_string(all) +
                             " rows are wrong, so none of it was imported; mend them, or use --partial",
                         {}};
  }
  if (problem) refuse_({rows.first_line(), rows.key(), std::move(*problem)});
  report(rows.refused());
}

// In the order of the file.
void OrderPlanner::Impl::report(std::vector<Refusal> refused) const {
  std::stable_sort(refused.begin(), refused.end(), [](const Refusal& a, const Refusal& b) { return a.line < b.line; });
  for (const auto& refusal : refused) refuse_(refusal);
}

// A problem of the whole order is the error. Those of single rows are in `rows`.
Read<void> OrderPlanner::Impl::read(OrderRows& rows, PlannedOrder& order, bool& sells_nothing) {
  drop_differing(context_, rows);
  if (auto terms = read_terms(context_, rows, order); !terms) return terms;
  if (auto state = read_state(context_, rows, order); !state) return state;
  const auto lines = read_lines(context_, rows, order);
  rows_without_lines += lines.heads + lines.passed_over;
  const bool has_bad = !rows.refused().empty();
  if (has_bad && (!options_.partial || order.lines.empty())) return {};
  if (order.lines.empty()) {
    sells_nothing = lines.passed_over > 0;
    if (sells_nothing) return {};
    return tl::unexpected(problem_of(places_, place_of_role(Role::product), {}, "no_lines", "the order has no line"));
  }
  return read_money(context_, rows, lines, has_bad, order);
}

std::optional<PlannedOrder> OrderPlanner::Impl::complete(OrderRows rows) {
  PlannedOrder order;
  bool sells_nothing = false;
  auto done = read(rows, order, sells_nothing);
  const bool has_bad = !rows.refused().empty();
  // guard: import-order-of-all-rows
  if (has_bad && !options_.partial) {
    refuse(rows, std::nullopt);
    return std::nullopt;
  }
  if (!done) {
    refuse(rows, std::move(done.error()));
    return std::nullopt;
  }
  if (sells_nothing) {
    ++orders_without_lines;
    return std::nullopt;
  }
  if (order.lines.empty()) {
    refuse(rows, std::nullopt);
    return std::nullopt;
  }
  report(rows.refused());
  order.ordinal = next_ordinal_++;
  return order;
}

OrderPlanner::OrderPlanner(OrderPlanOptions options, const Survey& survey, std::function<void(const Refusal&)> refuse)
    : impl_(std::make_unique<Impl>(std::move(options), survey, std::move(refuse))) {}

OrderPlanner::~OrderPlanner() = default;

Result<std::optional<PlannedOrder>> OrderPlanner::add(const Row& row) {
  return impl_->add(row);
}

std::optional<PlannedOrder> OrderPlanner::finish() {
  return impl_->finish();
}

std::size_t OrderPlanner::orders_refused() const {
  return impl_->orders_refused;
}

std::uint64_t OrderPlanner::rows_without_lines() const {
  return impl_->rows_without_lines;
}

std::size_t OrderPlanner::orders_without_lines() const {
  return impl_->orders_without_lines;
}

}  // namespace ordo::imports
