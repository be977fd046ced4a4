#include "import/survey.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "columns/role_kinds.h"
#include "import/number_survey.h"
#include "import/order_facts.h"
#include "import/order_plan.h"
#include "import/time_survey.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kMaxKeys = 3;  // columns that may be the order's number
constexpr std::size_t kMaxCurrencies = 200;
constexpr std::size_t kMaxWords = 100;
constexpr std::size_t kMaxStates = 1'000;  // different cells of the status columns that are remembered

bool is_new(const PastState& state) {
  return state.status == OrderStatus::pending && state.payment == PaymentStatus::none &&
         state.fulfillment == FulfillmentStatus::unfulfilled && !state.disputed;
}

// The orders of the file, if one column is their key.
struct Grouping {
  Columns columns;
  std::string above;  // the key of the row before
  OrderIndex index;
  OrderFactsTable facts;
  std::uint64_t without_key = 0;  // rows with a line and an empty key
};

// What the cells of the status columns of a row say.
struct StateOfRow {
  std::optional<PastState> state;
  std::uint8_t word = OrderFacts::kNone;
};

class Surveyor {
 public:
  Surveyor(Columns columns, const ValueChoices& choices, Timestamp today)
      : columns_(std::move(columns)),
        choices_(choices),
        cells_(columns_.headings.size()),
        numbers_(columns_, choices),
        times_(columns_, choices, today) {
    for (const auto role : {Role::status, Role::payment_status, Role::fulfillment_status, Role::cancelled_at,
                            Role::paid_at, Role::shipped_at, Role::delivered_at}) {
      says_state_ |= columns_.has(role);
    }
    if (!columns_.has(Role::paid_at) && time_is_payment(columns_)) paid_at_ = Role::time;
  }

  Result<void> begin();
  Result<void> add(const Row& row);
  Survey finish();

 private:
  bool is_orders() const { return columns_.kind == ImportKind::orders; }
  bool has_content(const Row& row) const;
  Result<void> add_to(Grouping& grouping, const Row& row, bool line);
  void note(const Row& row, OrderFacts& facts);
  StateOfRow state_of(const Row& row);
  StatusCells status_cells(const Row& row) const;
  std::uint8_t index_of_word(const std::string& word);
  std::uint8_t currency_of(const Row& row);
  bool any(const Row& row, std::initializer_list<Role> roles) const;
  bool any_time(const Row& row, std::initializer_list<Role> roles) const;
  void count_orders(const OrderFactsTable& facts, DateOrder order, Survey& survey) const;
  std::optional<int> exponent(const Survey& survey) const;
  std::vector<std::size_t> other_keys() const;
  void choose_key();

  Columns columns_;
  const ValueChoices& choices_;
  std::vector<std::uint64_t> cells_;  // by heading: how many are not empty
  Role paid_at_ = Role::paid_at;      // the column of the payment's time
  bool says_state_ = false;           // a column says what became of an order
  std::uint64_t rows_ = 0;
  std::uint64_t without_lines_ = 0;
  NumberSurvey numbers_;
  TimeSurvey times_;
  std::vector<Grouping> groupings_;
  OrderFactsTable products_;
  std::vector<std::string> currencies_;
  std::vector<std::string> words_;  // as the file has them
  std::vector<std::string> plain_words_;
  std::unordered_map<std::string, StateOfRow> states_;  // by the cells of the status columns
};

Result<void> Surveyor::begin() {
  if (auto known = times_.begin(); !known) return known;
  if (!is_orders()) return {};
  const auto add = [&](const std::vector<std::size_t>& key) {
    Grouping& grouping = groupings_.emplace_back();
    grouping.columns = columns_;
    grouping.columns.of_role[static_cast<std::size_t>(Role::order)] = key;
  };
  add(columns_.of_role[static_cast<std::size_t>(Role::order)]);
  for (const auto column : other_keys()) add({column});
  return {};
}

// Columns that may be the order's number in place of the one that was found. None in files of a known program.
std::vector<std::size_t> Surveyor::other_keys() const {
  std::vector<std::size_t> found;
  if (columns_.profile != nullptr || columns_.is_named(Role::order)) return found;
  std::vector<std::size_t> left = columns_.unused;
  left.insert(left.end(), columns_.metadata.begin(), columns_.metadata.end());
  std::sort(left.begin(), left.end());
  while (found.size() + 1 < kMaxKeys) {
    std::vector<std::string> names;
    names.reserve(left.size());
    for (const auto index : left) names.push_back(columns_.headings[index]);
    const auto best = find_order_column({}, std::move(names));
    if (!best) break;
    found.push_back(left[*best]);
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(*best));
  }
  return found;
}

bool Surveyor::any(const Row& row, std::initializer_list<Role> roles) const {
  return std::any_of(roles.begin(), roles.end(), [&](Role role) {
    const auto cell = columns_.value(row, role);
    return !cell.empty() && !is_no_value(cell);
  });
}

