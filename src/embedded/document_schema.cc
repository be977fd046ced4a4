#include "embedded/document_schema.h"

namespace ordo::embedded {

Result<void> DocumentSchema::create(Connection& writer) const {
  // The body comes last: the columns before it are read without the overflow pages of a long one.
  std::string sql = "CREATE TABLE IF NOT EXISTS " + table() +
                    "(id TEXT PRIMARY KEY NOT NULL, sort INTEGER NOT NULL, rev INTEGER NOT NULL";
  for (std::size_t i = 0; i < spec_.filters.size(); ++i) {
    sql += ", " + column(i) + (spec_.filters[i].many ? " INTEGER" : " TEXT");
  }
  sql += ", body TEXT NOT NULL);";
  if (has_time()) sql += "CREATE INDEX IF NOT EXISTS " + sort_index() + " ON " + table() + "(sort, id);";
  for (std::size_t i = 0; i < spec_.filters.size(); ++i) {
    if (spec_.filters[i].many) {
      sql += "CREATE TABLE IF NOT EXISTS " + filter_index(i) +
             "(value TEXT NOT NULL, sort INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY(value, sort, id))"
             " WITHOUT ROWID;";
    } else {
      sql += "CREATE INDEX IF NOT EXISTS " + filter_index(i) + " ON " + table() + "(" + column(i) + ", sort, id);";
    }
  }
  return writer.execute(sql);
}

}  // namespace ordo::embedded
