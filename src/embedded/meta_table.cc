#include "embedded/meta_table.h"

#include <utility>

namespace ordo::embedded {

Result<std::optional<std::string>> read_meta(Connection& connection, std::string_view name) {
  const auto there = connection.has_table("meta");
  if (!there) return fail(there.error());
  if (!*there) return fail(ErrorCode::kNotFound, "no_database", "the database has not been set up yet");
  auto query = connection.prepare("SELECT value FROM meta WHERE name = ?");
  if (!query) return fail(std::move(query.error()));
  query->bind(1, name);
  auto row = query->step();
  if (!row) return fail(std::move(row.error()));
  if (!*row) return std::nullopt;
  return std::string(query->text(0));
}

Result<void> write_meta(Connection& writer, std::string_view name, std::string_view value) {
  auto statement = writer.cached("INSERT OR REPLACE INTO meta VALUES(?, ?)");
  if (!statement) return fail(std::move(statement.error()));
  (*statement)->bind(1, name);
  (*statement)->bind(2, value);
  return (*statement)->run();
}

}  // namespace ordo::embedded
