#include "embedded/document_schema.h"

namespace ordo::embedded {
namespace {

Result<bool> has_row(Connection& writer, const std::string& sql) {
  auto query = writer.prepare(sql);
  if (!query) return fail(std::move(query.error()));
  return query->step();
}

}  // namespace

Result<bool> DocumentSchema::create(Connection& writer) const {
  const auto type_of = [this](std::size_t filter) {
    const IndexField& field = spec_.filters[filter];
    return field.many || field.is_number() ? " INTEGER" : " TEXT";
  };
  // The body is the last column: the others are then read without the overflow pages of a long body.
  std::string sql = "CREATE TABLE IF NOT EXISTS " + table() +
                    "(id TEXT PRIMARY KEY NOT NULL, sort INTEGER NOT NULL, rev INTEGER NOT NULL";
  if (has_updated()) sql += ", updated INTEGER";
  for (std::size_t i = 0; i < spec_.filters.size(); ++i) {
    if (has_column(i)) sql += ", " + column(i) + type_of(i);
  }
  sql += ", body TEXT NOT NULL);";
  if (auto made = writer.execute(sql); !made) return fail(std::move(made.error()));
  bool added = false;
  if (has_updated()) {
    auto one = add_column(writer, "updated", " INTEGER");
    if (!one) return one;
    added = *one;
  }
  for (std::size_t i = 0; i < spec_.filters.size(); ++i) {
    if (!has_column(i)) continue;
    auto one = add_column(writer, column(i), type_of(i));
    if (!one) return one;
    added = added || *one;
  }
  for (std::size_t i = 0; i < spec_.filters.size(); ++i) {
    if (!spec_.filters[i].many) continue;
    auto made = writer.execute("CREATE TABLE IF NOT EXISTS " + filter_index(i) +
                               "(value TEXT NOT NULL, sort INTEGER NOT NULL, id TEXT NOT NULL,"
                               " PRIMARY KEY(value, sort, id)) WITHOUT ROWID;");
    if (!made) return fail(std::move(made.error()));
  }
  if (!added) return false;
  return has_row(writer, "SELECT 1 FROM " + table() + " LIMIT 1");
}

Result<void> DocumentSchema::create_indexes(Connection& writer) const {
  std::string sql;
  if (has_time()) sql += "CREATE INDEX IF NOT EXISTS " + sort_index() + " ON " + table() + "(sort, id);";
  // Narrow, because every change moves its entry. Few documents have the same time, so SQLite sorts those by id.
  if (has_updated()) sql += "CREATE INDEX IF NOT EXISTS " + updated_index() + " ON " + table() + "(updated);";
  for (std::size_t i = 0; i < spec_.filters.size(); ++i) {
    const IndexField& field = spec_.filters[i];
    if (field.many || !is_indexed(i)) continue;
    sql += "CREATE INDEX IF NOT EXISTS " + filter_index(i) + " ON " + table() + "(" + column(i);
    sql += field.match == Match::any_case ? " COLLATE NOCASE, sort, id)" : ", sort, id)";
    sql += field.sparse ? " WHERE " + column(i) + " IS NOT NULL;" : ";";
  }
  return sql.empty() ? Result<void>() : writer.execute(sql);
}

// True when the table had no such column.
Result<bool> DocumentSchema::add_column(Connection& writer, const std::string& name, std::string_view type) const {
  auto found = has_row(writer, "SELECT 1 FROM pragma_table_info('" + table() + "') WHERE name = '" + name + "'");
  if (!found) return found;
  if (*found) return false;
  auto added = writer.execute("ALTER TABLE " + table() + " ADD COLUMN " + name + std::string(type));
  if (!added) return fail(std::move(added.error()));
  return true;
}

}  // namespace ordo::embedded
