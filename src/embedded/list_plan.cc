#include "embedded/list_plan.h"

#include <utility>

#include "base/number.h"

namespace ordo::embedded {
namespace {

// To find the best index for several filters, this many entries of each are counted.
constexpr std::int64_t kProbe = 1000;

// After every text that begins with `prefix`: no UTF-8 has the byte 0xff.
std::string after_prefix(std::string_view prefix) {
  return std::string(prefix) + '\xff';
}

}  // namespace

Result<Statement*> prepare(Connection& reader, const Sql& sql) {
  auto statement = reader.cached(sql.text);
  if (!statement) return statement;
  int index = 0;
  for (const auto& value : sql.values) {
    ++index;
    std::visit(
        [&]<class V>(const V& bound) {
          if constexpr (std::is_same_v<V, std::string>) {
            (*statement)->bind(index, std::string_view(bound));
          } else {
            (*statement)->bind(index, bound);
          }
        },
        value);
  }
  return statement;
}

Result<void> ListPlan::check() {
  if (query_.limit < 1 || query_.limit > Query::kMaxPage) {
    return fail(ErrorCode::kInvalid, "bad_limit", "limit must be 1.." + std::to_string(Query::kMaxPage));
  }
  if ((query_.from || query_.to || by_updated()) && !schema_.has_time()) {
    return fail(ErrorCode::kInvalid, "no_time", schema_.table() + " are not listed by time");
  }
  if (by_updated() && !schema_.has_updated()) {
    return fail(ErrorCode::kInvalid, "no_time", schema_.table() + " are not listed by the time of their last change");
  }
  const auto filters = schema_.spec().filters;
  for (const auto& [name, value] : query_.where) {
    std::size_t filter = 0;
    while (filter < filters.size() && filters[filter].name != name) ++filter;
    if (filter == filters.size()) {
      return fail(ErrorCode::kInvalid, "unknown_filter", schema_.table() + " cannot be filtered by \"" + name + "\"");
    }
    const auto number =
        filters[filter].is_number() ? parse_integer<std::int64_t>(value) : std::optional<std::int64_t>(0);
    if (!number) return fail(ErrorCode::kInvalid, "bad_number", name + " is a whole number");
    conditions_.push_back({filter, value, *number});
  }
  return {};
}

Sql ListPlan::probe(const Condition& condition) const {
  Sql sql;
  const std::string index = schema_.filter_index(condition.filter);
  sql.add("SELECT count(*) FROM (SELECT 1 FROM ");
  if (field(condition).many) {
    sql.add(index + " AS k WHERE k.value = ?", condition.text);
  } else {
    sql.add(schema_.table() + " AS k INDEXED BY " + index + " WHERE k." + schema_.compared(condition.filter),
            condition.text);
  }
  // These indexes are not in the order of the last change.
  if (!by_updated()) add_position(sql, "k");
  sql.add(" LIMIT ?)", kProbe);
  return sql;
}

// Chooses the condition with the fewest entries. A list by the last change walks the index of that time, unless so few
// documents match a condition that they can be sorted.
Result<void> ListPlan::choose_driver(Connection& reader) {
  driver_ = conditions_.size();
  std::size_t indexed = 0;
  for (std::size_t i = 0; i < conditions_.size(); ++i) {
    if (is_search(conditions_[i])) {
      driver_ = i;
      return {};
    }
    if (!schema_.is_indexed(conditions_[i].filter)) continue;
    ++indexed;
    driver_ = i;
  }
  if (indexed < 2 && !by_updated()) return {};
  std::int64_t fewest = by_updated() ? kProbe : kProbe + 1;
  driver_ = conditions_.size();
  for (std::size_t i = 0; i < conditions_.size(); ++i) {
    if (!schema_.is_indexed(conditions_[i].filter)) continue;
    auto count = prepare(reader, probe(conditions_[i]));
    if (!count) return fail(std::move(count.error()));
    ResetAtEnd reset(**count);
    auto row = (*count)->step();
    if (!row) return fail(std::move(row.error()));
    if ((*count)->integer(0) < fewest) {
      fewest = (*count)->integer(0);
      driver_ = i;
    }
  }
  return {};
}

// The row that has the position in the list.
std::string ListPlan::row() const {
  if (driven_by(&ListPlan::is_search)) return "k";
  return driven_by(&ListPlan::is_many) && !by_updated() ? "k" : "d";
}

// Adds the position in the order of the list: the time range, and the end of the previous page.
void ListPlan::add_position(Sql& sql, const std::string& row) const {
  const auto& after = query_.after;
  if (!schema_.has_time()) {
    sql.add(" AND " + row + ".sort = 0");
    if (after) sql.add(" AND " + row + ".id > ?", std::string_view(after->id));
    return;
  }
  const std::string time = time_of(row);
  if (query_.from) sql.add(" AND " + time + " >= ?", std::int64_t{to_unix_ms(*query_.from)});
  // Only the lower one of two upper bounds is used: SQLite might start its walk at either.
  if (after && (!query_.to || after->sort < to_unix_ms(*query_.to))) {
    sql.add(" AND (" + time + ", " + row + ".id) < (?", after->sort);
    sql.add(", ?)", std::string_view(after->id));
  } else if (query_.to) {
    sql.add(" AND " + time + " < ?", std::int64_t{to_unix_ms(*query_.to)});
  }
}

// The ids and times of the documents that a search condition finds, as a subquery.
void ListPlan::add_found(Sql& sql, const Condition& condition) const {
  const auto add_range = [&](const std::string& column) {
    sql.add(" WHERE " + column + " >= ?", condition.text);
    sql.add(" AND " + column + " < ?", after_prefix(condition.text));
  };
  sql.add("(SELECT id, sort FROM " + schema_.filter_index(condition.filter));
  add_range("value");
  for (const auto column : schema_.spec().search_columns) {
    sql.add(" UNION SELECT id, sort FROM " + schema_.table());
    for (std::size_t i = 0; i < schema_.spec().filters.size(); ++i) {
      if (schema_.spec().filters[i].name == column) sql.add(" INDEXED BY " + schema_.filter_index(i));
    }
    add_range(std::string(column));
  }
  sql.add(")");
}

void ListPlan::add_condition(Sql& sql, const Condition& condition) const {
  if (is_search(condition)) {
    sql.add(" AND d.id IN (SELECT id FROM ");
    add_found(sql, condition);
    sql.add(")");
  } else if (field(condition).many) {
    sql.add(" AND EXISTS (SELECT 1 FROM " + schema_.filter_index(condition.filter) +
                " AS m WHERE m.value = ? AND m.sort = d.sort AND m.id = d.id)",
            condition.text);
  } else if (field(condition).is_number()) {
    sql.add(" AND +d." + schema_.compared(condition.filter), condition.number);
  } else {
    sql.add(" AND +d." + schema_.compared(condition.filter), condition.text);
  }
}

// FROM and WHERE.
void ListPlan::add_source(Sql& sql) const {
  const std::string table = schema_.table();
  const Condition* driver = driver_ < conditions_.size() ? &conditions_[driver_] : nullptr;
  if (driver != nullptr && is_search(*driver)) {
    sql.add(" FROM ");
    add_found(sql, *driver);
    sql.add(" AS k CROSS JOIN " + table + " AS d ON d.id = k.id WHERE 1");
  } else if (driver != nullptr && field(*driver).many) {
    sql.add(" FROM " + schema_.filter_index(driver->filter) + " AS k CROSS JOIN " + table +
                " AS d ON d.id = k.id WHERE k.value = ?",
            driver->text);
  } else if (driver != nullptr) {
    sql.add(" FROM " + table + " AS d INDEXED BY " + schema_.filter_index(driver->filter) + " WHERE d." +
                schema_.compared(driver->filter),
            driver->text);
  } else {
    const std::string index = by_updated() ? schema_.updated_index() : schema_.sort_index();
    sql.add(" FROM " + table + " AS d" + (schema_.has_time() ? " INDEXED BY " + index : "") + " WHERE 1");
  }
  add_position(sql, row());
  for (std::size_t i = 0; i < conditions_.size(); ++i) {
    if (i != driver_) add_condition(sql, conditions_[i]);
  }
}

void ListPlan::add_order(Sql& sql, const std::string& row) const {
  sql.add(schema_.has_time() ? " ORDER BY " + time_of(row) + " DESC, " + row + ".id DESC" : " ORDER BY " + row + ".id");
}

Sql ListPlan::page() const {
  Sql sql;
  const auto limit = static_cast<std::int64_t>(query_.limit) + 1;
  if (driven_by(&ListPlan::is_search)) {
    // Only the page's bodies are read, not those of all documents that are sorted.
    sql.add("SELECT d.id, d.sort, d.body FROM (SELECT k.id AS id, k.sort AS sort");
    add_source(sql);
    add_order(sql, "k");
    sql.add(" LIMIT ?) AS p CROSS JOIN " + schema_.table() + " AS d ON d.id = p.id", limit);
    add_order(sql, "p");
    return sql;
  }
  sql.add("SELECT d.id, " + time_of("d") + ", d.body");
  add_source(sql);
  add_order(sql, row());
  sql.add(" LIMIT ?", limit);
  return sql;
}

Sql ListPlan::count(std::int64_t most) const {
  Sql sql;
  sql.add("SELECT count(*) FROM (SELECT 1");
  add_source(sql);
  sql.add(" LIMIT ?)", most);
  return sql;
}

}  // namespace ordo::embedded
