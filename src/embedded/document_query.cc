#include "embedded/document_query.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/log.h"
#include "base/log_bound.h"
#include "base/text.h"
#include "embedded/document_schema.h"

namespace ordo::embedded {
namespace {

// To find the best index for several filters, this many entries of each are counted.
constexpr std::int64_t kProbe = 1000;

using Value = std::variant<std::int64_t, std::string_view>;

// SQL text and its parameters, built together.
struct Sql {
  std::string text;
  std::vector<Value> values;

  void add(std::string_view part) { text += part; }
  void add(std::string_view part, Value value) {
    text += part;
    values.push_back(value);
  }
};

Result<Statement*> prepare(Connection& reader, const Sql& sql) {
  auto statement = reader.cached(sql.text);
  if (!statement) return statement;
  int index = 0;
  for (const auto& value : sql.values) {
    ++index;
    std::visit([&](const auto& bound) { (*statement)->bind(index, bound); }, value);
  }
  return statement;
}

struct Condition {
  std::size_t filter;
  std::string_view value;
};

class ListPlan {
 public:
  ListPlan(const Query& query, const DocumentSchema& schema) : query_(query), schema_(schema) {}

  Result<void> check();
  Result<void> choose_driver(Connection& reader);
  Sql page() const;

 private:
  const IndexField& field(const Condition& condition) const { return schema_.spec().filters[condition.filter]; }
  bool driven_by_many() const { return driver_ < conditions_.size() && field(conditions_[driver_]).many; }
  void add_position(Sql& sql, const std::string& row) const;
  Sql probe(const Condition& condition) const;