bool Surveyor::any_time(const Row& row, std::initializer_list<Role> roles) const {
  return std::any_of(roles.begin(), roles.end(), [&](Role role) {
    const auto cell = columns_.value(row, role);
    return !cell.empty() && !is_no_time(cell);
  });
}

// Whether the row is a line of an order, or a product or variant.
bool Surveyor::has_content(const Row& row) const {
  if (is_orders()) return carries_line(columns_, row);
  return any(row, {Role::product, Role::name, Role::price, Role::stock});
}

Result<void> Surveyor::add(const Row& row) {
  for (std::size_t i = 0; i < std::min(row.cells.size(), cells_.size()); ++i) {
    if (!row.cells[i].empty()) ++cells_[i];
  }
  const bool content = !row.problem && has_content(row);
  if (!row.problem) {
    if (!content) ++without_lines_;
    numbers_.add(row);
    times_.add(row);
  }
  for (auto& grouping : groupings_) {
    if (auto added = add_to(grouping, row, content); !added) return added;
  }
  if (!is_orders() && content) {
    auto* facts = products_.find(columns_.value(row, Role::product), kMaxOrders);
    if (facts == nullptr) return fail(ErrorCode::kInvalid, "too_many_products", "the file has too many products");
    facts->has_line = true;
    if (facts->currency == OrderFacts::kNone) facts->currency = currency_of(row);
  }
  ++rows_;
  return {};
}

Result<void> Surveyor::add_to(Grouping& grouping, const Row& row, bool line) {
  std::string key = order_key(grouping.columns, row, grouping.above);
  if (line && grouping.columns.value(row, Role::order).empty()) ++grouping.without_key;
  if (key.empty()) return {};
  grouping.index.add(key, rows_);
  auto* facts = grouping.facts.find(key, kMaxOrders);
  if (facts == nullptr) {
    return fail(ErrorCode::kInvalid, "too_many_orders",
                "the file has more than 16 million orders; split it and import each part");
  }
  facts->has_line |= line;
  if (!row.problem) note(row, *facts);
  grouping.above = std::move(key);
  return {};
}

void Surveyor::note(const Row& row, OrderFacts& facts) {
  if (!facts.has_state && facts.word == OrderFacts::kNone) {
    const auto said = state_of(row);
    facts.word = said.word;
    facts.has_state = said.state.has_value();
    facts.state_past = said.state && !is_new(*said.state);
    facts.state_open = said.state && said.state->is_open();
  }
  if (!facts.paid) facts.paid = any_time(row, {paid_at_}) || any(row, {Role::payment_reference});
  if (!facts.left) {
    facts.left =
        any_time(row, {Role::shipped_at, Role::delivered_at, Role::cancelled_at}) || any(row, {Role::tracking});
  }
  if (facts.currency == OrderFacts::kNone) facts.currency = currency_of(row);
  if (!facts.timed) times_.note(row, facts);
}

// The cells that say what became of the row's order.
StatusCells Surveyor::status_cells(const Row& row) const {
  const auto time = [&](Role role) {
    return columns_.has(role) ? std::optional(columns_.value(row, role)) : std::nullopt;
  };
  return {columns_.value(row, Role::status),
          columns_.value(row, Role::payment_status),
          columns_.value(row, Role::fulfillment_status),
          columns_.value(row, Role::cancelled_at),
          time(Role::paid_at),
          time(Role::shipped_at),
          time(Role::delivered_at)};
}

// Remembers what the cells say: a file has few different words, in many rows. Of a time, it matters whether it is one.
StateOfRow Surveyor::state_of(const Row& row) {
  if (!says_state_) return {};
  const auto cells = status_cells(row);
  std::string key;
  for (const auto word : {cells.status, cells.payment, cells.fulfillment}) key.append(word).push_back('\n');
  bool has_time = false;
  for (const auto& cell : {std::optional(cells.cancelled_at), cells.paid_at, cells.shipped_at, cells.delivered_at}) {
    if (!cell || cell->empty() || is_no_time(*cell)) {
      key += "-\n";
      continue;
    }
    has_time = true;
    const bool is_time = cell->front() >= '0' && cell->front() <= '9' && cell->size() >= 6;
    key.append(is_time ? std::string_view("time") : *cell).push_back('\n');
  }
  if (!has_time && cells.status.empty() && cells.payment.empty() && cells.fulfillment.empty()) return {};
  if (const auto known = states_.find(key); known != states_.end()) return known->second;
  StateOfRow said;
  if (const auto state = past_state(cells, choices_.status)) {
    said.state = *state;
  } else {
    said.word = index_of_word(unknown_status(cells, choices_.status).value_or(std::string(cells.status)));
  }
  if (states_.size() >= kMaxStates) states_.clear();
  states_.emplace(std::move(key), said);
  return said;
}

