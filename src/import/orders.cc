#include "import/orders.h"

#include <algorithm>
#include <iomanip>
#include <locale>
#include <sstream>

#include "base/check.h"
#include "base/fnv1a.h"
#include "base/number.h"
#include "base/text.h"
#include "domain/ids.h"
#include "domain/pricing.h"

namespace ordo::imports {
namespace {

// "C536379": a common form of the number of a credit note for a cancelled invoice.
bool is_credit_note(std::string_view order) {
  return order.size() > 1 && (order.front() == 'C' || order.front() == 'c') &&
         order.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

// Checks the form of a decimal number. Its value does not matter, because the catalogue sets the price.
bool is_number(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  std::string digits(text.substr(0, point));
  if (point != std::string_view::npos) digits += text.substr(point + 1);
  return !digits.empty() && digits.size() <= 64 && digits.find_first_not_of("0123456789") == std::string::npos;
}

void add_member(std::string_view name, std::string_view value, std::string& out) {
  out += out.size() > 1 ? ",\"" : "\"";
  out += name;
  out += "\":";
  append_json_string(value, out);
}

}  // namespace

std::string PlannedOrder::body() const {
  std::string out = "{";
  add_member("customer_id", customer, out);
  add_member("reference", order, out);
  if (!currency.empty()) add_member("currency", currency, out);
  if (!location.empty()) add_member("location", location, out);
  if (placed_at) add_member("placed_at", to_rfc3339(*placed_at), out);
  out += ",\"lines\":[";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += i > 0 ? ",{\"product_id\":" : "{\"product_id\":";
    append_json_string(lines[i].product, out);
    out += ",\"quantity\":" + std::to_string(lines[i].quantity) + "}";
  }
  return out + "]}";
}

void OrderIndex::add(const std::string& order, std::uint64_t row) {
  const std::uint64_t hash = fnv1a(order);
  if (!entries_.empty() && entries_.back().hash == hash) {
    entries_.back().row = row;
    return;
  }
  entries_.push_back({hash, row});
  if (entries_.size() >= 2 * compacted_ + 65'536) compact();
}

void OrderIndex::compact() {
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return a.hash != b.hash ? a.hash < b.hash : a.row > b.row; });
  entries_.erase(
      std::unique(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.hash == b.hash; }),
      entries_.end());
  compacted_ = entries_.size();
}

void OrderIndex::seal() {
  compact();
}

std::uint64_t OrderIndex::last_row(const std::string& order) const {
  const std::uint64_t hash = fnv1a(order);
  const auto found = std::lower_bound(entries_.begin(), entries_.end(), hash,
                                      [](const Entry& entry, std::uint64_t value) { return entry.hash < value; });
  ORDO_CHECK(found != entries_.end() && found->hash == hash, "the file changed while it was read: ", order);
  return found->row;
}

std::string order_of(const ImportRow& row) {
  return without_decimals(row[Column::order]);
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto value = parse_natural<std::int64_t>(without_decimals(negative ? text.substr(1) : text));
  return value && negative ? -*value : value;
}

std::optional<Timestamp> parse_time(const std::string& text, const std::string& format) {
  if (!format.empty()) {
    std::tm parts{};
    parts.tm_mday = 1;
    std::istringstream in(text);
    in.imbue(std::locale::classic());
    in >> std::get_time(&parts, format.c_str());
    if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(parts.tm_year + 1900),
                                           std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)),
                                           std::chrono::day(static_cast<unsigned>(parts.tm_mday))};
    if (!date.ok()) return std::nullopt;
    return Timestamp(std::chrono::sys_days(date)) + std::chrono::hours(parts.tm_hour) +
           std::chrono::minutes(parts.tm_min) + std::chrono::seconds(parts.tm_sec);
  }
  for (const char* suffix : {"", "Z", ":00Z"}) {
    if (const auto time = parse_timestamp(text + suffix)) return *time;
  }
  return std::nullopt;
}

OrderPlanner::OrderPlanner(OrderImportOptions options, const OrderIndex& index, const RowReader& reader,
                           std::function<void(const Refusal&)> refuse)
    : options_(std::move(options)), index_(index), reader_(reader), refuse_(std::move(refuse)) {}

RowProblem OrderPlanner::problem(Column column, const ImportRow& row, std::string reason, std::string detail) const {
  return {reader_.name_of(column), std::move(reason), std::move(detail), shown(row[column])};
}

Result<std::optional<PlannedOrder>> OrderPlanner::add(const ImportRow& row) {
  const std::uint64_t number = row_++;
  const std::string order = order_of(row);
  if (order.empty()) {
    refuse_({row.line, order,
             row.problem ? *row.problem : problem(Column::order, row, "missing", "the row names no order")});
    return std::nullopt;
  }
  auto at = open_.find(order);
  if (at == open_.end()) at = open_.emplace(order, Open{}).first;
  Open& open = at->second;
  open.order.order = order;
  if (const auto wrong = row.problem ? row.problem : take(row, open)) {
    refuse_({row.line, order, *wrong});
  } else {
    ++open_lines_;
  }
  if (index_.last_row(order) > number) {
    if (open_lines_ <= kMaxOpenLines) return std::nullopt;
    return fail(ErrorCode::kInvalid, "too_scattered",
                "too many orders have rows far apart; sort the file by order and import it again");
  }
  Open whole = std::move(open);
  open_.erase(at);
  open_lines_ -= whole.order.lines.size();
  return complete(std::move(whole));
}