  const Query& query_;
  const DocumentSchema& schema_;
  std::vector<Condition> conditions_;
  std::size_t driver_ = 0;  // the condition whose index is used; conditions_.size(): none
};

Result<void> ListPlan::check() {
  if (query_.limit < 1 || query_.limit > Query::kMaxPage) {
    return fail(ErrorCode::kInvalid, "bad_limit", "limit must be 1.." + std::to_string(Query::kMaxPage));
  }
  if ((query_.from || query_.to) && !schema_.has_time()) {
    return fail(ErrorCode::kInvalid, "no_time", schema_.table() + " are not listed by time");
  }
  const auto filters = schema_.spec().filters;
  for (const auto& [name, value] : query_.where) {
    std::size_t filter = 0;
    while (filter < filters.size() && filters[filter].name != name) ++filter;
    if (filter == filters.size()) {
      return fail(ErrorCode::kInvalid, "unknown_filter", schema_.table() + " cannot be filtered by \"" + name + "\"");
    }
    conditions_.push_back({filter, value});
  }
  return {};
}

Sql ListPlan::probe(const Condition& condition) const {
  Sql sql;
  const std::string index = schema_.filter_index(condition.filter);
  sql.add("SELECT count(*) FROM (SELECT 1 FROM ");
  if (field(condition).many) {
    sql.add(index + " AS k WHERE k.value = ?", condition.value);
  } else {
    sql.add(schema_.table() + " AS k INDEXED BY " + index + " WHERE k." + schema_.compared(condition.filter),
            condition.value);
  }
  add_position(sql, "k");
  sql.add(" LIMIT ?)", kProbe);
  return sql;
}

Result<void> ListPlan::choose_driver(Connection& reader) {
  driver_ = conditions_.size();
  if (conditions_.size() == 1) driver_ = 0;
  if (conditions_.size() < 2) return {};
  std::int64_t fewest = kProbe + 1;
  for (std::size_t i = 0; i < conditions_.size(); ++i) {
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

// Adds the position in the order of the list: the time range, and the end of the previous page.
void ListPlan::add_position(Sql& sql, const std::string& row) const {
  const auto& after = query_.after;
  if (!schema_.has_time()) {
    sql.add(" AND " + row + ".sort = 0");
    if (after) sql.add(" AND " + row + ".id > ?", std::string_view(after->id));
    return;
  }
  if (query_.from) sql.add(" AND " + row + ".sort >= ?", to_unix_ms(*query_.from));
  // Only the lower one of two upper bounds is used: SQLite might start its walk at either.
  if (after && (!query_.to || after->sort < to_unix_ms(*query_.to))) {
    sql.add(" AND (" + row + ".sort, " + row + ".id) < (?", after->sort);
    sql.add(", ?)", std::string_view(after->id));
  } else if (query_.to) {
    sql.add(" AND " + row + ".sort < ?", to_unix_ms(*query_.to));
  }
}

Sql ListPlan::page() const {
  Sql sql;
  const std::string table = schema_.table();
  const std::string row = driven_by_many() ? "k" : "d";
  sql.add("SELECT d.id, d.sort, d.body FROM ");
  if (driven_by_many()) {
    const Condition& driver = conditions_[driver_];
    sql.add(
        schema_.filter_index(driver.filter) + " AS k CROSS JOIN " + table + " AS d ON d.id = k.id WHERE k.value = ?",
        driver.value);
  } else if (driver_ < conditions_.size()) {
    const Condition& driver = conditions_[driver_];
    sql.add(table + " AS d INDEXED BY " + schema_.filter_index(driver.filter) + " WHERE d." +
                schema_.compared(driver.filter),
            driver.value);
  } else {
    sql.add(table + " AS d" + (schema_.has_time() ? " INDEXED BY " + schema_.sort_index() : "") + " WHERE 1");
  }
  add_position(sql, row);
  for (std::size_t i = 0; i < conditions_.size(); ++i) {
    if (i == driver_) continue;
    const Condition& condition = conditions_[i];
    if (field(condition).many) {
      sql.add(" AND EXISTS (SELECT 1 FROM " + schema_.filter_index(condition.filter) +
                  " AS m WHERE m.value = ? AND m.sort = d.sort AND m.id = d.id)",
              condition.value);
    } else {
      sql.add(" AND +d." + schema_.compared(condition.filter), condition.value);
    }
  }
  sql.add(schema_.has_time() ? " ORDER BY " + row + ".sort DESC, " + row + ".id DESC" : " ORDER BY " + row + ".id");
  sql.add(" LIMIT ?", static_cast<std::int64_t>(query_.limit) + 1);
  return sql;
}

// True when no engine has made the collection's table yet: an older release wrote the file last. Asked after a failure.
bool is_later(Connection& reader, Collection collection) {
  const auto there = reader.has_table(std::string(to_string(collection)));
  return there && !*there;
}

std::string with_name(Collection collection, std::string_view id, const std::string& message) {
  return std::string(to_string(collection)) + " \"" + utf8_cut(id, 80) + "\": " + message;
}

// Counts a document that cannot be read; returns any other error.
Result<void> leave_out(Collection collection, std::string_view id, Error error, Page& page) {
  static LogBound bound(std::chrono::seconds(10));
  if (error.reason != kUnreadableDocument) return fail(std::move(error));
  error.message = with_name(collection, id, error.message);
  if (bound.admits()) log_error("a list leaves out a document that cannot be read", {{"error", error.text()}});
  page.unreadable.push_back(std::move(error.message));
  return {};
}

}  // namespace

Result<std::optional<Document>> get_document(Connection& reader, Collection collection, std::string_view id) {
  auto query = reader.cached("SELECT body FROM " + std::string(to_string(collection)) + " WHERE id = ?");
  // guard: document-of-later-release
  if (!query && is_later(reader, collection)) return std::nullopt;
  if (!query) return fail(std::move(query.error()));
  ResetAtEnd reset(**query);
  (*query)->bind(1, id);
  auto row = (*query)->step();
  if (!row) return fail(std::move(row.error()));
  if (!*row) return std::nullopt;
  auto document = document_from_json(collection, (*query)->text(0));
  if (!document) {
    document.error().message = with_name(collection, id, document.error().message);
    return fail(std::move(document.error()));
  }
  return std::optional<Document>(std::move(*document));
}

Result<Page> list_documents(Connection& reader, const Query& query) {
  const DocumentSchema schema(query.collection);
  ListPlan plan(query, schema);
  if (auto checked = plan.check(); !checked) return fail(std::move(checked.error()));
  if (auto chosen = plan.choose_driver(reader); !chosen) {
    if (is_later(reader, query.collection)) return Page();
    return fail(std::move(chosen.error()));
  }
  const Sql sql = plan.page();
  auto statement = prepare(reader, sql);
  // guard: list-of-later-release
  if (!statement && is_later(reader, query.collection)) return Page();
  if (!statement) return fail(std::move(statement.error()));
  ResetAtEnd reset(**statement);
  Page page;
  PageKey last;
  std::size_t bytes = 0;
  while (true) {
    auto row = (*statement)->step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) break;
    if (query.is_full(page.documents.size() + page.unreadable.size(), bytes)) {
      page.next = last;
      break;
    }
    last = {(*statement)->integer(1), std::string((*statement)->text(0))};
    const auto body = (*statement)->text(2);
    bytes += body.size();
    auto document = document_from_json(query.collection, body);
    if (document) {
      page.documents.push_back(std::move(*document));
    } else if (auto left_out = leave_out(query.collection, last.id, std::move(document.error()), page); !left_out) {
      return fail(std::move(left_out.error()));
    }
  }
  return page;
}

}  // namespace ordo::embedded