std::uint8_t Surveyor::index_of_word(const std::string& word) {
  auto plain = plain_status(word);
  const auto found = std::find(plain_words_.begin(), plain_words_.end(), plain);
  const auto index = static_cast<std::size_t>(found - plain_words_.begin());
  if (found == plain_words_.end() && words_.size() < kMaxWords) {
    words_.push_back(shown(word));
    plain_words_.push_back(std::move(plain));
  }
  return static_cast<std::uint8_t>(std::min(index, kMaxWords - 1));  // the last one stands for all beyond
}

std::uint8_t Surveyor::currency_of(const Row& row) {
  const auto cell = columns_.value(row, Role::currency);
  if (cell.empty()) return OrderFacts::kNone;
  std::string code(cell);
  for (auto& c : code) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  auto currency = Currency::parse(code);
  if (!currency) {
    const auto signed_ = currency_in(cell);
    if (!signed_) return OrderFacts::kNone;
    code = signed_->code();
  }
  const auto found = std::find(currencies_.begin(), currencies_.end(), code);
  const auto index = static_cast<std::size_t>(found - currencies_.begin());
  if (found == currencies_.end()) {
    if (currencies_.size() >= kMaxCurrencies) return OrderFacts::kNone;
    currencies_.push_back(std::move(code));
  }
  return static_cast<std::uint8_t>(index);
}

// The order's key is a column that is filled in every row. If the one that was found is filled in first rows only,
// another one that makes as many orders takes its place. The number of a line makes more.
void Surveyor::choose_key() {
  const auto orders = groupings_.front().facts.size();
  auto best = groupings_.begin();
  for (auto other = std::next(best); other != groupings_.end(); ++other) {
    if (other->facts.size() == orders && other->without_key < best->without_key) best = other;
  }
  if (best == groupings_.begin()) return;
  std::iter_swap(groupings_.begin(), best);
  auto& key = columns_.of_role[static_cast<std::size_t>(Role::order)];
  const auto& chosen = groupings_.front().columns.of_role[static_cast<std::size_t>(Role::order)];
  std::erase(columns_.unused, chosen.front());
  std::erase(columns_.metadata, chosen.front());
  columns_.unused.insert(columns_.unused.end(), key.begin(), key.end());
  key = chosen;
}

void Surveyor::count_orders(const OrderFactsTable& facts, DateOrder order, Survey& survey) const {
  facts.each([&](const OrderFacts& one) {
    if (!one.has_line) return;
    ++survey.records;
    if (one.currency != OrderFacts::kNone) ++survey.currencies[currencies_[one.currency]];
    if (one.word != OrderFacts::kNone) ++survey.unknown_status[words_[one.word]];
    const bool old = order == DateOrder::month_first ? one.old_if_month_first : one.old_if_day_first;
    if (!one.state_past && !one.paid && !one.left && !old) return;
    ++survey.past;
    if (one.has_state ? one.state_open : one.paid && !one.left) ++survey.open;
  });
}

// The decimals of the file's currency. Nothing if it has several that differ in them.
std::optional<int> Surveyor::exponent(const Survey& survey) const {
  std::optional<int> found;
  for (const auto& [code, orders] : survey.currencies) {
    const auto currency = Currency::parse(code);
    if (!currency || (found && *found != currency->exponent())) return std::nullopt;
    found = currency->exponent();
  }
  if (found) return found;
  if (choices_.currency) return choices_.currency->exponent();
  return choices_.shop_currency ? std::optional(choices_.shop_currency->exponent()) : std::nullopt;
}

Survey Surveyor::finish() {
  Survey survey;
  if (is_orders()) choose_key();
  survey.choices = choices_;
  survey.rows = rows_;
  survey.rows_without_lines = without_lines_;
  times_.decide(survey);
  if (is_orders()) {
    count_orders(groupings_.front().facts, survey.time.order, survey);
    survey.index = std::move(groupings_.front().index);
  } else {
    count_orders(products_, survey.time.order, survey);
    survey.past = survey.open = 0;
  }
  survey.index.seal();
  numbers_.name_rates(columns_);
  numbers_.decide(exponent(survey), survey);
  for (const auto index : columns_.unused) {
    if (cells_[index] > 0) survey.unused.push_back({columns_.headings[index], cells_[index]});
  }
  for (const auto index : columns_.metadata) survey.metadata.emplace_back(columns_.headings[index], cells_[index]);
  survey.columns = std::move(columns_);
  return survey;
}

}  // namespace

Result<Survey> survey(Table& table, Columns columns, const ValueChoices& choices, Timestamp today) {
  Surveyor surveyor(std::move(columns), choices, today);
  if (auto begun = surveyor.begin(); !begun) return fail(std::move(begun.error()));
  Row row;
  while (true) {
    const auto more = table.next(row);
    if (!more) return fail(more.error());
    if (!*more) return surveyor.finish();
    if (auto added = surveyor.add(row); !added) return fail(std::move(added.error()));
  }
}

}  // namespace ordo::imports
