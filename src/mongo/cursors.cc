#include "mongo/cursors.h"

#include <optional>

#include "base/number.h"
#include "mongo/commit_record.h"
#include "mongo/driver.h"
#include "mongo/queries.h"

namespace ordo::mongo {
namespace {

// "orders/3"
std::optional<Owner> parse_owner(std::string_view id) {
  const auto slash = id.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto processor = parse_processor(id.substr(0, slash));
  const auto partition = parse_natural<int>(id.substr(slash + 1));
  if (!processor || !partition) return std::nullopt;
  return Owner{*processor, *partition};
}

std::string_view id_in(std::string_view bytes) {
  const bson_t record = view_of(bytes);
  bson_iter_t at;
  if (!bson_iter_init_find(&at, &record, "_id") || !BSON_ITER_HOLDS_UTF8(&at)) return {};
  std::uint32_t length = 0;
  const char* id = bson_iter_utf8(&at, &length);
  return {id, length};
}

}  // namespace

Result<std::map<Owner, Cursor>> read_cursors(Database& database) {
  auto& driver = database.driver();
  const auto lease = driver.lease(Purpose::read);
  if (!lease) return fail(lease.error());
  const auto commits = driver.collection(*lease, kCommits);
  const std::string options = find_options(0, driver.max_time_ms, "changes");
  const bson_t options_bson = view_of(options);
  const bson_t all = BSON_INITIALIZER;
  const Handle<mongoc_cursor_t> found(
      mongoc_collection_find_with_opts(commits.get(), &all, &options_bson, driver.primary.get()));
  std::map<Owner, Cursor> cursors;
  for (;;) {
    const auto bson = next_bson(*found, "read commits");
    if (!bson) return fail(bson.error());
    if (!*bson) return cursors;
    const auto owner = parse_owner(id_in(**bson));
    if (!owner) continue;
    auto record = decode_commit(**bson);
    if (!record) return fail(std::move(record.error()));
    cursors[*owner] = std::move(record->cursor);
  }
}

}  // namespace ordo::mongo
