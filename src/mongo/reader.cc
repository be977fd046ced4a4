#include "mongo/reader.h"

#include "base/log.h"
#include "base/log_bound.h"
#include "mongo/apply.h"
#include "mongo/bson_codec.h"
#include "mongo/driver.h"
#include "mongo/queries.h"

namespace ordo::mongo {
namespace {

// Before every document of a list: an id that is a string, and a time that is a date.
const PageKey kBegin{253'402'300'800'000, {}};  // the year 10000

// Where a list continues after this document, readable or not. nullopt for a document that later pages never reach: its
// id is not a string or its time is not a date.
std::optional<PageKey> page_key(const Query& query, const bson_t& bson) {
  bson_iter_t id;
  if (!bson_iter_init_find(&id, &bson, "_id") || !BSON_ITER_HOLDS_UTF8(&id)) return std::nullopt;
  std::uint32_t length = 0;
  const char* text = bson_iter_utf8(&id, &length);
  PageKey key{0, {text, length}};
  const auto& spec = spec_of(query.collection);
  const std::string path(query.order == ListOrder::updated ? spec.updated_path : spec.time_path);
  if (path.empty()) return key;
  bson_iter_t at;
  bson_iter_t time;
  if (!bson_iter_init(&at, &bson) || !bson_iter_find_descendant(&at, path.c_str(), &time) ||
      !BSON_ITER_HOLDS_DATE_TIME(&time)) {
    return std::nullopt;
  }
  key.sort = bson_iter_date_time(&time);
  return key;
}

// Counts a document that cannot be read; returns any other error.
Result<void> leave_out(Error error, Page& page) {
  static LogBound bound(std::chrono::seconds(10));
  if (error.reason != kUnreadableDocument) return fail(std::move(error));
  if (bound.admits()) log_error("a list leaves out a document that cannot be read", {{"error", error.text()}});
  page.unreadable.push_back(std::move(error.message));
  return {};
}

}  // namespace

Result<std::optional<Document>> Reader::get(Collection collection, std::string_view id) {
  auto& driver = database_.driver();
  const auto lease = driver.lease(Purpose::read);
  if (!lease) return fail(lease.error());
  const auto from = driver.collection(*lease, to_string(collection));
  const std::string filter = id_filter(id);
  const std::string options = find_options(1, driver.max_time_ms, {});
  const bson_t filter_bson = view_of(filter);
  const bson_t options_bson = view_of(options);
  const Handle<mongoc_cursor_t> found(
      mongoc_collection_find_with_opts(from.get(), &filter_bson, &options_bson, nullptr));
  return next_document(*found, collection);
}

Result<Page> Reader::list(const Query& query) {
  const auto filter = list_filter(query);
  if (!filter) return fail(filter.error());
  auto& driver = database_.driver();
  const auto lease = driver.lease(Purpose::read);
  if (!lease) return fail(lease.error());
  const auto from = driver.collection(*lease, to_string(query.collection));
  const std::string options = list_options(query, driver.max_time_ms);
  const bson_t filter_bson = view_of(*filter);
  const bson_t options_bson = view_of(options);
  const Handle<mongoc_cursor_t> found(
      mongoc_collection_find_with_opts(from.get(), &filter_bson, &options_bson, nullptr));
  Page page;
  page.documents.reserve(query.limit);
  PageKey last = kBegin;
  std::size_t bytes = 0;
  for (std::size_t read = 0;; ++read) {
    const auto bson = next_bson(*found, "read " + std::string(to_string(query.collection)));
    if (!bson) return fail(bson.error());
    if (!*bson) return page;
    if (query.is_full(read, bytes)) {
      page.next = std::move(last);
      return page;
    }
    bytes += (*bson)->size();
    if (auto key = page_key(query, view_of(**bson))) last = std::move(*key);
    auto document = document_from_bson(query.collection, **bson);
    if (document) {
      page.documents.push_back(std::move(*document));
    } else if (auto left_out = leave_out(std::move(document.error()), page); !left_out) {
      return fail(std::move(left_out.error()));
    }
  }
}

Result<std::int64_t> Reader::count(const Query& query, std::int64_t most) {
  auto& driver = database_.driver();
  Query all = query;
  all.after.reset();
  const auto command = count_command(all, most, driver.max_time_ms);
  if (!command) return fail(command.error());
  const auto lease = driver.lease(Purpose::read);
  if (!lease) return fail(lease.error());
  Reply reply;
  auto ran =
      driver.run(*lease, driver.name.c_str(), *command, reply, "count " + std::string(to_string(query.collection)));
  if (!ran) return fail(std::move(ran.error()));
  return reply.number("n");
}

Result<Cursor> Reader::cursor(const Owner& owner) {
  auto& driver = database_.driver();
  const auto lease = driver.lease(Purpose::read);
  if (!lease) return fail(lease.error());
  const auto record = find_commit(driver, *lease, owner, false);
  if (!record) return fail(record.error());
  return *record ? (*record)->cursor : Cursor{};
}

}  // namespace ordo::mongo
