#include "embedded/document_schema.h"

#include "base/check.h"

namespace ordo::embedded {

Result<void> DocumentSchema::create(Connection& writer) const {
  // The body is the last column: the others are then read without the overflow pages of a long body.
  std::string sql = "CREATE TABLE IF NOT EXISTS " + table() +
                    "(id TEXT PRIMARY KEY NOT NULL, sort INTEGER NOT NULL, rev INTEGER NOT NULL";
  for (std::size_t i = 0; i < spec_.filters.size(); ++i) {
    sql += ", " + column(i) + (spec_.filters[i].many ? " INTEGER" : " TEXT");
  }
  sql += ", body TEXT NOT NULL);";
  if (auto made = writer.execute(sql); !made) return made;
  if (auto added = add_columns(writer); !added) return added;
  sql.clear();
  if (has_time()) sql += "CREATE INDEX IF NOT EXISTS " + sort_index() + " ON " + table() + "(sort, id);";
  for (std::size_t i = 0; i < spec_.filters.size(); ++i) {
    if (spec_.filters[i].many) {
      sql += "CREATE TABLE IF NOT EXISTS " + filter_index(i) +
             "(value TEXT NOT NULL, sort INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY(value, sort, id))"
             " WITHOUT ROWID;";
    } else {
      const std::string_view collation = spec_.filters[i].any_case ? " COLLATE NOCASE" : "";
      sql += "CREATE INDEX IF NOT EXISTS " + filter_index(i) + " ON " + table() + "(" + column(i);
      sql += collation;
      sql += ", sort, id);";
    }
  }
  return writer.execute(sql);
}

// Fills a new column from the existing documents.
Result<void> DocumentSchema::add_columns(Connection& writer) const {
  for (std::size_t i = 0; i < spec_.filters.size(); ++i) {
    auto known = writer.prepare("SELECT 1 FROM pragma_table_info('" + table() + "') WHERE name = '" + column(i) + "'");
    if (!known) return fail(std::move(known.error()));
    const auto found = known->step();
    if (!found) return fail(found.error());
    if (*found) continue;
    ORDO_CHECK(!spec_.filters[i].many, "a filter on an array was added to ", table());
    const auto path = std::string(spec_.filters[i].path);
    auto added = writer.execute("ALTER TABLE " + table() + " ADD COLUMN " + column(i) + " TEXT; UPDATE " + table() +
                                " SET " + column(i) + " = body ->> '$." + path + "'");
    if (!added) return added;
  }
  return {};
}

}  // namespace ordo::embedded