std::optional<PlannedOrder> OrderPlanner::finish() {
  while (!open_.empty()) {
    // By name, so that every run gives the same ordinals.
    const auto first =
        std::min_element(open_.begin(), open_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    Open whole = std::move(first->second);
    open_.erase(first);
    if (auto order = complete(std::move(whole))) return order;
  }
  return std::nullopt;
}

// Checks one row, and makes a line of it.
std::optional<RowProblem> OrderPlanner::take(const ImportRow& row, Open& open) {
  const std::string& order = open.order.order;
  if (const auto wrong = new_id_problem(order); !wrong.empty()) {
    return problem(Column::order, row, "bad_id", std::string(wrong));
  }
  const auto quantity = parse_whole(row[Column::quantity]);
  if (!quantity) {
    const bool missing = row[Column::quantity].empty();
    return problem(Column::quantity, row, missing ? "missing" : "not_a_number", "must be a whole number");
  }
  if (*quantity <= 0 && is_credit_note(order)) {
    return problem(Column::order, row, "cancelled_invoice", "a credit note for a cancelled invoice is not an order");
  }
  if (*quantity < 1 || *quantity > kMaxLineQuantity) {
    return problem(Column::quantity, row, "bad_quantity", "must be from 1 to 1000000");
  }
  const std::string& product = row[Column::product];
  if (const auto wrong = new_id_problem(product); !wrong.empty()) {
    return problem(Column::product, row, product.empty() ? "missing" : "bad_id", std::string(wrong));
  }
  const std::string customer = without_decimals(row[Column::customer]);
  if (const auto wrong = new_customer_id_problem(customer); !customer.empty() && !wrong.empty()) {
    return problem(Column::customer, row, "bad_id", std::string(wrong));
  }
  if (!row[Column::price].empty() && !is_number(row[Column::price])) {
    return problem(Column::price, row, "not_a_number", "must be a decimal number such as 19.99");
  }
  if (open.order.lines.size() >= kMaxOrderLines) {
    return problem(Column::order, row, "too_many_lines", "an order has at most 1000 lines");
  }
  if (auto wrong = take_shared(row, open)) return wrong;
  open.customers.emplace_back(row.line, customer);
  open.order.lines.push_back({row.line, product, *quantity, row[Column::price]});
  return std::nullopt;
}

// Checks the values that all rows of an order share. The first good row sets them.
std::optional<RowProblem> OrderPlanner::take_shared(const ImportRow& row, Open& open) {
  std::optional<Timestamp> time;
  if (!row[Column::time].empty()) {
    time = parse_time(row[Column::time], options_.time_format);
    if (!time) {
      return problem(Column::time, row, "bad_time",
                     options_.time_format.empty() ? "expected a time such as 2026-01-31 08:05:00; see --time-format"
                                                  : "does not match the format " + options_.time_format);
    }
  }
  const std::string& currency = row[Column::currency];
  if (!currency.empty()) {
    if (const auto known = Currency::parse(currency); !known) {
      return problem(Column::currency, row, "bad_currency", known.error().message);
    }
  }
  const std::string& location = row[Column::location];
  if (const auto wrong = id_problem(location); !location.empty() && !wrong.empty()) {
    return problem(Column::location, row, "bad_id", std::string(wrong));
  }
  auto& order = open.order;
  const bool first = order.lines.empty();
  if (!first && !currency.empty() && currency != order.currency) {
    return problem(Column::currency, row, "differs", "the order is in the currency " + order.currency);
  }
  if (!first && !location.empty() && location != order.location) {
    return problem(Column::location, row, "differs", "the order is for the location " + order.location);
  }
  if (first) {
    order.currency = currency.empty() ? options_.currency.value_or("") : currency;
    order.location = location.empty() ? options_.location.value_or("") : location;
  }
  if (time && !order.placed_at) order.placed_at = time;
  return std::nullopt;
}

// Determines the order's customer. A row without a customer takes that of the other rows.
std::optional<PlannedOrder> OrderPlanner::complete(Open open) {
  PlannedOrder& order = open.order;
  for (const auto& entry : open.customers) {
    if (order.customer.empty()) order.customer = entry.second;
  }
  const bool named = !order.customer.empty();
  if (!named) order.customer = options_.guest.value_or("");
  for (const auto& [line, customer] : open.customers) {
    ImportRow row;
    row.line = line;
    row[Column::customer] = customer;
    std::optional<RowProblem> wrong;
    if (order.customer.empty()) {
      wrong = problem(Column::customer, row, "missing", "the order has no customer; use --guest ID to set one");
    } else if (named && !customer.empty() && customer != order.customer) {
      wrong = problem(Column::customer, row, "differs", "the order belongs to the customer " + order.customer);
    }
    if (!wrong) continue;
    refuse_({line, order.order, *wrong});
    std::erase_if(order.lines, [at = line](const OrderImportLine& taken) { return taken.line == at; });
  }
  if (order.lines.empty()) {
    ++orders_refused_;
    return std::nullopt;
  }
  order.ordinal = next_ordinal_++;
  return std::move(order);
}

}  // namespace ordo::imports
